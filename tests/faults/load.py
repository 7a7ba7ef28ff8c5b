"""The load under which faults strike: a trader's small files, one every few seconds, all following from a seed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path
    from types import TracebackType

PAUSE_SECONDS: Final = 2.5  # two idle cores take in a file in about a second, of which Airflow's task is the most
PRODUCTS, CLIENTS, DAYS = 20, 10, 60
SALES: Final = "invoice_no,client_code,product_code,quantity,unit_price,timestamp"
OTHERS: Final = {
    "products": "product_code,name,category,buy_price,sell_price,min_margin_threshold,valid_from",
    "clients": "client_code,name,total_revenue_generated,loyalty_tier,as_of",
    "stock": "product_code,quantity,batch_no,expiry_date,last_movement",
}


@dataclass(frozen=True)
class Made:
    """A file of the load: its name, its text, and how many rows it has."""

    name: str
    text: str
    rows: int


@dataclass
class Maker:
    """Makes files that follow from a seed: new invoices, corrections of earlier ones, returns, new prices, counts."""

    seed: str
    today: date
    made: int = 0
    invoices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin the chance that everything follows from."""
        self.chance = Random(self.seed)  # noqa: S311 - test data

    def next(self) -> Made:
        """Return the next file."""
        self.made += 1
        kind = self.chance.choices(["sales", "products", "clients", "stock"], [12, 1, 1, 1])[0]
        lines = self._sales() if kind == "sales" else [self._other(kind, each) for each in self._some(5)]
        head = SALES if kind == "sales" else OTHERS[kind]
        return Made(f"{self.seed}-{self.made}-{kind}.csv", "\n".join([head, *lines, ""]), len(lines))

    def _some(self, count: int) -> list[int]:
        return self.chance.sample(range(CLIENTS), count)

    def _sales(self) -> list[str]:
        again = self.chance.sample(self.invoices, min(3, len(self.invoices))) if self.made % 4 == 0 else []
        new = [f"{self.seed}-{self.made}-{number}" for number in range(self.chance.randint(5, 40))]
        self.invoices += new
        return [line for number in (*again, *new) for line in self._lines(number)]

    def _lines(self, number: str) -> list[str]:
        of_invoice = Random(number)  # noqa: S311 - a corrected invoice keeps its day, else it is another one
        day = self.today - timedelta(days=of_invoice.randrange(DAYS))
        client = f"L{of_invoice.randrange(CLIENTS)}" if of_invoice.random() < 0.9 else ""
        count = self.chance.randint(1, 4)
        return [f"{number},{client},{self._sold()},{day} 10:00:00" for _ in range(count)]

    def _sold(self) -> str:
        price = "" if self.chance.random() < 0.1 else f"{self.chance.randint(100, 2500) / 100:.2f}"
        return f"LP{self.chance.randrange(PRODUCTS)},{self.chance.choice([-1, 1, 1, 2, 5])},{price}"

    def _other(self, kind: str, number: int) -> str:
        amount = f"{self.chance.randint(100, 900) / 100:.2f}"
        day = self.today - timedelta(days=self.chance.randrange(DAYS))
        expiry = self.today + timedelta(days=5)
        return {
            "products": f"LP{number},Product {number},Food,{amount},{float(amount) * 2:.2f},0.20,{day}",
            "clients": f"L{number},Client {number},{amount},Silver,{self.today - timedelta(days=DAYS + 1)}",
            "stock": f"LP{number},{self.chance.randint(1, 90)},B{number},{expiry},{day} 10:00:00",
        }[kind]


class Load:
    """Drops made files for the length of a `with` block, as long as not too many are on their way."""

    def __init__(self, maker: Maker, drop: Callable[[Made], Path], is_full: Callable[[], bool]) -> None:
        self._maker, self._drop, self._is_full = maker, drop, is_full
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load")

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        """End, after the file that is being dropped."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(PAUSE_SECONDS):
            if not self._is_full():
                self._drop(self._maker.next())

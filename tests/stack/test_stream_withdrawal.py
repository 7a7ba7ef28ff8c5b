"""Withdrawn and restored files on real servers, through the stream: figures equal those of the files that count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from comptoir.changes.act import Act
from comptoir.stores import acts, figures, ledger
from tests.conftest import RunningPlatform, variables_of
from tests.oracle.figures import Oracle
from tests.stack import comparing
from tests.stack.publishing_tools import Importer, open_importer
from tests.stack.streaming_tools import Stream, run_batch, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comptoir.rules import WindowKind
    from comptoir.settings import Settings

pytestmark = [pytest.mark.stack, pytest.mark.timeout(3600)]

HEADERS = {
    "products": "product_code,name,category,buy_price,sell_price,min_margin_threshold,valid_from",
    "clients": "client_code,name,total_revenue_generated,loyalty_tier,as_of",
    "stock": "product_code,quantity,batch_no,expiry_date,last_movement",
    "sales": "invoice_no,client_code,product_code,quantity,unit_price,timestamp",
}


def contents(today: date) -> dict[str, str]:
    """Files in the order in which they land; later ones repeat, correct and add to what earlier ones say."""
    # 31 days apart, an invoice may still be the same one with another date.
    recent, older, early, oldest = (f"{today - timedelta(days=back)} 10:00:00" for back in (0, 20, 31, 70))
    soon, gone = today + timedelta(days=3), today - timedelta(days=3)
    told = {
        "products-1": [
            "A,Apple,Fruit,1.00,2.00,0.20,2020-01-01",
            "B,Bread,Bakery,2.00,5.00,0.20,",
            "D,Date,Fruit,4,9,0.9,",
        ],
        "clients-1": ["C1,Bar,9000.00,Silver,", "C2,Café,10.00,Standard,"],
        # Before any sale: afterwards it would be asked about.
        "clients-2": ["C1,Bar du port,100.00,Standard,", "C2,Café,10.00,Standard,", "C3,New,20000.00,Standard,"],
        "stock-1": [f"A,10,L1,{soon},{recent}", f"B,4,L2,,{oldest}", f"D,5,L3,{gone},{recent}"],
        "sales-1": [
            f"F1,C1,A,10,3.50,{recent}",
            f"F1,C1,B,1,,{recent}",
            f"F2,C2,B,2,6.00,{older}",
            f"F3,C2,X,3,7.00,{older}",  # of a product that only products-2 knows
            f"F4,,A,-2,3.50,{recent}",
            f"F5,C9,D,6,9.00,{early}",
        ],
        "sales-2": [
            f"F2,C2,B,3,6.50,{older}",  # a correction
            f"F3,C2,X,3,7.00,{older}",  # said again
            f"F6,C8,A,300,5.00,{older}",
            f"F5,C2,D,6,9.00,{recent}",  # another client, another day
        ],
        "products-2": [
            "A,Apples,Fruit,1.50,2.00,0.20,2020-01-01",
            "B,Bread,Bakery,2.25,5.50,0.20,",
            "X,Xeres,Wine,3,8,0.2,",
        ],
        "stock-2": [f"A,12,L1,{soon},{recent}", f"B,4,L2,,{oldest}", f"X,7,L4,{gone},{recent}"],
    }
    return {name: "\n".join([HEADERS[name.partition("-")[0]], *lines]) + "\n" for name, lines in told.items()}


class Books:
    """The platform, the files that it was given, and which of them count."""

    def __init__(self, stream: Stream, importer: Importer, folder: Path, today: date) -> None:
        self.stream = stream
        self.importer = importer
        self.folder = folder
        self.platform = RunningPlatform(importer.settings, stream.env, "")
        self.today = today
        self.file_ids: dict[str, str] = {}
        self.counting: dict[str, bool] = {}
        self.windows: set[tuple[WindowKind, date]] = set()

    def land(self, name: str, content: str) -> None:
        path = self.folder / f"{name}.csv"
        path.write_text(content)
        self.file_ids[name] = self.importer.bring_in(content, path.name)["_id"]
        self.counting[name] = True
        self._wait_for(name, "applied")

    def change_back(self, act: Act, name: str) -> None:
        acts.ask(self.importer.hot, self.file_ids[name], act, "claire")
        self.importer.carry_out(self.file_ids[name], act)
        self.counting[name] = act is Act.RESTORE
        self._wait_for(name, "applied" if act is Act.RESTORE else "withdrawn")

    def _wait_for(self, name: str, state: str) -> None:
        self.stream.wait_for(lambda: ledger.find(self.importer.hot, self.file_ids[name])["state"] == state)

    def oracle(self) -> Oracle:
        oracle = Oracle(self.today)
        oracle.land(*(self.folder / f"{name}.csv" for name, counts in self.counting.items() if counts))
        return oracle

    def assert_right(self) -> Oracle:
        """Compare all figures, also those of windows in which nothing is sold any more."""
        oracle = self.oracle()
        self.windows |= set(oracle.windows())
        for window, day in sorted(self.windows):
            comparing.assert_winners_agree(self.platform, oracle, window, day)
        comparing.assert_losses_agree(self.platform, oracle, self.today)
        comparing.assert_reductions_agree(self.platform, oracle)
        return oracle


@pytest.fixture(scope="module")
def books(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    importer = open_importer(servers, tmp_path_factory.mktemp("home"))
    log = tmp_path_factory.mktemp("stream") / "stream.log"
    stream = Stream(servers, variables_of(servers), importer.hot, log)
    stream.start()
    today = datetime.now(servers.zone).date()
    files = Books(stream, importer, tmp_path_factory.mktemp("files"), today)
    for name, content in contents(today).items():
        files.land(name, content)
    yield files
    if stream.process and stream.process.poll() is None:
        stream.kill()


def test_all_files_give_the_figures_of_all(books: Books) -> None:
    oracle = books.assert_right()
    assert oracle.losses(books.today)
    assert [row["code"] for row in oracle.reductions()] == ["C1", "C2", "C3", "C8"]


@pytest.mark.parametrize(
    "steps",
    [
        ["-sales-2", "+sales-2"],
        ["-sales-1", "-sales-2", "+sales-1", "+sales-2"],
        ["-products-2", "-products-1", "+products-2", "+products-1"],
        ["-clients-1", "-clients-2", "+clients-1", "+clients-2"],
        ["-stock-2", "-stock-1", "+stock-2", "+stock-1"],
    ],
    ids=" ".join,
)
def test_after_each_act_the_figures_are_those_of_the_files_that_count(books: Books, steps: list[str]) -> None:
    for step in steps:
        books.change_back(Act.RESTORE if step[0] == "+" else Act.WITHDRAW, step[1:])
        books.assert_right()
    assert all(books.counting.values())


def test_the_batch_finds_the_same_in_the_lake(books: Books) -> None:
    for name in ("sales-2", "clients-2", "stock-2", "products-2"):
        books.change_back(Act.WITHDRAW, name)
    oracle = books.assert_right()
    run_batch(books.stream, books.today)
    settings = books.importer.settings
    rows = snapshot(settings, "reductions", books.today).sort("code").to_dicts()
    totals = [(row["code"], row["name"], Decimal(row["new_total"])) for row in rows]
    assert totals == [(row["code"], row["name"], row["new_total"]) for row in oracle.reductions()]
    lots = snapshot(settings, "losses", books.today).sort("code", "batch_no")
    expected = [(row["code"], row["batch_no"], row["value_at_risk"]) for row in oracle.losses(books.today)]
    assert lots.select("code", "batch_no", "value_at_risk").rows() == expected
    winners = snapshot(settings, "winners", books.today).filter(window="month", cost_known=True).sort("rank")
    ranking = [(row["code"], row["name"], row["profit"]) for row in oracle.winners("month", books.today)]
    assert winners.select("code", "name", "profit").rows() == ranking


def test_without_any_file_there_is_nothing(books: Books) -> None:
    for name in [name for name, counts in books.counting.items() if counts]:
        books.change_back(Act.WITHDRAW, name)
    hot = books.importer.hot
    assert figures.read_reductions(hot)["rows"] == []
    losses = figures.read_losses(hot, books.today)
    assert (losses["rows"], losses["low_margin"]) == ([], [])
    assert len(books.windows) > 3
    for window, day in books.windows:
        shown = figures.read_winners(hot, window, day, whole=True)
        assert (shown["rows"], shown["cost_missing"]) == ([], [])

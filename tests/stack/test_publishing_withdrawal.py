"""Files are withdrawn and restored exactly once, whatever dies when: real MongoDB, Kafka and HDFS, real kills."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from comptoir.changes.act import Act
from comptoir.errors import MisconfiguredError, UnknownFileError
from comptoir.publishing import lake
from comptoir.records import entity_id
from comptoir.stores import acts, cold, ledger, register
from comptoir.stores.settling import settle
from tests.stack.publishing_tools import HEADER, Importer, change_sets_of, die, open_importer, sales

if TYPE_CHECKING:
    from comptoir.settings import Settings

pytestmark = pytest.mark.stack

PRODUCTS = "product_code,name,category,buy_price,sell_price,min_margin_threshold\n"
LEASE_SECONDS = 1.0
SEAMS = [
    ("comptoir.stores.leases:Lease", "allot", "after"),
    ("comptoir.stores.cold", "publish", "before"),
    ("comptoir.stores.cold", "publish", "after"),
    ("comptoir.publishing.lake", "name_claims", "after"),
    ("comptoir.stores.register", "write_in_bulk", "after"),
    ("comptoir.stores.register", "apply", "after"),
    ("comptoir.publishing.kafka", "_send_all", "after"),
    ("comptoir.publishing.kafka", "send", "after"),
    ("comptoir.stores.ledger", "note_published", "after"),
    ("comptoir.stores.leases:Lease", "complete", "after"),
]


@pytest.fixture(scope="module")
def importer(servers: Settings, tmp_path_factory: pytest.TempPathFactory) -> Importer:
    return open_importer(servers, tmp_path_factory.mktemp("home"), lease_seconds=LEASE_SECONDS)


@pytest.fixture
def tag() -> str:
    return uuid4().hex[:12]


def registered(importer: Importer, tag: str, kind: str = "sales") -> dict[str, dict[str, Any]]:
    """What counts of the records whose code begins with a tag: by code, the version."""
    found = {}
    for document in importer.hot.register.find({"kind": kind, "version": {"$regex": tag}, "landing": {"$ne": None}}):
        version = json.loads(document["version"])
        found[version["invoice_no" if kind == "sales" else "code"]] = version
    return found


def prices(importer: Importer, tag: str) -> dict[str, str]:
    return {number: version["items"][0]["unit_price"] for number, version in registered(importer, tag).items()}


@pytest.fixture
def corrected(importer: Importer, tag: str) -> str:
    """A file of five invoices, and one that repeats the first two, corrects two more and adds two; its id."""
    importer.bring_in(sales(tag, 5, "1.00"), f"{tag}-first.csv")
    alike = sales(tag, 2, "1.00").removeprefix(HEADER)
    other = "".join(line for line in sales(tag, 7, "2.00").splitlines(keepends=True)[5:] if f"{tag}-4," not in line)
    return str(importer.bring_in(HEADER + alike + other, f"{tag}-second.csv")["_id"])


FIRST = {0: "1.0000", 1: "1.0000", 2: "1.0000", 3: "1.0000", 4: "1.0000"}
BOTH = FIRST | {2: "2.0000", 3: "2.0000", 5: "2.0000", 6: "2.0000"}


def numbered(tag: str, expected: dict[int, str]) -> dict[str, str]:
    return {f"{tag}-{number}": price for number, price in expected.items()}


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: f"{seam[2]}-{seam[1]}")
def test_an_act_that_is_killed_is_done_exactly_once(
    importer: Importer, tag: str, corrected: str, seam: tuple[str, str, str]
) -> None:
    assert prices(importer, tag) == numbered(tag, BOTH)
    assert_done_once(importer, tag, corrected, Act.WITHDRAW, seam)
    assert_done_once(importer, tag, corrected, Act.RESTORE, seam)


def assert_done_once(importer: Importer, tag: str, corrected: str, act: Act, seam: tuple[str, str, str]) -> None:
    """Die in an act, do it again, and compare what is registered, sent, noted and in the lake."""
    starts = importer.ends("topic-raw-sales")
    importer.ask(corrected, act)
    die(importer, corrected, seam, act)

    importer.carry_out(corrected, act)

    expected = FIRST if act is Act.WITHDRAW else BOTH
    assert prices(importer, tag) == numbered(tag, expected)
    events = [event for event in importer.events_since(starts) if event["file_id"] == corrected]
    ops = ["remove", "replace"] if act is Act.WITHDRAW else ["insert", "replace"]
    assert sorted(event["op"] for event in events) == sorted(ops * 2)
    assert len({event["record_id"] for event in events}) == 4
    entry = ledger.find(importer.hot, corrected)
    published = entry["acts"][-1]["published"]["sales"]
    assert {name: published[name] for name in published if name.startswith("records_")} == {
        f"records_{op}": 2 for op in (*ops, "unchanged")
    }
    sequences = [
        *entry["published"]["sales"]["sequences"],
        *(sequence for one in entry["acts"] for sequence in one["published"]["sales"]["sequences"]),
    ]
    assert change_sets_of(importer, corrected) == sequences
    assert claims_of(importer, tag) == 5 + (6 if act is Act.RESTORE else 0)
    assert (importer.hot.leases.find_one({"_id": "sales"}) or {})["pending"] is None


def claims_of(importer: Importer, tag: str) -> int:
    numbers = [entity_id("invoice", f"{tag}-{number}") for number in range(7)]
    found = importer.hot.register.find({"_id": {"$in": [f"sales:{number}" for number in numbers]}})
    return sum(len(document["claims"]) for document in found)


@pytest.mark.parametrize("seam", [SEAMS[2], SEAMS[5], SEAMS[6]], ids=lambda seam: f"{seam[2]}-{seam[1]}")
def test_a_file_that_comes_next_finishes_a_withdrawal(
    importer: Importer, tag: str, corrected: str, seam: tuple[str, str, str]
) -> None:
    importer.ask(corrected, Act.WITHDRAW)
    die(importer, corrected, seam, Act.WITHDRAW)
    successor = importer.bring_in(sales(tag, 3, "3.00"), f"{tag}-third.csv")

    finished = ledger.find(importer.hot, corrected)
    sequences = finished["acts"][0]["published"]["sales"]["sequences"]
    assert successor["published"]["sales"]["sequences"] == [sequences[0] + 1]
    assert importer.carry_out(corrected, Act.WITHDRAW)["state"] == "withdrawing"
    assert change_sets_of(importer, corrected) == finished["published"]["sales"]["sequences"] + sequences
    assert prices(importer, tag) == numbered(tag, FIRST | {0: "3.0000", 1: "3.0000", 2: "3.0000"})


def test_a_withdrawn_file_is_settled_once_the_stream_has_passed(importer: Importer, corrected: str) -> None:
    published = importer.change_back(corrected, Act.WITHDRAW)["sales"]["offsets"]
    assert corrected not in [entry["_id"] for entry in settle(importer.hot)]
    progress = importer.hot.facts["progress"]
    progress.update_one({"_id": "stream"}, {"$set": {"offsets": published}}, upsert=True)
    settled = {entry["_id"]: entry["state"] for entry in settle(importer.hot)}
    assert settled[corrected] == "withdrawn"
    acts.ask(importer.hot, corrected, Act.RESTORE, "claire")
    importer.carry_out(corrected, Act.RESTORE)
    reached = ledger.find(importer.hot, corrected)["acts"][-1]["published"]["sales"]["offsets"]
    progress.update_one({"_id": "stream"}, {"$set": {"offsets": reached}})
    assert corrected in [entry["_id"] for entry in settle(importer.hot)]
    assert ledger.find(importer.hot, corrected)["state"] == "applied"


def test_an_act_is_asked_for_once_and_only_where_the_file_allows_it(importer: Importer, tag: str) -> None:
    moving = importer.bring_in(sales(tag, 1), f"{tag}.csv")["_id"]
    assert not acts.is_granted(acts.ask(importer.hot, moving, Act.WITHDRAW, "claire"), Act.WITHDRAW)
    first, second = importer.ask(moving, Act.WITHDRAW), acts.ask(importer.hot, moving, Act.WITHDRAW, "paul")
    assert first["acts"] == second["acts"]
    assert [(one["act"], one["by"], one["run_id"]) for one in second["acts"]] == [
        ("withdraw", "claire", f"withdraw__{moving}__1")
    ]
    assert moving in [entry["_id"] for entry in acts.under_way(importer.hot)]
    with pytest.raises(MisconfiguredError, match="nobody asked to restore"):
        importer.carry_out(moving, Act.RESTORE)
    with pytest.raises(MisconfiguredError, match="no file"):
        importer.carry_out("nothing-1", Act.WITHDRAW)
    with pytest.raises(UnknownFileError):
        acts.ask(importer.hot, "nothing-1", Act.WITHDRAW, "claire")


def test_a_price_goes_and_comes_back(importer: Importer, tag: str) -> None:
    row = f"{tag},Tea,Drinks,{{}},9.00,0.20\n"
    first = importer.bring_in(PRODUCTS + row.format("1.00"), f"{tag}-1.csv")
    second = importer.bring_in(PRODUCTS + row.format("2.00"), f"{tag}-2.csv")
    again = importer.bring_in(PRODUCTS + "\n" + row.format("2.00"), f"{tag}-3.csv")
    assert [again["rows_applied"], again["rows_unchanged"]] == [0, 1]

    def buy_price() -> str | None:
        return registered(importer, tag, "products").get(tag, {}).get("buy_price")

    assert importer.change_back(second["_id"], Act.WITHDRAW)["products"]["records_unchanged"] == 1
    assert buy_price() == "2.0000"  # a later file says so too
    importer.change_back(again["_id"], Act.WITHDRAW)
    assert buy_price() == "1.0000"
    importer.change_back(first["_id"], Act.WITHDRAW)
    assert buy_price() is None
    assert register.fetch_known(importer.hot, "products", [entity_id("product", tag)]) == set()
    importer.change_back(second["_id"], Act.RESTORE)
    assert buy_price() == "2.0000"


def test_files_in_any_order_leave_what_their_claims_say(importer: Importer, tag: str) -> None:
    chance = Random(4)  # noqa: S311 - test data
    told = [{number: f"{chance.choice([1, 2, 3])}.0000" for number in chance.sample(range(6), 4)} for _ in range(4)]
    files = [
        importer.bring_in(_file(tag, content) + "\n" * place, f"{tag}-{place}.csv")["_id"]
        for place, content in enumerate(told)
    ]
    counting = dict.fromkeys(range(4), True)
    for _ in range(12):
        place = chance.randrange(4)
        importer.change_back(files[place], Act.WITHDRAW if counting[place] else Act.RESTORE)
        counting[place] = not counting[place]
        expected: dict[int, str] = {}
        for one, content in enumerate(told):
            expected |= content if counting[one] else {}
        assert prices(importer, tag) == numbered(tag, expected)


def _file(tag: str, content: dict[int, str]) -> str:
    return HEADER + "".join(f"{tag}-{number},P1,1,{price},2026-04-01 10:00:00\n" for number, price in content.items())


def test_the_lake_has_the_texts_that_a_withdrawal_needs(importer: Importer, corrected: str) -> None:
    entry = ledger.find(importer.hot, corrected)
    (sequence,) = entry["published"]["sales"]["sequences"]
    claims = lake.read_claims(importer.cold, "sales", sequence)
    assert claims.height == 6  # unchanged records included
    assert cold.exists(importer.cold, entry["raw"])

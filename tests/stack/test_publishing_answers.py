"""Files that ask: answers with the drop, afterwards, and by account; and what a check says would change."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from comptoir import accounts, names
from comptoir.answering import answer_file
from comptoir.check import check_file
from comptoir.errors import MisconfiguredError, RejectedFileError, UnknownFileError
from comptoir.landing import drop, intake
from comptoir.stores import ledger, mappings
from tests.stack.publishing_tools import HEADER, Importer, open_importer

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.settings import Settings

pytestmark = pytest.mark.stack

ORDER = "date_order_unclear::timestamp"


@pytest.fixture
def importer(servers: Settings, tmp_path: Path) -> Importer:
    """Return the bare servers, opened, with a home of our own."""
    return open_importer(servers, tmp_path)


@pytest.fixture
def content() -> str:
    """Return a file that nobody ever dropped, whose dates can be read in two ways."""
    return f"{HEADER}{uuid4()},P1,2,2.5,01/02/2026\n"


def take_in(importer: Importer, content: str, **origin: object) -> ledger.Entry:
    """Drop a file by hand and take its first step; return its entry."""
    source = importer.settings.home / "source"
    source.write_text(content)
    path = drop.deliver(importer.settings, source, "v.csv", **origin)  # type: ignore[arg-type]
    receipt = intake.receive(importer.hot, importer.settings, path)
    importer.validate(receipt.file_id)
    return ledger.find(importer.hot, receipt.file_id)


def waiting(importer: Importer) -> list[Path]:
    """Return the files in the drop zone."""
    hidden = (path for path in importer.settings.drop_folder.iterdir() if path.is_file())
    return [path for path in hidden if not path.name.startswith(".")]


def test_an_answer_opens_a_new_attempt_with_the_bytes_of_the_lake(importer: Importer, content: str) -> None:
    asked = take_in(importer, content, by="claire", source_name="page")
    assert [asked["state"], [question["field"] for question in asked["questions"]]] == ["asking", ["timestamp"]]
    (importer.settings.drop_folder / "refused" / "v.csv").unlink()

    answer_file(importer.hot, importer.cold, importer.settings, asked["_id"], {ORDER: "month_first"}, by="paul")
    (path,) = waiting(importer)
    assert path.read_text() == content
    receipt = intake.receive(importer.hot, importer.settings, path)
    assert receipt.file_id == asked["_id"].removesuffix("1") + "2"
    importer.validate(receipt.file_id)
    importer.publish(receipt.file_id)

    entry = ledger.find(importer.hot, receipt.file_id)
    assert [entry[field] for field in ("state", "name", "source", "by", "answers", "rows_applied")] == [
        "publishing",
        "v.csv",
        "page",
        "claire",
        {ORDER: "month_first"},
        1,
    ]
    assert ledger.find(importer.hot, asked["_id"])["state"] == "answered"
    (version,) = importer.hot.register.find({"landing": entry["landing"]})
    assert '"business_day":"2026-01-02"' in version["version"]
    act = importer.hot.control[names.AUDIT_LOG].find_one({"act": "file answered"}, sort=[("_id", -1)])
    assert [act["who"], act["details"]["answers"]] == ["paul", [{"question": ORDER, "answer": "month_first"}]]


def test_answers_come_with_the_file(importer: Importer, content: str) -> None:
    entry = take_in(importer, content, answers={ORDER: "day_first"})
    assert [entry["state"], entry["answers"], entry["attempt"]] == ["validating", {ORDER: "day_first"}, 1]


def test_the_same_bytes_come_again_with_answers(importer: Importer, content: str) -> None:
    take_in(importer, content)
    without = take_in(importer, content)
    assert [without["attempt"], without["state"], len(without["questions"])] == [2, "asking", 1]
    entry = take_in(importer, content, answers={ORDER: "day_first"})
    assert [entry["attempt"], entry["state"]] == [3, "validating"]


def test_a_second_round_of_questions_keeps_the_answers_of_the_first(importer: Importer) -> None:
    content = f"{HEADER}{uuid4()},P1,2,1.234,01/02/2026\n"
    take_in(importer, content)
    half = take_in(importer, content, answers={ORDER: "day_first"})
    assert [half["state"], len(half["questions"])] == ["asking", 1]
    whole = take_in(importer, content, answers={"decimal_mark_unclear::unit_price": "point"})
    assert [whole["attempt"], whole["state"], len(whole["answers"])] == [3, "validating", 2]


@pytest.mark.parametrize(
    ("answers", "code"),
    [({ORDER: "sometimes"}, "answer_invalid"), ({"date_order_unclear::day": "day_first"}, "answer_unknown")],
)
def test_what_the_file_does_not_ask_is_refused_at_once(
    importer: Importer, content: str, answers: dict[str, str], code: str
) -> None:
    asked = take_in(importer, content)
    with pytest.raises(RejectedFileError) as caught:
        answer_file(importer.hot, importer.cold, importer.settings, asked["_id"], answers, by="paul")
    assert [caught.value.problems[0].code, waiting(importer)] == [code, []]


def test_a_file_that_waits_for_nothing_takes_no_answer(importer: Importer, content: str) -> None:
    entry = take_in(importer, content, answers={ORDER: "day_first"})
    with pytest.raises(RejectedFileError, match="waits for no answer"):
        answer_file(importer.hot, importer.cold, importer.settings, entry["_id"], {ORDER: "day_first"}, by="paul")
    with pytest.raises(UnknownFileError):
        answer_file(importer.hot, importer.cold, importer.settings, "nobody-1", {ORDER: "day_first"}, by="paul")


def test_an_answer_that_the_bytes_disprove_refuses_the_file(importer: Importer, content: str) -> None:
    proven = content + f"{uuid4()},P1,2,2.5,13/02/2026\n"
    entry = take_in(importer, proven, answers={ORDER: "month_first"})
    assert [entry["state"], entry["problems"][0]["code"]] == ["rejected", "answer_contradicts"]


def test_the_files_of_an_account_are_read_in_its_locale(importer: Importer, content: str) -> None:
    accounts.create_first_accounts(importer.hot)
    accounts.set_locale(importer.hot, "accountant", "month_first", None)
    entry = take_in(importer, content, by="accountant", source_name="page")
    assert entry["state"] == "validating"
    importer.publish(entry["_id"])
    (version,) = importer.hot.register.find({"landing": entry["landing"]})
    assert '"business_day":"2026-01-02"' in version["version"]


def test_a_check_counts_what_would_change_and_changes_nothing(importer: Importer, tmp_path: Path) -> None:
    tag = uuid4().hex
    importer.bring_in(HEADER + "".join(f"{tag}-{number},P1,1,2.5,2026-02-01\n" for number in range(3)))
    path = tmp_path / "again.csv"
    path.write_text(HEADER + "".join(f"{tag}-{n},P1,1,{2.5 if n < 2 else 3},2026-02-01\n" for n in range(5)))
    before = importer.hot.register.count_documents({}), importer.hot.ledger.count_documents({})
    report = check_file(path, importer.settings, hot=importer.hot)
    assert [report["outcome"], report["changes"]] == ["accept", {"sales": {"new": 2, "changed": 1, "unchanged": 2}}]
    assert (importer.hot.register.count_documents({}), importer.hot.ledger.count_documents({})) == before
    assert {problem["code"] for problem in report["problems"]} == {"unknown_product"}
    assert check_file(path, importer.settings)["problems"] == []


def test_a_check_foresees_products_without_a_day_as_they_will_be(importer: Importer, tmp_path: Path) -> None:
    """A catalogue as most are: one product as it was, one renamed, one that is new; then all of it once more."""
    tag, header = uuid4().hex, "product_code,name,category,buy_price,sell_price,min_margin_threshold\n"
    importer.bring_in(header + "".join(f"{tag}-{number},Tea,Drinks,1,2,0.2\n" for number in range(2)), "products.csv")
    content = f"{header}{tag}-0,Tea,Drinks,1,2,0.2\n{tag}-1,Chai,Drinks,1,2,0.2\n{tag}-2,Mate,Drinks,1,2,0.2\n"
    path = tmp_path / "catalogue.csv"
    path.write_text(content)
    foreseen = check_file(path, importer.settings, hot=importer.hot)["changes"]
    assert foreseen == {"products": {"new": 1, "changed": 1, "unchanged": 1}}

    importer.bring_in(content, path.name)

    foreseen = check_file(path, importer.settings, hot=importer.hot)["changes"]
    assert foreseen == {"products": {"new": 0, "changed": 0, "unchanged": 3}}


def near(tag: str, header: str = "quantitte") -> str:
    """Return a sales file of which one header is not quite a known one; its layout is the tag's own."""
    return f"{HEADER.strip().replace('quantity', header)},{tag}\n{uuid4()},P1,2,2.5,2026-02-01,x\n"


def test_an_answer_about_columns_is_remembered_for_the_same_headers(importer: Importer) -> None:
    tag = uuid4().hex
    first = take_in(importer, near(tag), by="claire", source_name="page")
    assert [first["state"], first["questions"][0]["field"]] == ["asking", "quantity"]
    assert mappings.list_mappings(importer.hot) == []
    question = "mapping_unclear::quantity"
    take_in(importer, near(tag), answers={question: "quantitte"}, by="claire", source_name="page")

    assert take_in(importer, near(tag), by="paul", source_name="page")["state"] == "asking"
    assert take_in(importer, near(tag), by="claire", source_name="page")["state"] == "validating"
    (kept,) = [each for each in mappings.list_mappings(importer.hot) if tag in each["headers"]]
    assert [kept["kind"], kept["mapping"], kept["by"]] == ["sales", {"quantity": "quantitte"}, "claire"]
    path = importer.settings.home / "next.csv"
    path.write_text(near(tag))
    assert check_file(path, importer.settings, hot=importer.hot, account="claire")["outcome"] == "accept"
    assert check_file(path, importer.settings, hot=importer.hot)["outcome"] == "ask"

    mappings.forget(importer.hot, kept["id"], by="paul")
    assert take_in(importer, near(tag), by="claire", source_name="page")["state"] == "asking"
    with pytest.raises(MisconfiguredError, match="no mapping"):
        mappings.forget(importer.hot, kept["id"])
    acts = importer.hot.control[names.AUDIT_LOG].find({"subject": kept["id"]}).sort("_id", 1)
    assert [(act["act"], act["who"]) for act in acts] == [
        ("mapping remembered", "claire"),
        ("mapping forgotten", "paul"),
    ]


def test_an_answer_in_a_file_that_is_refused_is_not_remembered(importer: Importer) -> None:
    tag = uuid4().hex
    bad = near(tag).replace(",2,", ",x,")
    entry = take_in(importer, bad, answers={"mapping_unclear::quantity": "quantitte"})
    assert entry["state"] == "rejected"
    assert [each for each in mappings.list_mappings(importer.hot) if tag in each["headers"]] == []

"""Each template is read back as its kind, and its example row is accepted; a workbook helps who fills it in."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import polars as pl
import pytest

from comptoir.quality.judging import judge_file
from comptoir.quality.known import Known
from comptoir.reading.reader import read_file
from comptoir.reading.words import parse_tiers
from comptoir.records import ALL_KINDS, TIERS, ColumnType, entity_id
from comptoir.settings import Settings
from comptoir.templates import EXAMPLES, MEANINGS, TEMPLATES, Template, write_templates

if TYPE_CHECKING:
    from pathlib import Path

PARIS = Settings(timezone="Europe/Paris")
TODAY = date(2026, 3, 2)
KNOWN = Known({entity_id("product", "P-001")}, {entity_id("client", "C-18")})
WORKBOOKS = [template for template in TEMPLATES.values() if template.format == "xlsx"]
# The ids beside which a template has the trader's own code.
CODES = {"product_id", "client_id", "invoice_id"}


def test_there_is_one_for_each_kind_language_and_format():
    assert len(TEMPLATES) == 16
    assert {"template-products.csv", "modele-produits.xlsx", "modele-ventes.csv", "template-stock.xlsx"} <= set(
        TEMPLATES
    )


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_it_is_read_back_and_its_example_is_accepted(template: Template, tmp_path: Path):
    path = tmp_path / template.file_name
    path.write_bytes(template.content())
    (table,) = read_file(path, PARIS).tables
    assert table.kind == template.kind
    expected = {column.name: template.header(column) for column in template.kind.columns if column.name not in CODES}
    assert table.headers == expected
    assert table.problems == []
    (verdict,), _ = judge_file([table], KNOWN, PARIS, today=TODAY)
    assert verdict.problems == []
    assert verdict.accepted.height == 1
    row = verdict.accepted.row(0, named=True)
    for name, value in EXAMPLES[template.kind.name].items():
        read = row[name].astimezone(PARIS.zone).replace(tzinfo=None) if isinstance(value, datetime) else row[name]
        assert read == value, name


def test_what_an_example_leaves_empty_is_optional():
    for kind in ALL_KINDS:
        required = {column.name for column in kind.columns if column.required}
        assert required <= EXAMPLES[kind.name].keys()


def test_every_column_is_explained_and_no_other():
    columns = {column.name for template in TEMPLATES.values() for column in template.columns}
    assert columns == MEANINGS.keys()


@pytest.mark.parametrize("template", WORKBOOKS, ids=lambda template: template.file_name)
def test_a_workbook_has_comments_and_formats(template: Template):
    sheet = openpyxl.load_workbook(io.BytesIO(template.content())).active
    assert sheet.title == template.title
    for place, column in enumerate(template.columns, start=1):
        comment = sheet.cell(1, place).comment
        assert comment.text == template.comment(column)
        if column.type in {ColumnType.CODE, ColumnType.UUID} and sheet.cell(2, place).value is not None:
            assert sheet.cell(2, place).number_format == "@"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        (
            "modele-clients.xlsx",
            [("C", "decimal", "between"), ("D", "list", '"Standard,Argent,Or"'), ("E", "date", "greaterThanOrEqual")],
        ),
        ("template-clients.xlsx", [("D", "list", '"Standard,Silver,Gold"')]),
        (
            "template-sales.xlsx",
            [("D", "whole", "notEqual"), ("E", "decimal", "greaterThanOrEqual"), ("F", "decimal", "between")],
        ),
        ("modele-stock.xlsx", [("C", "whole", "greaterThanOrEqual")]),
        ("template-products.xlsx", [("D", "decimal", "greaterThanOrEqual"), ("F", "decimal", "between")]),
    ],
)
def test_cells_of_a_workbook_take_what_goes_into_them(name: str, rules: list[tuple[str, str, str]]):
    sheet = openpyxl.load_workbook(io.BytesIO(TEMPLATES[name].content())).active
    found = {str(each.sqref): each for each in sheet.data_validations.dataValidation}
    for letter, kind, rule in rules:
        allowed = found[f"{letter}2:{letter}1048576"]
        assert allowed.type == kind
        assert rule in {allowed.formula1, allowed.operator or "between"}
        assert allowed.error


def test_tiers_are_words_of_the_language_that_reading_takes():
    tiers = {template.language: template.tiers for template in WORKBOOKS}
    assert tiers == {"en": ["Standard", "Silver", "Gold"], "fr": ["Standard", "Argent", "Or"]}
    parsed = [parse_tiers(pl.DataFrame({"text": words}))["value"].to_list() for words in tiers.values()]
    assert parsed == [list(TIERS), list(TIERS)]


def test_a_template_is_the_same_bytes_each_time(tmp_path: Path):
    first, again = write_templates(tmp_path / "first"), write_templates(tmp_path / "again")
    assert [path.name for path in first] == list(TEMPLATES)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]

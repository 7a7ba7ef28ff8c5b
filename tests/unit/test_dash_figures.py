"""Charts and rows, by equality."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from comptoir.formats import Formats
from comptoir.problems import Problem
from comptoir.questions import Choice, Question
from comptoir.settings import Settings
from dash_app.components.questions import questions_form
from dash_app.context import Reader
from dash_app.figures.winners import LOSS_COLOUR, PROFIT_COLOUR, profit_chart
from dash_app.pages.rows import loss_rows, low_margin_rows, reduction_rows, winner_rows

FORMATS = Formats("en", "EUR", ZoneInfo("Europe/Paris"))
READER = Reader(FORMATS, Settings())
DAYS = {"day_first": "2026-02-01", "month_first": "2026-01-02"}
TEA = {
    "rank": 1,
    "product_id": "p-1",
    "code": "TEA",
    "name": "Green tea",
    "category": "Drinks",
    "quantity": 1200,
    "revenue": Decimal("5160.0000"),
    "profit": Decimal("1234.5650"),
}
JAM = TEA | {"rank": 2, "product_id": "p-2", "code": "JAM", "name": "Plum jam", "profit": Decimal("-10.0000")}


def test_the_chart_has_one_exact_bar_per_product_the_best_on_top():
    chart = profit_chart([TEA, JAM], FORMATS)
    (bars,) = chart.data
    assert bars.orientation == "h"
    assert list(bars.x) == [1234.565, -10.0]
    assert list(bars.text) == ["€1,234.57", "-€10.00"]
    assert list(bars.marker.color) == [PROFIT_COLOUR, LOSS_COLOUR]
    assert list(chart.layout.yaxis.ticktext) == ["Green tea", "Plum jam"]
    assert chart.layout.yaxis.autorange == "reversed"


def test_the_same_rows_give_the_same_chart():
    assert profit_chart([TEA, JAM], FORMATS) == profit_chart([dict(TEA), dict(JAM)], FORMATS)
    assert profit_chart([TEA], FORMATS) != profit_chart([JAM], FORMATS)


def test_no_rows_give_an_empty_chart():
    assert list(profit_chart([], FORMATS).data[0].x) == []


def test_winner_rows_keep_exact_text_beside_the_sorting_value():
    assert winner_rows([TEA], FORMATS) == [
        {
            "key": "p-1",
            "rank": 1,
            "code": "TEA",
            "name": "Green tea",
            "category": "Drinks",
            "quantity": 1200,
            "quantity_text": "1,200",
            "revenue": 5160.0,
            "revenue_text": "€5,160.00",
            "profit": 1234.565,
            "profit_text": "€1,234.57",
        }
    ]


def test_a_lot_says_why_it_is_at_risk_and_for_how_long():
    lot = {
        "stock_id": "l-1",
        "product_id": "p-1",
        "code": "TEA",
        "name": "Green tea",
        "batch_no": "B7",
        "quantity": 3,
        "expiry_date": "2026-03-01",
        "last_movement": datetime(2026, 1, 15, 23, 30, tzinfo=UTC),
        "days_left": -2,
        "days_idle": 46,
        "reasons": ["EXPIRED", "DEAD_STOCK"],
        "value_at_risk": Decimal("12.5000"),
    }
    (row,) = loss_rows([lot], READER)
    assert row["reasons"] == [{"label": "Expired", "tone": "red"}, {"label": "Idle", "tone": "grape"}]
    assert row["days"] == "2 d past · 46 d idle"
    assert row["movement_text"] == "16 Jan 2026"
    assert row["value_text"] == "€12.50"


def test_a_lot_without_expiry_or_cost_shows_a_dash():
    lot = {
        "stock_id": "l-1",
        "code": "X",
        "name": None,
        "batch_no": "B",
        "quantity": 1,
        "expiry_date": None,
        "last_movement": "2026-01-15",
        "days_left": None,
        "days_idle": 46,
        "reasons": ["DEAD_STOCK"],
        "value_at_risk": None,
    }
    (row,) = loss_rows([lot], READER)
    assert (row["name"], row["expiry_text"], row["value_text"]) == ("X", "–", "–")  # noqa: RUF001 - the dash shown


def test_reductions_show_tier_and_rate_as_badges():
    client = {
        "client_id": "c-1",
        "code": "C1",
        "name": "Harbour Hotel",
        "opening": Decimal(9000),
        "sales": Decimal("1000.0100"),
        "new_total": Decimal("10000.0100"),
        "eligible_promo": True,
        "tier": "Gold",
        "reduction_rate": Decimal("0.10"),
    }
    (row,) = reduction_rows([client], READER)
    assert row["tier"] == [{"label": "Gold", "tone": "gold"}]
    assert row["eligible"] == [{"label": "Eligible 10\u00a0%", "tone": "green"}]
    assert row["total_text"] == "€10,000.01"
    (other,) = reduction_rows([client | {"eligible_promo": False}], READER)
    assert other["eligible"] == [{"label": "–", "tone": "none"}]  # noqa: RUF001 - the dash shown


def test_low_margins_are_percentages():
    product = {"product_id": "p", "code": "A", "name": "A", "revenue": "10", "margin": 0.085, "threshold": 0.2}
    (row,) = low_margin_rows([product], FORMATS)
    assert (row["margin_text"], row["threshold_text"]) == ("8.5\u00a0%", "20\u00a0%")


def test_a_form_asks_each_question_with_its_answers_and_names_them_by_their_ids():
    problem = Problem("date_order_unclear", column="date", value="01/02/2026", params={"field": "timestamp"})
    choices = tuple(Choice(order, order, {"value": "01/02/2026", "reading": day}) for order, day in DAYS.items())
    question = Question(problem, "timestamp", choices).to_json("en")
    form = questions_form({"_id": "abc-1", "questions": [question]}, READER).children
    assert [form.action, form.method] == ["/answers/abc-1", "POST"]
    asked, send = form.children
    label, select = asked.children
    assert [label.children, label.htmlFor] == [question["message"], select.id]
    assert [select.name, select.required] == ["date_order_unclear::timestamp", True]
    assert [option.value for option in select.children] == ["", "day_first", "month_first"]
    assert select.children[2].children == "The month comes first: “01/02/2026” is 2 Jan 2026."
    assert [send.type, send.children] == ["submit", "Send the answers"]

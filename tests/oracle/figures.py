"""The figures as the rules say, computed from raw files by DuckDB alone: what the platform is held to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb

from tests.oracle import raw_files

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]

VIEWS = """
CREATE VIEW latest_products AS
    SELECT * FROM products
    QUALIFY landing = max(landing) OVER (PARTITION BY product_code, valid_from);
CREATE VIEW prices AS
    SELECT product_code, coalesce(valid_from, published) AS in_force_from, buy_price, sell_price FROM latest_products;
CREATE VIEW catalogue AS
    SELECT product_code, name, category, threshold FROM products
    QUALIFY row_number() OVER (PARTITION BY product_code ORDER BY landing DESC, row_number DESC) = 1;
CREATE VIEW book AS
    SELECT * FROM clients QUALIFY landing = max(landing) OVER (PARTITION BY client_code);
CREATE VIEW lots AS
    SELECT * FROM stock QUALIFY landing = max(landing) OVER (PARTITION BY product_code, batch_no);
CREATE VIEW lines AS
    SELECT *, CAST(min(moment) OVER (PARTITION BY invoice_no) AS DATE) AS business_day
    FROM (SELECT * FROM sales QUALIFY landing = max(landing) OVER (PARTITION BY invoice_no));
CREATE VIEW days_prices AS
    SELECT product_code, business_day,
        coalesce(arg_max(buy_price, in_force_from) FILTER (in_force_from <= business_day),
                 arg_min(buy_price, in_force_from)) AS buy_price,
        coalesce(arg_max(sell_price, in_force_from) FILTER (in_force_from <= business_day),
                 arg_min(sell_price, in_force_from)) AS sell_price
    FROM (SELECT DISTINCT product_code, business_day FROM lines) JOIN prices USING (product_code)
    GROUP BY ALL;
CREATE VIEW valued AS
    SELECT lines.*, buy_price, quantity * coalesce(unit_price, sell_price) AS revenue, quantity * buy_price AS cost
    FROM lines LEFT JOIN days_prices USING (product_code, business_day);
"""

WINNERS = """
SELECT product_code AS code, any_value(name) AS name, any_value(category) AS category,
    sum(quantity)::BIGINT AS quantity, sum(revenue) AS revenue, sum(revenue) - sum(cost) AS profit
FROM valued JOIN catalogue USING (product_code)
WHERE business_day BETWEEN ? AND ?
GROUP BY product_code
ORDER BY profit DESC, revenue DESC, code
"""

COST_MISSING = """
SELECT product_code AS code, sum(quantity)::BIGINT AS quantity, coalesce(sum(revenue), 0)::DECIMAL(38,4) AS revenue
FROM valued ANTI JOIN catalogue USING (product_code)
WHERE business_day BETWEEN ? AND ?
GROUP BY product_code
ORDER BY code
"""

LOSSES = """
WITH moved AS (
    SELECT lots.*, greatest(CAST(lots.last_movement AS DATE), coalesce(last_sale, DATE '0001-01-01')) AS last_day
    FROM lots LEFT JOIN (
        SELECT product_code, max(business_day) AS last_sale FROM lines WHERE business_day <= $on GROUP BY 1
    ) USING (product_code)
), today AS (
    SELECT product_code,
        coalesce(arg_max(buy_price, in_force_from) FILTER (in_force_from <= $on), arg_min(buy_price, in_force_from))
            AS buy_price
    FROM prices GROUP BY product_code
), judged AS (
    SELECT moved.*, buy_price, list_filter([
        CASE WHEN expiry_date < $on THEN 'EXPIRED' WHEN expiry_date < $on + 7 THEN 'EXPIRING' END,
        CASE WHEN last_day < $on - 30 THEN 'DEAD_STOCK' END], lambda reason: reason IS NOT NULL) AS reasons
    FROM moved LEFT JOIN today USING (product_code)
)
SELECT product_code AS code, batch_no, quantity, expiry_date, last_day, reasons, quantity * buy_price AS value_at_risk
FROM judged WHERE quantity > 0 AND len(reasons) > 0
ORDER BY code, batch_no
"""

LOW_MARGIN = """
SELECT product_code AS code, sum(revenue) AS revenue,
    ((sum(revenue) - sum(cost)) / sum(revenue))::DOUBLE AS margin, any_value(threshold) AS threshold
FROM valued JOIN catalogue USING (product_code)
WHERE business_day BETWEEN $on - 29 AND $on
GROUP BY product_code
HAVING sum(revenue) > 0 AND (sum(revenue) - sum(cost)) / sum(revenue) < any_value(threshold)
ORDER BY code
"""

REDUCTIONS = """
WITH totals AS (
    SELECT invoice_no, any_value(client_code) AS client_code, any_value(business_day) AS business_day,
        coalesce(any_value(total_amount), sum(revenue), 0) AS total
    FROM valued WHERE business_day <= $until GROUP BY invoice_no
), summed AS (
    SELECT client_code AS code, any_value(name) AS name, coalesce(any_value(opening), 0) AS opening,
        any_value(tier) AS tier,
        coalesce(sum(total) FILTER (as_of IS NULL OR business_day > as_of), 0)::DECIMAL(38,4) AS sales
    FROM book FULL JOIN (FROM totals WHERE client_code IS NOT NULL) USING (client_code)
    GROUP BY client_code
), judged AS (
    SELECT *, opening + sales AS new_total,
        greatest(CASE WHEN opening + sales > 10000 THEN 2 WHEN opening + sales > 5000 THEN 1 ELSE 0 END,
                 list_position(['Standard', 'Silver', 'Gold'], tier) - 1) AS level
    FROM summed
)
SELECT code, name, opening, sales, new_total, new_total > 10000 AS eligible_promo,
    ['Standard', 'Silver', 'Gold'][level + 1] AS tier
FROM judged ORDER BY code
"""

WINDOWS = """
SELECT DISTINCT name, CAST(date_trunc(name, business_day) AS DATE) AS start
FROM lines CROSS JOIN (VALUES ('week'), ('month')) AS windows(name)
ORDER BY name, start
"""


class Oracle:
    """Files land in it in their order; figures are then asked of it."""

    def __init__(self, published: date) -> None:
        """Start empty; `published` is the business day on which the files land."""
        self.database = duckdb.connect()
        self.published = published
        self.landings = 0
        raw_files.create_tables(self.database)
        self.database.execute(VIEWS)

    def land(self, *paths: Path) -> None:
        """Take files, the later ones replacing what the earlier ones said of the same records."""
        for path in paths:
            self.landings += 1
            raw_files.load(self.database, path, self.landings, self.published)

    def winners(self, window: str, day: date, until: date = date.max) -> list[Row]:
        """Return the whole ranking of the window that holds a day, by the business days up to another."""
        first, last = _bounds(window, day)
        ranking = self._rows(WINNERS, [first, min(last, until)])
        return [{"rank": rank} | row for rank, row in enumerate(ranking, start=1)]

    def cost_missing(self, window: str, day: date) -> list[Row]:
        """Return what was sold in that window of products that no file gives a cost for."""
        return self._rows(COST_MISSING, _bounds(window, day))

    def losses(self, on: date) -> list[Row]:
        """Return the lots at risk on a day."""
        return self._rows(LOSSES, {"on": on})

    def low_margin(self, on: date) -> list[Row]:
        """Return the products sold under their threshold in the 30 days up to a day."""
        return self._rows(LOW_MARGIN, {"on": on})

    def reductions(self, until: date = date.max) -> list[Row]:
        """Return the clients' totals and tiers, by the business days up to one."""
        return self._rows(REDUCTIONS, {"until": until})

    def windows(self) -> list[tuple[Any, date]]:
        """Return every week and month that has sales, by its first day."""
        found = self._rows(WINDOWS, {})
        return [(row["name"], row["start"]) for row in found]

    def totals(self) -> Row:
        """Return lines, invoices and revenue at the lines' own prices, of all effective invoices."""
        query = """
            SELECT count(*) AS lines, count(DISTINCT invoice_no) AS invoices, sum(quantity * unit_price) AS revenue
            FROM lines
        """
        return self._rows(query, {})[0]

    def _rows(self, query: str, parameters: Any) -> list[Row]:
        result = self.database.execute(query, parameters or None)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _bounds(window: str, day: date) -> list[date]:
    if window == "week":
        monday = day - timedelta(days=day.weekday())
        return [monday, monday + timedelta(days=6)]
    first = day.replace(day=1)
    return [first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)]

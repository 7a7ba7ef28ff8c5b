"""The shapes of every DataFrame: events as they are parsed, facts, and what the KPI functions take and give."""

from __future__ import annotations

from typing import Final

MONEY: Final = "decimal(38,4)"

ITEM: Final = f"struct<product_id: string, product_code: string, quantity: bigint, unit_price: {MONEY}>"

# One struct for the versions of all kinds: a field that a kind does not have is null.
VERSION: Final = f"""struct<
    product_id: string, code: string, name: string, category: string,
    buy_price: {MONEY}, sell_price: {MONEY}, min_margin_threshold: double, valid_from: date, in_force_from: date,
    client_id: string, opening: {MONEY}, declared_tier: string, as_of: date,
    stock_id: string, product_code: string, quantity: bigint, batch_no: string, expiry_date: date,
    last_movement: timestamp, movement_day: date,
    invoice_id: string, invoice_no: string, client_code: string, items: array<{ITEM}>,
    total_amount: {MONEY}, timestamp: timestamp, business_day: date>"""

# An event as Kafka carries it; `_corrupt` keeps a text that could not be understood.
EVENT: Final = f"""struct<
    event_id: string, file_id: string, sequence: bigint, kind: string, op: string, record_id: string,
    before: {VERSION}, after: {VERSION}, business_day: date, published_at: timestamp, landing: bigint,
    _corrupt: string>"""

# An event as the lake keeps it: versions are JSON text.
LAKE_EVENT: Final = """event_id string, file_id string, sequence bigint, kind string, op string, record_id string,
    before string, after string, business_day date, published_at timestamp, landing bigint"""

PRICE: Final = f"struct<in_force_from: date, buy_price: {MONEY}, sell_price: {MONEY}>"

# What is known of each product; prices sorted by day.
PRODUCTS: Final = f"""product_id string, code string, name string, category string,
    min_margin_threshold double, prices array<{PRICE}>"""

STOCK: Final = """stock_id string, product_id string, product_code string, quantity bigint, batch_no string,
    expiry_date date, movement_day date"""

CLIENTS: Final = f"client_id string, code string, name string, opening {MONEY}, declared_tier string, as_of date"

# Sales of a product on a business day: priced quantity and its revenue, unpriced quantity, invoices.
PRODUCT_SALES: Final = f"product_id string, code string, day date, q bigint, r {MONEY}, u bigint, n bigint"

# Sales to a client on a business day. With `product_id` null: revenue of its invoices and their number;
# with a product: the unpriced quantity of it, for invoices that declare no total.
CLIENT_SALES: Final = f"""client_id string, code string, day date, product_id string,
    r {MONEY}, n bigint, u bigint"""

WINNERS: Final = f"""window string, start date, rank int, product_id string, code string, name string,
    category string, quantity bigint, revenue {MONEY}, profit {MONEY}, cost_known boolean"""

LOSSES: Final = f"""stock_id string, product_id string, code string, name string, batch_no string, quantity bigint,
    expiry_date date, last_movement date, days_left int, days_idle int, reasons array<string>,
    value_at_risk {MONEY}"""

LOW_MARGIN: Final = f"""product_id string, code string, name string, revenue {MONEY}, margin decimal(20,4),
    threshold decimal(10,6)"""

REDUCTIONS: Final = f"""client_id string, code string, name string, opening {MONEY}, sales {MONEY},
    new_total {MONEY}, eligible_promo boolean, tier string, reduction_rate decimal(5,4)"""

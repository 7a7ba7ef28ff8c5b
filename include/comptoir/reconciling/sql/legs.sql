-- Each leg of the comparison as the same figures: how many, which quantity, which amount, per kind and day.
-- A product's day is the one from which its price is in force, a lot's that of its last movement, a client's `as_of`.
CREATE MACRO lines_of(versions) AS TABLE
    SELECT record_id, invoice.business_day AS day, item.product_id AS product_id,
        item.product_code AS product_code, item.quantity AS quantity, item.unit_price AS unit_price
    FROM (
        SELECT record_id, invoice, unnest(invoice.items) AS item
        FROM (SELECT record_id, invoice_in(version) AS invoice FROM query_table(versions) WHERE kind = 'sales')
    );
CREATE MACRO heads_of(versions) AS TABLE
    SELECT record_id, invoice.business_day AS day, invoice.client_id AS client_id,
        invoice.client_code AS client_code, invoice.total_amount AS declared, priced(invoice.items) AS priced
    FROM (SELECT record_id, invoice_in(version) AS invoice FROM query_table(versions) WHERE kind = 'sales');
CREATE MACRO others_of(versions) AS TABLE
    SELECT kind, record_id,
        CASE kind
            WHEN 'products' THEN day_in(version, '$.in_force_from')
            WHEN 'stock' THEN day_in(version, '$.movement_day')
            ELSE day_in(version, '$.as_of')
        END AS day,
        CASE kind WHEN 'stock' THEN CAST(text_in(version, '$.quantity') AS BIGINT) ELSE 0 END AS quantity,
        CASE kind
            WHEN 'products' THEN money_in(version, '$.buy_price') + money_in(version, '$.sell_price')
            WHEN 'clients' THEN money_in(version, '$.opening')
            ELSE 0
        END AS amount
    FROM query_table(versions) WHERE kind <> 'sales';

CREATE MACRO leg_of_lines(lines) AS TABLE
    SELECT 'sales' AS kind, day, count(DISTINCT (record_id, product_id)) AS count, sum(quantity) AS quantity,
        sum(coalesce(amount(quantity, unit_price), 0)) AS amount
    FROM query_table(lines) GROUP BY day;
CREATE MACRO leg_of_heads(heads) AS TABLE
    SELECT 'sales_by_client' AS kind, day, count(*) AS count, 0 AS quantity, sum(coalesce(declared, priced)) AS amount
    FROM query_table(heads) WHERE client_id IS NOT NULL GROUP BY day;
CREATE MACRO leg_of_others(others) AS TABLE
    SELECT kind, day, count(*) AS count, sum(quantity) AS quantity, sum(amount) AS amount
    FROM query_table(others) GROUP BY kind, day;

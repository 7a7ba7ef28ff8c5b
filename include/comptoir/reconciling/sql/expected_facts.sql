-- Facts as the events make them: priced quantity q, its revenue r, unpriced quantity u, invoices n.
CREATE TABLE expected_product_facts AS
    SELECT product_id, day,
        coalesce(sum(quantity) FILTER (unit_price IS NOT NULL), 0) AS q,
        sum(coalesce(amount(quantity, unit_price), 0)) AS r,
        coalesce(sum(quantity) FILTER (unit_price IS NULL), 0) AS u,
        count(DISTINCT record_id) AS n
    FROM lines_changes GROUP BY product_id, day;
CREATE TABLE expected_client_facts AS
    SELECT client_id, day, sum(coalesce(declared, priced)) AS r, count(*) AS n
    FROM heads_changes WHERE client_id IS NOT NULL GROUP BY client_id, day;
-- An invoice that declares no total counts its lines without a price by the catalogue, per client and product.
CREATE TABLE expected_unpriced AS
    SELECT client_id, day, product_id, sum(quantity) AS u
    FROM lines_changes JOIN heads_changes USING (record_id, day)
    WHERE client_id IS NOT NULL AND declared IS NULL AND unit_price IS NULL
    GROUP BY client_id, day, product_id;

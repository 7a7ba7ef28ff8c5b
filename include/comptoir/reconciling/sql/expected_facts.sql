-- Facts as the events make them: priced quantity q, its revenue r, unpriced quantity u, invoices n.
CREATE MACRO product_facts_of(lines) AS TABLE
    SELECT product_id, day,
        coalesce(sum(quantity) FILTER (unit_price IS NOT NULL), 0) AS q,
        sum(coalesce(amount(quantity, unit_price), 0)) AS r,
        coalesce(sum(quantity) FILTER (unit_price IS NULL), 0) AS u,
        count(DISTINCT record_id) AS n
    FROM query_table(lines) GROUP BY product_id, day;
CREATE MACRO client_facts_of(heads) AS TABLE
    SELECT client_id, day, sum(coalesce(declared, priced)) AS r, count(*) AS n
    FROM query_table(heads) WHERE client_id IS NOT NULL GROUP BY client_id, day;
-- An invoice that declares no total counts its lines without a price by the catalogue, per client and product.
CREATE MACRO unpriced_of(lines, heads) AS TABLE
    SELECT client_id, day, product_id, sum(quantity) AS u
    FROM query_table(lines) JOIN query_table(heads) USING (record_id, day)
    WHERE client_id IS NOT NULL AND declared IS NULL AND unit_price IS NULL
    GROUP BY client_id, day, product_id;
CREATE TABLE expected_product_facts AS FROM product_facts_of('lines_changes');
CREATE TABLE expected_client_facts AS FROM client_facts_of('heads_changes');
CREATE TABLE expected_unpriced AS FROM unpriced_of('lines_changes', 'heads_changes');

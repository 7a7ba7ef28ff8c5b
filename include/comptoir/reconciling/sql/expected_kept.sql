-- The facts of the months whose files knew the sales up to one change set, of the invoices as it left them.
CREATE OR REPLACE TABLE effective_known AS
    SELECT kind, record_id, after AS version FROM events
    WHERE kind = 'sales' AND sequence <= getvariable('known_until')
    QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY sequence DESC) = 1;
DELETE FROM effective_known WHERE version IS NULL;
CREATE OR REPLACE TABLE lines_known AS FROM lines_of('effective_known');
CREATE OR REPLACE TABLE heads_known AS FROM heads_of('effective_known');
INSERT INTO expected_kept
    SELECT made.* FROM (
        SELECT 'product' AS grain, product_id AS record_id, '' AS product_id, day, q, r, u, n
        FROM product_facts_of('lines_known')
        UNION ALL SELECT 'client', client_id, '', day, 0, r, 0, n FROM client_facts_of('heads_known')
        UNION ALL SELECT 'client', client_id, product_id, day, 0, 0, u, 0
        FROM unpriced_of('lines_known', 'heads_known') WHERE u <> 0
    ) AS made SEMI JOIN (FROM kept_months WHERE sequence = getvariable('known_until')) AS told
        ON made.grain = told.grain AND strftime(made.day, '%Y-%m') = told.month;

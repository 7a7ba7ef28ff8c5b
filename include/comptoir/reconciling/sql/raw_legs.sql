-- The effective claims as their raw rows say them.
CREATE TABLE lines_raw AS
    SELECT record_id, raw_invoices.day AS day, line.product AS product_id, line.quantity AS quantity,
        line.unit_price AS unit_price
    FROM (
        SELECT record_id, day, unnest(lines) AS line FROM raw_invoices
        SEMI JOIN effective_claims USING (sequence, record_id)
    ) AS raw_invoices;
CREATE TABLE heads_raw AS
    SELECT record_id, day, clients[1] AS client_id, total AS declared, priced(lines) AS priced
    FROM raw_invoices SEMI JOIN effective_claims USING (sequence, record_id);
CREATE TABLE others_raw AS
    SELECT kind, record_id,
        coalesce(raw_others.day, CASE WHEN kind = 'products' THEN day_in(version, '$.in_force_from') END) AS day,
        CASE kind WHEN 'stock' THEN raw_others.quantity ELSE 0 END AS quantity,
        coalesce(buy_price + sell_price, opening, 0) AS amount
    FROM (
        SELECT kind, record_id, file_id, sheet, version, rows[1] AS row FROM effective_claims WHERE kind <> 'sales'
    ) AS claimed LEFT JOIN raw_others USING (kind, file_id, row)
    WHERE raw_others.sheet IS NOT DISTINCT FROM claimed.sheet;

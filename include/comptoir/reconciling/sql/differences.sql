-- What one leg says and the next does not. Each row: kind, day, record, left_leg, right_leg, left_says, right_says.

-- 1. Raw files and claims, claim by claim.
CREATE TABLE claim_rows AS
    SELECT kind, sequence, record_id, file_id, sheet, landing, version, unnest(rows) AS row
    FROM claims WHERE version IS NOT NULL;
CREATE MACRO raw_invoices_of(part, parts) AS TABLE
    SELECT claim_rows.sequence, record_id, any_value(raw_sales.file_id) AS file_id,
        list_sort(list(DISTINCT invoice) FILTER (invoice IS NOT NULL)) AS invoices,
        list_sort(list(DISTINCT client) FILTER (client IS NOT NULL)) AS clients,
        CAST(min(moment) AS DATE) AS day,
        -- Of totals that may hold more than the lines, only those that the claim has are the lines'.
        CASE WHEN NOT bool_or(has_other_totals) OR any_value(invoice_in(version).total_amount) IS NOT NULL THEN max(total) END AS total,
        list_sort(list({product: product, quantity: quantity, unit_price: unit_price})) AS lines
    FROM claim_rows LEFT JOIN raw_sales
        ON raw_sales.file_id = claim_rows.file_id AND raw_sales.sheet IS NOT DISTINCT FROM claim_rows.sheet
        AND raw_sales.row = claim_rows.row
    WHERE claim_rows.kind = 'sales' AND hash(record_id) % parts = part
    GROUP BY claim_rows.sequence, record_id;
CREATE TABLE raw_invoices AS FROM raw_invoices_of(0, 1) LIMIT 0;
CREATE TABLE claimed_invoices AS
    SELECT sequence, record_id, [invoice.invoice_no] AS invoices, list_filter([invoice.client_code], lambda c: c IS NOT NULL) AS clients,
        invoice.business_day AS day, invoice.total_amount AS total,
        list_sort([{product: item.product_code, quantity: item.quantity, unit_price: item.unit_price} FOR item IN invoice.items]) AS lines
    FROM (SELECT sequence, record_id, invoice_in(version) AS invoice FROM claims WHERE kind = 'sales' AND version IS NOT NULL);
CREATE VIEW raw_against_invoices AS
    SELECT 'sales' AS kind, claimed_invoices.day AS day, record_id AS record, 'raw' AS left_leg, 'changes' AS right_leg,
        to_json({invoices: raw_invoices.invoices, clients: coalesce(raw_invoices.clients, []), day: raw_invoices.day,
            total: raw_invoices.total, lines: raw_invoices.lines}) AS left_says,
        to_json({invoices: claimed_invoices.invoices, clients: claimed_invoices.clients, day: claimed_invoices.day,
            total: claimed_invoices.total, lines: claimed_invoices.lines}) AS right_says
    FROM claimed_invoices LEFT JOIN raw_invoices USING (sequence, record_id)
    WHERE left_says IS DISTINCT FROM right_says;

CREATE TABLE raw_records AS
    SELECT DISTINCT claim_rows.kind, claim_rows.sequence, record_id,
        CASE claim_rows.kind
            WHEN 'products' THEN to_json({code: code, in_force: coalesce(day, day_in(version, '$.in_force_from')), buy: buy_price, sell: sell_price, name: name, category: category, threshold: threshold})
            WHEN 'stock' THEN to_json({code: code, batch: batch, quantity: quantity, moved: day, expiry: other_day})
            ELSE to_json({code: code, opening: opening, as_of: day, name: name, tier: tier})
        END AS says
    FROM claim_rows LEFT JOIN raw_others
        ON raw_others.kind = claim_rows.kind AND raw_others.file_id = claim_rows.file_id
        AND raw_others.sheet IS NOT DISTINCT FROM claim_rows.sheet AND raw_others.row = claim_rows.row
    WHERE claim_rows.kind <> 'sales';
CREATE TABLE claimed_records AS
    SELECT kind, sequence, record_id,
        CASE kind
            WHEN 'products' THEN to_json({code: text_in(version, '$.code'), in_force: day_in(version, '$.in_force_from'), buy: money_in(version, '$.buy_price'), sell: money_in(version, '$.sell_price'), name: text_in(version, '$.name'), category: text_in(version, '$.category'), threshold: CAST(text_in(version, '$.min_margin_threshold') AS DECIMAL(14, 10))})
            WHEN 'stock' THEN to_json({code: text_in(version, '$.product_code'), batch: text_in(version, '$.batch_no'), quantity: CAST(text_in(version, '$.quantity') AS BIGINT), moved: day_in(version, '$.movement_day'), expiry: day_in(version, '$.expiry_date')})
            ELSE to_json({code: text_in(version, '$.code'), opening: money_in(version, '$.opening'), as_of: day_in(version, '$.as_of'), name: text_in(version, '$.name'), tier: text_in(version, '$.declared_tier')})
        END AS says
    FROM claims WHERE kind <> 'sales' AND version IS NOT NULL;
CREATE VIEW raw_against_records AS
    SELECT kind, NULL::DATE AS day, record_id AS record, 'raw' AS left_leg, 'changes' AS right_leg,
        raw_records.says AS left_says, claimed_records.says AS right_says
    FROM claimed_records LEFT JOIN raw_records USING (kind, sequence, record_id)
    WHERE raw_records.says IS DISTINCT FROM claimed_records.says;

-- 2. Claims and change sets: the effective versions are the same.
CREATE VIEW claims_against_changes AS
    SELECT kind, NULL::DATE AS day, record_id AS record, 'claims' AS left_leg, 'changes' AS right_leg,
        effective_claims.version::JSON AS left_says, effective_changes.version::JSON AS right_says
    FROM effective_claims FULL JOIN effective_changes USING (kind, record_id)
    WHERE left_says IS DISTINCT FROM right_says;

-- 3. Change sets and Kafka: each event once, as it was written. What a topic kept no longer is not missed.
CREATE VIEW expected_messages AS
    SELECT events.* FROM events LEFT JOIN kept_from USING (kind) WHERE sequence >= coalesce(first_sequence, 0);
CREATE VIEW changes_against_kafka AS
    SELECT coalesce(e.kind, m.kind) AS kind, e.business_day AS day, coalesce(e.record_id, m.record_id) AS record,
        'changes' AS left_leg, 'kafka' AS right_leg,
        CASE WHEN e.event_id IS NOT NULL THEN to_json({event: e.event_id, times: 1, sequence: e.sequence, before: e.before::JSON, after: e.after::JSON}) END AS left_says,
        CASE WHEN m.event_id IS NOT NULL THEN to_json({event: m.event_id, times: m.times, sequence: m.sequence, before: m.before::JSON, after: m.after::JSON}) END AS right_says
    FROM expected_messages AS e FULL JOIN (
        SELECT event_id, any_value(kind) AS kind, any_value(record_id) AS record_id, count(*) AS times,
            any_value(sequence) AS sequence, any_value(before) AS before, any_value(after) AS after
        FROM messages LEFT JOIN kept_from USING (kind) WHERE sequence >= coalesce(first_sequence, 0) GROUP BY event_id
    ) AS m USING (event_id)
    WHERE left_says IS DISTINCT FROM right_says;

-- 4. Change sets and facts: per product and day, per client and day, and the latest version of all else.
CREATE VIEW changes_against_product_facts AS
    SELECT 'sales' AS kind, day, product_id AS record, 'changes' AS left_leg, 'facts' AS right_leg,
        CASE WHEN e.n IS NOT NULL THEN to_json({q: e.q, r: e.r, u: e.u, n: e.n}) END AS left_says,
        CASE WHEN f.n IS NOT NULL THEN to_json({q: f.q, r: f.r, u: f.u, n: f.n}) END AS right_says
    FROM expected_product_facts AS e
        FULL JOIN (FROM facts_product WHERE q <> 0 OR r <> 0 OR u <> 0 OR n <> 0) AS f USING (product_id, day)
    WHERE left_says IS DISTINCT FROM right_says;
CREATE VIEW changes_against_client_facts AS
    SELECT 'sales_by_client' AS kind, day, client_id AS record, 'changes' AS left_leg, 'facts' AS right_leg,
        CASE WHEN e.n IS NOT NULL THEN to_json({r: e.r, n: e.n}) END AS left_says,
        CASE WHEN f.n IS NOT NULL THEN to_json({r: f.r, n: f.n}) END AS right_says
    FROM expected_client_facts AS e
        FULL JOIN (FROM facts_client WHERE r <> 0 OR n <> 0) AS f USING (client_id, day)
    WHERE left_says IS DISTINCT FROM right_says;
CREATE VIEW changes_against_unpriced AS
    SELECT 'sales_by_client' AS kind, day, printf('%s/%s', client_id, product_id) AS record,
        'changes' AS left_leg, 'facts' AS right_leg,
        CASE WHEN e.u IS NOT NULL THEN to_json({u: e.u}) END AS left_says,
        CASE WHEN f.u IS NOT NULL THEN to_json({u: f.u}) END AS right_says
    FROM (FROM expected_unpriced WHERE u <> 0) AS e
        FULL JOIN (FROM facts_unpriced WHERE u <> 0) AS f USING (client_id, day, product_id)
    WHERE left_says IS DISTINCT FROM right_says;
CREATE VIEW changes_against_folded AS
    SELECT kind, coalesce(e.day, f.day) AS day, record_id AS record, 'changes' AS left_leg, 'facts' AS right_leg,
        CASE WHEN e.record_id IS NOT NULL THEN to_json({day: e.day, quantity: e.quantity, amount: e.amount}) END AS left_says,
        CASE WHEN f.record_id IS NOT NULL THEN to_json({day: f.day, quantity: f.quantity, amount: f.amount}) END AS right_says
    FROM (
        SELECT kind,
            CASE kind WHEN 'products' THEN printf('%s@%s', split_part(record_id, '@', 1), day) ELSE record_id END AS record_id,
            day, quantity, amount::DECIMAL(38, 4) AS amount
        FROM others_changes
    ) AS e FULL JOIN folded AS f USING (kind, record_id)
    WHERE left_says IS DISTINCT FROM right_says;
CREATE VIEW changes_against_kept AS
    SELECT CASE grain WHEN 'product' THEN 'sales' ELSE 'sales_by_client' END AS kind, day,
        CASE product_id WHEN '' THEN record_id ELSE printf('%s/%s', record_id, product_id) END AS record,
        'changes' AS left_leg, 'lake' AS right_leg,
        CASE WHEN e.n IS NOT NULL THEN to_json({q: e.q, r: e.r, u: e.u, n: e.n}) END AS left_says,
        CASE WHEN k.n IS NOT NULL THEN to_json({q: k.q, r: k.r, u: k.u, n: k.n}) END AS right_says
    FROM expected_kept AS e
        FULL JOIN (
            SELECT grain, record_id, product_id, day, sum(q)::BIGINT AS q, sum(r) AS r, sum(u)::BIGINT AS u, sum(n)::BIGINT AS n
            FROM kept_facts WHERE q <> 0 OR r <> 0 OR u <> 0 OR n <> 0 GROUP BY ALL
        ) AS k USING (grain, record_id, product_id, day)
    WHERE left_says IS DISTINCT FROM right_says;

-- 5. Rows: what a file has below its headers is what the ledger accounts for, and what its claims name.
CREATE VIEW rows_against_ledger AS
    SELECT 'rows' AS kind, NULL::DATE AS day, printf('%s %s', name, file_id) AS record, 'raw' AS left_leg, 'ledger' AS right_leg,
        to_json({rows: raw_rows, claimed: claimed_rows}) AS left_says,
        to_json({rows: rows_read + rows_left_aside, claimed: rows_applied + rows_unchanged}) AS right_says
    FROM ledger
        LEFT JOIN (SELECT file_id, count(*) AS raw_rows FROM raw_rows GROUP BY file_id) USING (file_id)
        LEFT JOIN (
            SELECT file_id, count(*) AS claimed_rows FROM (
                SELECT claims.file_id, unnest(rows) AS row FROM claims JOIN change_sets USING (kind, sequence) WHERE act = 'land'
            ) GROUP BY file_id
        ) USING (file_id)
    WHERE is_imported AND (
        raw_rows IS DISTINCT FROM rows_read + rows_left_aside
        OR coalesce(claimed_rows, 0) <> rows_applied + rows_unchanged
        OR rows_read <> rows_applied + rows_unchanged + rows_rejected + rows_released);
CREATE VIEW bytes_against_ledger AS
    SELECT 'bytes' AS kind, NULL::DATE AS day, printf('%s %s', name, file_id) AS record, 'raw' AS left_leg, 'ledger' AS right_leg,
        to_json(raw_sha256) AS left_says, to_json(sha256) AS right_says
    FROM ledger WHERE raw_sha256 IS DISTINCT FROM sha256;
CREATE VIEW unread_sheets_of_files AS
    SELECT kind, NULL::DATE AS day, record, 'raw' AS left_leg, 'ledger' AS right_leg, to_json(why) AS left_says,
        NULL::JSON AS right_says
    FROM unread_sheets;

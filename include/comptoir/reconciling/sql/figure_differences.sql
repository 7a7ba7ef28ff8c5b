-- What the change sets say of figures, and the figures do not. Each row as in `differences.sql`.
-- Of several codes that sales told of a record, any may be shown.
CREATE MACRO one_of(codes, shown) AS CASE WHEN list_contains(codes, shown) THEN shown ELSE codes[1] END;
CREATE MACRO rankings_against(expected, shown) AS TABLE
    SELECT 'winners' AS kind, CAST(split_part(window_id, ':', 2) AS DATE) AS day, printf('%s %s', split_part(window_id, ':', 1), product_id) AS record,
        'changes' AS left_leg, 'kpis' AS right_leg,
        CASE WHEN e.rank IS NOT NULL THEN to_json({rank: e.rank, code: e.code, name: e.name, category: e.category, quantity: e.quantity, revenue: e.revenue, profit: e.profit}) END AS left_says,
        CASE WHEN k.rank IS NOT NULL THEN to_json({rank: k.rank, code: k.code, name: k.name, category: k.category, quantity: k.quantity, revenue: k.revenue, profit: k.profit}) END AS right_says
    FROM query_table(expected) AS e FULL JOIN query_table(shown) AS k USING (window_id, product_id)
    WHERE left_says IS DISTINCT FROM right_says;
CREATE VIEW changes_against_ranking AS FROM rankings_against('expected_ranking', 'kpi_ranking');
CREATE VIEW changes_against_top AS FROM rankings_against('expected_top', 'kpi_top');
CREATE VIEW changes_against_heads AS
    SELECT 'winners' AS kind, CAST(split_part(window_id, ':', 2) AS DATE) AS day, window_id AS record,
        'changes' AS left_leg, 'kpis' AS right_leg,
        CASE WHEN e.quantity IS NOT NULL THEN to_json({quantity: e.quantity, revenue: e.revenue, profit: e.profit, products: e.products}) END AS left_says,
        CASE WHEN k.quantity IS NOT NULL THEN to_json({quantity: k.quantity, revenue: k.revenue, profit: k.profit, products: k.products}) END AS right_says
    FROM (
        SELECT window_id, sum(quantity)::BIGINT AS quantity, sum(revenue) AS revenue,
            coalesce(sum(profit) FILTER (has_cost), 0)::DECIMAL(38, 4) AS profit, count(*) FILTER (has_cost) AS products
        FROM expected_windows GROUP BY window_id
    ) AS e FULL JOIN (FROM kpi_heads WHERE quantity <> 0 OR revenue <> 0 OR profit <> 0 OR products <> 0 OR window_id IN (SELECT window_id FROM expected_windows)) AS k USING (window_id)
    WHERE left_says IS DISTINCT FROM right_says;
-- A product without a file of its own has a code of its lines.
CREATE VIEW changes_against_cost_missing AS
    SELECT 'winners' AS kind, CAST(split_part(window_id, ':', 2) AS DATE) AS day, printf('%s %s', split_part(window_id, ':', 1), product_id) AS record,
        'changes' AS left_leg, 'kpis' AS right_leg,
        CASE WHEN e.quantity IS NOT NULL THEN to_json({cost_missing: e.quantity, revenue: e.revenue, code: one_of(e.codes, k.code)}) END AS left_says,
        CASE WHEN k.quantity IS NOT NULL THEN to_json({cost_missing: k.quantity, revenue: k.revenue, code: k.code}) END AS right_says
    FROM expected_cost_missing AS e FULL JOIN kpi_cost_missing AS k USING (window_id, product_id)
    WHERE left_says IS DISTINCT FROM right_says;
CREATE MACRO lot_says(l) AS to_json({code: l.code, name: l.name, batch: l.batch_no, quantity: l.quantity, expiry: l.expiry_date,
    moved: l.last_movement, days_left: l.days_left, days_idle: l.days_idle, reasons: l.reasons, value_at_risk: l.value_at_risk});
CREATE VIEW changes_against_losses AS
    SELECT 'losses' AS kind, getvariable('today') AS day, stock_id AS record, 'changes' AS left_leg, 'kpis' AS right_leg,
        CASE WHEN e.reasons IS NOT NULL THEN lot_says(e) END AS left_says,
        CASE WHEN k.reasons IS NOT NULL THEN lot_says(k) END AS right_says
    FROM expected_losses AS e FULL JOIN kpi_losses AS k USING (stock_id)
    WHERE left_says IS DISTINCT FROM right_says;
CREATE VIEW changes_against_loss_totals AS
    SELECT 'losses' AS kind, getvariable('today') AS day, 'totals' AS record, 'changes' AS left_leg, 'kpis' AS right_leg,
        to_json(e) AS left_says, to_json(k) AS right_says
    FROM (FROM expected_loss_totals WHERE lots + low_margin > 0 OR EXISTS (FROM kpi_loss_totals)) AS e
        LEFT JOIN kpi_loss_totals AS k ON true
    WHERE left_says IS DISTINCT FROM right_says;
CREATE VIEW changes_against_low_margin AS
    SELECT 'low_margin' AS kind, getvariable('today') AS day, product_id AS record, 'changes' AS left_leg, 'kpis' AS right_leg,
        CASE WHEN e.revenue IS NOT NULL THEN to_json({code: e.code, name: e.name, revenue: e.revenue, margin: e.margin, threshold: e.threshold}) END AS left_says,
        CASE WHEN k.revenue IS NOT NULL THEN to_json({code: k.code, name: k.name, revenue: k.revenue, margin: k.margin, threshold: k.threshold}) END AS right_says
    FROM expected_low_margin AS e FULL JOIN kpi_low_margin AS k USING (product_id)
    WHERE left_says IS DISTINCT FROM right_says;
CREATE VIEW changes_against_reductions AS
    SELECT 'reductions' AS kind, NULL::DATE AS day, client_id AS record, 'changes' AS left_leg, 'kpis' AS right_leg,
        CASE WHEN e.tier IS NOT NULL THEN to_json({code: one_of(e.codes, k.code), name: e.name, opening: e.opening::DECIMAL(38,4), sales: e.sales::DECIMAL(38,4), new_total: e.new_total::DECIMAL(38,4), eligible_promo: e.eligible_promo, tier: e.tier, rate: e.reduction_rate}) END AS left_says,
        CASE WHEN k.tier IS NOT NULL THEN to_json({code: k.code, name: k.name, opening: k.opening, sales: k.sales, new_total: k.new_total, eligible_promo: k.eligible_promo, tier: k.tier, rate: k.reduction_rate}) END AS right_says
    FROM expected_reductions AS e FULL JOIN kpi_reductions AS k USING (client_id)
    WHERE left_says IS DISTINCT FROM right_says;

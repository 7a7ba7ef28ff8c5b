-- The figures by the rules of docs/rules.md, from the effective records.
CREATE VIEW prices AS
    SELECT text_in(version, '$.product_id') AS product_id, day_in(version, '$.in_force_from') AS in_force_from,
        money_in(version, '$.buy_price') AS buy_price, money_in(version, '$.sell_price') AS sell_price
    FROM effective_changes WHERE kind = 'products';
-- As the latest-landed claim says, of one file the later day's; by claims, as a file that repeats a price makes no event.
CREATE VIEW shown_products AS
    SELECT text_in(version, '$.product_id') AS product_id, text_in(version, '$.code') AS code,
        text_in(version, '$.name') AS name, text_in(version, '$.category') AS category,
        CAST(text_in(version, '$.min_margin_threshold') AS DECIMAL(10, 6)) AS threshold
    FROM (
        SELECT changes.version, coalesce(claims.landing, changes.landing) AS landing
        FROM effective_changes AS changes LEFT JOIN effective_claims AS claims USING (kind, record_id)
        WHERE kind = 'products'
    )
    QUALIFY row_number() OVER (
        PARTITION BY text_in(version, '$.product_id')
        ORDER BY landing DESC, day_in(version, '$.in_force_from') DESC) = 1;
-- The price in force on the day; before the first known one, the first known one.
CREATE TABLE prices_of_days AS
    SELECT product_id, day,
        coalesce(arg_max(buy_price, in_force_from) FILTER (in_force_from <= day), arg_min(buy_price, in_force_from))
            AS buy_price,
        coalesce(arg_max(sell_price, in_force_from) FILTER (in_force_from <= day), arg_min(sell_price, in_force_from))
            AS sell_price
    FROM (SELECT DISTINCT product_id, day FROM lines_changes) JOIN prices USING (product_id)
    GROUP BY product_id, day;
CREATE TABLE valued_days AS
    SELECT product_id, day, q + u AS quantity,
        r + coalesce(amount(u, sell_price), 0) AS revenue,
        amount(q + u, buy_price) AS cost
    FROM expected_product_facts LEFT JOIN prices_of_days USING (product_id, day);

CREATE TABLE expected_windows AS
    SELECT printf('%s:%s', name, CAST(date_trunc(name, day) AS DATE)) AS window_id, product_id,
        CAST(sum(quantity) AS BIGINT) AS quantity, sum(revenue) AS revenue, sum(revenue) - sum(cost) AS profit,
        count(cost) = count(*) AS has_cost
    FROM valued_days CROSS JOIN (VALUES ('week'), ('month')) AS windows(name)
    GROUP BY ALL;
CREATE TABLE expected_ranking AS
    SELECT window_id, product_id, code, name, category, quantity, revenue, profit,
        row_number() OVER (PARTITION BY window_id ORDER BY profit DESC, revenue DESC, code, product_id) AS rank
    FROM expected_windows LEFT JOIN shown_products USING (product_id) WHERE has_cost;
-- What a screen shows first, and a ranking's head has.
CREATE VIEW expected_top AS FROM expected_ranking WHERE rank <= 100;
-- What no file of its own told of has a code that sales told, of versions that count no more, too: a correction or a
-- withdrawal that changes no amount changes no facts.
CREATE VIEW superseded_versions AS
    SELECT kind, record_id, before AS version FROM events WHERE before IS NOT NULL;
CREATE TABLE codes_of_products AS
    SELECT product_id, list_reverse_sort(list(DISTINCT product_code)) AS codes FROM (
        SELECT product_id, product_code FROM lines_changes
        UNION ALL SELECT product_id, product_code FROM lines_of('superseded_versions')
    ) GROUP BY product_id;
CREATE TABLE codes_of_clients AS
    SELECT client_id, list_reverse_sort(list(DISTINCT client_code)) AS codes FROM (
        SELECT client_id, client_code FROM heads_changes
        UNION ALL SELECT client_id, client_code FROM heads_of('superseded_versions')
    ) WHERE client_id IS NOT NULL GROUP BY client_id;
CREATE TABLE expected_cost_missing AS
    SELECT window_id, product_id, quantity, revenue, codes
    FROM expected_windows LEFT JOIN codes_of_products USING (product_id) WHERE NOT has_cost;

CREATE TABLE expected_losses AS
    WITH lots AS (
        SELECT text_in(version, '$.stock_id') AS stock_id, text_in(version, '$.product_id') AS product_id,
            text_in(version, '$.product_code') AS product_code, text_in(version, '$.batch_no') AS batch_no,
            CAST(text_in(version, '$.quantity') AS BIGINT) AS quantity, day_in(version, '$.expiry_date') AS expiry_date,
            day_in(version, '$.movement_day') AS movement_day
        FROM effective_changes WHERE kind = 'stock'
    ), last_sales AS (
        SELECT product_id, max(day) AS last_sale FROM expected_product_facts
        WHERE n > 0 AND day <= getvariable('today') GROUP BY product_id
    ), costs AS (
        SELECT product_id,
            coalesce(arg_max(buy_price, in_force_from) FILTER (in_force_from <= getvariable('today')),
                     arg_min(buy_price, in_force_from)) AS buy_price
        FROM prices GROUP BY product_id
    ), moved AS (
        SELECT *, greatest(movement_day, coalesce(last_sale, movement_day)) AS last_movement
        FROM lots LEFT JOIN last_sales USING (product_id)
    ), judged AS (
        SELECT *, list_filter([
            CASE WHEN expiry_date < getvariable('today') THEN 'EXPIRED'
                 WHEN expiry_date < getvariable('today') + getvariable('expiring_days') THEN 'EXPIRING' END,
            CASE WHEN last_movement < getvariable('today') - getvariable('dead_stock_days') THEN 'DEAD_STOCK' END
        ], lambda reason: reason IS NOT NULL) AS reasons
        FROM moved LEFT JOIN costs USING (product_id) LEFT JOIN shown_products USING (product_id)
    )
    SELECT stock_id, coalesce(code, product_code) AS code, name, batch_no, quantity, expiry_date, last_movement,
        CAST(expiry_date - getvariable('today') AS BIGINT) AS days_left,
        greatest(CAST(getvariable('today') - last_movement AS BIGINT), 0) AS days_idle,
        list_sort(reasons) AS reasons, amount(quantity, buy_price) AS value_at_risk
    FROM judged WHERE quantity > 0 AND len(reasons) > 0;

-- A margin is shown as a fraction of four places, rounded half-up; it is judged by what it would have to earn, where no
-- place is lost.
CREATE MACRO ten_thousandths(amount) AS CAST(CAST(amount AS DECIMAL(24, 4)) * 10000 AS HUGEINT);
CREATE TABLE expected_low_margin AS
    SELECT product_id, code, name, revenue, threshold,
        CAST(sign(profit) * 0.0001 * CAST(
            (20000 * abs(ten_thousandths(profit)) + ten_thousandths(revenue)) // (2 * ten_thousandths(revenue))
        AS DECIMAL(20, 0)) AS DECIMAL(20, 4)) AS margin
    FROM (
        SELECT product_id, code, name, threshold, sum(revenue) AS revenue, sum(revenue) - sum(cost) AS profit
        FROM valued_days JOIN shown_products USING (product_id)
        WHERE day BETWEEN getvariable('today') - (getvariable('low_margin_days') - 1) AND getvariable('today')
        GROUP BY product_id, code, name, threshold
    ) WHERE revenue > 0 AND profit < revenue * threshold;
CREATE TABLE expected_loss_totals AS
    SELECT count(*) AS lots, count(*) - count(value_at_risk) AS cost_missing,
        count(*) FILTER (list_contains(reasons, 'EXPIRED')) AS expired,
        count(*) FILTER (list_contains(reasons, 'EXPIRING')) AS expiring,
        count(*) FILTER (list_contains(reasons, 'DEAD_STOCK')) AS dead_stock,
        (SELECT count(*) FROM expected_low_margin) AS low_margin,
        CAST(coalesce(sum(value_at_risk), 0) AS DECIMAL(38, 4)) AS value_at_risk
    FROM expected_losses;

CREATE TABLE expected_reductions AS
    WITH book AS (
        SELECT text_in(version, '$.client_id') AS client_id, text_in(version, '$.code') AS code,
            text_in(version, '$.name') AS name, money_in(version, '$.opening') AS opening,
            text_in(version, '$.declared_tier') AS tier, day_in(version, '$.as_of') AS as_of
        FROM effective_changes WHERE kind = 'clients'
    ), by_day AS (
        SELECT client_id, day, r FROM expected_client_facts
        UNION ALL
        SELECT client_id, day, amount(u, sell_price)
        FROM expected_unpriced JOIN prices_of_days USING (product_id, day)
    ), summed AS (
        SELECT client_id, any_value(code) AS code, any_value(name) AS name,
            coalesce(any_value(opening), 0) AS opening, any_value(tier) AS tier,
            coalesce(sum(r) FILTER (as_of IS NULL OR day > as_of), 0) AS sales
        FROM book FULL JOIN by_day USING (client_id) GROUP BY client_id
    ), earned AS (
        SELECT *, opening + sales AS new_total, greatest(
            CASE WHEN opening + sales > getvariable('gold_threshold') THEN 3
                 WHEN opening + sales > getvariable('silver_threshold') THEN 2 ELSE 1 END,
            coalesce(list_position(['Standard', 'Silver', 'Gold'], tier), 1)) AS step
        FROM summed
    )
    SELECT client_id, CASE WHEN code IS NULL THEN codes ELSE [code] END AS codes, name, opening, sales,
        new_total, new_total > getvariable('promo_threshold') AS eligible_promo,
        ['Standard', 'Silver', 'Gold'][step] AS tier,
        CAST([getvariable('reduction_rate_standard'), getvariable('reduction_rate_silver'),
            getvariable('reduction_rate_gold')][step] AS DECIMAL(5, 4)) AS reduction_rate
    FROM earned LEFT JOIN codes_of_clients USING (client_id);

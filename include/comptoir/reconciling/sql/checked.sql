-- The figures of every leg beside each other, a row per kind and day; a leg that has none of a kind stays empty.
CREATE TABLE legs AS
    SELECT 'raw' AS leg, * FROM leg_of_lines('lines_raw')
    UNION ALL SELECT 'changes', * FROM leg_of_lines('lines_changes')
    UNION ALL SELECT 'kafka', * FROM leg_of_lines('lines_kafka')
    UNION ALL SELECT 'raw', * FROM leg_of_heads('heads_raw')
    UNION ALL SELECT 'changes', * FROM leg_of_heads('heads_changes')
    UNION ALL SELECT 'kafka', * FROM leg_of_heads('heads_kafka')
    UNION ALL SELECT 'raw', * FROM leg_of_others('others_raw')
    UNION ALL SELECT 'changes', * FROM leg_of_others('others_changes')
    UNION ALL SELECT 'kafka', * FROM leg_of_others('others_kafka')
    UNION ALL SELECT 'facts', 'sales', day, sum(n), sum(q + u), sum(r) FROM facts_product GROUP BY day
        HAVING sum(n) <> 0 OR sum(q + u) <> 0 OR sum(r) <> 0
    UNION ALL SELECT 'facts', 'sales_by_client', day, sum(n), 0, sum(r) FROM facts_client GROUP BY day
        HAVING sum(n) <> 0 OR sum(r) <> 0
    UNION ALL SELECT 'facts', kind, day, count(*), sum(quantity), sum(amount) FROM folded GROUP BY kind, day
    UNION ALL SELECT 'changes', printf('winners_%s', split_part(window_id, ':', 1)),
        CAST(split_part(window_id, ':', 2) AS DATE), count(*), sum(quantity), sum(revenue)
        FROM expected_ranking GROUP BY window_id
    UNION ALL SELECT 'kpis', printf('winners_%s', split_part(window_id, ':', 1)),
        CAST(split_part(window_id, ':', 2) AS DATE), count(*), sum(quantity), sum(revenue)
        FROM kpi_ranking GROUP BY window_id
    UNION ALL SELECT 'changes', 'losses', getvariable('today'), count(*), sum(quantity), sum(value_at_risk) FROM expected_losses
    UNION ALL SELECT 'kpis', 'losses', getvariable('today'), count(*), sum(quantity), sum(value_at_risk) FROM kpi_losses
    UNION ALL SELECT 'changes', 'low_margin', getvariable('today'), count(*), 0, sum(revenue) FROM expected_low_margin
    UNION ALL SELECT 'kpis', 'low_margin', getvariable('today'), count(*), 0, sum(revenue) FROM kpi_low_margin
    UNION ALL SELECT 'changes', 'reductions', NULL, count(*), 0, sum(new_total) FROM expected_reductions
    UNION ALL SELECT 'kpis', 'reductions', NULL, count(*), 0, sum(new_total) FROM kpi_reductions;
CREATE TABLE checked AS
    PIVOT (
        SELECT leg, kind, day, {
            count: CAST(count AS BIGINT), quantity: CAST(coalesce(quantity, 0) AS BIGINT),
            amount: CAST(CAST(coalesce(amount, 0) AS DECIMAL(38, 4)) AS VARCHAR)
        } AS figures FROM legs
    ) ON leg IN ('raw', 'changes', 'kafka', 'facts', 'kpis') USING any_value(figures) GROUP BY kind, day;

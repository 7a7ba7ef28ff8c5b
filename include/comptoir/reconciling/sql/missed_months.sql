-- Months whose files are gone: each batch writes every month that sales told of, in both grains. While the files of one
-- replace those of another, only what the earlier one knew is sure to be there.
INSERT INTO kept_months
    SELECT DISTINCT grain, month, known_by_all
    FROM (
        SELECT grain, strftime(business_day, '%Y-%m') AS month, known_by_all
        FROM events JOIN (SELECT min(sequence) AS known_by_all FROM kept_months) ON sequence <= known_by_all
            CROSS JOIN (VALUES ('product'), ('client')) AS grains(grain)
        WHERE kind = 'sales'
    ) ANTI JOIN kept_months USING (grain, month);

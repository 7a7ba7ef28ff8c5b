-- A day's snapshot has the week and the month that hold it.
CREATE TABLE windows_of_today AS
    SELECT printf('%s:%s', name, CAST(date_trunc(name, getvariable('today')) AS DATE)) AS window_id
    FROM (VALUES ('week'), ('month')) AS windows(name);
DELETE FROM expected_ranking WHERE window_id NOT IN (FROM windows_of_today);
DELETE FROM expected_cost_missing WHERE window_id NOT IN (FROM windows_of_today);

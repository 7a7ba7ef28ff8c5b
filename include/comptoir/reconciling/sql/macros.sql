-- How a cell of a raw file is understood. A cell that a spreadsheet or JSON typed begins with chr(1): its number has
-- a decimal point and its date is ISO, whatever the locale of the texts around it.
CREATE MACRO is_typed(cell) AS starts_with(cell, chr(1));
CREATE MACRO bare(cell) AS nullif(regexp_replace(ltrim(cell, chr(1)), '^[\s\x{00A0}\x{202F}]+|[\s\x{00A0}\x{202F}]+$', '', 'g'), '');

-- 17850.0, 17850 and "17850" are one client (design: codes are canonical text).
CREATE MACRO code_of(cell) AS regexp_replace(bare(cell), '^(\d+)\.0+$', '\1');

-- (12,50) and 12,50- are negative; spaces, apostrophes and currencies mean nothing; the mark is the decimal one.
CREATE MACRO with_point(digits, mark) AS
    CASE WHEN mark = 'comma' THEN replace(replace(digits, '.', ''), ',', '.') ELSE replace(digits, ',', '') END;
CREATE MACRO unsigned(cell) AS regexp_replace(bare(cell), '[^0-9.,]', '', 'g');
CREATE MACRO sign_of(cell) AS CASE WHEN regexp_matches(bare(cell), '^\s*\(.*\)\s*$|^\D*[-\x{2212}]|[-\x{2212}]\s*\D*$') THEN -1 ELSE 1 END;
CREATE MACRO number_of(cell, mark) AS
    CASE
        WHEN bare(cell) IS NULL THEN NULL
        WHEN is_typed(cell) THEN TRY_CAST(bare(cell) AS DECIMAL(38, 10))
        ELSE sign_of(cell) * TRY_CAST(with_point(unsigned(cell), mark) AS DECIMAL(38, 10))
    END;
-- More than four places are rounded half-up, away from zero.
CREATE MACRO money_of(cell, mark) AS CAST(round(number_of(cell, mark), 4) AS DECIMAL(20, 4));
CREATE MACRO whole_of(cell, mark) AS TRY_CAST(number_of(cell, mark) AS BIGINT);

-- A moment as the trader's clock shows it. Serial numbers of days count from 30 December 1899.
CREATE MACRO has_offset(cell) AS regexp_matches(cell, '\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$');
CREATE MACRO with_slashes(cell) AS regexp_replace(
    regexp_replace(cell, '^(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d{4})', '\1/\2/\3'),
    '^(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d\d)($|\D)', '\1/\2/20\3\4');
CREATE MACRO iso_moment(cell) AS try_strptime(regexp_extract(cell, '^\d{4}.*'), [
    '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M', '%Y-%m-%d %H:%M:%S.%f',
    '%Y-%m-%dT%H:%M:%S.%f', '%Y-%m-%d', '%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M', '%Y/%m/%d', '%Y%m%d']);
CREATE MACRO day_first_moment(cell) AS try_strptime(with_slashes(cell), [
    '%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%YT%H:%M:%S', '%d/%m/%Y %I:%M:%S %p', '%d/%m/%Y %I:%M %p',
    '%d/%m/%Y']);
CREATE MACRO month_first_moment(cell) AS try_strptime(with_slashes(cell), [
    '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%YT%H:%M:%S', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %I:%M %p',
    '%m/%d/%Y']);
CREATE MACRO serial_moment(cell) AS
    TIMESTAMP '1899-12-30' + to_microseconds(CAST(round(TRY_CAST(cell AS DOUBLE) * 86400) AS BIGINT) * 1000000);
CREATE MACRO moment_of(cell, date_order) AS
    CASE
        WHEN bare(cell) IS NULL THEN NULL
        WHEN is_typed(cell) AND TRY_CAST(bare(cell) AS DOUBLE) IS NOT NULL THEN serial_moment(bare(cell))
        WHEN has_offset(bare(cell)) THEN TRY_CAST(bare(cell) AS TIMESTAMPTZ) AT TIME ZONE getvariable('zone')
        ELSE coalesce(
            iso_moment(bare(cell)),
            CASE WHEN date_order = 'month_first' THEN month_first_moment(bare(cell)) ELSE day_first_moment(bare(cell)) END)
    END;

-- The versions of invoices (JSON texts) as lines and heads.
CREATE MACRO invoice_in(version) AS from_json(version, '{
    "business_day": "DATE", "client_id": "VARCHAR", "client_code": "VARCHAR", "invoice_no": "VARCHAR",
    "total_amount": "DECIMAL(20,4)",
    "items": [{"product_id": "VARCHAR", "product_code": "VARCHAR", "quantity": "BIGINT", "unit_price": "DECIMAL(20,4)"}]
}');
CREATE MACRO text_in(version, path) AS json_extract_string(version, path);
CREATE MACRO money_in(version, path) AS CAST(json_extract_string(version, path) AS DECIMAL(20, 4));
CREATE MACRO day_in(version, path) AS CAST(json_extract_string(version, path) AS DATE);
CREATE MACRO amount(quantity, price) AS CAST(quantity AS DECIMAL(18, 0)) * CAST(price AS DECIMAL(20, 4));
-- What the lines of an invoice come to that have a price of their own.
CREATE MACRO priced(lines) AS
    list_sum([CAST(coalesce(amount(line.quantity, line.unit_price), 0) AS DECIMAL(38, 4)) FOR line IN lines]);

-- How a cell of a raw file is understood. A cell that a spreadsheet or JSON typed begins with chr(1): its number has
-- a decimal point and its date is ISO, whatever the locale of the texts around it.
CREATE MACRO is_typed(cell) AS starts_with(cell, chr(1));
CREATE MACRO bare(cell) AS nullif(regexp_replace(ltrim(cell, chr(1)),
    '^[\s\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]+|[\s\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]+$', '', 'g'), '');

-- 17850.0, 17850 and "17850" are one client (design: codes are canonical text); so are codes that look alike.
CREATE MACRO seen(text) AS regexp_replace(regexp_replace(nfc_normalize(text),
    '[\x00-\x08\x0E-\x1F\x7F\x{00AD}\x{061C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202C}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]', '', 'g'),
    '[\x{2010}\x{2011}]', '-', 'g');
CREATE MACRO spaced(text) AS CASE
    WHEN regexp_full_match(text, '[1-9][0-9]{0,2}([\x{00A0}\x{202F}][0-9]{3})+([.,]00?)?') THEN regexp_replace(text, '[\x{00A0}\x{202F}]', '', 'g')
    ELSE regexp_replace(text, '[\x{00A0}\x{2007}\x{202F}]', ' ', 'g') END;
-- An apostrophe in front of a code is how one types it as text in a spreadsheet.
CREATE MACRO unmarked(cell) AS regexp_replace(cell, '^''([0-9A-Za-z][^'']*)$', '\1');
CREATE MACRO code_of(cell) AS regexp_replace(unmarked(spaced(bare(seen(bare(cell))))), '^(\d+)[.,]00?$', '\1');

-- Digits may be full width, Arabic or Persian. (12,50) and 12,50- are negative; spaces, apostrophes and currencies mean nothing; the mark is the decimal one.
CREATE MACRO with_point(digits, mark) AS
    CASE WHEN mark = 'comma' THEN replace(replace(digits, '.', ''), ',', '.') ELSE replace(digits, ',', '') END;
CREATE MACRO plain(cell) AS translate(bare(cell), '０１２３４５６７８９，．٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', '0123456789,.01234567890123456789');
CREATE MACRO unsigned(cell) AS regexp_replace(plain(cell), '[^0-9.,]', '', 'g');
CREATE MACRO sign_of(cell) AS CASE WHEN regexp_matches(plain(cell), '^\s*\(.*\)\s*$|^\D*[-\x{2212}]|[-\x{2212}]\s*\D*$') THEN -1 ELSE 1 END;
-- Two numbers, as of a pack and what is in it (6 x 12), are no number; what groups digits stands between them.
CREATE MACRO is_two_numbers(cell) AS regexp_matches(cell, '\d[^\d]*[^\d.,\s''\x{2019}\x{00A0}\x{202F}\x{2009}\x{2007}][^\d]*\d');
CREATE MACRO number_of(cell, mark) AS
    CASE
        WHEN bare(cell) IS NULL OR (is_two_numbers(plain(cell)) AND NOT is_typed(cell)) THEN NULL
        WHEN is_typed(cell) THEN TRY_CAST(bare(cell) AS DECIMAL(38, 10))
        ELSE sign_of(cell) * TRY_CAST(with_point(unsigned(cell), mark) AS DECIMAL(38, 10))
    END;
-- More than four places are rounded half-up, away from zero.
CREATE MACRO money_of(cell, mark) AS CAST(round(number_of(cell, mark), 4) AS DECIMAL(20, 4));
-- 20 %, and 20 below a header with that sign, are 0.2.
CREATE MACRO ratio_of(cell, mark, in_percents) AS CAST(
    CASE WHEN contains(cell, '%') OR (in_percents AND number_of(cell, mark) > 1) THEN number_of(cell, mark) / 100
         ELSE number_of(cell, mark) END AS DECIMAL(14, 10));
-- What a line comes to tells the price after a discount; where it doesn't, the row is rejected.
CREATE MACRO is_amount(exact, amount) AS abs(exact - amount) <= 0.005;
CREATE MACRO divided(amount, quantity) AS
    CASE WHEN CAST(amount * 10000 AS HUGEINT) % quantity = 0
        THEN CAST(CAST(amount * 10000 AS HUGEINT) // quantity AS DECIMAL(24, 0)) * 0.0001 END;
CREATE MACRO net_price(price, quantity, off, amount) AS CAST(CASE
    WHEN coalesce(off, 0) = 0 OR amount IS NULL OR quantity = 0 THEN NULL
    WHEN is_amount(price * (100 - abs(off)) * quantity / 100, amount) THEN coalesce(divided(amount, quantity), price * (100 - abs(off)) / 100)
    WHEN is_amount(price * (1 - abs(off)) * quantity, amount) THEN coalesce(divided(amount, quantity), price * (1 - abs(off)))
    WHEN is_amount((price - abs(off)) * quantity, amount) THEN coalesce(divided(amount, quantity), price - abs(off))
    WHEN is_amount(price * quantity - abs(off) * sign(quantity), amount) THEN divided(amount, quantity) END AS DECIMAL(20, 4));
CREATE MACRO after_discount(price, quantity, offs, amounts) AS coalesce(
    net_price(price, quantity, offs[1], amounts[1]), net_price(price, quantity, offs[1], amounts[2]),
    net_price(price, quantity, offs[2], amounts[1]), net_price(price, quantity, offs[2], amounts[2]), price);
CREATE MACRO text_of(cell) AS CASE WHEN is_typed(cell) THEN code_of(cell) ELSE bare(cell) END;
CREATE MACRO tier_of(cell) AS
    CASE lower(bare(cell)) WHEN 'standard' THEN 'Standard' WHEN 'silver' THEN 'Silver' WHEN 'argent' THEN 'Silver'
        WHEN 'gold' THEN 'Gold' WHEN 'or' THEN 'Gold' END;
-- The first days that programs know stand for none at all.
CREATE MACRO unless_never(moment) AS
    CASE WHEN year(moment) > 1900 AND CAST(moment AS DATE) <> DATE '1970-01-01' THEN moment END;
CREATE MACRO whole_of(cell, mark) AS TRY_CAST(number_of(cell, mark) AS BIGINT);

-- A moment as the trader's clock shows it. Serial numbers of days count from 30 December 1899.
CREATE MACRO has_offset(cell) AS regexp_matches(cell, '\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)$');
CREATE MACRO with_slashes(cell) AS regexp_replace(
    regexp_replace(cell, '^(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d{4})', '\1/\2/\3'),
    '^(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d\d)($|\D)', '\1/\2/20\3\4');
-- 3 mars 2026, Tue 03-Mar-2026 10:30 and March 3rd, 2026 as 2026-03-03; all else as it is.
CREATE MACRO month_in(word) AS CASE
    WHEN word LIKE 'jan%' THEN '01' WHEN word LIKE 'fev%' OR word LIKE 'feb%' THEN '02' WHEN word LIKE 'mar%' THEN '03'
    WHEN word LIKE 'av%' OR word LIKE 'apr%' THEN '04' WHEN word IN ('mai', 'may') THEN '05'
    WHEN word LIKE 'jun%' OR word = 'juin' THEN '06' WHEN word LIKE 'jui%' OR word LIKE 'jul%' THEN '07'
    WHEN word LIKE 'aou%' OR word LIKE 'aug%' THEN '08' WHEN word LIKE 'sep%' THEN '09' WHEN word LIKE 'oct%' THEN '10'
    WHEN word LIKE 'nov%' THEN '11' WHEN word LIKE 'dec%' THEN '12' END;
CREATE MACRO month_word_in(cell) AS month_in(strip_accents(lower(regexp_extract(cell, '\p{L}{3,}'))));
CREATE MACRO without_weekday(cell) AS regexp_replace(cell, concat('(?i)^(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|',
    '(?:mon|tues|wednes|thurs|fri|satur|sun)day|lun|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)\.?,?\s+'), '');
CREATE MACRO with_month_number(cell) AS regexp_replace(coalesce(
    CASE
        WHEN month_word_in(cell) IS NULL THEN NULL
        WHEN regexp_matches(cell, '^\d')
            THEN regexp_replace(cell, '(?i)^(\d{1,2})(?:er|st|nd|rd|th)?[\s./-]*\p{L}{3,9}\.?[\s./,-]*(\d{4})',
                concat('\2-', month_word_in(cell), '-\1'))
        ELSE regexp_replace(cell, '(?i)^\p{L}{3,9}\.?\s+(\d{1,2})(?:er|st|nd|rd|th)?,?\s+(\d{4})',
            concat('\2-', month_word_in(cell), '-\1'))
    END, cell), '(?i),?\s+(?:à|at)\s+', ' ');
CREATE MACRO iso_moment(cell) AS try_strptime(regexp_extract(cell, '^\d{4}.*'), [
    '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M', '%Y-%m-%d %H:%M:%S.%f',
    '%Y-%m-%dT%H:%M:%S.%f', '%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p', '%Y-%m-%d', '%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M', '%Y/%m/%d', '%Y%m%d']);
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
            iso_moment(with_month_number(without_weekday(bare(cell)))),
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

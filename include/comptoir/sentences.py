"""The sentences that people read about their files, by problem code and language.

`{column}`, `{value}`, `{row}` and `{sheet}` come from the problem itself; other words from its parameters.
"""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "fr"]
Sentences = dict[str, dict[Language, str]]

# What kinds of files and severities of problems are called.
NAMES: Final[Sentences] = {
    "kind_products": {"en": "products", "fr": "produits"},
    "kind_clients": {"en": "clients", "fr": "clients"},
    "kind_stock": {"en": "stock", "fr": "stock"},
    "kind_sales": {"en": "sales", "fr": "ventes"},
    "severity_error": {"en": "error", "fr": "erreur"},
    "severity_warning": {"en": "warning", "fr": "avertissement"},
    "severity_notice": {"en": "notice", "fr": "remarque"},
}

MESSAGES: Final[Sentences] = {
    "value_missing": {
        "en": "The column “{column}” has no value.",
        "fr": "La colonne « {column} » n'a pas de valeur.",
    },
    "quantity_zero": {
        "en": "The quantity is 0.",
        "fr": "La quantité est 0.",
    },
    "price_negative": {
        "en": "The price “{value}” in “{column}” is negative.",
        "fr": "Le prix « {value} » dans « {column} » est négatif.",
    },
    "amount_too_large": {
        "en": "Quantity times “{column}” reaches 10,000,000,000,000.",
        "fr": "La quantité multipliée par « {column} » atteint 10 000 000 000 000.",
    },
    "date_in_future": {
        "en": "The date “{value}” in “{column}” is after tomorrow.",
        "fr": "La date « {value} » dans « {column} » est postérieure à demain.",
    },
    "period_closed": {
        "en": "The date “{value}” in “{column}” is before {closing:day}: that period is closed.",
        "fr": "La date « {value} » dans « {column} » est antérieure au {closing:day} : cette période est clôturée.",
    },
    "invoice_closed": {
        "en": "Invoice {invoice} is registered with a date before {closing:day}: that period is closed.",
        "fr": (
            "La facture {invoice} est enregistrée à une date antérieure au {closing:day} : cette période est clôturée."
        ),
    },
    "invoice_number_reused": {
        "en": "Invoice {invoice} is registered with the date {registered:day}, more than 31 days away: do numbers "
        "restart each year?",
        "fr": "La facture {invoice} est enregistrée à la date du {registered:day}, à plus de 31 jours : les numéros "
        "recommencent-ils chaque année ?",
    },
    "invoice_days_apart": {
        "en": "The lines of invoice {invoice} are {days} days apart, more than 31: do numbers restart each year?",
        "fr": "Les lignes de la facture {invoice} sont à {days} jours d'écart, plus de 31 : les numéros "
        "recommencent-ils chaque année ?",
    },
    "lot_of_depots": {
        "en": "This lot is in several places ({depots}), and a lot has one quantity here.",
        "fr": "Ce lot est à plusieurs endroits ({depots}), et un lot n'a ici qu'une seule quantité.",
    },
    "invoice_resumed": {
        "en": "Invoice {invoice}, which names no client, goes on another day behind other rows: does the till begin "
        "anew each day?",
        "fr": "La facture {invoice}, sans client, reprend un autre jour derrière d'autres lignes : la caisse "
        "recommence-t-elle chaque jour ?",
    },
    "invoice_of_shops": {
        "en": "The lines of invoice {invoice} are of several shops or tills ({shops}): does each count by itself?",
        "fr": "Les lignes de la facture {invoice} sont de plusieurs magasins ou caisses ({shops}) : chacun a-t-il sa "
        "propre numérotation ?",
    },
    "books_closed": {
        "en": "This would change {count} invoice(s) dated before {closing:day}: that period is closed.",
        "fr": "Cela changerait {count} facture(s) datée(s) d'avant le {closing:day} : cette période est clôturée.",
    },
    "duplicate_key": {
        "en": "Rows {rows} describe the same record differently.",
        "fr": "Les lignes {rows} décrivent différemment le même enregistrement.",
    },
    "invoice_clients_differ": {
        "en": "The lines of invoice {invoice} name different clients, or some a client and some none.",
        "fr": "Les lignes de la facture {invoice} désignent des clients différents, ou certaines un client et d'autres "
        "aucun.",
    },
    "invoice_on_sheets": {
        "en": "Invoice {invoice} is on several sheets ({sheets}), and not with the same lines.",
        "fr": "La facture {invoice} figure sur plusieurs feuilles ({sheets}), et pas avec les mêmes lignes.",
    },
    "invoice_totals_differ": {
        "en": "The lines of invoice {invoice} declare different totals.",
        "fr": "Les lignes de la facture {invoice} déclarent des totaux différents.",
    },
    "total_mismatch": {
        "en": "The declared total of invoice {invoice} differs from the sum of its lines by {difference}.",
        "fr": "Le total déclaré de la facture {invoice} s'écarte de {difference} de la somme de ses lignes.",
    },
    "invoice_too_long": {
        "en": "Invoice {invoice} has {lines} lines; at most 10,000 are taken.",
        "fr": "La facture {invoice} a {lines} lignes ; 10 000 au plus sont acceptées.",
    },
    "invoice_held": {
        "en": "This line is sound, but invoice {invoice} is held because of row(s) {rows}.",
        "fr": "Cette ligne est correcte, mais la facture {invoice} est retenue à cause de la ou des lignes {rows}.",
    },
    "identical_rows": {
        "en": "Some rows repeat another row ({count}): rows {rows}.",
        "fr": "Des lignes en répètent une autre ({count}) : lignes {rows}.",
    },
    "invoice_copied": {
        "en": "Invoices are on several sheets with the same lines, and count once (lines here: {count}, first {rows}).",
        "fr": (
            "Des factures figurent sur plusieurs feuilles avec les mêmes lignes, et comptent une fois (lignes ici : "
            "{count}, d'abord {rows})."
        ),
    },
    "identical_lines": {
        "en": "Some lines repeat another line of the same invoice ({count}): rows {rows}.",
        "fr": "Des lignes répètent une autre ligne de la même facture ({count}) : lignes {rows}.",
    },
    "unknown_product": {
        "en": "Product “{value}” is not in the catalogue (rows: {count}, first {rows}).",
        "fr": "Le produit « {value} » n'est pas au catalogue (lignes : {count}, d'abord {rows}).",
    },
    "unknown_client": {
        "en": "Client “{value}” is not in the client book (rows: {count}, first {rows}).",
        "fr": "Le client « {value} » n'est pas dans le fichier des clients (lignes : {count}, d'abord {rows}).",
    },
    "price_zero": {
        "en": "The price in “{column}” is 0 (rows: {count}, first {rows}).",
        "fr": "Le prix dans « {column} » est 0 (lignes : {count}, d'abord {rows}).",
    },
    "below_cost": {
        "en": "The selling price is below the buying price (rows: {count}, first {rows}).",
        "fr": "Le prix de vente est inférieur au prix d'achat (lignes : {count}, d'abord {rows}).",
    },
    "margin_threshold_unlikely": {
        "en": "The minimum margin in “{column}” is not between 0 and 100 % (rows: {count}, first {rows}).",
        "fr": "La marge minimale dans « {column} » n'est pas entre 0 et 100 % (lignes : {count}, d'abord {rows}).",
    },
    "stock_zero": {
        "en": "The stock in “{column}” is 0 (rows: {count}, first {rows}).",
        "fr": "Le stock dans « {column} » est 0 (lignes : {count}, d'abord {rows}).",
    },
    "stock_negative": {
        "en": "The stock in “{column}” is negative (rows: {count}, first {rows}).",
        "fr": "Le stock dans « {column} » est négatif (lignes : {count}, d'abord {rows}).",
    },
    "lot_expired": {
        "en": "Lots are past their date in “{column}” (rows: {count}, first {rows}).",
        "fr": "Des lots ont dépassé leur date dans « {column} » (lignes : {count}, d'abord {rows}).",
    },
    "mostly_bad": {
        "en": (
            "{bad} of {rows} {rows:row|rows} {bad:is|are} wrong: probably the wrong file, or columns that were taken "
            "for others."
        ),
        "fr": (
            "{bad} {bad:ligne|lignes} sur {rows} {bad:est fausse|sont fausses} : probablement le mauvais fichier, ou "
            "des colonnes prises pour d'autres."
        ),
    },
    "mostly_closed": {
        "en": "{bad} of {rows} {rows:row|rows} {bad:is|are} dated before {closing:day}: that period is closed.",
        "fr": (
            "{bad} {bad:ligne|lignes} sur {rows} {bad:relève|relèvent} de la période antérieure au {closing:day}, qui "
            "est clôturée."
        ),
    },
    "mostly_no_sales": {
        "en": (
            "{bad} of {rows} {rows:row|rows} {bad:is no sale|are no sales}, or not as written: of the first, "
            "“{column}” says “{value}”. It seems a list of drafts, of cancelled invoices or of credit notes."
        ),
        "fr": (
            "{bad} {bad:ligne|lignes} sur {rows} ne {bad:compte|comptent} pas comme {bad:vente|ventes} : « {column} » "
            "indique « {value} » pour la première. Il s'agit, semble-t-il, d'une liste de brouillons, d'annulations ou "
            "d'avoirs."
        ),
    },
    "all_or_nothing": {
        "en": (
            "{bad} of {rows} {rows:row|rows} {bad:is|are} wrong, and files of this account are imported whole or not "
            "at all."
        ),
        "fr": (
            "{bad} {bad:ligne|lignes} sur {rows} {bad:est fausse|sont fausses}, et les fichiers de ce compte sont "
            "importés en entier ou pas du tout."
        ),
    },
    "record_conflict": {
        "en": "The record “{value}” comes twice in this file, with different content.",
        "fr": "L'enregistrement « {value} » figure deux fois dans ce fichier, avec un contenu différent.",
    },
    "reading_memory": {
        "en": "Reading “{name}” took more memory than a file may take, so it was stopped.",
        "fr": (
            "La lecture de « {name} » a pris plus de mémoire qu'un fichier n'a le droit d'en prendre ; elle a été "
            "arrêtée."
        ),
    },
    "reading_time": {
        "en": "Reading “{name}” took longer than a file may take, so it was stopped.",
        "fr": "La lecture de « {name} » a duré plus longtemps que permis pour un fichier ; elle a été arrêtée.",
    },
    "reading_crashed": {
        "en": "Reading “{name}” broke off: it is built in a way that can't be read.",
        "fr": (
            "La lecture de « {name} » s'est interrompue : le fichier est construit d'une façon qui ne peut pas "
            "être lue."
        ),
    },
    "file_changed": {
        "en": "The file was written to while it was being read.",
        "fr": "Le fichier a été modifié pendant sa lecture.",
    },
    "account_unknown": {
        "en": "There is no account “{account}”.",
        "fr": "Le compte « {account} » n'existe pas.",
    },
    "account_away": {
        "en": "What “{account}” chose for its files is known only while the platform runs.",
        "fr": "Ce que « {account} » a choisi pour ses fichiers n'est connu que si la plateforme tourne.",
    },
    "zone_unknown": {
        "en": "The folder “{zone}” that the file was put into belongs to no account.",
        "fr": "Le dossier « {zone} » où le fichier a été déposé n'appartient à aucun compte.",
    },
    "file_vanished": {
        "en": "The file left the drop zone before it was read.",
        "fr": "Le fichier a quitté la zone de dépôt avant sa lecture.",
    },
    "file_empty": {
        "en": "The file “{name}” is empty.",
        "fr": "Le fichier « {name} » est vide.",
    },
    "format_unsupported": {
        "en": "“{name}” is of no format that can be read (its content is {format}).",
        "fr": "« {name} » n'est pas d'un format qui puisse être lu (son contenu est de type {format}).",
    },
    "nul_bytes": {
        "en": "“{name}” has NUL characters, which no text has: it is damaged, or something else than a table.",
        "fr": (
            "« {name} » contient des caractères NUL, ce qu'aucun texte ne fait : il est endommagé, ou n'est "
            "pas un tableau."
        ),
    },
    "file_damaged": {
        "en": "The file “{name}” is damaged and can't be opened.",
        "fr": "Le fichier « {name} » est endommagé et ne peut pas être ouvert.",
    },
    "file_unreadable": {
        "en": "The file “{name}” could not be read, for a reason that was not foreseen ({error}).",
        "fr": "Le fichier « {name} » n'a pas pu être lu, pour une raison qui n'était pas prévue ({error}).",
    },
    "file_encrypted": {
        "en": "The file “{name}” is protected by a password.",
        "fr": "Le fichier « {name} » est protégé par un mot de passe.",
    },
    "archive_unsafe": {
        "en": "“{name}” is built in a way that no usual program writes, so it was not opened.",
        "fr": "« {name} » est construit comme aucun programme courant ne le fait ; il n'a pas été ouvert.",
    },
    "archive_nested": {
        "en": "“{name}” is an archive that holds another archive.",
        "fr": "« {name} » est une archive qui en contient une autre.",
    },
    "archive_several": {
        "en": "“{name}” holds {count} files ({inside}); an archive is read only if it holds a single one.",
        "fr": (
            "« {name} » contient {count} fichiers ({inside}) ; une archive n'est lue que si elle n'en contient qu'un."
        ),
    },
    "archive_too_large": {
        "en": "“{name}” unfolds to more than {limit} MiB.",
        "fr": "« {name} » dépasse {limit} Mio une fois décompressé.",
    },
    "sheet_too_large": {
        "en": "A sheet of “{name}” spreads over more cells than can be opened.",
        "fr": "Une feuille de « {name} » s'étend sur plus de cellules qu'il n'est possible d'en ouvrir.",
    },
    "encoding_mixed": {
        "en": "The accented letters of “{name}” are written in two encodings at once (UTF-8 and another).",
        "fr": "Les lettres accentuées de « {name} » sont écrites dans deux encodages à la fois (UTF-8 et un autre).",
    },
    "encoding_unknown": {
        "en": (
            "The accented letters of “{name}” can't be told: no known encoding makes words of them all, or several "
            "make different ones."
        ),
        "fr": (
            "Les lettres accentuées de « {name} » sont incertaines : aucun encodage connu n'en fait des mots, ou "
            "plusieurs en font des mots différents."
        ),
    },
    "json_line_broken": {
        "en": "Line {row} of “{name}” is not one whole JSON object, has a key twice, or comes in a list after a comma "
        "too few or too many.",
        "fr": "La ligne {row} de « {name} » n'est pas un objet JSON entier, une clé y figure deux fois, ou, dans une "
        "liste, la virgule avant elle manque ou est de trop.",
    },
    "json_document": {
        "en": "“{name}” is one JSON document: its records are in a list, or spread over several lines, where each is "
        "to be an object on a line of its own.",
        "fr": "« {name} » est un seul document JSON : ses enregistrements sont dans une liste, ou sur plusieurs "
        "lignes, alors que chacun doit être un objet sur sa propre ligne.",
    },
    "quotes_unbalanced": {
        "en": "From row {row} on, the quotation marks of “{name}” don't match, so its cells can't be told apart.",
        "fr": (
            "À partir de la ligne {row}, les guillemets de « {name} » ne s'accordent pas ; ses cellules ne "
            "peuvent pas être séparées."
        ),
    },
    "row_delimiter": {
        "en": "Row {row} of “{name}” has “{other}” between its cells, the other rows have “{usual}”.",
        "fr": "La ligne {row} de « {name} » a « {other} » entre ses cellules, les autres lignes « {usual} ».",
    },
    "dates_half_converted": {
        "en": "In “{column}”, all days that the spreadsheet knows are on the 1st to 12th of a month, and all texts, "
        "such as “{value}”, later: it seems to have swapped day and month of the former.",
        "fr": "Dans « {column} », tous les jours que le tableur connaît sont du 1er au 12 d'un mois, et tous les "
        "textes, comme « {value} », après : il semble avoir échangé jour et mois des premiers.",
    },
    "row_too_long": {
        "en": "Row {row} of “{name}” has {cells} cells, but there are {width} headers: its cells may have moved.",
        "fr": "La ligne {row} de « {name} » a {cells} cellules pour {width} en-têtes : ses cellules ont pu se décaler.",
    },
    "columns_too_many": {
        "en": "Row {row} of “{name}” has more than {limit} columns.",
        "fr": "La ligne {row} de « {name} » a plus de {limit} colonnes.",
    },
    "cell_too_large": {
        "en": "Row {row} of “{name}” has a cell of more than {limit} MiB.",
        "fr": "La ligne {row} de « {name} » a une cellule de plus de {limit} Mio.",
    },
    "kind_unknown": {
        "en": (
            "The columns of “{name}” were not recognised. Found: {found}. Closest kind: {kind}; missing columns: "
            "{missing}."
        ),
        "fr": (
            "Les colonnes de « {name} » n'ont pas été reconnues. Trouvées : {found}. Type le plus proche : {kind_fr} ; "
            "colonnes manquantes : {missing_fr}."
        ),
    },
    "invoices_without_lines": {
        "en": "“{name}” has a row for each invoice ({found}), but not what was sold: {missing} are missing.",
        "fr": "« {name} » a une ligne par facture ({found}), mais pas ce qui a été vendu : il manque {missing_fr}.",
    },
    "ledger_entries": {
        "en": "“{name}” is a ledger of accounting entries ({found}): it has accounts, debits and credits, but no "
        "products and quantities, so it is no file of sales.",
        "fr": "« {name} » est un journal d'écritures comptables ({found}) : il a des comptes, des débits et des "
        "crédits, mais ni produits ni quantités ; ce n'est pas un fichier de ventes.",
    },
    "client_balance": {
        "en": "“{name}” is a balance of accounts ({found}): it says what is owed, neither what was sold nor what each "
        "client has bought so far.",
        "fr": "« {name} » est une balance de comptes ({found}) : elle dit ce qui est dû, ni ce qui a été vendu ni ce "
        "que chaque client a acheté jusqu'ici.",
    },
    "day_in_parts": {
        "en": "“{name}” has its dates in three columns, “{year}”, “{month}” and “{day}”: each is to stand in one.",
        "fr": "« {name} » a ses dates en trois colonnes, « {year} », « {month} » et « {day} », alors que chacune doit "
        "tenir en une seule.",
    },
    "two_tables": {
        "en": "“{name}” has two tables on one sheet, side by side or one below the other, or records of two kinds: "
        "look at row {row}.",
        "fr": (
            "« {name} » a deux tableaux sur une même feuille, côte à côte ou l'un sous l'autre, ou des enregistrements "
            "de deux types : voyez la ligne {row}."
        ),
    },
    "data_above_headers": {
        "en": "Row {row} of “{name}” stands above the headers (row {headers}), but is a row of the table.",
        "fr": "La ligne {row} de « {name} » est au-dessus des en-têtes (ligne {headers}) mais fait partie du tableau.",
    },
    "quotes_single": {
        "en": "The headers of “{name}” stand between single quotes, which would be part of each code.",
        "fr": "Les en-têtes de « {name} » sont entre apostrophes, qui feraient partie de chaque code.",
    },
    "kind_tied": {
        "en": "The columns of “{name}” fit several kinds equally well: {kinds}.",
        "fr": "Les colonnes de « {name} » conviennent aussi bien à plusieurs types : {kinds_fr}.",
    },
    "banner_unit": {
        "en": "“{said}”, written beside the table or as the sheet's name, would change every amount or quantity: "
        "amounts are in {currency}, without tax, neither in thousands nor in cents, and of single pieces.",
        "fr": "« {said} », écrit à côté du tableau ou comme nom de la feuille, changerait tous les montants ou toutes "
        "les quantités : les montants sont en {currency}, hors taxes, ni en milliers ni en centimes, et à la pièce.",
    },
    "banner_no_data": {
        "en": "“{said}”, written above the table or as the name of the sheet or the file, says that its rows are no "
        "sales or not final.",
        "fr": "« {said} », écrit au-dessus du tableau ou comme nom de la feuille ou du fichier, dit que ses lignes ne "
        "sont pas des ventes, ou pas définitives.",
    },
    "banner_credits": {
        "en": "“{said}”, written above the table or as the name of the sheet or the file, says that its rows are "
        "credit notes, but the quantities are positive: they would be counted as sales.",
        "fr": "« {said} », écrit au-dessus du tableau ou comme nom de la feuille ou du fichier, dit que ses lignes "
        "sont des avoirs, mais leurs quantités sont positives : elles seraient comptées comme des ventes.",
    },
    "decimals_split": {
        "en": "Row {row} has {whole} before “{column}” and {cents} in it: the commas between cells and that in {value} "
        "can't be told apart.",
        "fr": "La ligne {row} a {whole} avant « {column} » et {cents} dedans : les virgules entre les cellules et "
        "celle de {value} ne se distinguent pas.",
    },
    "debit_and_credit": {
        "en": "Both “{debit}” and “{credit}” hold amounts, and nothing shows which of them are sales.",
        "fr": "« {debit} » et « {credit} » contiennent tous deux des montants, et rien ne montre lesquels sont des "
        "ventes.",
    },
    "stock_movements": {
        "en": "“{value}” in “{column}” tells of movements of stock: a stock file says what is there, so each movement "
        "would be taken for the whole stock.",
        "fr": "« {value} » dans « {column} » parle de mouvements de stock : un fichier de stock dit ce qu'il y a, et "
        "chaque mouvement serait pris pour le stock entier.",
    },
    "no_rows": {
        "en": "“{name}” has headers but no rows.",
        "fr": "« {name} » a des en-têtes mais aucune ligne.",
    },
    "columns_compete": {
        "en": "Several columns could be “{field}”: {headers}. Which one is it?",
        "fr": "Plusieurs colonnes peuvent être « {field_fr} » : {headers}. Laquelle est-ce ?",
    },
    "mapping_unclear": {
        "en": "This seems to be a {kind} file. Which column is “{field}”? “{value}” comes closest.",
        "fr": (
            "Ce fichier semble être de type {kind_fr}. Quelle colonne est « {field_fr} » ? « {value} » s'en approche "
            "le plus."
        ),
    },
    "line_amount_unclear": {
        "en": (
            "No column has a price, and all lines of an invoice say “{value}” in “{column}”. Is that what each line "
            "comes to, or the whole invoice?"
        ),
        "fr": (
            "Aucune colonne n'a de prix, et toutes les lignes d'une facture indiquent « {value} » dans « {column} ». "
            "Est-ce le montant de chaque ligne, ou de toute la facture ?"
        ),
    },
    "value_unclear": {
        "en": "“{column}” says “{value}”, and nothing shows what such rows are. What are they?",
        "fr": "« {column} » indique « {value} », et rien ne montre ce que sont de telles lignes. Que sont-elles ?",
    },
    "column_unnamed": {
        "en": "This seems to be a {kind} file, but no header names “{field}”. Which column is it?",
        "fr": (
            "Ce fichier semble être de type {kind_fr}, mais aucun en-tête ne nomme « {field_fr} ». Quelle colonne "
            "est-ce ?"
        ),
    },
    "column_guessed": {
        "en": "The column “{column}” was taken for “{field}”, as it is spelt nearly like a header known for that.",
        "fr": (
            "La colonne « {column} » a été prise pour « {field_fr} », car elle s'écrit presque comme un en-tête connu "
            "pour celle-ci."
        ),
    },
    "decimal_mark_unclear": {
        "en": (
            "In “{column}”, is “{value}” {point} (decimal point) or {comma} (decimal comma)? No other cell settles it."
        ),
        "fr": (
            "Dans « {column} », « {value} » vaut-il {point} (point décimal) ou {comma} (virgule "
            "décimale) ? Aucune autre cellule ne tranche."
        ),
    },
    "date_order_unclear": {
        "en": "In “{column}”, does “{value}” start with the day or with the month? No other cell settles it.",
        "fr": (
            "Dans « {column} », « {value} » commence-t-il par le jour ou par le mois ? Aucune autre cellule ne tranche."
        ),
    },
    "opening_changed": {
        "en": "“{column}” changes the opening balance of {count} {count:client|clients}, {client} first, and sales are "
        "imported already. Does it hold these sales? Then they would count twice.",
        "fr": "« {column} » change le solde d'ouverture de {count} {count:client|clients}, d'abord {client}, alors que "
        "des ventes sont déjà importées. Les comprend-il ? Elles compteraient alors deux fois.",
    },
    "answer_unknown": {
        "en": "An answer was given to “{question}”, a question that this file does not ask.",
        "fr": "Une réponse a été donnée à « {question} », une question que ce fichier ne pose pas.",
    },
    "answer_too_late": {
        "en": "“{name}” waits for no answer, or not any more.",
        "fr": "« {name} » n'attend pas de réponse, ou n'en attend plus.",
    },
    "answer_invalid": {
        "en": "“{answer}” is no answer to “{question}”; the possible answers are: {choices}.",
        "fr": "« {answer} » n'est pas une réponse à « {question} » ; les réponses possibles sont : {choices}.",
    },
    "answer_header_unknown": {
        "en": "An answer was given to “{question}”, but the file has no such column. Its columns are: {headers}.",
        "fr": (
            "Une réponse a été donnée à « {question} », mais le fichier n'a pas de telle colonne. Ses colonnes sont : "
            "{headers}."
        ),
    },
    "answer_contradicts": {
        "en": "The answer “{answer}” to “{question}” can't be right: “{value}” in “{column}” proves another.",
        "fr": (
            "La réponse « {answer} » à « {question} » ne peut pas être juste : « {column} » contient « {value} », "
            "qui prouve le contraire."
        ),
    },
    "sheets_all_skipped": {
        "en": "No sheet of “{name}” can be read: each is hidden, is a chart, holds a pivot table or is empty.",
        "fr": (
            "Aucune feuille de « {name} » ne peut être lue : chacune est masquée, est un graphique, contient un "
            "tableau croisé dynamique ou est vide."
        ),
    },
    "sheet_hidden": {
        "en": "The sheet “{sheet}” is hidden or is a chart, and was left aside.",
        "fr": "La feuille « {sheet} » est masquée ou est un graphique, et a été laissée de côté.",
    },
    "sheet_pivot": {
        "en": "The sheet “{sheet}” holds a pivot table and was left aside.",
        "fr": "La feuille « {sheet} » contient un tableau croisé dynamique et a été laissée de côté.",
    },
    "sheet_empty": {
        "en": "The sheet “{sheet}” has no rows and was left aside.",
        "fr": "La feuille « {sheet} » n'a aucune ligne et a été laissée de côté.",
    },
    "sheet_skipped": {
        "en": (
            "The sheet “{sheet}” was not recognised and was left aside. Found: {found}. Closest kind: {kind}; missing "
            "columns: {missing}."
        ),
        "fr": (
            "La feuille « {sheet} » n'a pas été reconnue et a été laissée de côté. Trouvées : {found}. Type le plus "
            "proche : {kind_fr} ; colonnes manquantes : {missing_fr}."
        ),
    },
    "rows_above_header": {
        "en": "{count} row(s) above the headers, up to row {last}, were left aside.",
        "fr": "{count} ligne(s) au-dessus des en-têtes, jusqu'à la ligne {last}, ont été laissées de côté.",
    },
    "hours_left_aside": {
        "en": "“{column}” has times of day (“{value}”) beside the dates: they were left aside, as sales count by "
        "their day.",
        "fr": "« {column} » contient des heures (« {value} ») à côté des dates : elles ont été laissées de côté, les "
        "ventes comptent par jour.",
    },
    "headers_repeated": {
        "en": "{count} row(s) repeat the headers and were left aside: {rows}.",
        "fr": "{count} ligne(s) répètent les en-têtes et ont été laissées de côté : {rows}.",
    },
    "credit_note_positive": {
        "en": "“{column}” says “{value}”, but the quantity is positive: it would be counted as a sale.",
        "fr": "« {column} » indique « {value} », mais la quantité est positive : elle serait comptée comme une vente.",
    },
    "not_a_sale": {
        "en": "“{column}” says “{value}”: the row is no sale.",
        "fr": "« {column} » indique « {value} » : la ligne n'est pas une vente.",
    },
    "not_as_written": {
        "en": "“{column}” says “{value}”: the row can't be taken as it is written.",
        "fr": "« {column} » indique « {value} » : la ligne ne peut pas être prise telle qu'elle est écrite.",
    },
    "line_amount_differs": {
        "en": "“{column}” says that the line comes to {value}, which is not its quantity times its unit price.",
        "fr": "« {column} » donne à la ligne un montant de {value}, qui n'est pas sa quantité multipliée par son prix "
        "unitaire.",
    },
    "line_amount_undivided": {
        "en": "“{column}” comes to {value} for {quantity} pieces, which gives no price of at most four decimals.",
        "fr": "« {column} » donne {value} pour {quantity} pièces, ce qui ne fait pas un prix de quatre décimales au "
        "plus.",
    },
    "line_discounted": {
        "en": "“{column}” gives a discount of “{value}”, and nothing shows whether the unit price is the one after it.",
        "fr": "« {column} » indique une remise de « {value} », et rien ne montre si le prix unitaire est celui après "
        "remise.",
    },
    "discounts_taken_off": {
        "en": "{count} row(s) have a discount (“{column}”) beside their price, and “{amount}” shows it: the price "
        "after discount was taken in rows {rows}.",
        "fr": "{count} ligne(s) portent une remise (« {column} ») à côté de leur prix, et « {amount} » la confirme : "
        "le prix après remise a été retenu aux lignes {rows}.",
    },
    "totals_of_more": {
        "en": "“{column}” holds more than the lines: it was compared with them and “{columns}” together, and agrees.",
        "fr": "« {column} » ne contient pas que les lignes : il a été comparé à leur somme et à « {columns} », et "
        "concorde.",
    },
    "line_totals": {
        "en": "“{column}” holds the total of each line, not of the invoice, and was only compared with the lines.",
        "fr": "« {column} » contient le total de chaque ligne, non de la facture, et n'a servi qu'à vérifier les "
        "lignes.",
    },
    "groups_left_aside": {
        "en": "{count} row(s) name a client or a product for the lines below them, and were left aside: {rows}.",
        "fr": "{count} ligne(s) nomment un client ou un produit pour les lignes qui les suivent, et ont été laissées "
        "de côté : {rows}.",
    },
    "bare_rows_left_aside": {
        "en": "{count} row(s) with neither quantity nor price, such as the head of an invoice or a text, sell nothing "
        "and were left aside; what only a head says holds for its lines: {rows}.",
        "fr": "{count} ligne(s) sans quantité ni prix, comme un en-tête de facture ou un texte, ne vendent rien et ont "
        "été laissées de côté ; ce que seul un en-tête indique vaut pour ses lignes : {rows}.",
    },
    "lines_continued": {
        "en": "{count} row(s) without an invoice number, client and date were taken for lines of the invoice above "
        "them: {rows}.",
        "fr": "{count} ligne(s) sans numéro de facture, client ni date ont été rattachées à la facture qui les "
        "précède : {rows}.",
    },
    "totals_left_aside": {
        "en": "{count} row(s) of totals were left aside: {rows}.",
        "fr": "{count} ligne(s) de totaux ont été laissées de côté : {rows}.",
    },
    "feet_left_aside": {
        "en": "{count} row(s) with no more than a page's number, a date of printing, a tax, an amount due or an "
        "imprint below the table were left aside: {rows}.",
        "fr": (
            "{count} ligne(s) qui ne portent qu'un numéro de page, une date d'édition, une taxe, un net à payer ou "
            "une mention légale sous le tableau ont été laissées de côté : {rows}."
        ),
    },
    "rows_hidden": {
        "en": "{count} row(s) are hidden or filtered out in the spreadsheet, and were read all the same: {rows}.",
        "fr": "{count} ligne(s) sont masquées ou filtrées dans le tableur, et ont été lues quand même : {rows}.",
    },
    "columns_hidden": {
        "en": "Columns are hidden in the spreadsheet, and were read all the same: {columns}.",
        "fr": "Des colonnes sont masquées dans le tableur, et ont été lues quand même : {columns}.",
    },
    "money_rounded": {
        "en": (
            "{count} amount(s) in “{column}” have more than {places} decimals and were rounded to {places}; "
            "the first is “{value}”."
        ),
        "fr": (
            "{count} montant(s) dans « {column} » ont plus de {places} décimales et ont été arrondis à "
            "{places} ; le premier est « {value} »."
        ),
    },
    "not_a_number": {
        "en": "“{value}” in “{column}” is not a number.",
        "fr": "« {value} » dans « {column} » n'est pas un nombre.",
    },
    "not_an_integer": {
        "en": "“{value}” in “{column}” is not a whole number.",
        "fr": "« {value} » dans « {column} » n'est pas un nombre entier.",
    },
    "number_too_large": {
        "en": "“{value}” in “{column}” has more than 13 digits before its decimal mark.",
        "fr": "« {value} » dans « {column} » a plus de 13 chiffres avant sa virgule.",
    },
    "currency_foreign": {
        "en": "“{value}” in “{column}” is not in {currency}.",
        "fr": "« {value} » dans « {column} » n'est pas en {currency}.",
    },
    "count_in_currency": {
        "en": "“{value}” in “{column}” is an amount of money, where pieces are counted.",
        "fr": "« {value} » dans « {column} » est une somme d'argent, là où l'on compte des pièces.",
    },
    "header_unit": {
        "en": "The header “{column}”, or the row below it, gives “{value}” as the unit, which would change every "
        "number below it: amounts are in {currency} without tax, quantities in pieces.",
        "fr": "L'en-tête « {column} », ou la ligne au-dessous, indique l'unité « {value} », qui changerait tous les "
        "nombres de la colonne : les montants sont en {currency} hors taxes, les quantités en pièces.",
    },
    "percent_unclear": {
        "en": "“{value}” in “{column}”, a column of percentages, may be less than one per cent or a share of one.",
        "fr": "« {value} » dans « {column} », une colonne de pourcentages, peut être moins d'un pour cent ou une part "
        "de un.",
    },
    "ratio_over_one": {
        "en": "“{value}” in “{column}” would be more than 100 %.",
        "fr": "« {value} » dans « {column} » ferait plus de 100 %.",
    },
    "not_a_date": {
        "en": "“{value}” in “{column}” is not a date that fits the others of its column.",
        "fr": "« {value} » dans « {column} » n'est pas une date conforme aux autres de sa colonne.",
    },
    "day_as_number": {
        "en": "“{value}” in “{column}” is the number by which a spreadsheet counts a day, without a date's format.",
        "fr": "« {value} » dans « {column} » est le numéro par lequel un tableur compte un jour, sans le format d'une "
        "date.",
    },
    "date_in_part": {
        "en": "“{value}” in “{column}” has a month and one number, which may be the day or the year: a spreadsheet "
        "shows dates so, and exports them as shown.",
        "fr": "« {value} » dans « {column} » n'a qu'un mois et un nombre, qui peut être le jour ou l'année : un "
        "tableur affiche des dates ainsi, et les exporte comme affichées.",
    },
    "weekday_differs": {
        "en": "“{value}” in “{column}” names another day of the week than its date has.",
        "fr": "« {value} » dans « {column} » nomme un autre jour de la semaine que celui de sa date.",
    },
    "day_unlikely": {
        "en": (
            "“{value}” in “{column}” is a typed number that, as a day, lies before 1990 or after 2099: a year or a "
            "count, perhaps."
        ),
        "fr": (
            "« {value} » dans « {column} » est un nombre saisi qui, comme jour, tombe avant 1990 ou après 2099 : "
            "peut-être une année ou un compte."
        ),
    },
    "day_too_old": {
        "en": "“{value}” in “{column}” lies before 1990: a slip in the year, perhaps.",
        "fr": "« {value} » dans « {column} » tombe avant 1990 : peut-être une erreur de frappe dans l'année.",
    },
    "year_two_digits": {
        "en": "The year of “{value}” in “{column}” has two digits, so its century is not known.",
        "fr": "L'année de « {value} » dans « {column} » n'a que deux chiffres : son siècle est inconnu.",
    },
    "not_a_uuid": {
        "en": "“{value}” in “{column}” is not a UUID.",
        "fr": "« {value} » dans « {column} » n'est pas un UUID.",
    },
    "unknown_tier": {
        "en": "“{value}” in “{column}” is no loyalty tier.",
        "fr": "« {value} » dans « {column} » n'est pas un niveau de fidélité.",
    },
    "error_cell": {
        "en": "The cell in “{column}” holds the spreadsheet error {value}.",
        "fr": "La cellule de « {column} » contient l'erreur de tableur {value}.",
    },
    "formula_uncalculated": {
        "en": "The formula in “{column}” was never calculated, so its value is not known.",
        "fr": "La formule de « {column} » n'a jamais été calculée : sa valeur est inconnue.",
    },
    "cell_merged": {
        "en": "The cell in “{column}” is merged with the one above it, whose value may be each row's or all rows' "
        "together.",
        "fr": (
            "La cellule de « {column} » est fusionnée avec celle du dessus, dont la valeur peut être celle de chaque "
            "ligne ou celle de toutes ensemble."
        ),
    },
    "items_beside_line": {
        "en": "The row has a product and a quantity of its own, and “{column}” lists further lines: only one of "
        "the two would count.",
        "fr": "La ligne a son propre produit et sa quantité, et « {column} » contient d'autres lignes : un seul "
        "des deux compterait.",
    },
    "product_of_group": {
        "en": "“{column}” is empty, as where a report names a product on the first row of its group alone; “{value}”, "
        "in a row above, may be another row's.",
        "fr": "« {column} » est vide, comme lorsqu'un état ne nomme un produit qu'à la première ligne de son groupe ; "
        "« {value} », dans une ligne au-dessus, peut être celui d'une autre.",
    },
    "items_broken": {
        "en": "The cell in “{column}” is not a list of lines, each with its product and quantity.",
        "fr": "La cellule de « {column} » n'est pas une liste de lignes, chacune avec son produit et sa quantité.",
    },
    "code_placeholder": {
        "en": "“{value}” in “{column}” stands for no code: all rows that have it would be taken for one.",
        "fr": "« {value} » dans « {column} » n'est pas un code : toutes les lignes qui le portent n'en feraient qu'un.",
    },
    "code_nested": {
        "en": "“{value}” in “{column}” is an object or a list, no code.",
        "fr": "« {value} » dans « {column} » est un objet ou une liste, pas un code.",
    },
    "code_retyped": {
        "en": "“{value}” in “{column}” is a date or a truth value, as a spreadsheet makes of a code like 1-2 or VRAI.",
        "fr": "« {value} » dans « {column} » est une date ou une valeur logique : un tableur en fait d'un code comme "
        "1-2 ou VRAI.",
    },
    "letters_garbled": {
        "en": "Accented letters in “{column}” were garbled before the file was dropped, such as “{value}” (rows: "
        "{count}, first {rows}).",
        "fr": "Des lettres accentuées de « {column} » étaient déjà abîmées avant le dépôt, comme « {value} » (lignes : "
        "{count}, d'abord {rows}).",
    },
    "code_is_total": {
        "en": "“{value}” in “{column}” is the label of a total, not a code: the row would count what others count.",
        "fr": "« {value} » dans « {column} » est l'intitulé d'un total, pas un code : la ligne compterait ce que "
        "d'autres comptent déjà.",
    },
    "code_shortened": {
        "en": "A spreadsheet shortened the code in “{column}” to “{value}”: some of its digits are lost.",
        "fr": "Un tableur a abrégé le code de « {column} » en « {value} » : des chiffres sont perdus.",
    },
}

# What a file means under each answer to a question about it; `{answer}` is the answer itself.
CHOICES: Final[Sentences] = {
    "point": {
        "en": "Decimal point: “{value}” is {reading}.",
        "fr": "Point décimal : « {value} » vaut {reading}.",
    },
    "comma": {
        "en": "Decimal comma: “{value}” is {reading}.",
        "fr": "Virgule décimale : « {value} » vaut {reading}.",
    },
    "day_first": {
        "en": "The day comes first: “{value}” is {reading:day}.",
        "fr": "Le jour d'abord : « {value} » est le {reading:day}.",
    },
    "month_first": {
        "en": "The month comes first: “{value}” is {reading:day}.",
        "fr": "Le mois d'abord : « {value} » est le {reading:day}.",
    },
    "balance_opening": {
        "en": "Opening balance: it holds none of the sales that are imported, and they are added to it.",
        "fr": "Solde d'ouverture : il ne comprend aucune des ventes importées, qui s'y ajoutent.",
    },
    "balance_closing": {
        "en": "Balance at the end of {answer:day}: only sales of later days are added to it.",
        "fr": "Solde au soir du {answer:day} : seules les ventes des jours suivants s'y ajoutent.",
    },
    "as_written": {
        "en": "They are ordinary: they count as they are written.",
        "fr": "Elles sont ordinaires : elles comptent telles qu'elles sont écrites.",
    },
    "return": {
        "en": "They are returns: they count where their quantity is negative, and are rejected where it is not.",
        "fr": "Ce sont des retours : elles comptent si leur quantité est négative, et sont rejetées sinon.",
    },
    "left_out": {
        "en": "They are not to be counted, and are rejected.",
        "fr": "Elles ne doivent pas compter, et sont rejetées.",
    },
    "amount_of_line": {
        "en": "It is what each line comes to: divided by the quantity, it gives the price.",
        "fr": "C'est le montant de chaque ligne : divisé par la quantité, il donne le prix.",
    },
    "amount_of_invoice": {
        "en": "It is what the whole invoice comes to, and only checked: prices are those of the catalogue.",
        "fr": "C'est le montant de toute la facture, seulement vérifié : les prix sont ceux du catalogue.",
    },
    "no_column": {
        "en": "None of the columns is “{field}”.",
        "fr": "Aucune des colonnes n'est « {field_fr} ».",
    },
    "column": {
        "en": "“{answer}” is “{field}”.",
        "fr": "« {answer} » est « {field_fr} ».",
    },
}

REMEDIES: Final[Sentences] = {
    "value_missing": {
        "en": "Fill in “{column}” and drop the row again.",
        "fr": "Renseignez « {column} » et déposez la ligne de nouveau.",
    },
    "quantity_zero": {
        "en": "Enter the quantity sold (negative for a return) or delete the line.",
        "fr": "Saisissez la quantité vendue (négative pour un retour) ou supprimez la ligne.",
    },
    "price_negative": {
        "en": "Enter a price of 0 or more; a return has a negative quantity instead.",
        "fr": "Saisissez un prix supérieur ou égal à 0 ; un retour se marque par une quantité négative.",
    },
    "amount_too_large": {
        "en": "Correct the quantity or “{column}”.",
        "fr": "Corrigez la quantité ou « {column} ».",
    },
    "date_in_future": {
        "en": "Correct the date, or drop the row again when the day has come.",
        "fr": "Corrigez la date, ou déposez la ligne de nouveau le jour venu.",
    },
    "period_closed": {
        "en": "Date it in the open period, as a correction of its own, or have the closing date moved.",
        "fr": (
            "Datez-la dans la période ouverte, comme une correction à part, ou demandez à l'administrateur de déplacer "
            "la date de clôture."
        ),
    },
    "invoice_closed": {
        "en": "Send a credit note with a number of its own, or ask the administrator to move the closing date.",
        "fr": (
            "Envoyez un avoir sous son propre numéro, ou demandez à l'administrateur de déplacer la date de clôture."
        ),
    },
    "invoice_number_reused": {
        "en": "If it is another invoice, give it a number of its own, such as 2026-12. If it is the same one with "
        "another date, ask the administrator to release it.",
        "fr": "Si c'est une autre facture, donnez-lui un numéro à elle, comme 2026-12. Si c'est la même avec une autre "
        "date, demandez à l'administrateur de la libérer.",
    },
    "invoice_days_apart": {
        "en": "If they are different invoices, give each a number of its own, such as 2026-12. If they are one, ask "
        "the administrator to release it.",
        "fr": "Si ce sont des factures différentes, donnez à chacune un numéro à elle, comme 2026-12. Si c'en est une "
        "seule, demandez à l'administrateur de la libérer.",
    },
    "lot_of_depots": {
        "en": "Add its quantities up into one row, and drop that row.",
        "fr": "Additionnez ses quantités sur une seule ligne, et déposez cette ligne.",
    },
    "invoice_resumed": {
        "en": "If they are different tickets, write the day in front of each number, such as 2026-01-03/1. If they are "
        "one, ask the administrator to release it.",
        "fr": "Si ce sont des tickets différents, écrivez le jour devant chaque numéro, comme 2026-01-03/1. Si c'en "
        "est un seul, demandez à l'administrateur de le libérer.",
    },
    "invoice_of_shops": {
        "en": "If they are different invoices, write the shop in front of each number, such as LYON-12. If they are "
        "one, ask the administrator to release it.",
        "fr": "Si ce sont des factures différentes, écrivez le magasin devant chaque numéro, comme LYON-12. Si c'en "
        "est une seule, demandez à l'administrateur de la libérer.",
    },
    "books_closed": {
        "en": "Ask the administrator to move the closing date, or correct it by a file dated in the open period.",
        "fr": (
            "Demandez à l'administrateur de déplacer la date de clôture, ou corrigez par un fichier daté de la période "
            "ouverte."
        ),
    },
    "duplicate_key": {
        "en": "Keep the row that is right and delete the others.",
        "fr": "Gardez la ligne exacte et supprimez les autres.",
    },
    "invoice_clients_differ": {
        "en": "Give all lines of invoice {invoice} the same client, or none.",
        "fr": "Donnez à toutes les lignes de la facture {invoice} le même client, ou aucun.",
    },
    "invoice_on_sheets": {
        "en": "Put all lines of invoice {invoice} on one sheet, or delete those that don't hold.",
        "fr": "Réunissez les lignes de la facture {invoice} sur une seule feuille, ou supprimez celles de trop.",
    },
    "invoice_totals_differ": {
        "en": "Repeat the same total on all lines of invoice {invoice}, or leave “{column}” empty.",
        "fr": "Répétez le même total sur toutes les lignes de la facture {invoice}, ou laissez « {column} » vide.",
    },
    "total_mismatch": {
        "en": "Correct “{column}” or the lines of invoice {invoice}, and drop the whole invoice again.",
        "fr": "Corrigez « {column} » ou les lignes de la facture {invoice}, et déposez de nouveau la facture entière.",
    },
    "invoice_too_long": {
        "en": "Split invoice {invoice}, or check that different invoices don't share its number.",
        "fr": "Scindez la facture {invoice}, ou vérifiez que des factures différentes n'ont pas le même numéro.",
    },
    "invoice_held": {
        "en": "Correct row(s) {rows} and drop the whole invoice {invoice} again.",
        "fr": "Corrigez la ou les lignes {rows} et déposez de nouveau la facture {invoice} entière.",
    },
    "identical_rows": {
        "en": "Nothing to do: each record is kept once.",
        "fr": "Rien à faire : chaque enregistrement est gardé une seule fois.",
    },
    "invoice_copied": {
        "en": "Nothing to do if one sheet is a copy; else give different invoices different numbers.",
        "fr": "Rien à faire si une feuille est une copie ; sinon, donnez un numéro à chaque facture.",
    },
    "identical_lines": {
        "en": "Nothing to do if each was a sale of its own; else delete the repeated lines and drop the invoice again.",
        "fr": "Rien à faire si ce sont des ventes distinctes ; sinon, supprimez-les et déposez de nouveau la facture.",
    },
    "unknown_product": {
        "en": "Drop a products file with “{value}”: its sales, past ones too, are then ranked.",
        "fr": "Déposez un fichier de produits avec « {value} » : ses ventes, passées aussi, seront alors classées.",
    },
    "unknown_client": {
        "en": "Drop a clients file with “{value}”; the client's sales are kept meanwhile.",
        "fr": "Déposez un fichier de clients avec « {value} » ; ses ventes sont conservées en attendant.",
    },
    "price_zero": {
        "en": "Nothing to do if it was free; else correct the price and drop the file again.",
        "fr": "Rien à faire si c'était gratuit ; sinon, corrigez le prix et déposez de nouveau le fichier.",
    },
    "below_cost": {
        "en": "Check both prices; nothing to do if the loss is meant.",
        "fr": "Vérifiez les deux prix ; rien à faire si la perte est voulue.",
    },
    "margin_threshold_unlikely": {
        "en": "Write 20 % as 0.20 or as 20 %, and drop the file again.",
        "fr": "Écrivez 20 % sous la forme 0,20 ou 20 %, et déposez de nouveau le fichier.",
    },
    "stock_zero": {
        "en": "Nothing to do if the lot is sold out.",
        "fr": "Rien à faire si le lot est épuisé.",
    },
    "stock_negative": {
        "en": "Count these lots and drop the stock file again.",
        "fr": "Comptez ces lots et déposez de nouveau le fichier de stock.",
    },
    "lot_expired": {
        "en": "Take these lots off sale; they are listed among the loss risks.",
        "fr": "Retirez ces lots de la vente ; ils figurent parmi les risques de perte.",
    },
    "mostly_bad": {
        "en": (
            "Check that it is the right file and that its headers name its columns; else correct the rows and drop it "
            "again."
        ),
        "fr": (
            "Vérifiez que c'est le bon fichier et que ses en-têtes nomment ses colonnes ; sinon corrigez les lignes et "
            "déposez-le de nouveau."
        ),
    },
    "mostly_closed": {
        "en": "Ask the administrator to move the closing date, or correct it by a file dated in the open period.",
        "fr": (
            "Demandez à l'administrateur de déplacer la date de clôture, ou corrigez par un fichier daté de la période "
            "ouverte."
        ),
    },
    "mostly_no_sales": {
        "en": "Write the quantities of credit notes with a minus sign, delete what is no sale, and drop the file "
        "again; there is nothing to do if it holds no sales.",
        "fr": "Écrivez les quantités des avoirs avec un signe moins, supprimez ce qui n'est pas une vente et déposez "
        "de nouveau le fichier ; rien à faire s'il ne contient aucune vente.",
    },
    "all_or_nothing": {
        "en": "Correct the wrong rows and drop the whole file again.",
        "fr": "Corrigez les lignes fausses et déposez de nouveau le fichier entier.",
    },
    "record_conflict": {
        "en": "Keep the right one of the two and drop the file again.",
        "fr": "Gardez le bon des deux et déposez de nouveau le fichier.",
    },
    "reading_memory": {
        "en": "Split it into several files; a workbook may be exported as CSV instead, which takes less.",
        "fr": "Découpez-le en plusieurs fichiers ; un classeur peut aussi être exporté en CSV, qui en demande moins.",
    },
    "reading_time": {
        "en": "Split it into several files; a workbook may be exported as CSV instead, which takes less.",
        "fr": "Découpez-le en plusieurs fichiers ; un classeur peut aussi être exporté en CSV, qui en demande moins.",
    },
    "reading_crashed": {
        "en": (
            "Open it in a spreadsheet program, save it under a new name and drop that file; tell the "
            "operator if that fails."
        ),
        "fr": (
            "Ouvrez-le dans un tableur, enregistrez-le sous un nouveau nom et déposez ce fichier ; prévenez "
            "l'exploitant si cela échoue."
        ),
    },
    "file_changed": {
        "en": "Nothing to do: what it holds now is imported as a file of its own.",
        "fr": "Rien à faire : son contenu actuel est importé comme un fichier à part.",
    },
    "account_unknown": {
        "en": "Name one that `comptoir accounts list` shows, or leave --account out.",
        "fr": "Nommez-en un que `comptoir accounts list` montre, ou retirez --account.",
    },
    "account_away": {
        "en": "Start it (`comptoir up`), or leave --account out.",
        "fr": "Démarrez-la (`comptoir up`), ou retirez --account.",
    },
    "zone_unknown": {
        "en": "Put it into the folder of an account, or into the drop zone itself. It lies in “refused” now.",
        "fr": "Déposez-le dans le dossier d'un compte ou dans la zone de dépôt elle-même. Il est dans « refused ».",
    },
    "file_vanished": {
        "en": "Drop it again and leave it there; it moves to “done” by itself.",
        "fr": "Déposez-le de nouveau et laissez-le ; il passe de lui-même dans « done ».",
    },
    "file_empty": {
        "en": "Drop the file again with its headers and rows.",
        "fr": "Déposez de nouveau le fichier avec ses en-têtes et ses lignes.",
    },
    "format_unsupported": {
        "en": "Export it as CSV or XLSX, or JSON as one object a line without brackets around them; open a web page "
        "with the name of a workbook in a spreadsheet program and save it as XLSX; unpack an archive; and drop that "
        "file.",
        "fr": "Exportez-le en CSV ou XLSX, ou le JSON à raison d'un objet par ligne sans crochets autour ; ouvrez dans "
        "un tableur, et enregistrez en XLSX, une page web qui porte le nom d'un classeur ; décompressez une archive ; "
        "et déposez ce fichier.",
    },
    "nul_bytes": {
        "en": "Export it anew as CSV or XLSX and drop that file.",
        "fr": "Refaites l'export en CSV ou XLSX et déposez ce fichier.",
    },
    "file_damaged": {
        "en": "Open it in a spreadsheet program, save it again and drop it, or export it anew.",
        "fr": "Ouvrez-le dans un tableur, enregistrez-le de nouveau et déposez-le, ou refaites l'export.",
    },
    "file_unreadable": {
        "en": (
            "Open it in a spreadsheet program, save it anew as CSV or XLSX and drop that file; tell the operator if "
            "that fails."
        ),
        "fr": (
            "Ouvrez-le dans un tableur, enregistrez-le de nouveau en CSV ou XLSX et déposez ce fichier ; prévenez "
            "l'exploitant si cela échoue."
        ),
    },
    "file_encrypted": {
        "en": "Save it without a password and drop it again.",
        "fr": "Enregistrez-le sans mot de passe et déposez-le de nouveau.",
    },
    "archive_unsafe": {
        "en": "Open the table in a spreadsheet program, save it under a new name and drop that file, not packed.",
        "fr": (
            "Ouvrez le tableau dans un tableur, enregistrez-le sous un nouveau nom et déposez ce fichier sans le "
            "compresser."
        ),
    },
    "archive_nested": {
        "en": "Unpack it and drop the files that are inside.",
        "fr": "Décompressez-la et déposez les fichiers qu'elle contient.",
    },
    "archive_several": {
        "en": "Unpack it and drop the files that are inside.",
        "fr": "Décompressez-la et déposez les fichiers qu'elle contient.",
    },
    "archive_too_large": {
        "en": "Split it into several files, or drop it as a CSV that is not packed, which has no such limit.",
        "fr": "Découpez-le en plusieurs fichiers, ou déposez-le en CSV non compressé, qui n'a pas cette limite.",
    },
    "sheet_too_large": {
        "en": "Delete the cells far from the table, or export the sheet as CSV.",
        "fr": "Supprimez les cellules éloignées du tableau, ou exportez la feuille en CSV.",
    },
    "encoding_mixed": {
        "en": "Export the file again, choosing UTF-8 for the whole of it.",
        "fr": "Refaites l'export en choisissant UTF-8 pour tout le fichier.",
    },
    "encoding_unknown": {
        "en": "Export the file again, choosing UTF-8.",
        "fr": "Refaites l'export en choisissant UTF-8.",
    },
    "json_line_broken": {
        "en": "Write one whole JSON object on that line, each key once, in a list with one comma between two objects, "
        "and drop the file again.",
        "fr": "Écrivez un objet JSON entier sur cette ligne, chaque clé une seule fois, dans une liste avec une "
        "virgule entre deux objets, et déposez de nouveau le fichier.",
    },
    "json_document": {
        "en": "Export it as JSON lines, CSV or XLSX: one record a line, nothing around them; and leave drafts out.",
        "fr": "Exportez-le en JSON lines, CSV ou XLSX : un enregistrement par ligne, rien autour, sans brouillons.",
    },
    "quotes_unbalanced": {
        "en": (
            "Correct the quotation marks of that row (inside a quoted cell each is doubled) or export the file as XLSX."
        ),
        "fr": (
            "Corrigez les guillemets de cette ligne (doublez-les dans une cellule entre guillemets) ou "
            "exportez le fichier en XLSX."
        ),
    },
    "row_delimiter": {
        "en": "Write that row as the others, or export the file anew.",
        "fr": "Écrivez cette ligne comme les autres, ou exportez de nouveau le fichier.",
    },
    "dates_half_converted": {
        "en": "Export the file anew, best with dates as year-month-day, and drop it without opening it in a "
        "spreadsheet.",
        "fr": "Exportez de nouveau le fichier, de préférence avec des dates année-mois-jour, et déposez-le sans "
        "l'ouvrir dans un tableur.",
    },
    "row_too_long": {
        "en": (
            "Put quotation marks around the cell that holds the delimiter (a comma in a name or in an amount such as "
            "12,50, perhaps), or export with semicolons between the cells, or as XLSX."
        ),
        "fr": (
            "Mettez entre guillemets la cellule qui contient le séparateur (une virgule dans un nom ou dans un montant "
            "comme 12,50, peut-être), ou exportez avec des points-virgules entre les cellules, ou en XLSX."
        ),
    },
    "columns_too_many": {
        "en": "Keep the columns of the template and drop the file again.",
        "fr": "Gardez les colonnes du modèle et déposez de nouveau le fichier.",
    },
    "cell_too_large": {
        "en": "Most often a quotation mark is missing there: add it, or shorten the cell, and drop the file again.",
        "fr": (
            "Le plus souvent un guillemet y manque : ajoutez-le, ou raccourcissez la cellule, et déposez de nouveau le "
            "fichier."
        ),
    },
    "kind_unknown": {
        "en": "Name the missing columns as the template of the kind does, or add them, and drop the file again; the "
        "page “Your files” has the templates, with an example row each.",
        "fr": "Nommez les colonnes manquantes comme le modèle de ce type, ou ajoutez-les, et déposez de nouveau le "
        "fichier ; la page « Vos fichiers » propose les modèles, chacun avec une ligne type.",
    },
    "invoices_without_lines": {
        "en": "Export the lines of the invoices, too: product code, quantity and unit price (in Odoo, add “Invoice "
        "lines/Product/Internal Reference”, “Invoice lines/Quantity” and “Invoice lines/Unit Price” to the fields), "
        "and drop that file.",
        "fr": "Exportez aussi les lignes des factures : code produit, quantité, prix unitaire (dans Odoo, ajoutez aux "
        "champs « Lignes de facture/Article/Référence interne », « Lignes de facture/Quantité » et « Lignes de "
        "facture/Prix unitaire »), et déposez ce fichier.",
    },
    "ledger_entries": {
        "en": "Export the invoices with their lines instead (product, quantity, unit price), from the invoicing or "
        "till program, and drop that file; the page “Your files” has a template for sales.",
        "fr": "Exportez plutôt les lignes de factures (produit, quantité, prix unitaire) depuis le logiciel de "
        "facturation ou de caisse, et déposez ce fichier ; la page « Vos fichiers » propose un modèle de ventes.",
    },
    "client_balance": {
        "en": "For clients, export their list with code, name, turnover so far (`total_revenue_generated`) and loyalty "
        "tier; for sales, the invoices with their lines. The page “Your files” has templates of both.",
        "fr": "Pour les clients, exportez leur liste avec code, nom, chiffre d'affaires cumulé (`ca_total`) et niveau "
        "de fidélité ; pour les ventes, les factures avec leurs lignes. La page « Vos fichiers » en a les modèles.",
    },
    "day_in_parts": {
        "en": "Add a column “timestamp” with the whole date, in a spreadsheet by =DATE(year, month, day), and drop the "
        "file again.",
        "fr": "Ajoutez une colonne « date_heure » avec la date entière, dans un tableur par =DATE(année;mois;jour), et "
        "déposez de nouveau le fichier.",
    },
    "two_tables": {
        "en": "Put each table on a sheet or in a file of its own, and drop it again.",
        "fr": "Mettez chaque tableau sur sa propre feuille ou dans son propre fichier, et déposez de nouveau.",
    },
    "data_above_headers": {
        "en": "Put the headers above all rows, or delete the rows above them, and drop it again.",
        "fr": "Mettez les en-têtes avant toutes les lignes, ou supprimez celles qui les précèdent, et redéposez-le.",
    },
    "quotes_single": {
        "en": "Export it with double quotes, or with none, and drop it again.",
        "fr": "Exportez-le avec des guillemets doubles, ou sans guillemets, et déposez-le de nouveau.",
    },
    "kind_tied": {
        "en": "Put each kind on a sheet or in a file of its own, with the headers of its template.",
        "fr": "Mettez chaque type sur sa propre feuille ou dans son propre fichier, avec les en-têtes de son modèle.",
    },
    "banner_unit": {
        "en": "Convert the amounts, or delete these words if they don't hold, and drop the file again.",
        "fr": "Convertissez les montants, ou supprimez ces mots s'ils sont faux, et déposez de nouveau le fichier.",
    },
    "banner_no_data": {
        "en": "Nothing to do if so; else delete these words, or rename the sheet or the file, and drop the file again.",
        "fr": "Rien à faire si c'est bien le cas ; sinon, supprimez ces mots ou renommez la feuille ou le fichier, et "
        "déposez de nouveau celui-ci.",
    },
    "banner_credits": {
        "en": "Write the quantities with a minus sign; or, if they are sales, delete these words or give the file "
        "another name; and drop the file again.",
        "fr": "Écrivez les quantités avec un signe moins ; ou, si ce sont des ventes, supprimez ces mots ou donnez un "
        "autre nom au fichier ; et déposez-le de nouveau.",
    },
    "decimals_split": {
        "en": "Export it with semicolons between the cells or with quotation marks around amounts; if “{last}” holds "
        "what is its own, delete it.",
        "fr": "Exportez-le avec des points-virgules entre les cellules ou des guillemets autour des montants ; si "
        "« {last} » contient des données qui lui sont propres, supprimez-la.",
    },
    "debit_and_credit": {
        "en": "Give credit notes a negative quantity, delete both columns and drop the file again.",
        "fr": "Donnez aux avoirs une quantité négative, supprimez les deux colonnes et déposez de nouveau le fichier.",
    },
    "stock_movements": {
        "en": "Export the inventory instead (what is in stock of each lot), or delete that column if the quantities "
        "are that.",
        "fr": "Exportez plutôt l'inventaire (ce qui reste de chaque lot), ou supprimez cette colonne si les quantités "
        "sont bien celles en stock.",
    },
    "no_rows": {
        "en": "Drop the file again with its rows.",
        "fr": "Déposez de nouveau le fichier avec ses lignes.",
    },
    "columns_compete": {
        "en": "Answer; or name the right one “{field}” and drop the file again.",
        "fr": "Répondez ; ou nommez la bonne « {field_fr} » et déposez de nouveau le fichier.",
    },
    "mapping_unclear": {
        "en": (
            "Answer, once for all files with these headers; or name the right column “{field}” and drop the file again."
        ),
        "fr": (
            "Répondez, une fois pour toutes pour les fichiers qui ont ces en-têtes ; ou nommez la bonne colonne "
            "« {field_fr} » et déposez de nouveau le fichier."
        ),
    },
    "line_amount_unclear": {
        "en": "Answer, once for all files with these headers; or add a column of prices and drop the file again.",
        "fr": (
            "Répondez, une fois pour toutes pour les fichiers qui ont ces en-têtes ; ou ajoutez une colonne de prix et "
            "déposez de nouveau le fichier."
        ),
    },
    "value_unclear": {
        "en": (
            "Answer, once for this word in all files with these headers; or correct or empty these cells, and drop the "
            "file again."
        ),
        "fr": (
            "Répondez, une fois pour toutes pour ce mot dans les fichiers qui ont ces en-têtes ; ou corrigez ou videz "
            "ces cellules, et déposez de nouveau le fichier."
        ),
    },
    "column_unnamed": {
        "en": (
            "Answer, once for all files with these headers; or name the right column “{field}”, or add it, and drop "
            "the file again."
        ),
        "fr": (
            "Répondez, une fois pour toutes pour les fichiers qui ont ces en-têtes ; ou nommez la bonne colonne "
            "« {field_fr} », ou ajoutez-la, et déposez de nouveau le fichier."
        ),
    },
    "column_guessed": {
        "en": "Nothing to do if that is right; else name the right column “{field}” and drop the file again.",
        "fr": (
            "Rien à faire si c'est juste ; sinon, nommez la bonne colonne « {field_fr} » et déposez de nouveau le "
            "fichier."
        ),
    },
    "decimal_mark_unclear": {
        "en": (
            "Answer; or write the numbers of this column with two decimals and no thousands separator, or drop the "
            "file as XLSX."
        ),
        "fr": (
            "Répondez ; ou écrivez les nombres de cette colonne avec deux décimales et sans séparateur de milliers, ou "
            "déposez le fichier en XLSX."
        ),
    },
    "date_order_unclear": {
        "en": "Answer; or write the dates of this column as year-month-day (2026-01-31), or drop the file as XLSX.",
        "fr": (
            "Répondez ; ou écrivez les dates de cette colonne sous la forme année-mois-jour (2026-01-31), ou "
            "déposez le fichier en XLSX."
        ),
    },
    "opening_changed": {
        "en": "Answer; for another day, add a column “as_of” with the day up to which sales are counted, and drop the "
        "file again.",
        "fr": "Répondez ; pour un autre jour, ajoutez une colonne « au » avec le jour jusqu'auquel les ventes sont "
        "comptées, et déposez de nouveau le fichier.",
    },
    "answer_unknown": {
        "en": "Leave it out, or correct the question's name: `comptoir check` shows what the file asks.",
        "fr": "Retirez-la, ou corrigez le nom de la question : `comptoir check` montre ce que le fichier demande.",
    },
    "answer_too_late": {
        "en": (
            "Look at its latest attempt among the uploads; to have it read otherwise, drop it again with other answers."
        ),
        "fr": (
            "Voyez son dernier essai parmi les dépôts ; pour qu'il soit lu autrement, déposez-le de nouveau avec "
            "d'autres réponses."
        ),
    },
    "answer_invalid": {
        "en": "Answer with one of them; if the file was refused, drop it again with that answer.",
        "fr": "Répondez par l'une d'elles ; si le fichier a été refusé, déposez-le de nouveau avec cette réponse.",
    },
    "answer_header_unknown": {
        "en": "Name one of its columns as the file writes it, or leave the answer out, and drop the file again.",
        "fr": (
            "Nommez l'une de ses colonnes comme le fichier l'écrit, ou retirez la réponse, et déposez de nouveau le "
            "fichier."
        ),
    },
    "answer_contradicts": {
        "en": "Drop the file again without this answer; if the cell is wrong, correct it first.",
        "fr": "Déposez de nouveau le fichier sans cette réponse ; si la cellule est fausse, corrigez-la d'abord.",
    },
    "sheets_all_skipped": {
        "en": "Show the sheet that holds the rows, or copy them to a sheet of their own, and drop the workbook again.",
        "fr": (
            "Affichez la feuille qui contient les lignes, ou copiez-les dans une feuille à part, et déposez de nouveau "
            "le classeur."
        ),
    },
    "sheet_hidden": {
        "en": "Nothing to do; to import it, show it and drop the workbook again.",
        "fr": "Rien à faire ; pour l'importer, affichez-la et déposez de nouveau le classeur.",
    },
    "sheet_pivot": {
        "en": "Nothing to do; to import rows of it, copy them to a sheet of their own and drop the workbook again.",
        "fr": (
            "Rien à faire ; pour importer ses lignes, copiez-les dans une feuille à part et déposez de nouveau le "
            "classeur."
        ),
    },
    "sheet_empty": {
        "en": "Nothing to do, unless it should have had rows.",
        "fr": "Rien à faire, sauf si elle devait avoir des lignes.",
    },
    "sheet_skipped": {
        "en": "Nothing to do if it is not meant to be imported; else add the columns and drop the workbook again.",
        "fr": (
            "Rien à faire si elle n'est pas à importer ; sinon, ajoutez les colonnes et déposez de nouveau le classeur."
        ),
    },
    "rows_above_header": {
        "en": "Nothing to do, unless they hold data.",
        "fr": "Rien à faire, sauf si elles contiennent des données.",
    },
    "hours_left_aside": {
        "en": "Nothing to do; to keep them, write date and time in one column, such as 2026-01-31 14:05.",
        "fr": "Rien à faire ; pour les garder, écrivez date et heure dans une même colonne, comme 2026-01-31 14:05.",
    },
    "headers_repeated": {
        "en": "Nothing to do.",
        "fr": "Rien à faire.",
    },
    "credit_note_positive": {
        "en": "Write the quantity with a minus sign, and drop the invoice again.",
        "fr": "Écrivez la quantité avec un signe moins, et déposez de nouveau la facture.",
    },
    "not_a_sale": {
        "en": "Delete the row; or correct that cell if it is a sale, and drop the row again.",
        "fr": "Supprimez la ligne ; ou corrigez cette cellule si c'est une vente, et déposez de nouveau la ligne.",
    },
    "not_as_written": {
        "en": "Write quantities after returns and in single pieces, prices of one piece without tax, and empty that "
        "cell; or delete the row if it should not count; and drop it again.",
        "fr": "Écrivez les quantités à la pièce, retours déduits, et les prix d'une pièce hors taxe, et videz cette "
        "cellule ; ou supprimez la ligne si elle ne doit pas compter ; et déposez-la de nouveau.",
    },
    "line_amount_differs": {
        "en": "Correct quantity, price or amount (the price is for one piece, after discount and without tax), and "
        "drop the invoice again.",
        "fr": "Corrigez la quantité, le prix ou le montant (le prix est celui d'une pièce, après remise et hors taxe), "
        "puis déposez de nouveau la facture.",
    },
    "line_amount_undivided": {
        "en": "Correct quantity or amount, or split the line into two whose amounts divide; or add a column of prices.",
        "fr": "Corrigez la quantité ou le montant, ou partagez la ligne en deux dont les montants se divisent ; ou "
        "ajoutez une colonne de prix.",
    },
    "line_discounted": {
        "en": "Write the unit price after discount and empty the discount's cell, or add the invoice's total; then "
        "drop the invoice again.",
        "fr": "Écrivez le prix unitaire après remise et videz la cellule de la remise, ou ajoutez le total de la "
        "facture ; puis déposez de nouveau la facture.",
    },
    "discounts_taken_off": {"en": "Nothing to do.", "fr": "Rien à faire."},
    "totals_of_more": {"en": "Nothing to do.", "fr": "Rien à faire."},
    "line_totals": {
        "en": "Nothing to do.",
        "fr": "Rien à faire.",
    },
    "groups_left_aside": {
        "en": "Nothing to do, unless a line is of another: fill in its cell then, and drop the file again.",
        "fr": "Rien à faire, sauf si une ligne relève d'un autre : remplissez alors sa cellule et déposez de nouveau "
        "le fichier.",
    },
    "bare_rows_left_aside": {
        "en": "Nothing to do, unless one of them sells something: fill in its empty cells then, and drop the file "
        "again.",
        "fr": "Rien à faire, sauf si l'une d'elles vend quelque chose : remplissez alors ses cellules vides et déposez "
        "de nouveau le fichier.",
    },
    "lines_continued": {
        "en": "Nothing to do, unless one belongs elsewhere: fill in its cells then, and drop the file again.",
        "fr": "Rien à faire, sauf si l'une d'elles n'en fait pas partie : remplissez alors ses cellules et déposez de "
        "nouveau le fichier.",
    },
    "totals_left_aside": {
        "en": "Nothing to do, unless one of them is no total: fill in its empty cells then, and drop the file again.",
        "fr": (
            "Rien à faire, sauf si l'une d'elles n'est pas un total : remplissez alors ses cellules vides et déposez "
            "de nouveau le fichier."
        ),
    },
    "feet_left_aside": {
        "en": "Nothing to do.",
        "fr": "Rien à faire.",
    },
    "rows_hidden": {
        "en": "Nothing to do, unless they are not meant: delete them then, and drop the workbook again.",
        "fr": "Rien à faire, sauf si elles sont de trop : supprimez-les alors et déposez de nouveau le classeur.",
    },
    "columns_hidden": {
        "en": "Nothing to do, unless they are not meant: delete them then, and drop the workbook again.",
        "fr": "Rien à faire, sauf si elles sont de trop : supprimez-les alors et déposez de nouveau le classeur.",
    },
    "money_rounded": {
        "en": "Nothing to do.",
        "fr": "Rien à faire.",
    },
    "not_a_number": {
        "en": "Write a number such as 1234.56 or 1234,56, and drop the row again.",
        "fr": "Écrivez un nombre comme 1234,56 ou 1234.56, et déposez la ligne de nouveau.",
    },
    "not_an_integer": {
        "en": "Write a whole number, and drop the row again.",
        "fr": "Écrivez un nombre entier, et déposez la ligne de nouveau.",
    },
    "number_too_large": {
        "en": "Correct the number, and drop the row again.",
        "fr": "Corrigez le nombre, et déposez la ligne de nouveau.",
    },
    "currency_foreign": {
        "en": "Convert the amount to {currency}, and drop the row again.",
        "fr": "Convertissez le montant en {currency}, et déposez la ligne de nouveau.",
    },
    "count_in_currency": {
        "en": "Write how many pieces there are, without a currency, which a spreadsheet's format may also show, and "
        "drop the row again.",
        "fr": "Écrivez le nombre de pièces, sans monnaie, que le format du tableur peut aussi afficher, et déposez la "
        "ligne de nouveau.",
    },
    "header_unit": {
        "en": "Convert the column, or correct its header or its unit, and drop the file again.",
        "fr": "Convertissez la colonne, ou corrigez son en-tête ou son unité, et déposez le fichier de nouveau.",
    },
    "percent_unclear": {
        "en": "Write the sign with the number, such as 0.5 % or 50 %, and drop the row again.",
        "fr": "Écrivez le signe avec le nombre, comme 0,5 % ou 50 %, et déposez la ligne de nouveau.",
    },
    "ratio_over_one": {
        "en": "Write 0.20 or 20 % for twenty per cent, and drop the row again.",
        "fr": "Écrivez 0,20 ou 20 % pour vingt pour cent, et déposez la ligne de nouveau.",
    },
    "not_a_date": {
        "en": "Write it as year-month-day, such as 2026-01-31, and drop the row again.",
        "fr": "Écrivez-la sous la forme année-mois-jour, comme 2026-01-31, et déposez la ligne de nouveau.",
    },
    "day_as_number": {
        "en": "Give the column a date's format in the spreadsheet and export it anew, or drop the workbook itself.",
        "fr": "Donnez à la colonne le format d'une date dans le tableur et exportez-la de nouveau, ou déposez le "
        "classeur lui-même.",
    },
    "date_in_part": {
        "en": "Give the column a format with day, month and year in the spreadsheet and export it anew, or drop the "
        "workbook itself.",
        "fr": "Donnez à la colonne un format avec jour, mois et année dans le tableur et exportez-la de nouveau, ou "
        "déposez le classeur lui-même.",
    },
    "weekday_differs": {
        "en": "Correct the date or the day of the week, and drop the row again.",
        "fr": "Corrigez la date ou le jour de la semaine, et déposez la ligne de nouveau.",
    },
    "day_unlikely": {
        "en": "Type the whole date, with day and month, and drop the row again.",
        "fr": "Saisissez la date entière, avec jour et mois, et déposez la ligne de nouveau.",
    },
    "day_too_old": {
        "en": "Correct the year, and drop the row again; what always held, or never moved, may have 1900-01-01.",
        "fr": "Corrigez l'année, et déposez la ligne de nouveau ; un prix de toujours, ou un lot jamais mouvementé, "
        "peut porter 1900-01-01.",
    },
    "year_two_digits": {
        "en": "Write the year with four digits, and drop the row again.",
        "fr": "Écrivez l'année avec quatre chiffres, et déposez la ligne de nouveau.",
    },
    "not_a_uuid": {
        "en": "Correct it, or leave the column out and use codes.",
        "fr": "Corrigez-le, ou retirez la colonne et utilisez des codes.",
    },
    "unknown_tier": {
        "en": "Write Gold, Silver or Standard, and drop the row again.",
        "fr": "Écrivez Or, Argent ou Standard, et déposez la ligne de nouveau.",
    },
    "error_cell": {
        "en": "Correct the formula or type the value, and drop the row again.",
        "fr": "Corrigez la formule ou saisissez la valeur, et déposez la ligne de nouveau.",
    },
    "formula_uncalculated": {
        "en": "Open the workbook in a spreadsheet program, save it and drop it again.",
        "fr": "Ouvrez le classeur dans un tableur, enregistrez-le et déposez-le de nouveau.",
    },
    "cell_merged": {
        "en": "Unmerge these cells, write the value of each row and drop the row again.",
        "fr": "Séparez ces cellules, écrivez la valeur de chaque ligne et déposez la ligne de nouveau.",
    },
    "items_beside_line": {
        "en": "Give each line a row of its own, or put all lines of the invoice into “{column}”, and drop the "
        "invoice again.",
        "fr": "Donnez à chaque ligne de la facture sa propre ligne, ou mettez-les toutes dans « {column} », et "
        "déposez de nouveau la facture.",
    },
    "product_of_group": {
        "en": "Write its product on each row, or let the program repeat it, and drop the rows again.",
        "fr": "Inscrivez son produit sur chaque ligne, ou faites-le répéter par le logiciel, et déposez de nouveau les "
        "lignes.",
    },
    "items_broken": {
        "en": 'Write it as [{{"product_code": "P1", "quantity": 2, "unit_price": 3.5}}], and drop the row again.',
        "fr": (
            'Écrivez-la sous la forme [{{"product_code": "P1", "quantity": 2, "unit_price": 3.5}}], et déposez la '
            "ligne de nouveau."
        ),
    },
    "code_placeholder": {
        "en": "Type the code and drop the row again; where there is none, leave the cell empty.",
        "fr": "Saisissez le code et déposez la ligne de nouveau ; s'il n'y en a pas, laissez la cellule vide.",
    },
    "code_nested": {
        "en": "Write one code, as a text or a number, and drop the row again.",
        "fr": "Écrivez un seul code, sous forme de texte ou de nombre, et déposez la ligne de nouveau.",
    },
    "code_retyped": {
        "en": "Format the column as text in the spreadsheet, type the code and drop the row again.",
        "fr": "Mettez la colonne au format texte dans le tableur, saisissez le code et déposez la ligne de nouveau.",
    },
    "letters_garbled": {
        "en": "Export the file anew from the program that it comes from, choosing UTF-8, and drop it again.",
        "fr": "Refaites l'export depuis le logiciel d'origine en choisissant UTF-8, et déposez-le de nouveau.",
    },
    "code_is_total": {
        "en": "Delete the row if it is a total; else type the code, and drop the row again.",
        "fr": "Supprimez la ligne si c'est un total ; sinon, saisissez le code et déposez la ligne de nouveau.",
    },
    "code_shortened": {
        "en": "Format the column as text in the spreadsheet, type the whole code and export again.",
        "fr": "Mettez la colonne au format texte dans le tableur, saisissez le code entier et refaites l'export.",
    },
}

"""The sentences that people read about their files, by problem code and language.

`{column}`, `{value}`, `{row}` and `{sheet}` come from the problem itself; other words from its parameters.
"""

from __future__ import annotations

from typing import Final, Literal

Language = Literal["en", "fr"]
Sentences = dict[str, dict[Language, str]]

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
    "duplicate_key": {
        "en": "Rows {rows} describe the same record differently.",
        "fr": "Les lignes {rows} décrivent différemment le même enregistrement.",
    },
    "invoice_clients_differ": {
        "en": "The lines of invoice {invoice} name different clients.",
        "fr": "Les lignes de la facture {invoice} désignent des clients différents.",
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
    "record_conflict": {
        "en": "The record {value} comes twice in this file, with different content.",
        "fr": "L'enregistrement {value} figure deux fois dans ce fichier, avec un contenu différent.",
    },
    "file_changed": {
        "en": "The file was written to while it was being read.",
        "fr": "Le fichier a été modifié pendant sa lecture.",
    },
    "file_vanished": {
        "en": "The file left the drop zone before it was read.",
        "fr": "Le fichier a quitté la zone de dépôt avant sa lecture.",
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
    "duplicate_key": {
        "en": "Keep the row that is right and delete the others.",
        "fr": "Gardez la ligne exacte et supprimez les autres.",
    },
    "invoice_clients_differ": {
        "en": "Give all lines of invoice {invoice} the same client, or none.",
        "fr": "Donnez à toutes les lignes de la facture {invoice} le même client, ou aucun.",
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
    "record_conflict": {
        "en": "Keep the right one of the two and drop the file again.",
        "fr": "Gardez le bon des deux et déposez de nouveau le fichier.",
    },
    "file_changed": {
        "en": "Nothing to do: what it holds now is imported as a file of its own.",
        "fr": "Rien à faire : son contenu actuel est importé comme un fichier à part.",
    },
    "file_vanished": {
        "en": "Drop it again and leave it there; it moves to “done” by itself.",
        "fr": "Déposez-le de nouveau et laissez-le ; il passe de lui-même dans « done ».",
    },
}

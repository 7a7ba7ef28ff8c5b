"""The words of a file's validation report, and what its rules say in French; in English the suites say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptoir.sentences import NAMES

if TYPE_CHECKING:
    from comptoir.sentences import Language

WORDS: Final[dict[str, dict[Language, str]]] = NAMES | {
    "title": {"en": "Validation report", "fr": "Rapport de validation"},
    "intro": {
        "en": "What the rows of this file were held to, and what was found on {at}.",
        "fr": "Ce à quoi les lignes de ce fichier ont été tenues, et ce qui a été trouvé le {at}.",
    },
    "rows_of": {"en": "Rows of", "fr": "Lignes de"},
    "verdict": {"en": "Verdict", "fr": "Verdict"},
    "no_errors": {"en": "no errors", "fr": "aucune erreur"},
    "errors": {"en": "errors", "fr": "erreurs"},
    "with_error": {"en": "Rules with errors", "fr": "Règles avec erreurs"},
    "with_warning": {"en": "with warnings", "fr": "avec avertissements"},
    "with_notice": {"en": "with notices", "fr": "avec remarques"},
    "rule": {"en": "Rule", "fr": "Règle"},
    "code": {"en": "Code", "fr": "Code"},
    "severity": {"en": "Severity", "fr": "Gravité"},
    "rows": {"en": "Rows that break it", "fr": "Lignes qui l'enfreignent"},
    "share": {"en": "{count} ({percent})", "fr": "{count} ({percent})"},
    "examples": {"en": "Rows to look at", "fr": "Lignes à regarder"},
    "more": {
        "en": "The first of {count}; the reject file has every rejected row.",
        "fr": "Les premières de {count} ; le fichier de rejets a toutes les lignes rejetées.",
    },
    "sheet": {"en": "Sheet", "fr": "Feuille"},
    "row": {"en": "Row", "fr": "Ligne"},
    "column": {"en": "Column", "fr": "Colonne"},
    "value": {"en": "Value", "fr": "Valeur"},
    "empty": {"en": "(empty)", "fr": "(vide)"},
    "kept": {"en": "keeps to it", "fr": "respectée"},
    "broken": {"en": "broken", "fr": "enfreinte"},
}

# By the code of an expectation; {column} is the French name of the column that it is about.
FRENCH_RULES: Final[dict[str, str]] = {
    "value_missing": "Chaque ligne a une valeur dans {column}.",
    "cell_unreadable": "Chaque cellule a pu être comprise.",
    "price_negative": "Aucune valeur de {column} n'est négative.",
    "price_zero": "Aucune valeur de {column} n'est 0.",
    "duplicate_key": "Les lignes qui décrivent le même enregistrement disent la même chose.",
    "identical_rows": "Aucune ligne n'en répète une autre.",
    "identical_lines": "Aucune ligne d'une facture n'en répète une autre.",
    "below_cost": "Aucun prix de vente n'est sous le prix d'achat.",
    "margin_threshold_unlikely": "Chaque valeur de {column} est entre 0 et 1 (100 %).",
    "date_in_future": "Aucune date de {column} n'est postérieure à demain.",
    "unknown_product": "Chaque produit est au catalogue.",
    "unknown_client": "Chaque client est au carnet des clients.",
    "stock_negative": "Aucune quantité n'est négative.",
    "stock_zero": "Aucune quantité n'est 0.",
    "quantity_zero": "Aucune quantité n'est 0.",
    "lot_expired": "Aucun lot n'a dépassé sa date de péremption.",
    "amount_too_large": "Le montant de chaque ligne est sous 10 000 000 000 000.",
    "invoice_too_long": "Aucune facture n'a plus de 10 000 lignes.",
    "period_closed": "Aucune vente n'est datée d'avant la date de clôture.",
    "invoice_closed": "Aucune facture n'en remplace une datée d'avant la date de clôture.",
    "invoice_clients_differ": "Toutes les lignes d'une facture ont le même client.",
    "invoice_totals_differ": "Toutes les lignes d'une facture déclarent le même total.",
    "total_mismatch": "Le total déclaré d'une facture est la somme de ses lignes, à 0,01 près.",
    "invoice_number_reused": "Aucun numéro de facture ne revient à plus de 31 jours de sa date enregistrée.",
    "invoice_days_apart": "Aucune facture n'a de lignes à plus de 31 jours d'écart.",
    "lot_of_depots": "Aucun lot n'est dans plusieurs dépôts.",
    "invoice_resumed": "Aucune facture sans client ne reprend un autre jour, derrière d'autres lignes.",
    "invoice_of_shops": "Aucune facture n'a de lignes de plusieurs magasins.",
    "invoice_on_sheets": "Aucune facture ne diffère d'une feuille à l'autre.",
    "invoice_copied": "Aucune facture n'est répétée sur une autre feuille.",
    "invoice_held": "Aucune ligne correcte n'attend une ligne fausse de sa facture.",
}

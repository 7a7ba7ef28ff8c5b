"""The sentences and table headings of the commands, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from comptoir.sentences import Language

WORDS: Final[dict[str, dict[Language, str]]] = {
    "platform_down": {
        "en": "The platform is not running. Start it with `comptoir up`, then try again.",
        "fr": "La plateforme ne tourne pas. Démarrez-la avec `comptoir up`, puis recommencez.",
    },
    "store_away": {
        "en": "MongoDB does not answer. See `comptoir status`, then try again.",
        "fr": "MongoDB ne répond pas. Voyez `comptoir status`, puis recommencez.",
    },
    "delivered": {
        "en": "{name}: handed over; `comptoir uploads` shows how it goes on.",
        "fr": "{name} : remis ; `comptoir uploads` montre la suite.",
    },
    "applied": {
        "en": "{name}: applied; {rows_applied} rows applied, {rows_unchanged} unchanged, {rows_rejected} rejected.",
        "fr": "{name} : appliqué ; {rows_applied} lignes appliquées, {rows_unchanged} inchangées, "
        "{rows_rejected} rejetées.",
    },
    "already": {
        "en": "{name}: already imported on {when}, {who}; nothing changes. `--again` lands it as the latest.",
        "fr": "{name} : déjà importé le {when}, {who} ; rien ne change. `--again` le dépose comme le plus récent.",
    },
    "by_account": {"en": "by {by}", "fr": "par {by}"},
    "by_folder": {"en": "by way of the folder", "fr": "par le dossier"},
    "already_partial": {
        "en": "{name}: already imported in part on {when}, {who}; {rows_rejected} rows are still rejected. "
        "Correct them in a new file.",
        "fr": "{name} : déjà importé en partie le {when}, {who} ; {rows_rejected} lignes restent rejetées. "
        "Corrigez-les dans un nouveau fichier.",
    },
    "partial": {
        "en": "{name}: applied in part; {rows_applied} rows applied, {rows_unchanged} unchanged, "
        "{rows_rejected} rejected.",
        "fr": "{name} : appliqué en partie ; {rows_applied} lignes appliquées, {rows_unchanged} inchangées, "
        "{rows_rejected} rejetées.",
    },
    "rejected": {"en": "{name}: rejected whole.", "fr": "{name} : rejeté en entier."},
    "asking": {
        "en": "{name}: waits for an answer; see the upload page.",
        "fr": "{name} : attend une réponse ; voyez la page des dépôts.",
    },
    "withdrawing": {
        "en": "{name}: being withdrawn; `comptoir uploads` shows when the figures are without it.",
        "fr": "{name} : en cours de retrait ; `comptoir uploads` montre quand les chiffres sont sans lui.",
    },
    "withdrawn": {
        "en": "{name}: withdrawn; the figures are as if it had never come.",
        "fr": "{name} : retiré ; les chiffres sont comme s'il n'était jamais venu.",
    },
    "restoring": {
        "en": "{name}: coming back; `comptoir uploads` shows when the figures have it again.",
        "fr": "{name} : en cours de rétablissement ; `comptoir uploads` montre quand les chiffres le comptent.",
    },
    "no_upload": {
        "en": "No file has the id {file_id}; `comptoir uploads --json` lists them.",
        "fr": "Aucun fichier n'a l'identifiant {file_id} ; `comptoir uploads --json` les donne.",
    },
    "cannot_withdraw": {
        "en": "{name} is {state}: only a file that is applied, in part or whole, can be withdrawn.",
        "fr": "{name} est dans l'état « {state} » : seul un fichier appliqué, en entier ou en partie, se retire.",
    },
    "cannot_restore": {
        "en": "{name} is {state}: only a withdrawn file can be restored.",
        "fr": "{name} est dans l'état « {state} » : seul un fichier retiré se rétablit.",
    },
    "timed_out": {
        "en": "{name}: still {state} after {seconds} s; it goes on without you: see `comptoir uploads`.",
        "fr": "{name} : encore « {state} » après {seconds} s ; le travail continue : voyez `comptoir uploads`.",
    },
    "no_file": {
        "en": "{path} is no file; check its path.",
        "fr": "{path} n'est pas un fichier ; vérifiez son chemin.",
    },
    "held_nothing": {"en": "Nothing is held.", "fr": "Rien n'est retenu."},
    "held_file": {
        "en": "  the file itself: {rows} sound rows, refused with it",
        "fr": "  le fichier lui-même : {rows} lignes correctes, refusées avec lui",
    },
    "held_invoice": {
        "en": "  invoice {invoice}: {rows} sound lines, another one is not",
        "fr": "  facture {invoice} : {rows} lignes correctes, une autre ne l'est pas",
    },
    "dismissed": {"en": "{rows} held rows are dismissed.", "fr": "{rows} lignes retenues sont écartées."},
    "no_such_file": {
        "en": "There is no file {file_id}; `comptoir held` lists what is held.",
        "fr": "Il n'y a pas de fichier {file_id} ; `comptoir held` liste ce qui est retenu.",
    },
    "closing_both": {
        "en": "Either --set a closing date or --clear it.",
        "fr": "Donnez soit --set, soit --clear.",
    },
    "closing_none": {
        "en": "No period is closed; sales of any day are taken.",
        "fr": "Aucune période n'est clôturée ; les ventes de tout jour sont acceptées.",
    },
    "closing_day": {
        "en": "Sales dated before {closing} are refused (moved by {moved_by}, {moved_at}).",
        "fr": "Les ventes antérieures au {closing} sont refusées (déplacé par {moved_by}, {moved_at}).",
    },
    "row": {"en": "row {row}", "fr": "ligne {row}"},
    "more_problems": {"en": "  … and {count} more.", "fr": "  … et {count} de plus."},
    "no_rows": {"en": "Nothing to show yet.", "fr": "Rien à montrer pour l'instant."},
    "winners": {"en": "Winners of the {window} from {start}", "fr": "Meilleurs produits, {window} du {start}"},
    "week": {"en": "week", "fr": "semaine"},
    "month": {"en": "month", "fr": "mois"},
    "cost_missing": {
        "en": "Cost missing: sold, but not ranked for want of a buy price",
        "fr": "Coût manquant : vendus, mais sans prix d'achat pour les classer",
    },
    "losses": {"en": "Loss risks on {on}", "fr": "Risques de perte au {on}"},
    "low_margin": {"en": "Margin under its threshold", "fr": "Marge sous le seuil"},
    "reductions": {"en": "Reductions", "fr": "Remises"},
    "uploads": {"en": "Files", "fr": "Fichiers"},
    "rank": {"en": "#", "fr": "n°"},
    "code": {"en": "Code", "fr": "Code"},
    "name": {"en": "Name", "fr": "Nom"},
    "category": {"en": "Category", "fr": "Catégorie"},
    "quantity": {"en": "Quantity", "fr": "Quantité"},
    "revenue": {"en": "Revenue", "fr": "Chiffre d'affaires"},
    "profit": {"en": "Profit", "fr": "Bénéfice"},
    "batch_no": {"en": "Batch", "fr": "Lot"},
    "expiry_date": {"en": "Expiry", "fr": "Péremption"},
    "last_movement": {"en": "Last movement", "fr": "Dernier mouvement"},
    "reasons": {"en": "Reasons", "fr": "Raisons"},
    "value_at_risk": {"en": "Value at risk", "fr": "Valeur en jeu"},
    "margin": {"en": "Margin", "fr": "Marge"},
    "threshold": {"en": "Threshold", "fr": "Seuil"},
    "opening": {"en": "Opening", "fr": "Solde initial"},
    "sales": {"en": "Sales", "fr": "Ventes"},
    "new_total": {"en": "New total", "fr": "Nouveau total"},
    "eligible_promo": {"en": "Eligible", "fr": "Éligible"},
    "tier": {"en": "Tier", "fr": "Niveau"},
    "kind": {"en": "Kind", "fr": "Nature"},
    "state": {"en": "State", "fr": "État"},
    "rows_read": {"en": "Read", "fr": "Lues"},
    "rows_applied": {"en": "Applied", "fr": "Appliquées"},
    "rows_unchanged": {"en": "Unchanged", "fr": "Inchangées"},
    "rows_rejected": {"en": "Rejected", "fr": "Rejetées"},
    "received_at": {"en": "Received", "fr": "Reçu"},
    "yes": {"en": "yes", "fr": "oui"},
    "no": {"en": "no", "fr": "non"},
    "demo_samples": {"en": "Dropping {count} sample files …", "fr": "Dépôt de {count} fichiers d'exemple …"},
    "demo_visible": {
        "en": "Every sample file is in the figures after {seconds} s.",
        "fr": "Tous les fichiers d'exemple sont dans les chiffres après {seconds} s.",
    },
    "demo_missing": {
        "en": "Some sample files are not in the figures; `comptoir uploads` says why.",
        "fr": "Des fichiers d'exemple manquent aux chiffres ; `comptoir uploads` dit pourquoi.",
    },
}


def word(key: str, language: Language, **params: object) -> str:
    """Return a sentence or heading in a language, its `{words}` filled in."""
    return WORDS[key][language].format_map(params)

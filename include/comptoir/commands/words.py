"""The sentences and table headings of the commands, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comptoir.agreeing import filled
from comptoir.sentences import NAMES

if TYPE_CHECKING:
    from comptoir.sentences import Language

WORDS: Final[dict[str, dict[Language, str]]] = NAMES | {
    "platform_down": {
        "en": "The platform is not running. Start it with `comptoir up`, then try again.",
        "fr": "La plateforme ne tourne pas. Démarrez-la avec `comptoir up`, puis recommencez.",
    },
    "service_name": {"en": "Service", "fr": "Service"},
    "service_state": {"en": "State", "fr": "État"},
    "service_pid": {"en": "PID", "fr": "PID"},
    "service_port": {"en": "Port", "fr": "Port"},
    "service_since": {"en": "Since", "fr": "Depuis"},
    "service_memory": {"en": "MiB", "fr": "Mio"},
    "service_running": {"en": "running", "fr": "en marche"},
    "service_starting": {"en": "starting", "fr": "démarre"},
    "service_stopped": {"en": "stopped", "fr": "arrêté"},
    "service_stopping": {"en": "stopping", "fr": "s'arrête"},
    "service_failing": {"en": "failing", "fr": "échoue, réessaie"},
    "service_failed": {"en": "failed", "fr": "en échec"},
    "service_unresponsive": {"en": "unresponsive", "fr": "ne répond pas"},
    "service_stale": {"en": "stale", "fr": "sans nouvelles"},
    "service_external": {"en": "external", "fr": "externe"},
    "service_unreachable": {"en": "unreachable", "fr": "injoignable"},
    "up_dashboard": {"en": "Dashboard", "fr": "Tableau de bord"},
    "up_airflow": {"en": "Airflow", "fr": "Airflow"},
    "up_drop_zone": {"en": "Drop zone", "fr": "Zone de dépôt"},
    "up_logs": {"en": "Logs", "fr": "Journaux"},
    "up_to_stop": {"en": "To stop", "fr": "Pour arrêter"},
    "how_to_stop": {"en": "make down, or comptoir down", "fr": "make down, ou comptoir down"},
    "up_accounts": {
        "en": "Accounts of the dashboard (shown this once):",
        "fr": "Comptes du tableau de bord (montrés cette seule fois) :",
    },
    "up_airflow_account": {
        "en": "Account of Airflow (kept in {path}):",
        "fr": "Compte d'Airflow (gardé dans {path}) :",
    },
    "platform_stopped": {"en": "The platform is stopped.", "fr": "La plateforme est arrêtée."},
    "no_home": {
        "en": "{home} is no home of a platform; nothing is deleted.",
        "fr": "{home} n'est pas le dossier d'une plateforme ; rien n'est supprimé.",
    },
    "delete_home": {"en": "Delete everything below {home}?", "fr": "Supprimer tout ce qui est sous {home} ?"},
    "home_deleted": {"en": "{home} is deleted.", "fr": "{home} est supprimé."},
    "store_away": {
        "en": "MongoDB or HDFS does not answer. See `comptoir status`, then try again.",
        "fr": "MongoDB ou HDFS ne répond pas. Voyez `comptoir status`, puis recommencez.",
    },
    "state_received": {"en": "received", "fr": "reçu"},
    "state_validating": {"en": "being checked", "fr": "en contrôle"},
    "state_asking": {"en": "waits for an answer", "fr": "attend une réponse"},
    "state_answered": {"en": "answered", "fr": "répondu"},
    "state_publishing": {"en": "being counted", "fr": "en cours de comptage"},
    "state_applied": {"en": "applied", "fr": "appliqué"},
    "state_partial": {"en": "applied in part", "fr": "appliqué en partie"},
    "state_rejected": {"en": "refused", "fr": "refusé"},
    "state_withdrawing": {"en": "being withdrawn", "fr": "en cours de retrait"},
    "state_withdrawn": {"en": "withdrawn", "fr": "retiré"},
    "state_restoring": {"en": "coming back", "fr": "en cours de rétablissement"},
    "maintained": {"en": "What was changed", "fr": "Ce qui a été changé"},
    "maintenance_step": {"en": "Step", "fr": "Étape"},
    "maintenance_what": {"en": "What", "fr": "Quoi"},
    "maintenance_count": {"en": "How many", "fr": "Combien"},
    "nothing_maintained": {
        "en": "Everything is as the settings say; nothing was changed.",
        "fr": "Tout est tel que le disent les réglages ; rien n'a été changé.",
    },
    "rebuilt": {
        "en": "Facts and figures are computed anew from the lake and shown; the stream goes on behind them.",
        "fr": "Faits et chiffres sont recalculés depuis le lac et affichés ; le flux continue à leur suite.",
    },
    "rebuild_failed": {
        "en": "The run of {dag} failed and the old figures stay. Its log in the Airflow UI says why.",
        "fr": "L'exécution de {dag} a échoué et les anciens chiffres restent. Son journal dans Airflow dit pourquoi.",
    },
    "airflow_away": {
        "en": "Airflow does not answer ({reason}). See `comptoir status`, then try again.",
        "fr": "Airflow ne répond pas ({reason}). Voyez `comptoir status`, puis recommencez.",
    },
    "all_equal": {
        "en": "All say the same: raw files, change sets, Kafka, facts and figures ({count} kinds and days compared).",
        "fr": "Tout concorde : fichiers, change sets, Kafka, faits et chiffres ({count} natures et jours comparés).",
    },
    "differences": {"en": "{count} {count:difference|differences}", "fr": "{count} {count:écart|écarts}"},
    "day": {"en": "Day", "fr": "Jour"},
    "record": {"en": "Record", "fr": "Enregistrement"},
    "between": {"en": "Between", "fr": "Entre"},
    "left": {"en": "One says", "fr": "L'un dit"},
    "right": {"en": "The other says", "fr": "L'autre dit"},
    "reason_EXPIRED": {"en": "expired", "fr": "périmé"},
    "reason_EXPIRING": {"en": "expires soon", "fr": "périme bientôt"},
    "reason_DEAD_STOCK": {"en": "idle", "fr": "dormant"},
    "tier_Gold": {"en": "Gold", "fr": "Or"},
    "tier_Silver": {"en": "Silver", "fr": "Argent"},
    "tier_Standard": {"en": "Standard", "fr": "Standard"},
    "accounts": {"en": "Accounts", "fr": "Comptes"},
    "account": {"en": "Account", "fr": "Compte"},
    "role": {"en": "Role", "fr": "Rôle"},
    "role_accountant": {"en": "accountant", "fr": "comptable"},
    "role_administrator": {"en": "administrator", "fr": "administrateur"},
    "language": {"en": "Language", "fr": "Langue"},
    "language_en": {"en": "English", "fr": "anglais"},
    "language_fr": {"en": "French", "fr": "français"},
    "language_browser": {"en": "the browser's", "fr": "celle du navigateur"},
    "import_policy": {"en": "A bad row refuses", "fr": "Une ligne fausse refuse"},
    "good_rows": {"en": "itself", "fr": "elle-même"},
    "all_or_nothing": {"en": "its file", "fr": "son fichier"},
    "date_order": {"en": "Dates", "fr": "Dates"},
    "decimal_mark": {"en": "Decimals", "fr": "Décimales"},
    "ask": {"en": "asked", "fr": "demandé"},
    "may_sign_in": {"en": "May sign in", "fr": "Peut se connecter"},
    "account_made": {
        "en": "The account {name} is made. Its folder: {zone}. Its password, shown this once:",
        "fr": "Le compte {name} est créé. Son dossier : {zone}. Son mot de passe, montré cette seule fois :",
    },
    "account_disabled": {
        "en": "Nobody may sign in as {name} any more; open sessions end. Files in its folder are still taken.",
        "fr": "Plus personne ne peut se connecter avec {name} ; les sessions ouvertes prennent fin. "
        "Les fichiers de son dossier sont toujours pris.",
    },
    "account_enabled": {"en": "{name} may sign in again.", "fr": "{name} peut se connecter à nouveau."},
    "anyone": {"en": "anyone", "fr": "tous"},
    "expected": {"en": "Expected files", "fr": "Fichiers attendus"},
    "expected_id": {"en": "id", "fr": "id"},
    "expected_kind": {"en": "kind", "fr": "type"},
    "expected_by": {"en": "by", "fr": "avant"},
    "expected_days": {"en": "days", "fr": "jours"},
    "expected_account": {"en": "account", "fr": "compte"},
    "expected_next_deadline": {"en": "due next", "fr": "prochaine échéance"},
    "expected_missing_since": {"en": "missing since", "fr": "manquant depuis"},
    "no_days": {
        "en": "“{text}” are no days of the week. Write them as in mon-fri or mon,wed,sat.",
        "fr": "« {text} » ne désigne pas des jours de la semaine. Écrivez par exemple mon-fri ou mon,wed,sat.",
    },
    "delivered": {
        "en": "{name}: handed over; `comptoir uploads` shows how it goes on.",
        "fr": "{name} : remis ; `comptoir uploads` montre la suite.",
    },
    "applied": {
        "en": "{name}: applied; {rows_applied} {rows_applied:row|rows} applied, {rows_unchanged} unchanged, "
        "{rows_rejected} rejected.",
        "fr": "{name} : appliqué ; {rows_applied} {rows_applied:ligne appliquée|lignes appliquées}, "
        "{rows_unchanged} {rows_unchanged:inchangée|inchangées}, {rows_rejected} {rows_rejected:rejetée|rejetées}.",
    },
    "already": {
        "en": "{name}: already imported on {when}, {who}; nothing changes. `--again` lands it as the latest.",
        "fr": "{name} : déjà importé le {when}, {who} ; rien ne change. `--again` le dépose comme le plus récent.",
    },
    "by_account": {"en": "by {by}", "fr": "par {by}"},
    "by_folder": {"en": "by way of the folder", "fr": "par le dossier"},
    "already_partial": {
        "en": "{name}: already imported in part on {when}, {who}; nothing changes. {rows_rejected} "
        "{rows_rejected:row was|rows were} rejected then: send what has not come corrected since in a new file.",
        "fr": "{name} : déjà importé en partie le {when}, {who} ; rien ne change. {rows_rejected} "
        "{rows_rejected:ligne avait alors été rejetée|lignes avaient alors été rejetées} : envoyez dans un nouveau "
        "fichier ce qui n'est pas revenu corrigé depuis.",
    },
    "partial": {
        "en": "{name}: applied in part; {rows_applied} {rows_applied:row|rows} applied, {rows_unchanged} unchanged, "
        "{rows_rejected} rejected.",
        "fr": "{name} : appliqué en partie ; {rows_applied} {rows_applied:ligne appliquée|lignes appliquées}, "
        "{rows_unchanged} {rows_unchanged:inchangée|inchangées}, {rows_rejected} {rows_rejected:rejetée|rejetées}.",
    },
    "rejected": {"en": "{name}: rejected whole.", "fr": "{name} : rejeté en entier."},
    "asking": {
        "en": "{name}: waits for an answer, on the upload page or by `comptoir answer {_id} ID=ANSWER`:",
        "fr": "{name} : attend une réponse, sur la page des dépôts ou par `comptoir answer {_id} ID=RÉPONSE` :",
    },
    "answered": {
        "en": "{name}: was answered, or came again; a new attempt goes on.",
        "fr": "{name} : a reçu sa réponse, ou est revenu ; un nouvel essai suit.",
    },
    "no_such_file": {
        "en": "There is no file {file_id}; `comptoir uploads --json` shows every one with its `file_id`.",
        "fr": "Il n'y a pas de fichier {file_id} ; `comptoir uploads --json` les montre tous avec leur `file_id`.",
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
    "usage_help": {
        "en": "`{command} --help` shows how it is called.",
        "fr": "`{command} --help` montre comment l'appeler.",
    },
    "usage_argument_missing": {
        "en": "{name} is missing after the command.",
        "fr": "Il manque {name} après la commande.",
    },
    "usage_option_missing": {"en": "The option {name} is missing.", "fr": "Il manque l'option {name}."},
    "usage_command_missing": {"en": "Which command? None was given.", "fr": "Quelle commande ? Aucune n'est donnée."},
    "usage_option_unknown": {
        "en": "There is no option {name}; check its spelling.",
        "fr": "L'option {name} n'existe pas ; vérifiez son orthographe.",
    },
    "usage_command_unknown": {
        "en": "There is no command {name}; check its spelling.",
        "fr": "La commande {name} n'existe pas ; vérifiez son orthographe.",
    },
    "usage_value_missing": {
        "en": "The option {name} needs a value behind it.",
        "fr": "L'option {name} demande une valeur à sa suite.",
    },
    "usage_value_unwanted": {
        "en": "The option {name} takes no value.",
        "fr": "L'option {name} ne prend pas de valeur.",
    },
    "usage_too_much": {
        "en": "{name} is more than the command takes; quote names that have spaces in them.",
        "fr": "{name} est de trop ; mettez entre guillemets les noms qui contiennent des espaces.",
    },
    "usage_none_of": {
        "en": "{name}: {value} is not possible; it is one of {choices}.",
        "fr": "{name} : {value} n'est pas possible ; c'est l'un de {choices}.",
    },
    "usage_no_number": {
        "en": "{name} has a value that is no number.",
        "fr": "{name} a une valeur qui n'est pas un nombre.",
    },
    "usage_value_wrong": {
        "en": "{name} has a value that is not possible: {why}",
        "fr": "{name} a une valeur qui n'est pas possible : {why}",
    },
    "held_nothing": {"en": "Nothing is held.", "fr": "Rien n'est retenu."},
    "held_file": {
        "en": "  the file itself: {rows} sound {rows:row|rows}, refused with it",
        "fr": "  le fichier lui-même : {rows} {rows:ligne correcte, refusée|lignes correctes, refusées} avec lui",
    },
    "held_invoice": {
        "en": "  invoice {invoice}: {rows} sound {rows:line|lines}, another one is not",
        "fr": "  facture {invoice} : {rows} {rows:ligne correcte|lignes correctes}, une autre ne l'est pas",
    },
    "dismissed": {
        "en": "{rows} held {rows:row is|rows are} dismissed.",
        "fr": "{rows} {rows:ligne retenue est écartée|lignes retenues sont écartées}.",
    },
    "inventory_complete": {
        "en": "Every lot with stock is in {name}, or in a later file.",
        "fr": "Chaque lot en stock est dans {name} ou dans un fichier suivant.",
    },
    "inventory_absent": {
        "en": "{lots} {lots:lot|lots} with stock {lots:is|are} not in {name}; with --complete {lots:it becomes|they "
        "become} 0:",
        "fr": "{lots} {lots:lot|lots} en stock {lots:n'est|ne sont} pas dans {name} ; avec --complete, "
        "{lots:il passe|ils passent} à 0 :",
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
        "en": "Sales dated before {closing:day} are refused (moved by {moved_by}, {moved_at}).",
        "fr": "Les ventes antérieures au {closing:day} sont refusées (déplacé par {moved_by}, {moved_at}).",
    },
    "no_answer": {
        "en": "“{text}” is no answer; write ID=ANSWER, as `comptoir check` shows them.",
        "fr": "« {text} » n'est pas une réponse ; écrivez ID=RÉPONSE, comme `comptoir check` les montre.",
    },
    "no_answers": {
        "en": "These are no answers: a question's id and its answer are short texts.",
        "fr": "Ce ne sont pas des réponses : l'identifiant d'une question et sa réponse sont des textes courts.",
    },
    "check_accept": {
        "en": "{name}: all of it would be accepted; {rows_read} {rows_read:row|rows} read.",
        "fr": "{name} : tout serait accepté ; {rows_read} {rows_read:ligne lue|lignes lues}.",
    },
    "check_partial": {
        "en": "{name}: a part would be accepted; {rows_read} {rows_read:row|rows} read, {rows_accepted} accepted, "
        "{rows_rejected} rejected.",
        "fr": "{name} : une partie serait acceptée ; {rows_read} {rows_read:ligne lue|lignes lues}, "
        "{rows_accepted} {rows_accepted:acceptée|acceptées}, {rows_rejected} {rows_rejected:rejetée|rejetées}.",
    },
    "check_reject": {"en": "{name}: would be rejected whole.", "fr": "{name} : serait rejeté en entier."},
    "check_ask": {
        "en": "{name}: would wait for an answer. Give it with --answer:",
        "fr": "{name} : attendrait une réponse. Donnez-la avec --answer :",
    },
    "check_no_changes": {
        "en": "What it would change can be told only while the platform runs.",
        "fr": "Ce qu'il changerait ne peut être dit que si la plateforme tourne.",
    },
    "column": {"en": "Column", "fr": "Colonne"},
    "header": {"en": "Header in the file", "fr": "En-tête du fichier"},
    "found_by": {"en": "Found by", "fr": "Trouvée par"},
    "confidence": {"en": "Confidence", "fr": "Confiance"},
    "first_rows": {"en": "First rows as understood", "fr": "Premières lignes telles que comprises"},
    "headers_ignored": {"en": "Columns not used: {headers}", "fr": "Colonnes non utilisées : {headers}"},
    "rows_written": {"en": "First rows as they are written", "fr": "Premières lignes telles qu'elles sont écrites"},
    "header_row": {"en": "headers in row {row}", "fr": "en-têtes en ligne {row}"},
    "rows_counted": {
        "en": "{rows_read} {rows_read:row|rows}",
        "fr": "{rows_read} {rows_read:ligne|lignes}",
    },
    "changes": {"en": "What would change", "fr": "Ce qui changerait"},
    "new": {"en": "New", "fr": "Nouveaux"},
    "changed": {"en": "Changed", "fr": "Modifiés"},
    "unchanged": {"en": "Unchanged", "fr": "Inchangés"},
    "mappings": {"en": "Columns that answers named", "fr": "Colonnes nommées par des réponses"},
    "file_id": {"en": "File id", "fr": "Id du fichier"},
    "no_time": {
        "en": "“{text}” is no time of day. Write hours and minutes, as in 09:00.",
        "fr": "« {text} » n'est pas une heure. Écrivez les heures et les minutes, comme 09:00.",
    },
    "mapping_id": {"en": "Id", "fr": "Id"},
    "mapping": {"en": "Columns", "fr": "Colonnes"},
    "by": {"en": "By", "fr": "Par"},
    "at": {"en": "At", "fr": "Le"},
    "by_template": {"en": "template", "fr": "modèle"},
    "by_alias": {"en": "known name", "fr": "nom connu"},
    "by_similarity": {"en": "similar name", "fr": "nom proche"},
    "by_divided": {"en": "amount ÷ quantity", "fr": "montant ÷ quantité"},
    "by_answer": {"en": "your answer", "fr": "votre réponse"},
    "by_memory": {"en": "an earlier answer", "fr": "une réponse antérieure"},
    "locale_encoding": {"en": "encoding {value}", "fr": "encodage {value}"},
    "locale_delimiter": {"en": "delimiter “{value}”", "fr": "séparateur « {value} »"},
    "locale_decimal_mark": {"en": "{value}", "fr": "{value}"},
    "locale_date_order": {"en": "{value}", "fr": "{value}"},
    "comma": {"en": "decimal comma", "fr": "virgule décimale"},
    "point": {"en": "decimal point", "fr": "point décimal"},
    "day_first": {"en": "day before month", "fr": "jour avant le mois"},
    "month_first": {"en": "month before day", "fr": "mois avant le jour"},
    "kind_mixed": {"en": "several kinds", "fr": "plusieurs types"},
    "place": {"en": "{told}: ", "fr": "{told} : "},
    "row_number": {"en": "row", "fr": "ligne"},
    "row": {"en": "row {row}", "fr": "ligne {row}"},
    "more_problems": {"en": "  … and {count} more.", "fr": "  … et {count} de plus."},
    "no_rows": {"en": "Nothing to show yet.", "fr": "Rien à montrer pour l'instant."},
    "winners": {"en": "Winners of the {window} from {start:day}", "fr": "Meilleurs produits, {window} du {start:day}"},
    "week": {"en": "week", "fr": "semaine"},
    "month": {"en": "month", "fr": "mois"},
    "cost_missing": {
        "en": "Cost missing: sold, but not ranked for want of a buy price",
        "fr": "Coût manquant : vendus, mais sans prix d'achat pour les classer",
    },
    "losses": {"en": "Loss risks on {on:day}", "fr": "Risques de perte au {on:day}"},
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
    return filled(WORDS[key][language], language, params)

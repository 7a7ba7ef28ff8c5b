"""French."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, str]] = {
    # shell
    "brand.tagline": "Du fichier au chiffre",
    "nav.uploads": "Fichiers",
    "nav.figures": "Chiffres",
    "user.sign_out": "Se déconnecter",
    "user.language": "Langue",
    "role.accountant": "Comptable",
    "role.administrator": "Administrateur",
    "page.missing.title": "Cette page n'existe pas",
    "page.missing.text": "Revenez aux fichiers, ou utilisez le menu ci-dessus.",
    "page.back": "Retour aux fichiers",
    "page.failed": "Un problème est survenu ici. Réessayez ; s'il persiste, prévenez l'exploitant.",
    "page.elsewhere": "Cette demande ne vient pas des pages du tableau de bord.",
    # sign-in
    "sign_in.title": "Connexion",
    "sign_in.first": "Connectez-vous d'abord.",
    "sign_in.name": "Compte",
    "sign_in.password": "Mot de passe",
    "sign_in.submit": "Se connecter",
    "sign_in.failed": "Ce compte et ce mot de passe ne vont pas ensemble. Vérifiez les deux et réessayez.",
    "sign_in.wait": "Trop d'essais. Attendez {seconds} secondes, puis réessayez.",
    "sign_in.help": "Mot de passe perdu ? L'exploitant en crée un avec « comptoir accounts reset NOM ».",
    "forbidden.title": "Cette page est réservée aux administrateurs",
    "forbidden.text": (
        "Vous êtes connecté avec {name}, un compte de comptable. "
        "Connectez-vous en administrateur pour voir les chiffres."
    ),
    # health
    "health.stream_never": (
        "L'analyse n'a pas encore démarré. Les fichiers sont conservés et seront comptés dès qu'elle tournera."
    ),
    "health.stream_silent": (
        "L'analyse n'a plus donné signe depuis {at}. Les chiffres datent de ce moment ; les fichiers sont conservés."
    ),
    "health.results_away": (
        "Le direct est interrompu. Les chiffres datent de la dernière lecture ; rechargez la page pour relire."
    ),
    "health.store_away": (
        "La base des chiffres ne répond pas. Les fichiers déposés sont conservés et comptés plus tard."
    ),
    "health.next_step": "À faire : l'exploitant lance « comptoir status ».",
    "health.offline": (
        "La connexion au tableau de bord est perdue. Cette page se remettra à jour d'elle-même à son retour."
    ),
    # uploads
    "uploads.title": "Vos fichiers",
    "uploads.subtitle": "Produits, stock, ventes et clients, depuis tout logiciel, en français ou en anglais.",
    "uploads.area.title": "Déposez vos fichiers ici",
    "uploads.area.or": "ou",
    "uploads.area.choose": "Choisir des fichiers",
    "uploads.area.hint": (
        "CSV, Excel, OpenDocument ou JSON par lignes, plusieurs à la fois, jusqu'à {limit} Mo chacun. "
        "Rien à remettre en forme."
    ),
    "uploads.templates": "Modèles à remplir :",
    "uploads.sending": "Envoi",
    "uploads.sent": "Reçu",
    "uploads.failed": "Non envoyé",
    "uploads.waiting": "En attente",
    "uploads.cancel": "Annuler",
    "uploads.connection_lost": "La connexion a été perdue ; l'envoi reprend dès qu'elle revient.",
    "uploads.too_large": "Ce fichier dépasse {limit} Mo. Découpez-le et déposez les parties.",
    "uploads.not_kept": "Le fichier n'a pas pu être gardé. L'envoi recommence ; si cela dure, appelez l'exploitant.",
    "uploads.empty_file": "Ce fichier est vide. Vérifiez-le et déposez-le de nouveau.",
    "uploads.empty.title": "Aucun fichier n'est encore arrivé",
    "uploads.empty.text": (
        "Déposez d'abord le fichier des produits, puis stock, clients et ventes. Chacun apparaît ici aussitôt."
    ),
    "uploads.rows.read": "Lues",
    "uploads.rows.applied": "Appliquées",
    "uploads.rows.withdrawn": "Retirées",
    "uploads.rows.unchanged": "Inchangées",
    "uploads.rows.rejected": "Rejetées",
    "uploads.received": "Reçu",
    "uploads.applied_at": "Appliqué",
    "uploads.by": "par {name}",
    "uploads.from_folder": "depuis le dossier",
    "uploads.problems.none": "Rien à signaler : chaque ligne a été comprise.",
    "uploads.problems.title": "À regarder",
    "uploads.problems.more": "et {count} de plus, dans le fichier des rejets",
    "uploads.problems.hidden": "et {count} de plus",
    "uploads.problem.code": "Code",
    "uploads.problem.example": "Exemple",
    "uploads.problem.sheet": "Feuille",
    "uploads.problem.row": "Ligne",
    "uploads.problem.column": "Colonne",
    "uploads.problem.value": "Valeur",
    "uploads.problem.why": "Ce qui ne va pas",
    "uploads.problem.remedy": "Que faire",
    "transfers.begin": "Un fichier commence par Upload-Length et la métadonnée « filename ».",
    "transfers.piece": "Un morceau demande Upload-Offset et le type {type}.",
    "transfers.overlong": "Il est venu plus d'octets qu'annoncé. L'envoi est abandonné ; renvoyez le fichier.",
    "files.unknown": "Ce fichier n'existe pas.",
    "files.no_template": "Ce modèle n'existe pas. La page des fichiers les donne tous.",
    "files.no_rejects": "Ce fichier n'a pas de lignes rejetées.",
    "files.no_report": "Ce fichier n'a pas de rapport de validation.",
    "uploads.data_docs": "Rapport de validation",
    "uploads.rejects": "Lignes rejetées (fichier)",
    "uploads.run": "Exécution Airflow",
    "uploads.original": "Fichier d'origine",
    "history.mapping": "Comment ses colonnes ont été comprises",
    "history.source.page": "envoyé sur cette page",
    "history.source.folder": "trouvé dans le dossier",
    "history.bytes": "{count} octets",
    "history.sha256": "SHA-256 {digest}…",
    "history.withdraw": "{name} a demandé son retrait, {at}",
    "history.restore": "{name} a demandé son rétablissement, {at}",
    "withdraw.open": "Retirer ce fichier…",
    "withdraw.text": (
        "Les chiffres deviennent comme si « {name} » n'était jamais venu : ce qu'un fichier plus récent dit aussi "
        "reste, et ce qu'il avait remplacé revient. Vous pourrez revenir sur ce retrait."
    ),
    "withdraw.confirm": "Le retirer",
    "withdraw.forbidden": "Seul un administrateur, ou qui a envoyé ce fichier, peut le faire.",
    "withdraw.refused": "L'état de ce fichier ne le permet pas. Revenez en arrière et regardez-le de nouveau.",
    "restore.open": "Rétablir ce fichier…",
    "restore.text": "« {name} » compte de nouveau, à sa place : ce que disent les fichiers suivants passe avant lui.",
    "restore.confirm": "Le rétablir",
    "inventory.open": "Lots que ce fichier ne nomme pas…",
    "inventory.title": "Est-ce l'inventaire complet ?",
    "inventory.none": "Chaque lot en stock est dans « {name} » ou dans un fichier suivant.",
    "inventory.more": "et {lots} de plus",
    "inventory.text": (
        "{lots} {lots:lot|lots} en stock, {units} {units:unité|unités} en tout, {lots:n'est|ne sont} pas dans "
        "« {name} ». Sans réponse de votre part, rien ne change. Ne confirmez que si ce fichier est l'inventaire "
        "complet : ces lots passent à 0, par un fichier à part que vous pourrez retirer. Ce sont : {named}."
    ),
    "inventory.confirm": "Il est complet : les mettre à 0",
    "uploads.questions": "Ce fichier attend une réponse",
    "uploads.questions.choose": "Choisissez une réponse",
    "uploads.questions.send": "Envoyer les réponses",
    "uploads.questions.missing": "Choisissez une réponse à chaque question, puis renvoyez-les.",
    "uploads.questions.failed": "Les réponses n'ont pas pu être gardées",
    "uploads.dropped_again": "Les mêmes octets sont revenus {count} fois, la dernière le {at}, {by}.",
    "uploads.already_imported": "Ils n'ont rien changé : déjà importés le {at}, {by}.",
    "uploads.clean": "Importer aussitôt les fichiers sans question ni ligne rejetée",
    "uploads.clean.text": "Seul ce qui demande une décision de votre part attend alors ici.",
    # fichiers en attente
    "waiting.title": "En attente de votre décision",
    "waiting.subtitle": (
        "Rien de ces fichiers n'est encore dans les chiffres. Chacun est gardé {days} jours, puis oublié."
    ),
    "waiting.reading": "Lecture en cours",
    "waiting.details": "Ce qui a été compris",
    "waiting.looked_at": "lecture : {at}",
    "waiting.outcome.accept": "Tout convient",
    "waiting.outcome.partial": "Des lignes rejetées",
    "waiting.outcome.reject": "Serait refusé",
    "waiting.outcome.ask": "Pose une question",
    "waiting.rows.read": "Lues",
    "waiting.rows.accepted": "Acceptées",
    "waiting.rows.rejected": "Rejetées",
    "waiting.reject.text": (
        "Rien de ce fichier ne serait appliqué. Corrigez-le et déposez-le de nouveau ; envoyé tel quel, il figure "
        "parmi les refusés, avec ses lignes rejetées à télécharger."
    ),
    "waiting.reject.unread": (
        "Rien de ce fichier ne serait appliqué, et aucune de ses lignes n'a pu être lue. Corrigez-le et déposez-le de "
        "nouveau ; envoyé tel quel, il figure seulement parmi les refusés."
    ),
    "waiting.imported": (
        "Déjà importé le {at}, {by}. Pour qu'il compte comme le fichier le plus récent, réimportez-le exprès."
    ),
    "waiting.on_its_way": "Les mêmes octets, venus le {at}, {by}, sont en cours d'import : rien à faire de plus.",
    "waiting.asks_below": (
        "Les mêmes octets sont venus le {at}, {by}, et attendent une réponse dans la liste ci-dessous. Répondez "
        "là-bas, et n'importez pas celui-ci."
    ),
    "waiting.questions": "À répondre avant l'import",
    "waiting.answer": "Lire avec ces réponses",
    "waiting.answered": "Lu avec vos réponses ({count}).",
    "waiting.answer_again": "Répondre autrement",
    "waiting.import": "Importer",
    "waiting.import.partial": "Importer les lignes acceptées",
    "waiting.import.reject": "Envoyer quand même",
    "waiting.again": "Réimporter, comme le plus récent",
    "waiting.leave": "Ne pas importer",
    "waiting.look_again": "Relire",
    "waiting.sent": "Import en cours ; il apparaît dans la liste ci-dessous.",
    "waiting.left": "Non importé",
    "waiting.failed": "Cela n'a pas abouti ; réessayez.",
    "waiting.gone": "Ce fichier n'attend plus : importé ou laissé entre-temps, ou plus ancien que le délai de garde.",
    "waiting.busy": "Une autre action est en cours sur ce fichier. Réessayez dans un instant.",
    "waiting.not_ready": (
        "Ce fichier est encore en lecture, ou pose une question restée ouverte. Regardez-le, puis importez-le."
    ),
    "waiting.too_many": (
        "{limit} fichiers attendent déjà votre décision. Importez-en ou laissez-en, puis renvoyez celui-ci."
    ),
    "preview.changes": "Ce qui changerait",
    "preview.no_changes": (
        "Ce qu'il changerait ne peut être dit maintenant : la base des chiffres n'a pas répondu. Faites-le relire."
    ),
    "preview.kind": "Nature",
    "preview.new": "Nouveaux",
    "preview.changed": "Modifiés",
    "preview.unchanged": "Inchangés",
    "preview.sheet": "Feuille « {name} »",
    "preview.counts": (
        "{rows_read} {rows_read:ligne lue|lignes lues}, {rows_accepted} {rows_accepted:acceptée|acceptées}, "
        "{rows_rejected} {rows_rejected:rejetée|rejetées}"
    ),
    "preview.locale": "Trouvé : {found}.",
    "preview.typed": "Nombres et dates sont des cellules typées : il n'y avait rien à deviner.",
    "preview.encoding": "encodage {name}",
    "preview.delimiter": "séparateur {mark}",
    "preview.tab": "tabulation",
    "preview.quoted": "« {text} »",
    "preview.header": "En-tête du fichier",
    "preview.column": "Compris comme",
    "preview.read_as": "Lu avec",
    "preview.source": "Trouvé par",
    "preview.confidence": "Confiance",
    "preview.ignored": "Non utilisées : {headers}.",
    "preview.first_rows": "Premières lignes telles que comprises :",
    "preview.written_rows": "Premières lignes telles qu'elles sont écrites :",
    "preview.header_row": "Les en-têtes sont en ligne {row}.",
    "preview.rows": "{count} {count:ligne|lignes}",
    "preview.skipped": "Laissé de côté",
    "preview.problem.count": "Nombre",
    "preview.problem.rows": "Lignes",
    "preview.problem.column": "Colonne",
    "preview.problem.why": "Ce qui ne va pas (le premier cas)",
    "preview.problem.remedy": "Que faire",
    "preview.problems.more": "et {count} de plus ; le fichier des rejets les a tous après l'import",
    "read_as.comma": "virgule décimale",
    "read_as.point": "point décimal",
    "read_as.day_first": "jour avant le mois",
    "read_as.month_first": "mois avant le jour",
    "found_by.template": "modèle",
    "found_by.alias": "nom connu",
    "found_by.similarity": "nom proche",
    "found_by.divided": "montant ÷ quantité",
    "found_by.answer": "votre réponse",
    "found_by.memory": "une réponse antérieure",
    "kind.products": "Produits",
    "kind.stock": "Stock",
    "kind.sales": "Ventes",
    "kind.clients": "Clients",
    "kind.mixed": "Plusieurs sortes",
    "kind.unknown": "Sorte pas encore connue",
    "kind.refused": "Sorte inconnue",
    "help.problems.title": "Ce qui peut clocher dans un fichier",
    "help.problems.subtitle": "Chaque code avec un exemple, ce qui en est dit, et que faire.",
    "help.problems.empty": "(vide)",
    "help.problems.link": "Ce que cela veut dire, avec un exemple",
    "state.received": "Reçu",
    "state.validating": "Vérification",
    "state.in_portions": "Comptage, {done} parties sur {total}",
    "state.asking": "Attend une réponse",
    "state.answered": "Repris",
    "state.publishing": "Comptage",
    "state.applied": "Appliqué",
    "state.partial": "Appliqué en partie",
    "state.rejected": "Refusé",
    "state.withdrawing": "En cours de retrait",
    "state.restoring": "En cours de rétablissement",
    "state.withdrawn": "Retiré",
    "severity.error": "Erreur",
    "severity.warning": "Avertissement",
    "severity.notice": "Remarque",
    # figures
    "figures.title": "Chiffres",
    "figures.as_of": "état à {at}",
    "figures.never": "pas encore calculés",
    "figures.last_file": "dernier fichier {name}",
    "figures.on_its_way": "{count} fichier(s) en cours d'arrivée",
    "figures.live": "En direct",
    "tile.profit": "Bénéfice, {window}",
    "tile.revenue": "Chiffre d'affaires, {window}",
    "tile.at_risk": "Valeur de stock à risque",
    "tile.eligible": "Clients ayant droit à une remise",
    "tile.of": "sur {count}",
    "tile.lots": "{count} {count:lot|lots}",
    "tile.this_week": "cette semaine",
    "tile.this_month": "ce mois",
    "tile.quantity": "{count} {count:unité vendue|unités vendues}",
    "tile.margin": "marge {ratio}",
    "window.week": "Semaine",
    "window.month": "Mois",
    "window.previous": "Avant",
    "window.next": "Après",
    "winners.title": "Produits gagnants",
    "winners.subtitle": "Les {count} premiers par bénéfice",
    "winners.stale": "Ces chiffres sont en cours de recalcul : une donnée antérieure vient de changer.",
    "winners.rank": "n°",
    "winners.product": "Produit",
    "winners.code": "Code",
    "winners.category": "Catégorie",
    "winners.quantity": "Quantité",
    "winners.revenue": "Chiffre d'affaires",
    "winners.profit": "Bénéfice",
    "winners.empty.title": "Aucune vente sur cette période",
    "winners.empty.text": "Choisissez une période antérieure, ou déposez un fichier de ventes sur la page Fichiers.",
    "winners.empty.cost": (
        "Il y a des ventes, mais aucun produit n'a de coût connu : "
        "déposez un fichier de produits avec les prix d'achat."
    ),
    "winners.cost_missing": "Coût manquant",
    "winners.cost_missing.text": (
        "Vendus sur cette période sans prix d'achat connu, donc non classés. "
        "Déposez un fichier de produits qui les nomme."
    ),
    "losses.title": "Risques de perte",
    "losses.subtitle": "Lots de stock au {day}",
    "losses.product": "Produit",
    "losses.batch": "Lot",
    "losses.quantity": "Quantité",
    "losses.expiry": "Péremption",
    "losses.movement": "Dernier mouvement",
    "losses.reasons": "Pourquoi",
    "losses.days": "Jours",
    "losses.value": "Valeur à risque",
    "losses.days_left": "encore {days} j",
    "losses.days_past": "passé de {days} j",
    "losses.days_idle": "immobile {days} j",
    "losses.empty.title": "Aucun lot à risque",
    "losses.empty.text": (
        "Rien ne périme bientôt et rien ne dort. "
        "Si aucun fichier de stock n'est venu, déposez-en un sur la page Fichiers."
    ),
    "losses.low_margin": "Marge faible",
    "losses.low_margin.text": ("Vendus ces {days} derniers jours sous la marge que demande le fichier des produits."),
    "losses.margin": "Marge",
    "losses.threshold": "Demandée",
    "reason.EXPIRED": "Périmé",
    "reason.EXPIRING": "Périme bientôt",
    "reason.DEAD_STOCK": "Dormant",
    "reductions.title": "Remises accessibles",
    "reductions.subtitle": "{eligible} clients sur {count} y ont droit",
    "reductions.client": "Client",
    "reductions.tier": "Niveau",
    "reductions.opening": "Solde d'ouverture",
    "reductions.sales": "Ventes",
    "reductions.total": "Total",
    "reductions.eligible": "Remise",
    "reductions.yes": "Y a droit",
    "reductions.no": "\N{EN DASH}",
    "reductions.empty.title": "Aucun client pour l'instant",
    "reductions.empty.text": (
        "Déposez un fichier de clients sur la page Fichiers ; les totaux suivent avec les ventes."
    ),
    "tier.Gold": "Or",
    "tier.Silver": "Argent",
    "tier.Standard": "Standard",
    # the administrator's desk
    "held.title": "Lignes retenues",
    "held.subtitle": (
        "Des lignes correctes attendent une décision : libérées, elles entrent dans un fichier à part ; écartées, "
        "elles restent dehors."
    ),
    "held.subtitle.accountant": "Des lignes correctes de vos fichiers attendent la décision d'un administrateur.",
    "held.empty.title": "Rien n'est retenu",
    "held.empty.text": (
        "Les lignes correctes d'une facture dont une autre ne l'est pas, et celles d'un fichier refusé en entier, "
        "attendent ici une décision."
    ),
    "held.what": "Quoi",
    "held.rows": "Lignes",
    "held.why": "Pourquoi",
    "held.decision": "Décision",
    "held.invoice": "Facture {invoice}",
    "held.invoices": "Les {count} factures de ce fichier",
    "held.file": "Les lignes correctes du fichier",
    "held.row": "Ligne {row} : {why}",
    "uploads.rows.released": "Libérées",
    "held.more": "et {count} {count:facture|factures} de plus",
    "held.release": "Libérer",
    "held.dismiss": "Écarter",
    "held.dismiss.open": "Écarter…",
    "held.note": "Motif, pour le journal d'audit",
    "rules.closing": "Date de clôture",
    "rules.closing.now": "Les ventes antérieures au {day} sont refusées.",
    "rules.closing.none": "Aucune période n'est clôturée ; les ventes de tout jour sont acceptées.",
    "rules.closing.moved": "Dernier déplacement par {name}, {at}.",
    "rules.closing.day": "Premier jour ouvert",
    "rules.closing.move": "Déplacer…",
    "rules.closing.clear": "Rouvrir toutes les périodes…",
    "rules.closing.confirm": "Déplacer la date de clôture ?",
    "rules.closing.closes": (
        "Désormais, les ventes antérieures au {day} sont refusées, ainsi que tout ce qui changerait une de ces "
        "factures : une correction, une libération, le retrait de son fichier."
    ),
    "rules.closing.reopens": "Les ventes du {day} jusqu'au {before}, closes jusqu'ici, pourront de nouveau changer.",
    "rules.closing.opens_all": "Toutes les ventes antérieures au {before}, closes jusqu'ici, pourront changer.",
    "rules.accounts": "Fichiers de chaque compte",
    "rules.accounts.text": (
        "Ce que refuse une ligne fausse, et comment se lisent les dates et les nombres qui ont deux lectures."
    ),
    "rules.import_policy": "Une ligne fausse refuse",
    "rules.date_order": "01/02/2026 est",
    "rules.decimal_mark": "1.234 ou 1,234 se lit avec",
    "rules.default": "Par défaut : {value}",
    "rules.value.good_rows": "elle seule",
    "rules.value.all_or_nothing": "tout son fichier",
    "rules.value.day_first": "le 1er février",
    "rules.value.month_first": "le 2 janvier",
    "rules.value.comma": "une virgule décimale",
    "rules.value.point": "un point décimal",
    "rules.value.ask": "demandé",
    "rules.save": "Enregistrer",
    "mappings.title": "Colonnes mémorisées",
    "mappings.subtitle": (
        "Ce que des réponses ont dit des colonnes et des mots. Les fichiers du même compte avec ces en-têtes sont lus "
        "ainsi, sans nouvelle question."
    ),
    "mappings.none": "Rien n'est mémorisé",
    "mappings.none.text": (
        "Une fois que vous avez répondu quelle colonne d'un fichier est laquelle, ou ce que veut dire un mot, cela "
        "figure ici."
    ),
    "mappings.by": "pour les fichiers de {account} ; par {name}, {at}",
    "mappings.headers": "En-têtes : {headers}",
    "mappings.word": "Lignes qui indiquent « {word} » dans « {header} »",
    "mappings.no_column": "Aucune des colonnes",
    "mappings.save": "Enregistrer",
    "mappings.forget.open": "Oublier…",
    "mappings.forget.text": (
        "Le prochain fichier qui a ces en-têtes pose de nouveau la question. Ce qui est importé reste tel quel."
    ),
    "mappings.forget": "Oublier",
    "mappings.forbidden": "Cela vaut pour les fichiers d'un autre compte. Un administrateur peut le changer.",
    "desk.confirm": "Oui, la déplacer",
    "desk.cancel": "La laisser",
    "desk.refused": "Cela n'a pas été fait",
    "desk.form": "Ce n'est pas un formulaire d'ici. Revenez en arrière, rechargez la page et réessayez.",
    "desk.unknown": "Ce fichier ou ce compte n'existe pas.",
    "desk.note": "Pour écarter, il faut un motif, de 500 caractères au plus.",
    "desk.changed": (
        "Ce n'est plus retenu : quelqu'un a décidé, ou un autre fichier l'a apporté. Regardez de nouveau la liste."
    ),
    "desk.unreadable": (
        "Ces lignes ne peuvent être libérées telles quelles. Corrigez le fichier des rejets et déposez-le."
    ),
    "history.released": (
        "{rows} {rows:ligne rejetée|lignes rejetées} sur {rejected} {rows:a été libérée|ont été libérées} le {at}, "
        "par {name}"
    ),
    "history.dismissed": (
        "{rows} {rows:ligne rejetée|lignes rejetées} sur {rejected} {rows:a été écartée|ont été écartées} le {at}, "
        "par {name}"
    ),
    "history.refused": "Refusé : {why}",
    "withdraw.closed": "Le fichier n'a pas été retiré",
    "restore.closed": "Le fichier n'a pas été rétabli",
    "nav.held": "Retenues",
    "nav.mappings": "Colonnes",
    "nav.rules": "Règles",
    "grid.no_rows": "Rien ici",
    # expected files
    "nav.expected": "Attendus",
    "expected.title": "Fichiers attendus",
    "expected.subtitle": (
        "Ce qui doit arriver, et avant quelle heure ; un fichier manquant est signalé partout jusqu'à son arrivée."
    ),
    "expected.none": "Aucun fichier n'est attendu à une heure donnée",
    "expected.none.text": "Indiquez ci-dessous quel fichier doit arriver, et avant quelle heure.",
    "expected.kind": "Type",
    "expected.by": "Avant",
    "expected.days": "Jours",
    "expected.account": "Compte",
    "expected.next": "Prochaine échéance",
    "expected.anyone": "N'importe lequel",
    "expected.add": "Attendre",
    "expected.remove": "Retirer",
    "expected.form": "Donnez un type, une heure telle que 09:00, et des jours tels que mon-fri.",
    "expected.gone": "Ce fichier n'est plus attendu : quelqu'un l'a retiré. Regardez la liste à nouveau.",
    "expected.missing": "{kind} : attendu avant le {at}, pas encore arrivé.",
    "history.late": "attendu avant le {at}, arrivé avec {minutes} minutes de retard",
}

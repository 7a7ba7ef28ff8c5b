"""The help of the command in French: the docstrings of commands and the texts of their options, paragraph by paragraph.

In English these stand beside what they describe, where the library that parses the command line looks for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from typer.core import TyperCommand, TyperGroup

ARGUMENTS, OPTIONS, COMMANDS = "Arguments", "Options", "Commandes"
FRENCH: Final[dict[str, str]] = {
    "Show this message and exit.": "Montrer cette aide.",
    "The `comptoir` command: its subcommands, one module per subject in `comptoir.commands`.": (
        "La commande `comptoir` : chaque sous-commande a son aide, par `comptoir COMMANDE --help`."
    ),
    "Start the platform and wait until all of it is healthy; does nothing for what runs.": (
        "Démarrer la plateforme et attendre que tout fonctionne ; ne touche pas à ce qui tourne."
    ),
    "Start the platform, drop sample files, show their figures, and leave everything running.": (
        "Démarrer la plateforme, déposer des fichiers d'exemple, montrer leurs chiffres et tout laisser tourner."
    ),
    "Stop the platform in order; nothing of it is left running.": (
        "Arrêter la plateforme dans l'ordre ; rien n'en reste en marche."
    ),
    "Tell what runs; exit code 1 unless all is healthy.": (
        "Dire ce qui tourne ; code de sortie 1 si tout ne va pas bien."
    ),
    "Print JSON, and nothing else, to stdout.": "Écrire du JSON, et rien d'autre, sur la sortie standard.",
    "List the lots with stock that neither a stock file nor a later one names.": (
        "Montrer les lots en stock que ni un fichier de stock ni un fichier suivant ne nomment."
    ),
    "They stay as they are. With --complete they become 0, by a file of their own that can be withdrawn.": (
        "Ils restent tels quels. Avec --complete, ils passent à 0, par un fichier à part qui peut être retiré."
    ),
    "The file is the complete inventory: these lots become 0.": (
        "Le fichier est l'inventaire complet : ces lots passent à 0."
    ),
    "Fetch what the servers need, once per machine; `up` does it too.": (
        "Télécharger ce qu'il faut aux serveurs, une fois par machine ; `up` le fait aussi."
    ),
    "Stop the platform and delete its home: files, figures, accounts and secrets.": (
        "Arrêter la plateforme et supprimer son dossier : fichiers, chiffres, comptes et secrets."
    ),
    "Don't ask.": "Ne pas demander de confirmation.",
    "Run Airflow's own command against this platform, e.g. `comptoir airflow dags list`.": (
        "Lancer la commande d'Airflow sur cette plateforme, p. ex. `comptoir airflow dags list`."
    ),
    "Hand files over to the drop zone.": "Remettre des fichiers à la zone de dépôt.",
    "With --as they go into an account's folder there: its import policy and locale hold for them.": (
        "Avec --as, ils vont dans le dossier d'un compte : ses règles d'import et de lecture valent pour eux."
    ),
    "Bytes that are imported already change nothing; with --again they land anew, as the latest.": (
        "Un contenu déjà importé ne change rien ; avec --again, il arrive de nouveau, comme le dernier."
    ),
    "With --wait the exit code is 0 when they are applied or already imported, 1 rejected in part or whole, 2 timed "
    "out, 3 waiting for an answer; of several files the worst counts: 1, then 2, then 3. Without, it is 0 once they "
    "are handed over.": (
        "Avec --wait, le code de sortie est 0 s'ils sont appliqués ou déjà importés, 1 s'ils sont rejetés en partie ou "
        "en entier, 2 si le délai est passé, 3 s'ils attendent une réponse ; de plusieurs fichiers le pire compte : 1, "
        "puis 2, puis 3. Sans --wait, c'est 0 dès qu'ils sont remis."
    ),
    "Files to import; they stay where they are.": "Les fichiers à importer ; ils restent où ils sont.",
    "Wait until the figures show them.": "Attendre que les chiffres en tiennent compte.",
    "Seconds to wait.": "Secondes d'attente.",
    "Land bytes that are imported already as the latest.": "Faire arriver un contenu déjà importé comme le dernier.",
    "An answer to a question about the file; give one each.": (
        "Une réponse à une question sur le fichier ; une option par réponse."
    ),
    "The account whose files they are.": "Le compte à qui sont les fichiers.",
    "Every file that came, the latest first: its state, its rows and its problems.": (
        "Chaque fichier arrivé, le dernier d'abord : son état, ses lignes et ses problèmes."
    ),
    "Write templates to fill in: each kind of file in English and French, as XLSX and CSV.": (
        "Écrire des modèles à remplir : chaque type de fichier en français et en anglais, en XLSX et en CSV."
    ),
    "Where they go; made when missing.": "Le dossier où les écrire ; créé s'il manque.",
    "Tell what a file holds, what is wrong with it, and what an import of it would change.": (
        "Dire ce que contient un fichier, ce qui n'y va pas et ce que son import changerait."
    ),
    "The exit code is 0 when all of it would be accepted, 1 when a part or all of it would be rejected, 3 when it asks "
    "a question. It works without the platform, too; what would change is then not told. Dates, numbers, bad rows and "
    "headers are taken as the account of --account has it, else as the platform's settings say.": (
        "Le code de sortie est 0 si tout serait accepté, 1 si une partie ou tout serait rejeté, 3 s'il pose une "
        "question. Cela marche aussi sans la plateforme ; ce qui changerait n'est alors pas dit. Dates, nombres, "
        "lignes fausses et en-têtes suivent les choix du compte de --account, sinon les réglages de la plateforme."
    ),
    "Read it as a file of that account; needs the platform.": (
        "Le lire comme un fichier de ce compte ; la plateforme doit tourner."
    ),
    "A file; nothing happens to it.": "Un fichier ; il ne lui arrive rien.",
    "Answer what a file asks: it is dropped again with the answers, as a new attempt.": (
        "Répondre à ce que demande un fichier : il est déposé de nouveau avec les réponses."
    ),
    "Exit codes are those of `drop`.": "Les codes de sortie sont ceux de `drop`.",
    "The file, as `comptoir uploads --json` shows it.": "Le fichier, comme `comptoir uploads --json` le montre.",
    "One answer for each question.": "Une réponse par question.",
    "Wait until the figures show the file.": "Attendre que les chiffres tiennent compte du fichier.",
    "Show or move the closing date: sales dated before it are refused.": (
        "Montrer ou déplacer la date de clôture : les ventes d'avant sont refusées."
    ),
    "Sales before this day are refused from now.": "Les ventes d'avant ce jour sont désormais refusées.",
    "Open everything again.": "Tout rouvrir.",
    "What is held: sound lines of invoices with a bad one, and sound rows of files that were refused whole.": (
        "Ce qui est retenu : les lignes saines de factures qui en ont une fausse, et celles de fichiers refusés en "
        "entier."
    ),
    "Hand held rows over to the drop zone, as a file of their own.": (
        "Remettre des lignes retenues à la zone de dépôt, dans un fichier à elles."
    ),
    "Without invoices: the sound rows of a file that was refused whole, else all held invoices of the file.": (
        "Sans facture nommée : les lignes saines d'un fichier refusé en entier, sinon toutes ses factures retenues."
    ),
    "As `comptoir held` shows it.": "Comme `comptoir held` le montre.",
    "Default: all that the file holds.": "Par défaut, toutes celles du fichier.",
    "Leave held rows out for good, with a note of why.": "Écarter pour de bon des lignes retenues, avec le motif.",
    "Why; kept in the audit log.": "Le motif ; il est gardé dans le journal d'audit.",
    "Withdraw a file: the figures become as if it had never come.": (
        "Retirer un fichier : les chiffres deviennent ceux qu'ils seraient sans lui."
    ),
    "What a later file says too stays; what it had overwritten comes back. The exit code is 0 when it is asked for, "
    "with --wait when the figures show it, 1 when the file can't be withdrawn or a closed period would change, 2 when "
    "the time is over.": (
        "Ce qu'un fichier plus récent dit aussi reste ; ce qu'il avait remplacé revient. Le code de sortie est 0 si "
        "c'est demandé, avec --wait si les chiffres le montrent, 1 si le fichier ne peut pas être retiré ou si une "
        "période close changerait, 2 si le délai est passé."
    ),
    "As `comptoir uploads --json` shows it.": "Comme `comptoir uploads --json` le montre.",
    "Wait until the figures show it.": "Attendre que les chiffres en tiennent compte.",
    "Take a withdrawal back: the file counts again, at its old place among the others.": (
        "Revenir sur un retrait : le fichier compte de nouveau, à son ancienne place parmi les autres."
    ),
    "The exit codes are those of `comptoir withdraw`.": "Les codes de sortie sont ceux de `comptoir withdraw`.",
    "Compare raw files, change sets, Kafka, facts and figures, per kind and day, to the cent and to the row.": (
        "Comparer les fichiers reçus, les changements, Kafka, les faits et les chiffres, par type et par jour, au "
        "centime et à la ligne près."
    ),
    "The exit code is 0 when all say the same, and 1 with the first differences when they don't. Where something "
    "differs at first, publishing waits while all is compared once more.": (
        "Le code de sortie est 0 si tous disent la même chose, et 1 avec les premières différences sinon. Si quelque "
        "chose diffère d'abord, la publication attend que tout soit comparé une fois encore."
    ),
    "Compute facts and figures anew from the lake, beside the current ones, then switch to them.": (
        "Recalculer faits et chiffres depuis le lac, à côté de ceux d'aujourd'hui, puis passer aux nouveaux."
    ),
    "The way out of a named stop of the stream that asks for it. It is a run of the DAG `rebuild_hot_store`, which "
    "goes on when this command is interrupted. The exit code is 0 when the new figures are shown, 1 when the run "
    "failed.": (
        "L'issue d'un arrêt du flux qui la demande. C'est une exécution du DAG `rebuild_hot_store`, qui continue si "
        "cette commande est interrompue. Le code de sortie est 0 quand les nouveaux chiffres sont là, 1 en cas d'échec."
    ),
    "Compact the lake's small files, and remove what is kept longer than the settings say; audited.": (
        "Regrouper les petits fichiers du lac et supprimer ce qui est gardé plus longtemps que prévu ; c'est audité."
    ),
    "It runs beside the stream and whatever comes in, and may be interrupted at any moment.": (
        "Cela tourne à côté du flux et de ce qui arrive, et peut être interrompu à tout moment."
    ),
    "Winners, loss risks and reductions.": "Gagnants, risques de perte et réductions.",
    "Products ranked by profit over a week or a month, and those whose cost is missing.": (
        "Les produits classés par bénéfice sur une semaine ou un mois, et ceux dont le coût manque."
    ),
    "ISO week or calendar month.": "Semaine ISO ou mois civil.",
    "Any day of it; default today.": "Un jour de celle-ci ou de celui-ci ; par défaut aujourd'hui.",
    "The whole ranking instead of the top.": "Tout le classement au lieu de sa tête.",
    "Lots that expire or lie idle, with their value at risk, and products sold under their margin.": (
        "Les lots qui périment ou dorment, avec la valeur en jeu, et les produits vendus sous leur marge."
    ),
    "The day; default today.": "Le jour ; par défaut aujourd'hui.",
    "Every client's total, tier and eligibility.": "Le total, le niveau et le droit à réduction de chaque client.",
    "The parts of the platform as containers run them.": (
        "Les parties de la plateforme telles que les conteneurs les lancent."
    ),
    "Make the secrets that containers get as files; those that are there stay.": (
        "Créer les secrets que les conteneurs reçoivent en fichiers ; ceux qui existent restent."
    ),
    "Where the compose file looks for them.": "Là où le fichier compose les cherche.",
    "Bring Airflow's database and the stores into shape, and print the accounts made at the first start.": (
        "Préparer la base d'Airflow et les stockages, et écrire les comptes créés au premier démarrage."
    ),
    "Become one of the platform's servers.": "Devenir l'un des serveurs de la plateforme.",
    "A server's name, as `comptoir status` shows it.": "Le nom d'un serveur, comme `comptoir status` le montre.",
    "Tell by the exit code whether a server answers.": "Dire par le code de sortie si un serveur répond.",
    "The accounts of the dashboard.": "Les comptes du tableau de bord.",
    "The accounts with their roles, languages, import policies and locales; passwords are kept nowhere.": (
        "Les comptes avec leurs rôles, langues, règles d'import et de lecture ; les mots de passe ne sont gardés nulle "
        "part."
    ),
    "Make an account with a folder of its own in the drop zone, and print its password, this once.": (
        "Créer un compte, avec son dossier dans la zone de dépôt, et écrire son mot de passe, cette seule fois."
    ),
    "The account's name.": "Le nom du compte.",
    "What the account may do.": "Ce que le compte peut faire.",
    "Of its pages and answers; default what its browser asks for.": (
        "De ses pages et réponses ; par défaut celle que demande son navigateur."
    ),
    "Let nobody sign in to an account any more, and end its sessions; what it imported stays.": (
        "Ne plus laisser personne se connecter à un compte et finir ses sessions ; ce qu'il a importé reste."
    ),
    "Let the owner of a disabled account sign in again, with the password that it had.": (
        "Laisser de nouveau se connecter le titulaire d'un compte désactivé, avec son mot de passe d'avant."
    ),
    "Give an account a new password, end its sessions, and print the password, this once.": (
        "Donner à un compte un nouveau mot de passe, finir ses sessions et écrire le mot de passe, cette seule fois."
    ),
    "Say what a bad row in the files of an account refuses: itself or its whole file.": (
        "Dire ce que refuse une ligne fausse dans les fichiers d'un compte : elle-même ou tout son fichier."
    ),
    "What a bad row in the account's files refuses.": "Ce que refuse une ligne fausse dans les fichiers du compte.",
    "Say how dates and numbers that fit both readings are read in the files of an account.": (
        "Dire comment lire, dans les fichiers d'un compte, les dates et nombres qui admettent deux lectures."
    ),
    "How 01/02/2026 is read where nothing tells.": "Comment lire 01/02/2026 si rien ne le dit.",
    "How 1.234 is read where nothing tells.": "Comment lire 1.234 si rien ne le dit.",
    "Columns that answers named, by the headers that files came with.": (
        "Les colonnes que des réponses ont nommées, selon les en-têtes des fichiers."
    ),
    "Let a mapping say something else: files with these headers are read so from now on; what was imported stays.": (
        "Faire dire autre chose à une correspondance : les fichiers qui ont ces en-têtes sont désormais lus ainsi ; ce "
        "qui est importé reste."
    ),
    "As `comptoir mappings` shows it.": "Comme `comptoir mappings` le montre.",
    "Which header a column is, or `none`; or HEADER|WORD= and `as_written`, `return` or `left_out`.": (
        "Quel en-tête est une colonne, ou `none` ; ou EN-TÊTE|MOT= et `as_written`, `return` ou `left_out`."
    ),
    "Forget a mapping: files with these headers ask again; what was imported stays.": (
        "Oublier une correspondance : les fichiers qui ont ces en-têtes redemandent ; ce qui est importé reste."
    ),
    "Files that are expected by a time of day.": "Les fichiers attendus pour une heure du jour.",
    "What is expected, when it is due next, and since when it is missing.": (
        "Ce qui est attendu, pour quand la prochaine fois, et depuis quand cela manque."
    ),
    "Expect a file by a time of day, and print the id of that; one of the same kind, time and account is replaced.": (
        "Attendre un fichier pour une heure du jour, et écrire l'identifiant de cette attente ; une autre du même "
        "type, de la même heure et du même compte est remplacée."
    ),
    "What the file holds.": "Ce que contient le fichier.",
    "The time of day, in the trader's zone.": "L'heure du jour, au fuseau du commerçant.",
    "The days of the week.": "Les jours de la semaine.",
    "Whose file it is; default anyone's.": "À qui est le fichier ; par défaut à n'importe qui.",
    "Expect a file no longer.": "Ne plus attendre un fichier.",
    "As `comptoir expect list` shows it.": "Comme `comptoir expect list` le montre.",
}


def speak_french(command: TyperCommand | TyperGroup) -> None:
    """Let a command, its options and all commands below it have their help in French."""
    command.help = translated(command.help or "")
    own_help = command.get_help_option(typer.Context(command))
    for each in [*command.params, *([own_help] if own_help else [])]:
        is_argument = each.param_type_name == "argument"
        each.help = translated(each.help or "")  # type: ignore[attr-defined]
        each.rich_help_panel = ARGUMENTS if is_argument else OPTIONS  # type: ignore[attr-defined]
    for below in getattr(command, "commands", {}).values():
        below.rich_help_panel = COMMANDS
        speak_french(below)


def translated(text: str) -> str:
    """Return a text of the help in French, paragraph by paragraph.

    Raises:
        KeyError: nobody has translated it.
    """
    return "\n\n".join(FRENCH[" ".join(each.split())] for each in text.split("\n\n") if each.strip())

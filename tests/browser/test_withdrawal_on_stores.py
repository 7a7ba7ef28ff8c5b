"""A file's whole way on the page, in French: question, preview, import, withdrawal, restoration.

Real MongoDB, Kafka and HDFS; the test stands where the runs and the stream stand, so that each state can be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from comptoir import accounts, names
from comptoir.changes.act import Act
from comptoir.landing import intake
from comptoir.stores import ledger
from comptoir.stores.settling import settle
from tests.browser.pages import drop_file, import_file, is_marked, mark, wait_for_state, waiting_file
from tests.stack.publishing_tools import Importer, open_importer

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from comptoir.settings import Settings
    from tests.browser.serving import ServedDashboard

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NAME = "ventes-février.csv"
SALES = (
    "no_facture;code_produit;quantite;prix_unitaire;date_heure\n"
    "F1;P1;2;1.234,50;01/02/2026\n"
    "F2;P1;beaucoup;2,50;03/04/2026\n"
    "F3;P2;1;0,125;05/06/2026\n"
)
# What opens an act, what asks for it, and the state that follows.
SAID = {
    Act.WITHDRAW: ("Retirer ce fichier…", "Le retirer", "En cours de retrait"),
    Act.RESTORE: ("Rétablir ce fichier…", "Le rétablir", "En cours de rétablissement"),
}
STATE_SECONDS = 60
BEYOND_ALL = 2**40  # an offset that no test reaches


@pytest.fixture(scope="module")
def importer(servers: Settings) -> Importer:
    return open_importer(servers, servers.home)


def stream_passes(importer: Importer) -> None:
    """Do what the stream and the watcher do: read everything that was published, and settle the files."""
    reached = {
        topic: {str(number): BEYOND_ALL for number in range(count)} for topic, count in names.TOPIC_PARTITIONS.items()
    }
    importer.hot.facts[names.PROGRESS].update_one({"_id": "stream"}, {"$set": {"offsets": reached}}, upsert=True)
    settle(importer.hot)


def take_in(importer: Importer) -> str:
    """Do what the runs of an import do with the file in the drop zone; return its id."""
    receipt = intake.receive(importer.hot, importer.settings, importer.settings.drop_folder / NAME)
    importer.validate(receipt.file_id)
    importer.publish(receipt.file_id)
    stream_passes(importer)
    return receipt.file_id


def change_back(page: Page, importer: Importer, file_id: str, act: Act) -> None:
    """Ask for an act on the page, see it under way, and carry it out."""
    opener, button, moving = SAID[act]
    page.get_by_text(opener).click()
    page.get_by_role("button", name=button, exact=True).click()
    wait_for_state(page, NAME, moving, timeout_seconds=STATE_SECONDS)
    mark(page)
    importer.carry_out(file_id, act)
    stream_passes(importer)


def test_an_accountant_imports_withdraws_and_restores_a_file(
    importer: Importer, dashboard: ServedDashboard, passwords: dict[str, str], sign_in: Callable[..., Page]
) -> None:
    accounts.choose_language(importer.hot, "accountant", "fr")
    page = sign_in(dashboard.settings.dash_url, "accountant", passwords["accountant"])
    drop_file(page, NAME, SALES)
    waiting = waiting_file(page, NAME)
    waiting.locator(".state", has_text="Pose une question").wait_for()
    waiting.locator("select").select_option("day_first")
    waiting.get_by_role("button", name="Lire avec ces réponses").click()
    waiting.locator(".state", has_text="Des lignes rejetées").wait_for()
    changes, mapping, rows = waiting.locator(".preview-table").all()
    assert changes.locator("tbody").inner_text().split() == ["Ventes", "2", "0", "0"]
    assert "jour avant le mois" in mapping.inner_text()
    assert "1 févr. 2026" in rows.inner_text()
    import_file(page, NAME)
    file_id = take_in(importer)

    row = page.locator("#upload-accordion .file-row", has_text=NAME)
    wait_for_state(page, NAME, "Appliqué en partie", timeout_seconds=STATE_SECONDS)
    row.click()
    change_back(page, importer, file_id, Act.WITHDRAW)
    wait_for_state(page, NAME, "Retiré", timeout_seconds=STATE_SECONDS)
    assert is_marked(page)
    assert ledger.find(importer.hot, file_id)["acts"][0]["published"]["sales"]["records_remove"] == 2

    row.click()
    change_back(page, importer, file_id, Act.RESTORE)
    wait_for_state(page, NAME, "Appliqué en partie", timeout_seconds=STATE_SECONDS)
    row.click()
    history = page.locator(".history-stages")
    expect(history).to_contain_text("accountant a demandé son retrait")
    expect(history).to_contain_text("accountant a demandé son rétablissement")
    assert ledger.find(importer.hot, file_id)["acts"][1]["published"]["sales"]["records_insert"] == 2

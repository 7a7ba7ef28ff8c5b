"""Files are delivered whole, under safe and unique names, with their origin."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comptoir.errors import MisconfiguredError
from comptoir.landing.drop import (
    Origin,
    deliver,
    finished_folder,
    move_unless_taken,
    opened_unlinked,
    origin_path,
    prepare_zone,
    read_origin,
    safe_name,
    zone_account,
)
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("ventes.csv", "ventes.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\ventes.csv", "ventes.csv"),
        ("/etc/shadow", "shadow"),
        (".hidden.csv", "hidden.csv"),
        ("~$ventes.xlsx", "ventes.xlsx"),
        ("facture\u202excod.exe", "facturexcod.exe"),
        ("a\nb\x00c.csv", "abc.csv"),
        ("caf\u0065\u0301.csv", "caf\u00e9.csv"),
        ("..", "file"),
        ("", "file"),
        ('a<b>:"|?*.csv', "ab.csv"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_are_cut_between_characters_and_keep_their_suffix() -> None:
    name = safe_name("é" * 300 + ".csv")
    assert name.endswith("é.csv")
    assert len(name.encode()) <= 180


def test_a_delivered_file_is_whole_and_alone(settings: Settings) -> None:
    path = deliver(settings, io.BytesIO(b"a;b\n1;2\n"), "../ventes.csv", by="claire", source_name="page")
    assert path == settings.drop_folder / "ventes.csv"
    assert path.read_bytes() == b"a;b\n1;2\n"
    assert read_origin(path) == Origin("page", "claire")
    visible = {entry.name for entry in settings.drop_folder.iterdir() if not entry.name.startswith(".")}
    assert visible == {"ventes.csv", "done", "refused"}
    assert not list(settings.drop_folder.glob(".*.part"))


def test_the_wish_to_land_again_goes_with_the_file(settings: Settings) -> None:
    assert read_origin(deliver(settings, io.BytesIO(b"1"), "v.csv", again=True)) == Origin("folder", None, again=True)
    assert not read_origin(deliver(settings, io.BytesIO(b"1"), "w.csv")).again


def test_a_name_that_is_taken_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "s.csv"
    source.write_bytes(b"second")
    first = deliver(settings, io.BytesIO(b"first"), "v.csv")
    second = deliver(settings, source, "v.csv", by="paul")
    assert first.read_bytes() == b"first"
    assert second.read_bytes() == b"second"
    assert second.suffix == ".csv"
    assert read_origin(second).by == "paul"
    assert source.exists()


def test_a_name_that_somebody_else_put_there_is_left_alone(settings: Settings) -> None:
    settings.drop_folder.mkdir(parents=True)
    (settings.drop_folder / "v.csv").write_bytes(b"copied by hand")
    path = deliver(settings, io.BytesIO(b"delivered"), "v.csv")
    assert (settings.drop_folder / "v.csv").read_bytes() == b"copied by hand"
    assert path.read_bytes() == b"delivered"
    assert read_origin(settings.drop_folder / "v.csv") == Origin()


def test_answers_stay_beside_the_file_until_it_is_received(settings: Settings) -> None:
    answers = {"date_order_unclear:a.b$:timestamp": "day_first"}
    path = deliver(settings, io.BytesIO(b"x"), "v.csv", answers=answers)
    assert read_origin(path).answers == answers


@pytest.mark.parametrize("text", ["{", '{"answers": [1]}', '{"answers": {"a": 1}}', '{"source": "page", "answers": 7}'])
def test_an_origin_that_nobody_of_us_wrote_counts_for_nothing(settings: Settings, text: str) -> None:
    path = deliver(settings, io.BytesIO(b"x"), "v.csv")
    origin_path(path).write_text(text)
    assert read_origin(path) == Origin()


class BrokenStream(io.BytesIO):
    """A stream whose second piece never comes."""

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(4 if size else 0)
        if self.tell() > 4:
            raise ConnectionResetError
        return piece


def test_a_delivery_that_breaks_leaves_nothing(settings: Settings) -> None:
    with pytest.raises(ConnectionResetError):
        deliver(settings, BrokenStream(b"0123456789"), "v.csv")
    assert {entry.name for entry in settings.drop_folder.iterdir()} == {"done", "refused"}


def test_a_move_that_was_cut_between_link_and_unlink_ends_well(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"x")
    target.hardlink_to(source)
    assert move_unless_taken(source, target)
    assert not source.exists()
    assert target.read_bytes() == b"x"


def test_what_an_account_hands_over_lies_in_its_zone(settings: Settings) -> None:
    path = deliver(settings, io.BytesIO(b"1"), "v.csv", by="claire")
    assert path == settings.drop_folder / "accounts" / "claire" / "v.csv"
    assert read_origin(path) == Origin("folder", "claire")
    assert deliver(settings, io.BytesIO(b"2"), "v.csv", by="claire", source_name="page").parent == settings.drop_folder


def test_a_zone_keeps_the_mode_that_the_operator_gave_it(settings: Settings) -> None:
    zone = prepare_zone(settings, "claire")
    zone.chmod(0o2770)
    assert prepare_zone(settings, "claire").stat().st_mode & 0o7777 == 0o2770


@pytest.mark.parametrize("name", ["../claire", "a/b", ".claire", "", "..", "claire "])
def test_an_account_whose_name_is_no_folders_has_no_zone(settings: Settings, name: str) -> None:
    with pytest.raises(MisconfiguredError):
        prepare_zone(settings, name)
    assert not settings.drop_folder.exists()


@given(name=st.text(min_size=1, max_size=300))
def test_no_account_has_a_zone_outside_the_drop_zone(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    with suppress(MisconfiguredError):
        zone = prepare_zone(settings, name)
        assert zone.resolve().parent == (settings.drop_folder / "accounts").resolve()
        assert zone_account(settings, zone / "v.csv") == name


def test_a_finished_file_stays_in_its_zone(settings: Settings) -> None:
    zone = prepare_zone(settings, "claire")
    assert finished_folder(settings, zone / "v.csv", "done") == zone / "done"
    assert finished_folder(settings, zone / "done" / "v.csv", "refused") == zone / "refused"
    assert finished_folder(settings, settings.drop_folder / "v.csv", "done") == settings.drop_folder / "done"


@pytest.mark.parametrize("trap", ["link", "file"])
def test_a_zone_leads_no_finished_file_elsewhere(settings: Settings, tmp_path: Path, trap: str) -> None:
    zone = prepare_zone(settings, "claire")
    (zone / "done").rmdir()
    if trap == "link":
        (zone / "done").symlink_to(tmp_path)
    else:
        (zone / "done").write_text("")
    assert finished_folder(settings, zone / "v.csv", "done") == settings.drop_folder / "done"


def test_a_link_is_no_dropped_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "v.csv").symlink_to(tmp_path / "secret")
    with pytest.raises(FileNotFoundError), opened_unlinked(tmp_path / "v.csv"):
        pass

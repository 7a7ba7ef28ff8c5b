"""Encodings: told by the letters they make, refused where they can't be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comptoir.errors import RejectedFileError
from comptoir.reading import encodings
from comptoir.reading.encodings import detect_encoding

if TYPE_CHECKING:
    from pathlib import Path

FRENCH = "code;nom;prix (€)\r\nP1;Café crémeux à l'œuf;12,50\r\nP2;Où ça ? Là-bas, forêt brûlée;3,00\r\nP3;ÉTÉ ÇA;1\r\n"


def detect(folder: Path, content: bytes) -> str:
    path = folder / "x.csv"
    path.write_bytes(content)
    return detect_encoding(path, "x.csv")


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "iso8859-15"],
)
def test_french_letters_come_out_right(tmp_path: Path, encoding: str):
    content = FRENCH.encode(encoding)
    assert content.decode(detect(tmp_path, content)).removeprefix("\ufeff") == FRENCH


@pytest.mark.parametrize(("encoding", "separator"), [("mac_roman", "\xa0"), ("mac_roman", "\u2019"), ("cp850", "\xa0")])
def test_what_parts_thousands_tells_the_encoding(tmp_path: Path, encoding: str, separator: str):
    content = f"code;prix\nP1;1{separator}234,50\n".encode(encoding)
    assert content.decode(detect(tmp_path, content)) == content.decode(encoding)


def test_letters_that_part_digits_elsewhere_stay_letters(tmp_path: Path):
    content = "code;nom\n1Ê;Ê2 FÊTE MÊME ÇA\n".encode("cp1252")
    assert detect(tmp_path, content) == "cp1252"


@pytest.mark.parametrize("encoding", ["latin-1", "cp850"])
def test_encodings_without_a_euro_sign(tmp_path: Path, encoding: str):
    text = FRENCH.replace("€", "EUR").replace("œ", "oe")
    content = text.encode(encoding)
    assert content.decode(detect(tmp_path, content)) == text


@pytest.mark.parametrize(
    "content",
    [
        "код;название;цена\nP1;Молоко;12\n".encode("cp1251"),
        "κωδικός;όνομα\nP1;γάλα\n".encode("cp1253"),
        "nom\nžluťoučký kůň úpěl\n".encode("cp1250"),
        b"nom;prix\n\x81;1\n",
    ],
    ids=["Cyrillic", "Greek", "Czech", "one letter that two encodings read differently"],
)
def test_letters_that_would_be_misread_are_refused(tmp_path: Path, content: bytes):
    with pytest.raises(RejectedFileError) as caught:
        detect(tmp_path, content)
    assert [p.code for p in caught.value.problems] == ["encoding_unknown"]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1250", "Gdańsk Poznań Toruń"),
        ("cp1250", "Jiří Tomáš Novák Dvořák Plzeň"),
        ("cp1250", "Győr Erdős hűtő"),
        ("cp1250", "Băneasa Iaşi"),
        ("cp1251", "сыр чай мёд"),
        ("cp1254", "Şahin Gökçe Yağ"),
        ("cp1255", "חלב לחם"),
        ("cp1256", "حليب خبز"),
        ("cp1257", "Šiauliai Vėžys Žemaitė"),
        ("cp866", "Молоко сыр"),
        ("shift_jis", "緑茶 米 ｱｲｳ"),
        ("shift_jis", "ｱｲｳ"),
        ("gbk", "茶"),
        ("gbk", "盐 油 酒"),
        ("big5", "綠茶 米"),
        ("euc_kr", "녹차 꿀"),
    ],
)
def test_encodings_that_are_not_told_are_refused(tmp_path: Path, encoding: str, words: str):
    with pytest.raises(RejectedFileError) as caught:
        detect(tmp_path, "\n".join(["nom", *words.split()]).encode(encoding))
    assert [p.code for p in caught.value.problems] == ["encoding_unknown"]


@pytest.mark.parametrize(
    "words",
    [
        "Peña Muñoz Núñez España Martín año",
        "Müller Größe Käse",
        "caffè città più lunedì però",
        "São Conceição ações limões maçã",
        "Søren Sjælland Ærø Åse Møller blåbær Tromsø",
        "Barça català",
        "Sàrl SÀRL déjà où garçon L'Haÿ Noël reçu",
        "50°C 10m² n°5 «ok» ½ “a” l’été 20µg …",  # noqa: RUF001 - as people type them
    ],
)
def test_other_western_words_are_read(tmp_path: Path, words: str):
    assert detect(tmp_path, "\n".join(["nom", *words.split()]).encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1252", "Société|Élodie|Hélène|François|Café|Benoît|Châtillon|Anaïs|SOCIÉTÉ|déjà|Müller|Peña|João|Malmö"),
        ("mac_roman", "Société|Générale|Hélène|Café|Crédit"),
        ("cp850", "Société|Générale|Hélène|François|Café|Élodie|Müller"),
        ("cp437", "Société|Générale|Hélène|François|Café|Élodie|Müller"),
    ],
)
def test_one_name_tells_the_encoding(tmp_path: Path, encoding: str, names: str):
    contents = [f"code;nom\nC1;{name}\n".encode(encoding) for name in names.split("|")]
    assert [content.decode(detect(tmp_path, content)) for content in contents] == [
        f"code;nom\nC1;{name}\n" for name in names.split("|")
    ]


@pytest.mark.parametrize(
    ("encoding", "names"),
    [
        ("cp1250", "Gdańsk|Dvořák|Győr|Bardejovská"),
        ("cp1257", "Jānis|Kārlis|Liepāja|Pēteris"),
        ("cp1254", "Şahin|Beyoğlu"),
        ("mac_roman", "João|Malmö|Müller"),
    ],
)
def test_one_name_that_could_be_another_is_refused(tmp_path: Path, encoding: str, names: str):
    for name in names.split("|"):
        with pytest.raises(RejectedFileError) as caught:
            detect(tmp_path, f"code;nom\nC1;{name}\n".encode(encoding))
        assert [p.code for p in caught.value.problems] == ["encoding_unknown"]


def test_letters_of_two_scripts_in_all_words_are_utf8_by_chance(tmp_path: Path):
    with pytest.raises(RejectedFileError) as caught:
        detect(tmp_path, b"code;nom\nC1;\xd6\xa4igo\n")  # “Íñigo” in DOS 850
    assert [p.code for p in caught.value.problems] == ["encoding_unknown"]
    for words in ("Bến", "Galați", "cafe\u0301", "5 µm", "Молоко", "日本茶", "milk Молоко"):
        assert detect(tmp_path, words.encode()) == "utf-8"


def test_a_bad_byte_behind_more_words_than_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(encodings, "WORDS_LIMIT", 2)
    monkeypatch.setattr(encodings, "CHUNK_BYTES", 8)
    with pytest.raises(RejectedFileError) as caught:
        detect(tmp_path, b"nom\ncaf\xe9\nth\xe9\n\xe9t\xe9\nbr\xfbl\xe9e\n\x81\n")
    assert [p.code for p in caught.value.problems] == ["encoding_unknown"]


def test_a_letter_that_is_broken_off_where_a_chunk_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.csv"
    monkeypatch.setattr(encodings, "CHUNK_BYTES", 4)
    path.write_bytes(b"caf\xc3\xa9 abcd")
    assert detect_encoding(path, "x") == "utf-8"
    path.write_bytes(b"caf\xc3abcd\xa9")
    with pytest.raises(RejectedFileError):
        detect_encoding(path, "x")


@pytest.mark.parametrize("content", [b"a;b\0;c\n", "a;b\n\0".encode("utf-16-le"), b"\0\0a;b;c;d;e;f;g\n"])
def test_zero_bytes_are_no_text(tmp_path: Path, content: bytes):
    with pytest.raises(RejectedFileError) as caught:
        detect(tmp_path, content)
    assert [p.code for p in caught.value.problems] == ["nul_bytes"]

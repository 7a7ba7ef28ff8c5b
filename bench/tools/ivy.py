"""Jars that only a comparison needs, by the way that the platform's own come: Ivy, which ships inside pyspark."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from comptoir.embedded.jars import pyspark_jars
from comptoir.embedded.java import java

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.settings import Settings


def jars_of(settings: Settings, group: str, name: str, version: str, *, alone: bool = False) -> list[Path]:
    """Return an artifact's jars, dependencies among them unless it comes alone; fetched once per machine."""
    folder = settings.cache_folder / "peers" / f"{name}-{version}"
    if not folder.is_dir():
        (ivy,) = pyspark_jars().glob("ivy-*.jar")
        draft = folder.with_name(f".{folder.name}")
        words = [java(settings), "-cp", str(ivy), "org.apache.ivy.Main", "-dependency", group, name, version]
        words += ["-cache", str(settings.cache_folder / "ivy"), "-types", "jar", "bundle", "-confs", "default"]
        words += ["-retrieve", f"{draft}/[artifact]-[revision].[ext]"]
        words += ["-notransitive"] if alone else []
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        draft.rename(folder)
    return sorted(folder.glob("*.jar"))

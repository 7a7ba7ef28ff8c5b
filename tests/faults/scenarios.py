"""The faults, each as it strikes a platform under load, and the guard without which it would do harm.

The numbers are those of the table in `docs/faults.md`. A fault is a function of the ground and of chance; it does its
harm, proves that it did, and returns the proof. How the platform fares is for others to judge.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import psutil
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from pymongo import MongoClient
from pymongo.errors import AutoReconnect

from comptoir import names
from comptoir.embedded.environment import MARK
from comptoir.embedded.hdfs import _java as java_of_hdfs
from comptoir.embedded.kafka import is_kafka_ready
from comptoir.embedded.processes import is_alive
from comptoir.secrets import mongo_uri
from comptoir.stores import cold
from comptoir.stores.hot import at_current_epoch
from comptoir_spark.sinks import was_begun
from tests.faults.ground import AWAY, RECOVERY_SECONDS, resume
from tests.faults.inside.seams import MOMENTS, seams_of
from tests.faults.load import SALES, Made
from tests.stack.streaming_tools import read_topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from random import Random

    from tests.faults.ground import Ground

STREAM: Final = names.APP_STREAM
KILLED_AFTER_SECONDS: Final = 120.0
SMALL_DISK: Final = "700m"
STUTTER_SECONDS: Final = 40.0
LOST_PERCENT: Final = 5
STUTTERING: Final = ("kafka", "mongo", "namenode", "datanode")


@dataclass(frozen=True)
class Fault:
    """A fault.

    Attributes:
        number: its number in the table, with a letter where there are several of it.
        name: what happens, in short.
        strike: does it, and returns the proof.
        mutant: the guard whose absence lets it do harm, by its name in `inside/mutants.py`.
        quick: whether it belongs to the selection that runs with all tests.
        at_random: whether the random campaign may choose it: it needs neither its own files nor a hand.
        stop: words of the named stop that it must lead to; the figures are then rebuilt.
        alerts: whether something ends or fails by it, so that an alert must be written. What is only slow is waited
            for, and what a file says is told in its own history.
    """

    number: str
    name: str
    strike: Callable[[Ground, Random], str]
    mutant: str
    quick: bool = False
    at_random: bool = False
    stop: tuple[str, ...] = ()
    alerts: bool = True


FAULTS: Final[list[Fault]] = []


def fault(number: str, name: str, **options: Any) -> Callable[[Callable[[Ground, Random], str]], Callable[..., str]]:
    """Add a function to the faults."""

    def add(strike: Callable[[Ground, Random], str]) -> Callable[[Ground, Random], str]:
        FAULTS.append(Fault(number, name, strike, **options))
        return strike

    return add


def long_sales(tag: str, ground: Ground, invoices: int = 20_000) -> Made:
    """Return a file of sales that takes a while to read."""
    day = ground.today - timedelta(days=3)
    lines = [f"{tag}-{number},L1,LP{number % 20},1,2.50,{day} 10:00:00" for number in range(invoices)]
    return Made(f"{tag}.csv", "\n".join([SALES, *lines, ""]), len(lines))


def few_sales(tag: str, ground: Ground, quantity: int = 2, day: date | None = None) -> Made:
    """Return a file of three lines of one product, on one day."""
    sold = day or ground.today
    lines = [f"{tag}-{number},L1,LP1,{quantity},2.50,{sold} 00:00:01" for number in range(3)]
    return Made(f"{tag}.csv", "\n".join([SALES, *lines, ""]), len(lines))


def tag_of(chance: Random) -> str:
    """Return the start of names that nothing else has."""
    return f"f{chance.randrange(16**10):010x}"


# The way in


@fault("1", "kill -9 of the validator while it reads", mutant="trying again", at_random=True)
def kill_validator(ground: Ground, chance: Random) -> str:
    """Kill the task whose child reads, three times."""
    killed = []
    for _ in range(3):
        ground.drop(long_sales(tag_of(chance), ground))
        killed.append(_kill_task_that_reads(ground))
        time.sleep(chance.uniform(0, 2))
    return f"{len(killed)} tasks killed: {killed}"


def _kill_task_that_reads(ground: Ground) -> int:
    """Kill the task above a reading child, which reads for less than a second; return its id."""
    deadline = time.monotonic() + KILLED_AFTER_SECONDS
    while time.monotonic() < deadline:
        for child in psutil.process_iter(["cmdline"]):
            if "comptoir.reading.child" in (child.info["cmdline"] or ()):
                with suppress(psutil.Error):
                    task = child.parent()
                    # The child has none of the platform's variables, its parent has.
                    if task and task.environ().get(MARK) == str(ground.settings.home):
                        task.kill()
                        return task.pid
        time.sleep(0.02)
    raise AssertionError("no task was reading")


@fault(
    "2",
    "kill -9 of the publisher after Kafka's commit, before its note",
    mutant="markers of transactions",
    quick=True,
    at_random=True,
)
def kill_publisher(ground: Ground, chance: Random) -> str:
    """Kill it where the broker has all and the ledger knows nothing."""
    return _die_at(ground, chance, "comptoir.publishing.kafka:send", "after")


@fault("2b", "kill -9 at a seam of the way in, any of them", mutant="trying again", at_random=True)
def kill_at_any_seam(ground: Ground, chance: Random) -> str:
    """Kill a task before or after one of its writes."""
    return _die_at(ground, chance, chance.choice(seams_of("comptoir.")), chance.choice(MOMENTS))


def _die_at(ground: Ground, chance: Random, seam: str, moment: str) -> str:
    ground.order(seam, moment)
    ground.drop(few_sales(tag_of(chance), ground))
    return ground.struck(seam, moment)


# The stream


@fault(
    "3",
    "kill -9 of Spark's driver in a batch, after its facts are written",
    mutant="fences of facts",
    quick=True,
    at_random=True,
)
def kill_driver_in_batch(ground: Ground, chance: Random) -> str:
    """Kill the driver where MongoDB has the facts and the checkpoint doesn't know it."""
    return _die_at(ground, chance, "comptoir_spark.sinks:add_facts", "after")


@fault("3b", "kill -9 of the driver at any seam of a batch", mutant="what is pending", at_random=True)
def kill_driver_at_any_seam(ground: Ground, chance: Random) -> str:
    """Kill the driver before or after one of its writes."""
    return _die_at(ground, chance, chance.choice(seams_of("comptoir_spark.")), chance.choice(MOMENTS))


@fault("4", "kill -9 of the stream's JVM, which executes its tasks", mutant="trying again", at_random=True)
def kill_executor(ground: Ground, _chance: Random) -> str:
    """Kill the JVM above the driver; the executors of the one-machine default run in it."""
    pid = ground.wait_for(lambda: _ended(_jvm(ground)), KILLED_AFTER_SECONDS, "the JVM to be killed")
    return f"JVM {pid} killed"


def _jvm(ground: Ground) -> psutil.Process:
    jvm = psutil.Process(ground.running(STREAM)).parent()
    assert jvm
    assert jvm.name() == "java"
    return jvm


def _ended(process: psutil.Process) -> int:
    """Kill a process and return its id; raise NoSuchProcess where another fault has killed it."""
    process.kill()
    psutil.wait_procs([process], timeout=10)
    assert not process.is_running()
    return process.pid


@fault("4b", "kill -9 of Spark's Python workers", mutant="trying again", at_random=True, alerts=False)
def kill_workers(ground: Ground, _chance: Random) -> str:
    """Kill those that the JVM has started for its tasks."""
    killed = ground.wait_for(lambda: _end_workers(ground), KILLED_AFTER_SECONDS, "Spark's Python workers")
    return f"workers {killed} killed"


def _end_workers(ground: Ground) -> list[int]:
    killed = []
    for worker in [each for each in _jvm(ground).children(recursive=True) if _is_worker(each)]:
        with suppress(psutil.NoSuchProcess):  # they end with the one that made them
            killed.append(_ended(worker))
    return killed


def _is_worker(process: psutil.Process) -> bool:
    with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):  # the JVM leaves dead children behind
        return "pyspark.daemon" in process.cmdline()
    return False


# Airflow and the screens


@fault("5", "kill -9 of Airflow's scheduler", mutant="servers started again", at_random=True)
def kill_scheduler(ground: Ground, _chance: Random) -> str:
    """Kill it; its tasks die with it."""
    return ground.kill("airflow-scheduler")


@fault("5b", "kill -9 of Airflow's API server", mutant="servers started again", at_random=True)
def kill_api_server(ground: Ground, _chance: Random) -> str:
    """Kill it; running tasks lose whom they report to."""
    return ground.kill("airflow-api")


@fault("5c", "kill -9 of a publishing task under its lease", mutant="predecessor's change set", at_random=True)
def kill_task(ground: Ground, chance: Random) -> str:
    """Kill a task that has committed its change set and registered nothing."""
    return _die_at(ground, chance, "comptoir.publishing.lake:commit", "after")


@fault("5d", "kill -9 of the supervisor; `comptoir up` adopts what still runs", mutant="servers adopted", quick=True)
def kill_supervisor(ground: Ground, _chance: Random) -> str:
    """Kill it and start it again; every server, and the stream, must be the process that it was."""
    servers = [*ground.supervisor.processes(), STREAM]
    before = {server: ground.pid(server) for server in servers}
    supervisor = ground.supervisor.pid()
    assert supervisor
    os.kill(supervisor, signal.SIGKILL)
    ground.wait_for(lambda: ground.supervisor.pid() is None, KILLED_AFTER_SECONDS, "the supervisor to die")
    ground.up()
    after = {server: ground.pid(server) for server in servers}
    assert after == before, f"{before} became {after}"
    return f"supervisor {supervisor} killed, {len(servers)} processes adopted"


@fault("6", "kill -9 of the dashboard", mutant="servers started again", at_random=True)
def kill_dash(ground: Ground, _chance: Random) -> str:
    """Kill it; browsers reconnect (a test of the browser)."""
    return ground.kill("dash")


# Servers


@fault("7", "Kafka away for 60 s, restarted hard", mutant="trying again", at_random=True)
def kafka_away(ground: Ground, _chance: Random) -> str:
    """Kill the broker and keep it away."""
    return ground.hold_down("kafka", 60)


@fault(
    "8",
    "Kafka stopped for 40 s, longer than its clients wait for an answer",
    mutant="trying again",
    at_random=True,
    alerts=False,
)
def kafka_paused(ground: Ground, _chance: Random) -> str:
    """Stop the broker without ending it."""
    return ground.pause("kafka", 40)


@fault("9", "MongoDB killed in a batch", mutant="trying again", quick=True, at_random=True)
def mongo_killed(ground: Ground, _chance: Random) -> str:
    """Kill it and keep it away for a while."""
    return ground.hold_down("mongo", 10)


@fault("9b", "MongoDB's primary steps down", mutant="trying again", at_random=True, alerts=False)
def mongo_steps_down(ground: Ground, _chance: Random) -> str:
    """Make it give up its role; the one-machine default elects it anew."""
    with MongoClient[dict[str, Any]](mongo_uri(ground.settings)) as client:
        before = client.admin.command("hello")["electionId"]
        with suppress(AutoReconnect):
            client.admin.command({"replSetStepDown": 10, "force": True})
        ground.wait_for(lambda: _election(client) not in (None, before), KILLED_AFTER_SECONDS, "an election")
    return f"another election than {before}"


def _election(client: MongoClient[dict[str, Any]]) -> object:
    try:
        return client.admin.command("hello").get("electionId")
    except AutoReconnect:
        return None


@fault("10", "MongoDB stopped for 15 s", mutant="trying again", at_random=True, alerts=False)
def mongo_paused(ground: Ground, _chance: Random) -> str:
    """Stop it without ending it."""
    return ground.pause("mongo", 15)


@fault("11", "HDFS in safe mode for 60 s", mutant="trying again", at_random=True)
def safe_mode(ground: Ground, _chance: Random) -> str:
    """Let nobody write."""
    told = dfsadmin(ground, "-safemode", "enter")
    try:
        time.sleep(60)
    finally:
        dfsadmin(ground, "-safemode", "leave")
    return told.strip().splitlines()[-1]


def dfsadmin(ground: Ground, *words: str) -> str:
    """Run HDFS's administration."""
    line = [*java_of_hdfs(ground.settings), "org.apache.hadoop.hdfs.tools.DFSAdmin", *words]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout


@fault("12", "DataNode killed while a block is written", mutant="trying again", at_random=True)
def datanode_killed(ground: Ground, chance: Random) -> str:
    """Kill it while a long file is kept, and keep it away for a while."""
    ground.drop(long_sales(tag_of(chance), ground, 40_000))
    return ground.hold_down("datanode", 15)


# Room on disks


@fault("13", "disk full where files land", mutant="trying again")
def landing_full(ground: Ground, chance: Random) -> str:
    """Let the folder of working copies have no room for a long file."""
    folder = ground.settings.home / "work"
    folder.mkdir(exist_ok=True)
    made = long_sales(tag_of(chance), ground)
    with _mounted(folder, f"{len(made.text) // 2048}k"):
        ground.drop(made)
        log = ground.settings.home / "logs" / "airflow" / "dag_id=ingest_file"
        ground.wait_for(lambda: _says(log, "No space left"), KILLED_AFTER_SECONDS, "a task without room")
    return f"no room for {made.name}"


@contextmanager
def _mounted(folder: Path, size: str) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _says(folder: Path, words: str) -> bool:
    found = subprocess.run(["grep", "-rlq", words, str(folder)], check=False)
    return found.returncode == 0


@fault("13b", "disk full under Kafka's log", mutant="trying again")
def kafka_log_full(ground: Ground, chance: Random) -> str:
    """Move the log to a small disk, where it stays, fill that until the broker says so, and make room again."""
    folder, log = ground.settings.home / "kafka", ground.settings.home / "logs" / "kafka.log"
    ground.supervisor.stop("kafka")
    _move_to_memory(folder)
    ground.supervisor.start("kafka")
    ground.wait_for(lambda: is_kafka_ready(ground.settings.kafka), KILLED_AFTER_SECONDS, "Kafka")
    already = log.read_text(errors="replace").count("No space left")
    filler = folder / "filler"
    _fill(filler)
    try:
        ground.drop(long_sales(tag_of(chance), ground))
        ground.wait_for(
            lambda: log.read_text(errors="replace").count("No space left") > already, KILLED_AFTER_SECONDS, "a full log"
        )
    finally:
        filler.unlink()
    return "Kafka's log had no room"


def _move_to_memory(folder: Path) -> None:
    kept = folder.with_name(f"{folder.name}-on-disk")
    folder.rename(kept)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)], check=True)
    subprocess.run(["cp", "-a", "--sparse=always", f"{kept}/.", str(folder)], check=True)


def _fill(path: Path) -> None:
    with suppress(OSError), path.open("wb") as file:
        while True:
            file.write(bytes(65_536))
            file.flush()


@fault("13c", "no room for the checkpoint", mutant="trying again")
def checkpoint_full(ground: Ground, chance: Random) -> str:
    """Let the folder of checkpoints take no byte more."""
    return _without_room(ground, chance, names.LAKE_CHECKPOINTS, ground.settings.home / "logs" / f"{STREAM}.log")


@fault("13d", "no room in HDFS", mutant="trying again")
def hdfs_full(ground: Ground, chance: Random) -> str:
    """Let the lake take no byte more."""
    return _without_room(ground, chance, "", ground.settings.home / "logs" / "airflow" / "dag_id=ingest_file")


def _without_room(ground: Ground, chance: Random, folder: str, log: Path) -> str:
    path = f"{ground.settings.lake_root.rstrip('/')}/{folder}".rstrip("/")
    dfsadmin(ground, "-setSpaceQuota", "1", path)
    try:
        ground.drop(few_sales(tag_of(chance), ground))
        ground.wait_for(lambda: _says(log, "quota"), KILLED_AFTER_SECONDS, "a refused write")
    finally:
        dfsadmin(ground, "-clrSpaceQuota", path)
    return f"no room in {path}"


# The stream's way


def _checkpoint(ground: Ground) -> str:
    with ground.hot() as hot:
        return f"{names.LAKE_CHECKPOINTS}/{STREAM}-v1/epoch-{at_current_epoch(hot).epoch}"


@fault(
    "14",
    "the checkpoint's latest offsets are cut off",
    mutant="stop at a damaged checkpoint",
    stop=("checkpoint", "comptoir rebuild"),
)
def checkpoint_truncated(ground: Ground, _chance: Random) -> str:
    """Cut off what the checkpoint knows of offsets, then kill the stream."""
    folder = f"{_checkpoint(ground)}/offsets"
    ground.kill(STREAM)
    latest = sorted((name for name in cold.list_names(ground.cold, folder) if name.isdigit()), key=int)[-2:]
    for name in latest:
        cold.put(ground.cold, f"{folder}/{name}", b"v1\n{")
    return f"offsets {latest} cut off"


@fault(
    "14c",
    "a digit of the checkpoint's latest offsets is another one",
    mutant="offsets that go on",
    stop=("checkpoint", "comptoir rebuild"),
)
def checkpoint_flipped(ground: Ground, _chance: Random) -> str:
    """Stop the stream between two batches, and have its checkpoint begin ten messages earlier, which can be read."""
    latest = ground.wait_for(lambda: _stopped_between_batches(ground), RECOVERY_SECONDS, "a stop between batches")
    path = f"{_checkpoint(ground)}/offsets/{latest}"
    *heads, last = cold.get(ground.cold, path).decode().splitlines()
    offsets = json.loads(last)
    place, offset = max(offsets[names.TOPIC_SALES].items(), key=lambda item: int(item[1]))
    offsets[names.TOPIC_SALES][place] = offset - 10
    cold.put(ground.cold, path, "\n".join([*heads, json.dumps(offsets)]).encode())
    return f"offset {offset} of batch {latest} became {offset - 10}"


def _stopped_between_batches(ground: Ground) -> int | None:
    """Ask the stream to stop; return the latest batch that is at its end, unless another one has written anything."""
    pid = ground.pid(STREAM)
    with ground.hot() as hot:
        hot.control[names.HEARTBEATS].update_one({"_id": STREAM}, {"$set": {"stop_requested": True}})
        ground.wait_for(lambda: not is_alive(pid), KILLED_AFTER_SECONDS, "the stream to stop")
        planned, ended = (_latest_in(ground, each) for each in ("offsets", "commits"))
        return None if planned != ended and was_begun(hot, planned) else ended


def _latest_in(ground: Ground, part: str) -> int:
    listed = cold.list_names(ground.cold, f"{_checkpoint(ground)}/{part}")
    return max(int(name) for name in listed if name.isdigit())


@fault("14b", "the checkpoint is deleted", mutant="numbers of batches", stop=("comptoir rebuild",))
def checkpoint_deleted(ground: Ground, _chance: Random) -> str:
    """Delete it, and kill the stream."""
    ground.kill(STREAM)
    cold.remove(ground.cold, names.LAKE_CHECKPOINTS)
    assert not cold.exists(ground.cold, names.LAKE_CHECKPOINTS)
    return "checkpoint deleted"


@fault(
    "23", "a topic drops events that were not read", mutant="stop at lost events", stop=("Kafka", "comptoir rebuild")
)
def unread_events_dropped(ground: Ground, chance: Random) -> str:
    """Stop the stream's processes, publish, delete what was published, and kill the stream."""
    pid = ground.pid(STREAM)
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in family:
        process.suspend()
    made = few_sales(tag_of(chance), ground)
    ground.drop(made)
    ground.wait_for(lambda: ground.entry(made.name).get("state") == "publishing", KILLED_AFTER_SECONDS, "a publication")
    admin = AdminClient({"bootstrap.servers": ground.settings.kafka})
    everything = [
        TopicPartition(names.TOPIC_SALES, each, -1) for each in range(names.TOPIC_PARTITIONS[names.TOPIC_SALES])
    ]
    for done in admin.delete_records(everything).values():
        done.result()
    for process in reversed(family):
        process.kill()
    return f"{made.name} published, and deleted before it was read"


# Files


@fault(
    "15",
    "the same bytes under another name; other bytes under the same name",
    mutant="bytes that are known",
    alerts=False,
)
def duplicates(ground: Ground, chance: Random) -> str:
    """Drop a file, its copy, and another file of its name."""
    first = few_sales(tag_of(chance), ground)
    ground.drop(first)
    _wait_until_gone(ground, ground.settings.drop_folder / first.name)
    copy = ground.settings.drop_folder / f"copy-{first.name}"
    copy.write_text(first.text)
    _wait_until_gone(ground, copy)
    assert ground.entry(copy.name) == {}, "the copy was taken for another file"
    other = few_sales(tag_of(chance), ground, quantity=3)
    ground.drop(Made(first.name, other.text, other.rows))
    ground.wait_for(lambda: _states(ground, first.name) == ["applied"] * 2, KILLED_AFTER_SECONDS, "the second file")
    return f"{first.name} twice, a copy once"


def _wait_until_gone(ground: Ground, path: Path) -> None:
    ground.wait_for(lambda: not path.exists(), KILLED_AFTER_SECONDS, f"{path.name} to be taken")


def _states(ground: Ground, name: str) -> list[str]:
    with ground.hot() as hot:
        return sorted(each["state"] for each in hot.ledger.find({"name": name}))


@fault(
    "16",
    "a file grows for 20 s; another dies at 60 % under its temporary name",
    mutant="files that are still written",
    alerts=False,
)
def torn_uploads(ground: Ground, chance: Random) -> str:
    """Write slowly into the drop zone."""
    made = few_sales(tag_of(chance), ground)
    ground.dropped[made.name] = (made, frozenset({"applied"}))
    dead = ground.settings.drop_folder / f"{tag_of(chance)}.csv.part"
    dead.write_text(made.text[: len(made.text) * 6 // 10])
    with (ground.settings.drop_folder / made.name).open("w") as file:
        for line in made.text.splitlines(keepends=True):
            file.write(line)
            file.flush()
            time.sleep(20 / (made.rows + 1))
            assert ground.entry(made.name) == {}, "a growing file was taken"
    ground.wait_for(
        lambda: ground.entry(made.name).get("rows_read") == made.rows, KILLED_AFTER_SECONDS, "the whole file"
    )
    assert dead.exists()
    dead.unlink()
    return f"{made.name} grew for 20 s"


@fault("17", "a file is replaced while it is taken up", mutant="hash of the bytes")
def replaced(ground: Ground, chance: Random) -> str:
    """Move another file over one that was received and is not yet safe."""
    first, second = long_sales(tag_of(chance), ground), few_sales(tag_of(chance), ground)
    ground.order("comptoir.landing.original:working_copy", "before")
    path = ground.drop(first, ends=("applied", "rejected"))
    struck = ground.struck("comptoir.landing.original:working_copy", "before")
    ground.drop(Made(first.name, second.text, second.rows))
    ends = ["applied", "rejected"]
    ground.wait_for(lambda: _states(ground, first.name) == ends, KILLED_AFTER_SECONDS, "one file, and no other bytes")
    return f"{path.name} replaced; {struck}"


@fault("18", "messages that nobody can read, in each topic", mutant="dead letters", quick=True, alerts=False)
def poison(ground: Ground, chance: Random) -> str:
    """Send what is no event, what belongs elsewhere, and 2 MB of nothing."""
    producer = Producer({"bootstrap.servers": ground.settings.kafka, "message.max.bytes": 4_000_000})
    tag = tag_of(chance)
    sent, before = 3 * len(names.TOPIC_OF_KIND), len(read_topic(ground.settings, names.TOPIC_DEAD_LETTERS))
    bad = [f"{tag} no JSON", json.dumps({"event_id": tag, "kind": "nothing"}), f'"{tag}{"x" * 2_000_000}"']
    for topic in names.TOPIC_OF_KIND.values():
        for text in bad:
            producer.produce(topic, text.encode(), tag)
    assert producer.flush(30) == 0
    ground.wait_for(
        lambda: len(read_topic(ground.settings, names.TOPIC_DEAD_LETTERS)) >= before + sent,
        KILLED_AFTER_SECONDS,
        "the dead letters",
    )
    return f"{sent} poison messages"


@fault("19", "a file's columns change", mutant="cells that can't be read", alerts=False)
def changed_columns(ground: Ground, chance: Random) -> str:
    """Drop the same sales with columns in another case and order, with one more, without one, and of another type."""
    head, *lines = few_sales(tag_of(chance), ground).text.splitlines()
    cells = [line.split(",") for line in lines]

    def made(word: str, heads: list[str], rows: list[list[str]]) -> Made:
        tag = tag_of(chance)
        text = [",".join([f"{tag}-{number}", *row[1:]]) for number, row in enumerate(rows)]
        return Made(f"{tag}-{word}.csv", "\n".join([",".join(heads), *text, ""]), len(rows))

    names_of = head.split(",")
    order = [0, 3, 2, 1, 5, 4]
    ground.drop(made("case", [each.upper() for each in names_of], cells))
    ground.drop(made("order", [names_of[at] for at in order], [[row[at] for at in order] for row in cells]))
    ground.drop(made("more", [*names_of, "comment"], [[*row, "seen"] for row in cells]))
    ground.drop(
        made("fewer", names_of[:3] + names_of[4:], [row[:3] + row[4:] for row in cells]), ("rejected", "asking")
    )
    ground.drop(made("type", names_of, [[*row[:3], "two", *row[4:]] for row in cells]), ("rejected",))
    return "five files with other columns"


@fault(
    "20",
    "sale dates in the future, in 1970, in hours that a clock change skips or repeats",
    mutant="days to come",
    alerts=False,
)
def odd_days(ground: Ground, chance: Random) -> str:
    """Drop sales of days that ask for trouble."""
    tag, year = tag_of(chance), ground.today.year - 1
    spring, autumn = _last_sunday(year, 3), _last_sunday(year, 10)
    moments = ["1970-01-01 00:30:00", f"{spring} 02:30:00", f"{autumn} 02:30:00", f"{autumn} 03:30:00"]
    future = f"{ground.today + timedelta(days=3)} 10:00:00"
    lines = [f"{tag}-{at},L1,LP1,1,2.50,{moment}" for at, moment in enumerate([*moments, future])]
    ground.drop(Made(f"{tag}.csv", "\n".join([SALES, *lines, ""]), len(lines)), ("partial",))
    ground.wait_for(lambda: ground.entry(f"{tag}.csv").get("state") == "partial", KILLED_AFTER_SECONDS, "the odd days")
    entry = ground.entry(f"{tag}.csv")
    assert [entry["rows_applied"], entry["rows_rejected"]] == [len(moments), 1]
    return f"{len(moments)} odd moments applied, one of the future refused"


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


@fault("21", "sales of last year", mutant="windows of all days", alerts=False)
def very_late(ground: Ground, chance: Random) -> str:
    """Drop sales of a day long gone."""
    made = few_sales(tag_of(chance), ground, day=ground.today - timedelta(days=365))
    ground.drop(made)
    return f"{made.name} of {ground.today - timedelta(days=365)}"


@fault("22", "two files of one product and day at once, and 200 at once", mutant="leases", alerts=False)
def many_at_once(ground: Ground, chance: Random) -> str:
    """Drop many files in one moment, each correcting what another one says."""
    tag = tag_of(chance)
    files = [few_sales(tag, ground, quantity=number) for number in (1, 2)]
    files += [few_sales(f"{tag}-{number}", ground) for number in range(200)]
    named = [Made(f"{number}-{each.name}", each.text, each.rows) for number, each in enumerate(files)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ground.drop, named))
    return f"{len(named)} files at once"


# The network


@fault(
    "24",
    "a network that is 0.3 s late again and again and loses one packet in twenty: Kafka, MongoDB and HDFS",
    mutant="trying again",
    at_random=True,
    alerts=False,
)
def late_and_losing(ground: Ground, chance: Random) -> str:
    """Let servers be late, and drop packets to and from them meanwhile."""
    with _losing_packets(ground) as count_lost:
        late = stutter(ground, chance)
        lost = count_lost()
    assert lost, "no packet was lost"
    return f"{late}; {lost} packets lost"


def stutter(ground: Ground, chance: Random) -> str:
    """Stop servers for moments, in turn, as long as a slow network would hold answers back."""
    stops: Counter[str] = Counter()
    deadline = time.monotonic() + STUTTER_SECONDS
    while time.monotonic() < deadline:
        stops.update(_stop_for_a_moment(ground, [each for each in STUTTERING if chance.random() < 0.6]))
        time.sleep(0.2)
    assert stops, "no server was stopped"
    return f"{stops.total()} stops of 0.3 s: {dict(stops)}"


def _stop_for_a_moment(ground: Ground, servers: list[str]) -> list[str]:
    """Stop servers for 0.3 s; return which were."""
    stopped: dict[str, psutil.Process] = {}
    try:
        for server in servers:
            with suppress(*AWAY):  # another fault has taken it away; once it is back it stutters again
                stopped[server] = ground.stopped(server)
        time.sleep(0.3)
    finally:
        for process in stopped.values():
            resume(process)
    return list(stopped)


@contextmanager
def _losing_packets(ground: Ground) -> Iterator[Callable[[], int]]:
    """Drop one packet in twenty to and from the servers that stutter; gives what counts those that were dropped."""
    table = f"comptoir_{ground.settings.port_base}"
    ports = ", ".join(str(ground.settings.port(server)) for server in STUTTERING)
    lines = [
        f"tcp {side} {{ {ports} }} numgen random mod 100 < {LOST_PERCENT} counter drop" for side in ("sport", "dport")
    ]
    rules = "\n".join(
        [f"table inet {table} {{ chain lossy {{ type filter hook input priority 0;", *lines, "}", "}", ""]
    )
    subprocess.run(["nft", "--file", "-"], input=rules, text=True, check=True)
    try:
        yield lambda: _count_dropped(table)
    finally:
        subprocess.run(["nft", "delete", "table", "inet", table], check=True)


def _count_dropped(table: str) -> int:
    listed = subprocess.run(["nft", "--json", "list", "table", "inet", table], capture_output=True, check=True).stdout
    expressions = [each for part in json.loads(listed)["nftables"] for each in part.get("rule", {}).get("expr", [])]
    return sum(each["counter"]["packets"] for each in expressions if "counter" in each)


@fault("24b", "MongoDB's password is another one for a while", mutant="trying again")
def password_changed(ground: Ground, chance: Random) -> str:
    """Change the password, see that a task says so, and change it back."""
    uri = mongo_uri(ground.settings)
    user, password = uri.partition("//")[2].partition("@")[0].split(":")
    log = ground.settings.home / "logs" / "airflow"
    with MongoClient[dict[str, Any]](uri) as client:
        client.admin.command("updateUser", user, pwd=uuid4().hex)
        try:
            ground.drop(few_sales(tag_of(chance), ground))
            ground.wait_for(lambda: _says(log, "Authentication failed"), KILLED_AFTER_SECONDS, "a refused sign-in")
        finally:
            client.admin.command("updateUser", user, pwd=password)
    return "a task was refused"

"""The register and the lake in memory, driven by change sets alone: tests of claims need no server."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from comptoir.changes import shown, withdrawal
from comptoir.changes.act import Act
from comptoir.changes.change_set import ChangeSet, Stamp, changed_records, make_change_set
from comptoir.changes.records import RECORD_SCHEMA
from comptoir.changes.withdrawal import Claim, Registered

if TYPE_CHECKING:
    from collections.abc import Iterable

TODAY = date(2026, 5, 4)
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@dataclass
class Platform:
    """What is known of one kind, as plain dictionaries."""

    kind: str = "sales"
    claims: dict[str, set[Claim]] = field(default_factory=dict)
    effective: dict[str, tuple[str, str]] = field(default_factory=dict)  # digest and text
    lake: dict[int, pl.DataFrame] = field(default_factory=dict)
    sets: list[ChangeSet] = field(default_factory=list)
    landed: dict[str, int] = field(default_factory=dict)  # sequence by file
    told: dict[str, int | None] = field(default_factory=dict)  # landing that a record's last event named

    def stamp(self, file: str, landing: int, act: Act) -> Stamp:
        return Stamp(self.kind, len(self.sets) + 1, file, landing, 1, NOW, act)

    def compare(self, records: pl.DataFrame, stamp: Stamp) -> None:
        registered = {one: (digest, self._landing(one)) for one, (digest, _) in self.effective.items()}
        before = {one: text for one, (_, text) in self.effective.items()}
        changed = changed_records(records, registered, stamp.landing)
        replaced = {one: before[one] for one in changed["record_id"] if one in before}
        self.apply(self.with_shown(make_change_set(records, changed, replaced, stamp), {}))

    def land(self, file: str, landing: int, told: pl.DataFrame) -> None:
        stamp = self.stamp(file, landing, Act.LAND)
        self.landed[file] = stamp.sequence
        self.compare(told, stamp)

    def restore(self, file: str, landing: int) -> None:
        claimed = self.lake[self.landed[file]]
        self.compare(withdrawal.records_of(self.kind, claimed, TODAY), self.stamp(file, landing, Act.RESTORE))

    def withdraw(self, file: str, landing: int) -> None:
        claimed = self.lake[self.landed[file]]
        known = {one: Registered(self.effective[one][0], sorted(self.claims[one])) for one in claimed["record_id"]}
        heirs = withdrawal.heirs_of(claimed["record_id"].to_list(), known, landing)
        texts = [
            self.lake[sequence].join(heirs.filter(sequence=sequence), on="record_id", how="semi")
            for sequence in heirs["sequence"].drop_nulls().unique()
        ]
        coming = pl.concat(texts) if texts else claimed.clear()
        changed = withdrawal.changed_by_withdrawal(heirs, coming)
        before = {one: self.effective[one][1] for one in changed["record_id"]}
        stamp = self.stamp(file, landing, Act.WITHDRAW)
        made = withdrawal.make_withdrawal(claimed, changed, before, stamp, TODAY)
        self.apply(self.with_shown(made, dict(heirs.select("record_id", "landing").iter_rows())))

    def turn(self, file: str, landing: int, told: dict[str, str], *, counts: bool | None) -> None:
        """Land a file that never came, withdraw one that counts, bring back one that doesn't."""
        if counts is None:
            self.land(file, landing, records(told))
        elif counts:
            self.withdraw(file, landing)
        else:
            self.restore(file, landing)

    def with_shown(self, made: ChangeSet, heirs: dict[str, int | None]) -> ChangeSet:
        if self.kind != "products":
            return made
        before = {one: shown.Standing(self._landing(one), self.told[one] or 0) for one in self.effective}
        prices = shown.to_tell_anew(made, before, shown.landings_after(made, before, heirs))
        texts = {one: text for one, (_, text) in self.effective.items()}
        return shown.tell_anew(made, prices, texts, TODAY) if prices else made

    def apply(self, made: ChangeSet) -> None:
        self.sets.append(made)
        self.lake[made.stamp.sequence] = made.claims
        for record_id in made.claims["record_id"]:
            known = self.claims.setdefault(record_id, set())
            if made.stamp.act is Act.WITHDRAW:
                self.claims[record_id] = {claim for claim in known if claim.landing != made.stamp.landing}
            else:
                known.add(Claim(made.stamp.landing, made.stamp.sequence))
        digests = dict(made.claims.select("record_id", "digest").iter_rows())
        self.told |= dict(made.events.select("record_id", "landing").iter_rows())
        for record_id, op, after in made.changes.select("record_id", "op", "after").iter_rows():
            if op == "remove":
                del self.effective[record_id]
            else:
                self.effective[record_id] = (digests[record_id], after)

    def _landing(self, record_id: str) -> int:
        return max(self.claims[record_id]).landing

    def not_superseded(self, told: dict[str, str], landing: int) -> dict[str, str]:
        return {one: what for one, what in told.items() if one not in self.effective or self._landing(one) <= landing}

    def events(self) -> Iterable[dict[str, Any]]:
        return (event for made in self.sets for event in made.events.to_dicts())


def records(told: dict[str, str]) -> pl.DataFrame:
    rows = [(one, text_of(one, what), what, TODAY, [number], None) for number, (one, what) in enumerate(told.items())]
    return pl.DataFrame(rows, schema=RECORD_SCHEMA, orient="row")


def text_of(record_id: str, what: str) -> str:
    return json.dumps({"business_day": TODAY.isoformat(), "invoice": record_id, "says": what})


def sum_of(events: Iterable[dict[str, Any]]) -> Counter[str]:
    """What a reader who adds every `after` and takes every `before` away is left with."""
    total: Counter[str] = Counter()
    for event in events:
        assert event["landing"] is None if event["op"] == "remove" else event["landing"] is not None
        assert (event["op"] == "insert") == (event["before"] is None)
        total.subtract([event["before"]] if event["before"] else [])
        total.update([event["after"]] if event["after"] else [])
    return Counter({text: count for text, count in total.items() if count})

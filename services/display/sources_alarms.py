"""Alarms of the database and of facts, as walls are told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.alarms import store_wall as alarms
from services.display.alarms import Change, Told
from services.display.domain import Catalogue, LogPosition
from services.records import store_wall as records
from services.runtime import outbox
from services.runtime.db import Connection

LOG = "alarms"
FACTS_AT_ONCE = 1_000
SEVERITIES = {1: "notice", 2: "warning", 3: "serious", 4: "emergency"}

Words = Mapping[alarms.Version, Any]  # with vi, en, do_vi, do_en


@dataclass(frozen=True, slots=True)
class AlarmLook:
    """What the database says at one moment: all that is shown at `head`, and the facts since a position.

    `after`: None where not all of them are known any more.
    """

    head: LogPosition
    active: Sequence[Told]
    after: Sequence[tuple[int, Sequence[Change]]] | None
    words: Words


def look(conn: Connection, known: LogPosition, catalogue: Catalogue) -> AlarmLook:
    """To be called in one snapshot of the database. `known`: how far the hub has told its walls."""
    head = outbox.head(conn, LOG)
    standing = alarms.shown_alarms(conn)
    telling = None
    if known.epoch == head.epoch and head.position - known.position <= FACTS_AT_ONCE:
        telling = alarms.told_after(conn, known.position, FACTS_AT_ONCE)
    told = [change.alarm for fact in telling or () for change in fact.changes]
    words = alarms.words_of(conn, {(one.rule, one.rule_version) for one in (*standing, *told)})
    names = _Names(catalogue)
    return AlarmLook(
        LogPosition(head.epoch, head.position),
        [_told(one, words, names) for one in standing],
        None
        if telling is None
        else [(fact.position, [_change(one, words, names) for one in fact.changes]) for fact in telling],
        words,
    )


def changes_of(body: bytes, words: Words, catalogue: Catalogue) -> list[Change] | None:
    """What a fact tells of; None where the words of a rule are not known yet.

    Raises:
        ValueError: it is not such a fact.
    """
    found = alarms.changes(body)
    if any((one.alarm.rule, one.alarm.rule_version) not in words for one in found):
        return None
    names = _Names(catalogue)
    return [_change(one, words, names) for one in found]


class _Names:
    """What subjects and areas are called; what is not known is called by its code."""

    def __init__(self, catalogue: Catalogue) -> None:
        named: Iterable[tuple[str, str, str]] = (
            *((one.device, one.name_vi, one.name_en) for one in catalogue.stations),
            *((one.code, one.name_vi, one.name_en) for one in catalogue.organisations),
            *((one.code, one.name_vi, one.name_en) for one in catalogue.areas),
        )
        self._words = {code: {"vi": vi, "en": en or vi} for code, vi, en in named}
        self._datasets = records.titles()

    def about(self, one: Any) -> dict[str, str]:
        """A device or a subject; of records, what is due and from whom."""
        if one.subject_kind != "dataset":
            return self.of(one.device or one.subject)
        key, _, code = one.subject.partition(" ")
        vi, en = self._datasets.get(key, (key, key))
        office = self.of(code)
        return (
            {"vi": f"{vi} – {office['vi']}", "en": f"{en} – {office['en']}"} if code else {"vi": vi, "en": en}
        )

    def of(self, code: str) -> dict[str, str]:
        return self._words.get(code, {"vi": code, "en": code})


def _change(one: alarms.Change, words: Words, names: _Names) -> Change:
    alarm = _told(one.alarm, words, names)
    said = {"change": one.change, "at_ms": one.at_ms, "event": one.event, "by": one.by, "alarm": alarm}
    return Change(one.change, alarm, said)


def _told(one: Any, words: Words, names: _Names) -> Told:
    """As the page gets it. What another alarm or maintenance speaks for is `suppressed`: not shown."""
    rule, why = words[one.rule, one.rule_version], one.explanation
    text = {"vi": str(why.get("vi", rule.vi)), "en": str(why.get("en", rule.en))}
    known = rule.vi != one.rule  # a group has no rule of its own
    return {
        "alarm": str(one.alarm),
        "rule": one.rule,
        "title": {"vi": rule.vi, "en": rule.en} if known else text,
        "do": {"vi": rule.do_vi, "en": rule.do_en},
        "subject": names.about(one),
        "area": names.of(one.area_code),
        "state": "suppressed" if one.suppressed else str(one.state),
        "severity": SEVERITIES[int(one.severity)],
        "began_ms": _ms(one.began_at),
        "raised_ms": _ms(one.raised_at),
        "value": one.value,
        "text": text,
        "acknowledged_by": one.acknowledged_by,
        "shelved_until_ms": _ms(one.shelved_until),
        "escalations": one.escalations,
        "unknown_since_ms": _ms(one.unknown_since),
        "members": one.members,
        "revision": one.revision,
    }


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)

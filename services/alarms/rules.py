"""Rules as they are evaluated, made from their text; every fault is named by rule, field and reason. Pure."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from services.alarms.domain import Severity
from services.alarms.durations import DAY_MS, HOUR_MS, MINUTE_MS, parse_ms
from services.alarms.indicated import told_by
from services.alarms.rule_text import EVERYWHERE, FIELDS, OVER, POINTS, OverText, RuleText
from services.alarms.schedule import parse_span
from services.alarms.storm import STORM

_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")
MOST_WEEKS = 52
MOST_ESCALATIONS = 10  # whoever has not answered ten times does not answer
FEWEST_WEEKS = 3  # the median of fewer says nothing of what is usual
_LIVE_MS = 15 * MINUTE_MS
_WINDOWS_MS = (MINUTE_MS, DAY_MS)


class RuleFault(NamedTuple):
    """Why a rule is refused. `rule`: '' where the file as a whole is not one."""

    file: str
    rule: str
    field: str
    reason: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.rule and f"rule {self.rule}", self.field) if part)
        return f"{self.file}: {place}: {self.reason}" if place else f"{self.file}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Grading:
    """From which number on which severity; numbers of a rule that looks below are turned around (times −1).

    `limits` ascend. `holds[k]`: level k is left below it. Times in ms.
    """

    direction: int
    limits: tuple[float, ...]
    holds: tuple[float, ...]
    severities: tuple[Severity, ...]
    hold_ms: int = 0
    clear_ms: int = 0
    repeat_times: int = 0
    repeat_ms: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `text` as in its file, the rest parsed. Times in ms; `gap_ms` None: by the interval."""

    id: str
    text: RuleText
    digest: str
    grading: Grading
    gap_ms: int | None
    live_ms: int
    window_ms: int
    per_ms: int
    escalate_ms: int | None
    version: int = 0  # once applied
    since_ms: int = field(default=0)  # nothing before is evaluated

    @property
    def kind(self) -> str:
        return self.text.kind

    @property
    def over(self) -> OverText:
        return self.text.over


def parse_rules(file: str, content: str) -> tuple[list[Rule], list[RuleFault]]:
    """The rules of a TOML file that are free of faults, and all faults of the others."""
    try:
        told = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        return [], [RuleFault(file, "", "", f"is not TOML: {error}")]
    entries = told.get("rule")
    if set(told) != {"rule"} or not isinstance(entries, list):
        return [], [RuleFault(file, "", "", "holds [[rule]] and nothing else")]
    rules: list[Rule] = []
    faults: list[RuleFault] = []
    for number, entry in enumerate(entries, start=1):
        found = _parse(file, number, entry)
        if isinstance(found, Rule):
            rules.append(found)
        else:
            faults += found
    return rules, faults


def _parse(file: str, number: int, entry: Any) -> Rule | list[RuleFault]:
    name = entry.get("id") if isinstance(entry, dict) else None
    name = name if isinstance(name, str) and name else f"no. {number}"
    try:
        text = msgspec.convert(entry, RuleText)
    except msgspec.ValidationError as error:
        place, reason = _placed(str(error))
        return [RuleFault(file, name, place, reason)]
    faults = [RuleFault(file, name, *fault) for fault in _faults(text, set(entry))]
    return faults or rule_of(text)


def _placed(message: str) -> tuple[str, str]:
    """Of msgspec's message, the field and the reason."""
    reason, _, path = message.partition(" - at `$")
    return path.strip("`.") if path else "", reason


def rule_of(text: RuleText, version: int = 0, since_ms: int = 0) -> Rule:
    """A rule from a text that is free of faults."""
    encoded = msgspec.json.encode(text)
    return Rule(
        id=text.id,
        text=text,
        digest=hashlib.sha256(encoded).hexdigest(),
        grading=_grading(text),
        gap_ms=_gap(text),
        live_ms=_live(text),
        window_ms=parse_ms(text.window) if text.window else 10 * MINUTE_MS,
        per_ms=parse_ms(text.per) if text.per else HOUR_MS,
        escalate_ms=parse_ms(text.escalate) if text.escalate else None,
        version=version,
        since_ms=since_ms,
    )


def _gap(text: RuleText) -> int | None:
    if text.gap:
        return parse_ms(text.gap)
    return 2 * parse_ms(text.window) if text.kind in ("quarantine", "ledger") else None


def _live(text: RuleText) -> int:
    if text.live_within:
        return parse_ms(text.live_within)
    return _LIVE_MS + (parse_ms(text.window) if text.kind in ("quarantine", "ledger") else 0)


def _grading(text: RuleText) -> Grading:
    below = text.levels[0].below is not None
    direction = -1 if below else 1
    # A deadline is nearer the less is left; all else that is counted grows.
    numbers = [(level.below if below else level.above) or 0.0 for level in text.levels]
    limits = tuple(direction * number for number in numbers)
    repeat = text.repeat
    within = parse_ms(repeat.within) if repeat else 0
    return Grading(
        direction=direction,
        limits=limits,
        holds=tuple(limit - text.hysteresis for limit in limits),
        severities=tuple(Severity[level.severity.upper()] for level in text.levels),
        hold_ms=parse_ms(text.hold),
        clear_ms=max(parse_ms(text.clear_for), within if text.clear_for == "0s" else 0),
        repeat_times=repeat.times if repeat else 0,
        repeat_ms=within,
    )


def _faults(text: RuleText, given: set[str]) -> Iterator[tuple[str, str]]:
    if not _ID.fullmatch(text.id):
        yield "id", f"1 to 63 of a–z, 0–9 and _, beginning with a letter; got {text.id!r}"
    if text.id == STORM:
        yield "id", "is kept for groups"
    for name in ("vi", "en"):
        yield from _word_faults(name, getattr(text, name))
    allowed = FIELDS[text.kind]
    for name in sorted({"hold" if one == "for" else one for one in given} - EVERYWHERE - allowed):
        yield ("for" if name == "hold" else name), f"a rule of kind {text.kind} has no such field"
    yield from _level_faults(text)
    yield from _over_faults(text)
    yield from _time_faults(text)
    yield from _schedule_faults(text)
    yield from _kind_faults(text)


def _word_faults(name: str, words: str) -> Iterator[tuple[str, str]]:
    if not words.strip():
        yield name, "is required"
    if not unicodedata.is_normalized("NFC", words):
        yield name, "is not in Unicode NFC"


def _level_faults(text: RuleText) -> Iterator[tuple[str, str]]:
    if not text.levels:
        yield "levels", "name at least one severity with its limit"
        return
    sides = {(level.above is None, level.below is None) for level in text.levels}
    if len(sides) > 1 or sides & {(True, True), (False, False)}:
        yield "levels", "each has either `above` or `below`, all of a rule the same"
        return
    below = text.levels[0].below is not None
    numbers = [(level.below if below else level.above) or 0.0 for level in text.levels]
    ranks = [Severity[level.severity.upper()] for level in text.levels]
    if not all(math.isfinite(number) for number in numbers):
        yield "levels", "limits are finite numbers"
    if ranks != sorted(set(ranks)) or numbers != sorted(set(numbers), reverse=below):
        yield "levels", "from the mildest to the gravest, each limit further out than the one before"
    if text.kind == "deadline" and not below:
        yield "levels", "a deadline approaches: `below` so many hours are left"
    if text.kind in ("silence", "late", "quarantine") and (below or min(numbers) < 0):
        yield "levels", f"a rule of kind {text.kind} looks `above`, from 0 on"
    if text.kind == "silence" and not below and min(numbers) < 1:
        yield "levels", "silence is counted in promised intervals: at least 1"


def _over_faults(text: RuleText) -> Iterator[tuple[str, str]]:
    over = text.over
    for name in type(over).__struct_fields__:
        if getattr(over, name) and name not in OVER[text.kind]:
            yield f"over.{name}", f"a rule of kind {text.kind} is not over that"
    if text.kind not in POINTS:
        return
    if bool(over.quantity) == bool(over.indicator):
        yield "over", "name either a quantity of channels or an indicator"
    if over.quantity and not over.unit:
        yield "over.unit", "limits mean nothing without the unit of the channels"
    if over.indicator and (over.unit or over.device_kind or over.devices or over.areas):
        yield "over", "an indicator is chosen by subject_kind, subjects and period"
    if over.quantity and (over.subject_kind or over.subjects or over.period):
        yield "over", "channels are chosen by device_kind, devices and areas"
    if over.indicator and not (text.gap and text.live_within):
        yield (
            "gap",
            "over an indicator, say `gap` and `live_within`: values are dated by the start of their period",
        )


def _time_faults(text: RuleText) -> Iterator[tuple[str, str]]:
    for name in ("hold", "clear_for", "gap", "live_within", "window", "per", "escalate"):
        said = getattr(text, name)
        if said:
            try:
                parse_ms(said)
            except ValueError as error:
                yield ("for" if name == "hold" else name), str(error)
    if text.repeat is not None:
        if text.repeat.times < 2:
            yield "repeat.times", "at least 2"
        if text.hold != "0s":
            yield "repeat", "instead of `for`, not beside it"
        try:
            if not parse_ms(text.repeat.within):
                yield "repeat.within", "is longer than nothing"
        except ValueError as error:
            yield "repeat.within", str(error)
    if not 1 <= text.escalate_times <= MOST_ESCALATIONS:
        yield "escalate_times", f"1 to {MOST_ESCALATIONS}"
    if not math.isfinite(text.hysteresis) or text.hysteresis < 0:
        yield "hysteresis", "0 or more, in the unit of the limits"


def _schedule_faults(text: RuleText) -> Iterator[tuple[str, str]]:
    schedule = text.schedule
    if schedule is None:
        return
    if schedule.working_time == bool(schedule.hours):
        yield "schedule", "either working_time = true or hours"
    if not schedule.days or not set(schedule.days) <= set(range(1, 8)):
        yield "schedule.days", "1 (Monday) to 7"
    for span in schedule.hours:
        try:
            parse_span(span)
        except ValueError as error:
            yield "schedule.hours", str(error)


def _kind_faults(text: RuleText) -> Iterator[tuple[str, str]]:
    if text.kind == "usual":
        yield from _usual_faults(text)
    if text.kind in ("rate", "quarantine", "ledger") and not text.window:
        yield "window", "over how long is it looked at?"
    if text.kind in ("quarantine", "ledger") and text.window:
        try:
            length = parse_ms(text.window)
        except ValueError:
            return
        if not _WINDOWS_MS[0] <= length <= _WINDOWS_MS[1] or DAY_MS % length:
            yield "window", "1m to 1d, and a day is a whole number of them"
    if text.kind == "ledger":
        if text.of not in ("imbalance", "received"):
            yield "of", "`imbalance` (readings by which the account is out) or `received` (against the usual)"
        if text.of == "received" and not FEWEST_WEEKS <= text.weeks <= MOST_WEEKS:
            yield "weeks", f"{FEWEST_WEEKS} to {MOST_WEEKS}"
        if text.of == "imbalance" and text.weeks:
            yield "weeks", "an imbalance is compared with 0, not with the usual"


def _usual_faults(text: RuleText) -> Iterator[tuple[str, str]]:
    if not FEWEST_WEEKS <= text.weeks <= MOST_WEEKS:
        yield "weeks", f"{FEWEST_WEEKS} to {MOST_WEEKS}"
    over = text.over
    if over.period:
        yield "over.period", "figures have no usual hour: name an indicator that is made from readings"
    elif over.indicator and not (cadence := told_by(over.indicator)):
        yield "over.indicator", "has no usual hour: it is not one that is made from readings"
    elif over.indicator and cadence == "month":
        yield "over.indicator", "has no usual hour: it is told by month or year"

"""What rules call abnormal on the data that are there: the folds of live over a past span, step by step.

It is what the live engine would have in its history had the rules been applied at the start. Steps are small,
each reads by itself, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, TypeVar

from services.alarms import store_backtest, store_promises, store_usuals, store_windows
from services.alarms.countdown import episodes_of
from services.alarms.durations import HOUR_MS
from services.alarms.evaluate import Episode
from services.alarms.fold import FindUsuals, hours_of, load_usuals
from services.alarms.grounds import Office
from services.alarms.memory import Memory
from services.alarms.points import Known, Series, Told
from services.alarms.replay import Replay
from services.alarms.rules import Rule
from services.alarms.silence import episode_of, thresholds
from services.alarms.tally import Key, Seen, Side, Would
from services.alarms.targets import Targets, is_over_dataset
from services.runtime.db import Connection

SERIES_AT_ONCE: Final = 20  # of a step: a month of them is a transaction of some seconds
NAMES_AT_ONCE: Final = 50
POINTS_AT_ONCE: Final = 300_000  # that are held
WINDOWS_AT_ONCE: Final = 50


@dataclass(frozen=True)
class Trial:
    """What is tried: rules as they are and as they would be, over devices in use, in [start, end) ms."""

    sides: tuple[Targets, Targets]
    known: Sequence[Known]
    office: Office
    start: int
    end: int

    @property
    def rules(self) -> dict[str, tuple[Rule | None, Rule | None]]:
        """Each rule as it is and as it would be, by id."""
        ids = {*self.sides[0].rules, *self.sides[1].rules}
        return {one: (self.sides[0].rules.get(one), self.sides[1].rules.get(one)) for one in sorted(ids)}

    @property
    def find_usuals(self) -> FindUsuals:
        """What is usual, with nothing kept."""
        weeks = {one.id: one.text.weeks for one in self.sides[0].rules.values()}
        return partial(store_usuals.usuals_seen, weeks=weeks)


class Step(Protocol):
    """A part of a trial, for one short transaction. `size`: subjects that it looks at."""

    @property
    def size(self) -> int: ...

    def run(self, connection: Connection, trial: Trial) -> Iterator[Seen]: ...


def steps(connection: Connection, trial: Trial) -> list[Step]:
    """All that is to be looked at."""
    return [
        *_device_steps(trial),
        *_told_steps(connection, trial),
        *(Windows(rule) for rule, pair in trial.rules.items() if _is_of(pair, "quarantine", "ledger")),
        *(
            Promises(key)
            for key in trial.office.datasets
            if any(is_over_dataset(rule, key) for side in trial.sides for rule in side.promised)
        ),
    ]


def readings_of(trial: Trial) -> int:
    """About how many readings are looked at."""
    span = trial.end - trial.start
    return sum(_watched(one, trial) * span // one.interval_ms for one in trial.known)


def _is_of(pair: tuple[Rule | None, Rule | None], *kinds: str) -> bool:
    return any(rule is not None and rule.kind in kinds for rule in pair)


def _watched(known: Known, trial: Trial) -> int:
    """How many channels of a device are read: of its silence, all."""
    if any(side.of_device(known) for side in trial.sides):
        return len(known.channels)
    return sum(any(side.of_channel(known, channel) for side in trial.sides) for channel in known.channels)


def _device_steps(trial: Trial) -> Iterator[Step]:
    group: list[Known] = []
    count = 0
    for known in trial.known:
        watched = _watched(known, trial)
        if watched and group and count + watched > SERIES_AT_ONCE:
            yield Devices(tuple(group))
            group, count = [], 0
        if watched:
            group.append(known)
            count += watched
    if group:
        yield Devices(tuple(group))


def _told_steps(connection: Connection, trial: Trial) -> Iterator[Step]:
    indicators = {rule.over.indicator for side in trial.sides for rule in side.rules.values()} - {""}
    names = store_backtest.told_names(connection, indicators, trial.start, trial.end) if indicators else []
    names = [name for name in names if any(side.of_told(name) for side in trial.sides)]
    for first in range(0, len(names), NAMES_AT_ONCE):
        yield Indicators(tuple(names[first : first + NAMES_AT_ONCE]))


@dataclass(frozen=True)
class Devices:
    """Channels and silence of some devices."""

    known: tuple[Known, ...]

    @property
    def size(self) -> int:
        return len(self.known)

    def run(self, connection: Connection, trial: Trial) -> Iterator[Seen]:
        memories = [Memory(side, self.known) for side in trial.sides]
        series = _Series(memories, trial.find_usuals)
        silences = [one for known in self.known if (one := _Silence(known, trial)).reached]
        for since, until in _chunks(trial, self.length_ms):
            is_last = until == trial.end
            yield from series.run(connection, since, until, is_last)
            yield from _silences(connection, silences, since, until, is_last)

    @property
    def length_ms(self) -> int:
        """For how long all readings of these devices are held at a time."""
        a_hour = sum(len(one.channels) * HOUR_MS / one.interval_ms for one in self.known)
        return HOUR_MS * max(1, min(8 * 24, int(POINTS_AT_ONCE / max(a_hour, 1.0))))


class _Series:
    """The replays over the channels of some devices."""

    def __init__(self, memories: Sequence[Memory], find_usuals: FindUsuals) -> None:
        self._find = find_usuals
        self._of: dict[Series, list[Replay]] = {}
        self._pairs: dict[Key, list[Replay | None]] = {}
        for side, memory in enumerate(memories):
            for watch in memory.all_series():
                for track in watch.tracks:
                    assert isinstance(watch.name, Series)
                    _put(self._pairs, replay := Replay(track), side)
                    self._of.setdefault(watch.name, []).append(replay)

    def run(self, connection: Connection, since: int, until: int, is_last: bool) -> Iterator[Seen]:
        if not self._of:
            return
        points = store_backtest.readings(connection, list(self._of), since, until)
        _replay(connection, self._of, points, self._find)
        yield from _seen(self._pairs, is_last)


_Name = TypeVar("_Name", Series, Told)


def _replay(
    connection: Connection,
    replays: Mapping[_Name, Sequence[Replay]],
    points: Mapping[_Name, store_backtest.Known],
    find_usuals: FindUsuals,
) -> None:
    hours = hours_of(
        (name, replay.track, [at for at, _, _ in points[name]])
        for name, of_name in replays.items()
        for replay in of_name
    )
    load_usuals(connection, hours, find_usuals)
    for name, of_name in replays.items():
        for replay in of_name:
            replay.take(points[name])


def _put(pairs: dict[Key, list[Replay | None]], replay: Replay, side: int) -> None:
    pairs.setdefault(replay.key, [None, None])[side] = replay


def _seen(pairs: dict[Key, list[Replay | None]], is_last: bool) -> Iterator[Seen]:
    for key, pair in pairs.items():
        before, after = (one.harvest() if one else ([], None) for one in pair)
        yield Seen(key, (before[0], after[0]), (before[1], after[1]), is_last)


class _Silence:
    """The silence of one device as each rule sees it. Times in ms."""

    def __init__(self, known: Known, trial: Trial) -> None:
        self.device, self.interval_ms = known.device, known.interval_ms
        self.last = self.floor = max(trial.start, known.commissioned_ms)
        self.reached: dict[str, list[tuple[int, ...] | None]] = {}
        for side, targets in enumerate(trial.sides):
            for rule in targets.of_device(known):
                found = thresholds(rule.grading, known.interval_ms)
                self.reached.setdefault(rule.id, [None, None])[side] = found

    @property
    def shortest(self) -> int:
        """No gap below matters to any rule."""
        return min(one[0] for pair in self.reached.values() for one in pair if one)

    def seen(self, gaps: store_backtest.Gaps, until: int, is_last: bool) -> Iterator[Seen]:
        """What gaps, and the time since the last observation, say."""
        pairs = [(max(before, self.floor), at) for before, at in gaps.gaps if at > self.floor]
        if gaps.last is not None:
            self.last = max(self.last, gaps.last)
        for rule, (before, after) in self.reached.items():
            sides = [self._side(reached, pairs, until) for reached in (before, after)]
            (closed, going_on), (closed_after, going_on_after) = sides
            key = (rule, "device", self.device)
            yield Seen(key, (closed, closed_after), (going_on, going_on_after), is_last)

    def _side(
        self, reached: tuple[int, ...] | None, pairs: Sequence[tuple[int, int]], until: int
    ) -> tuple[Side, Would | None]:
        if reached is None:
            return [], None
        closed = [episode_of(before, at, True, self.interval_ms, reached) for before, at in pairs]
        going_on = episode_of(self.last, until, False, self.interval_ms, reached)
        return _shown(closed), Would(going_on, True) if going_on else None


def _shown(episodes: Iterable[Episode | None]) -> list[Would]:
    """What the clock raises, it raises in time."""
    return [Would(one, True) for one in episodes if one is not None]


def _silences(
    connection: Connection, silences: Sequence[_Silence], since: int, until: int, is_last: bool
) -> Iterator[Seen]:
    if silences:
        wanted = {one.device: (one.last, one.shortest) for one in silences}
        found = store_backtest.gaps(connection, wanted, since, until)
        for one in silences:
            yield from one.seen(found[one.device], until, is_last)


@dataclass(frozen=True)
class Indicators:
    """Indicators and figures of some subjects."""

    names: tuple[Told, ...]

    @property
    def size(self) -> int:
        return len(self.names)

    def run(self, connection: Connection, trial: Trial) -> Iterator[Seen]:
        points = store_backtest.told(connection, self.names, trial.start, trial.end)
        pairs: dict[Key, list[Replay | None]] = {}
        replays: dict[Told, list[Replay]] = {name: [] for name in self.names}
        for side, targets in enumerate(trial.sides):
            memory = Memory(targets, ())
            for name in self.names:
                watch = memory.told(name)
                for track in watch.tracks if watch else ():
                    _put(pairs, replay := Replay(track), side)
                    replays[name].append(replay)
        _replay(connection, replays, points, trial.find_usuals)
        yield from _seen(pairs, is_last=True)


@dataclass(frozen=True)
class Windows:
    """The account of what was received, in the windows of one rule."""

    rule: str
    size: int = 1

    def run(self, connection: Connection, trial: Trial) -> Iterator[Seen]:
        pairs: dict[Key, list[Replay | None]] = {}
        for side, rule in enumerate(trial.rules[self.rule]):
            if rule is not None and rule.kind in ("quarantine", "ledger"):
                for replay in _windowed(connection, Memory(trial.sides[side], trial.known), rule, trial):
                    _put(pairs, replay, side)
        yield from _seen(pairs, is_last=True)

    def known_from(self, connection: Connection, trial: Trial) -> int:
        """From when on (ms) the account says what the rule looks at."""
        return max(
            store_windows.known_from(connection, rule, trial.start, trial.end)
            for rule in trial.rules[self.rule]
            if rule is not None and rule.kind in ("quarantine", "ledger")
        )


def _windowed(connection: Connection, memory: Memory, rule: Rule, trial: Trial) -> Iterable[Replay]:
    replays: dict[str, Replay] = {}
    start = store_windows.known_from(connection, rule, trial.start, trial.end)
    for since in range(start, trial.end, WINDOWS_AT_ONCE * rule.window_ms):
        until = min(since + WINDOWS_AT_ONCE * rule.window_ms, trial.end)
        for device, points in store_windows.by_device(connection, rule, since, until).items():
            if device not in replays:
                (track,) = memory.windowed(rule, device).tracks
                replays[device] = Replay(track)
            replays[device].take((at, value, 0) for at, value in points)
    return replays.values()


@dataclass(frozen=True)
class Promises:
    """What is due of one dataset."""

    dataset: str
    size: int = 1

    def run(self, connection: Connection, trial: Trial) -> Iterator[Seen]:
        dataset = trial.office.datasets[self.dataset]
        span = (trial.start, trial.end)
        dues = store_promises.promised_over_time(connection, dataset, trial.office.calendar, *span)
        for name, pair in trial.rules.items():
            if _is_of(pair, "late", "deadline"):
                for subject, of_subject in dues.items():
                    sides = [
                        episodes_of(rule, of_subject, trial.end)
                        if rule in trial.sides[side].promised and is_over_dataset(rule, self.dataset)
                        else []
                        for side, rule in enumerate(pair)
                    ]
                    before, after = (_shown(side) for side in sides)
                    yield Seen((name, "dataset", subject), (before, after), (None, None), True)


def _chunks(trial: Trial, length: int) -> Iterator[tuple[int, int]]:
    for since in range(trial.start, trial.end, length):
        yield since, min(since + length, trial.end)

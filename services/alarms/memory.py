"""What a worker remembers of streams and devices between transactions: a cache, made anew from the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.alarms.domain import Subject
from services.alarms.evaluate import NEVER
from services.alarms.points import Known, Series, Stream, Told, Windowed
from services.alarms.rules import Rule
from services.alarms.silence import thresholds
from services.alarms.targets import Targets, gap_of
from services.alarms.track import Track

_INFINITY = float("inf")
Pending = tuple[int, float | None, bool]  # at (ms), value, whether it is good


class Watch:
    """One stream of points with the tracks of its rules.

    A point later than `last`, at most `promise_ms` after it and between `low` and `high` changes nothing but
    `last`. All others become `pending`.
    """

    __slots__ = (
        "ahead",
        "device",
        "high",
        "is_cold",
        "last",
        "low",
        "name",
        "pending",
        "promise_ms",
        "tracks",
    )

    def __init__(self, name: Stream, tracks: Sequence[Track], device: Device | None) -> None:
        self.name, self.tracks, self.device = name, tracks, device
        self.promise_ms = device.promise_ms if device else _INFINITY
        self.pending: list[Pending] = []
        self.ahead: dict[int, float | None] = {}  # folded already, though their facts have not come
        self.forget()

    def forget(self) -> None:
        """Knows nothing: the next point is folded out of the tables."""
        self.is_cold, self.last = True, NEVER
        self.low, self.high = _INFINITY, -_INFINITY
        self.pending.clear()
        self.ahead.clear()

    def settle(self) -> None:
        """Pending points are folded: what is calm from here on."""
        self.pending.clear()
        self.low = max((track.calm[0] for track in self.tracks), default=-_INFINITY)
        self.high = min((track.calm[1] for track in self.tracks), default=_INFINITY)


class Device:
    """A device under rules of silence. `last`: newest observation; `span`: what came unexpectedly."""

    __slots__ = ("boards", "first_ms", "is_cold", "known", "last", "reached", "rules", "span", "watches")

    def __init__(self, known: Known, rules: Sequence[Rule]) -> None:
        self.known, self.rules = known, rules
        self.reached = [thresholds(rule.grading, known.interval_ms) for rule in rules]
        self.first_ms: float = min((one[0] for one in self.reached), default=_INFINITY)
        self.boards = [0] * len(rules)  # the level that the alarm of each rule says
        self.watches: list[Watch] = []
        self.span: tuple[int, int] | None = None
        self.is_cold, self.last = True, NEVER

    @property
    def promise_ms(self) -> float:
        """How long after the one before an observation is no surprise; of a silent device each one is."""
        return -1.0 if any(self.boards) else self.first_ms

    def say(self, number: int, level: int) -> None:
        """The alarm of a rule says another level from now on."""
        self.boards[number] = level
        for watch in self.watches:
            watch.promise_ms = self.promise_ms

    @property
    def subject(self) -> Subject:
        return Subject("device", self.known.device, self.known.device, self.known.area_code)

    def floor(self, rule: Rule) -> int:
        """Nothing before counts as silence."""
        return max(rule.since_ms, self.known.commissioned_ms)


class Memory:
    """Of one worker. `boards`: levels that active alarms say, by key; they fill tracks that are made."""

    def __init__(self, targets: Targets, devices: Sequence[Known]) -> None:
        self.targets = targets
        self.known = {one.device: one for one in devices}
        self.devices: dict[str, Device] = {}
        # By stream, which is a tuple of its names; None: no rule is over it.
        self.watches: dict[tuple[str, ...], Watch | None] = {}
        self.population = Counter(cause for one in devices for cause in one.causes)
        self.boards: dict[str, int] = {}
        for one in devices:
            if rules := targets.of_device(one):
                self.devices[one.device] = Device(one, rules)

    def watch(self, device: str, channel: str) -> Watch | None:
        """Of a series; None: nobody cares."""
        name = Series(device, channel)
        try:
            return self.watches[name]
        except KeyError:
            return self._add_series(name)

    def _add_series(self, name: Series) -> Watch | None:
        known = self.known.get(name.device)
        heard = self.devices.get(name.device)
        rules = (
            self.targets.of_channel(known, name.channel) if known and name.channel in known.channels else []
        )
        watch = None
        if rules or heard:
            area = known.area_code if known else ""
            subject = Subject("channel", f"{name.device}/{name.channel}", name.device, area)
            watch = Watch(name, [self._track(rule, subject, known) for rule in rules], heard)
            if heard:
                heard.watches.append(watch)
        self.watches[name] = watch
        return watch

    def told(self, name: Told) -> Watch | None:
        """Of an indicator; None: nobody cares."""
        if name not in self.watches:
            rules = self.targets.of_told(name)
            area = name.subject if name.subject_kind in ("commune", "province", "area") else ""
            device = name.subject if name.subject_kind == "station" else ""
            if known := self.known.get(device):
                area = known.area_code
            subject = Subject(name.subject_kind, name.subject, device, area)
            tracks = [self._track(rule, subject, None) for rule in rules]
            self.watches[name] = Watch(name, tracks, None) if tracks else None
        return self.watches[name]

    def all_series(self) -> list[Watch]:
        """Of all channels over which there are rules."""
        found = (self.watch(one.device, channel) for one in self.known.values() for channel in one.channels)
        return [watch for watch in found if watch is not None]

    def all_told(self) -> list[Watch]:
        """Of indicators that were heard of so far."""
        return [
            watch for watch in self.watches.values() if watch is not None and isinstance(watch.name, Told)
        ]

    def windowed(self, rule: Rule, device: str) -> Watch:
        """Of the account of a device, or of all ("")."""
        name = Windowed(rule.id, device)
        watch = self.watches.get(name)
        if watch is None:
            known = self.known.get(device)
            subject = (
                Subject("device", device, device, known.area_code if known else "")
                if device
                else Subject("whole", "")
            )
            watch = self.watches[name] = Watch(name, [self._track(rule, subject, known)], None)
        return watch

    def _track(self, rule: Rule, subject: Subject, known: Known | None) -> Track:
        track = Track(rule, subject, gap_of(rule, known), self.targets.schedule(rule))
        track.board = self.boards.get(track.key, 0)
        return track

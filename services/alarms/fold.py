"""Folds what is pending: forward where it is newer than all before, else anew out of the tables.

Either way the same episodes come out; only what is timely reaches the board.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.alarms import store_episodes, store_points, store_usuals, store_windows
from services.alarms.durations import MINUTE_MS
from services.alarms.evaluate import Episode, Step
from services.alarms.memory import Watch
from services.alarms.metrics import TOO_OLD
from services.alarms.points import Points, Series, Stream, Told, Windowed
from services.alarms.store_episodes import Key, Moved
from services.alarms.track import Track
from services.alarms.usual import slot_of
from services.runtime.db import Connection

# An open episode is written again after this, so that who takes it up reads no more of the past.
WRITTEN_EVERY_MS = 10 * MINUTE_MS
FOREVER = 253_370_764_800_000  # ms; the year 9999
FindUsuals = Callable[[Connection, Sequence[store_usuals.Wanted]], store_usuals.Found]
Hours = dict[Track, tuple[Series | Told, set[int]]]  # of which tracks need to know what is usual


class Target(NamedTuple):
    """The level that the board is to say of a track, by evidence of a moment; `since` when it is abnormal."""

    at: int
    track: Track
    level: int
    x: float
    since: int


@dataclass(slots=True)
class Folded:
    """What is to be written: episodes, and what the board is to say, in the order of time."""

    moved: list[Moved] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    rewritten: list[Moved] = field(default_factory=list)  # of `moved`, those where history became another


@dataclass(slots=True)
class _Plan:
    """How one track is folded anew: from when on, within which episode; its stored episodes from there on."""

    track: Track
    start: int
    episode: Episode | None
    stored: Sequence[Episode]
    replaced_from: int


def fold(connection: Connection, watches: Iterable[Watch], now: int, reach_ms: int) -> Folded:
    """Folds the pending points of watches. Points older than `reach_ms` are passed over, and counted."""
    folded = Folded()
    anew: list[Watch] = []
    ahead: list[Watch] = []
    for watch in watches:
        _drop_known(watch)
        watch.pending.sort(key=lambda point: point[0])
        if not watch.pending or not watch.tracks:
            watch.last = max([watch.last, *(at for at, _, _ in watch.pending)])
            watch.is_cold = False
            watch.settle()
        elif not watch.is_cold and watch.pending[0][0] > watch.last and _differ(watch):
            ahead.append(watch)
        else:
            anew.append(watch)
    load_usuals(connection, _hours_ahead(ahead))
    for watch in ahead:
        _fold_forward(watch, now, folded)
    _fold_anew(connection, anew, now, reach_ms, folded)
    folded.targets.sort(key=lambda target: target.at)
    return folded


def _drop_known(watch: Watch) -> None:
    """What a cold watch found in the tables before its fact came."""
    if watch.ahead:
        known = watch.ahead
        watch.pending = [p for p in watch.pending if not (p[2] and p[0] in known and known[p[0]] == p[1])]
        if any(at > watch.last for at, _, _ in watch.pending):
            watch.ahead.clear()


def _differ(watch: Watch) -> bool:
    """Whether no two pending points are of one time: then the tables know which of them stands."""
    times = [at for at, _, _ in watch.pending]
    return len(set(times)) == len(times)


def _fold_forward(watch: Watch, now: int, folded: Folded) -> None:
    points = [(at, value) for at, value, good in watch.pending if good]
    for track in watch.tracks:
        since = track.rule.since_ms  # nothing observed before is evaluated
        of_rule = points if points and points[0][0] >= since else [one for one in points if one[0] >= since]
        for at, value in of_rule:
            track.take(at, value)
        _harvest_forward(track, now, folded, of_rule)
    if points:
        watch.last = points[-1][0]
    watch.settle()


def _harvest_forward(track: Track, now: int, folded: Folded, points: Points) -> None:
    fold = track.fold
    _aim(track, fold.steps, now, folded, bool(points))
    episodes = [*fold.closed, *([fold.open] if fold.open else [])]
    if fold.closed or (fold.open and _is_stale(track, fold.open)):
        folded.moved.append(_moved(track, episodes[0].began, episodes))
        track.mark_written()
    fold.steps.clear()
    fold.closed.clear()


def _is_stale(track: Track, episode: Episode) -> bool:
    """Whether the stored row of an open episode no longer says what matters."""
    began, levels, peak_at, through = track.written
    return (began, levels, peak_at) != (
        episode.began,
        len(episode.levels),
        episode.peak_at,
    ) or episode.through - through > WRITTEN_EVERY_MS


def _aim(track: Track, steps: Sequence[Step], now: int, folded: Folded, has_evidence: bool) -> None:
    """What the board is to say: each timely step, and in the end how it stands by timely evidence."""
    oldest = now - track.rule.live_ms
    said = track.board
    for step in steps:
        if step.at >= oldest and step.level != said:
            folded.targets.append(Target(step.at, track, step.level, step.x, _since(track, step.at)))
            said = step.level
    fold = track.fold
    # What began long ago and was learnt only now is raised if a timely point bears it out, not else.
    stands = max(fold.borne_out, min(said, fold.level))
    if has_evidence and fold.last >= oldest and said != stands:
        folded.targets.append(Target(fold.last, track, stands, fold.x, _since(track, fold.last)))
        said = stands
    track.board = said


def _since(track: Track, at: int) -> int:
    """When the episode began in which a moment lies: what is learnt late may have begun long before."""
    episodes = [*track.fold.closed, *([track.fold.open] if track.fold.open else [])]
    return max((one.began for one in episodes if one.began <= at), default=at)


def _fold_anew(
    connection: Connection, watches: Sequence[Watch], now: int, reach_ms: int, folded: Folded
) -> None:
    starts = {}
    for watch in watches:
        recent = [at for at, _, _ in watch.pending if at >= now - reach_ms]
        TOO_OLD.inc(len(watch.pending) - len(recent))
        if recent:
            starts[watch] = recent[0]
        else:
            watch.settle()
    plans = _plans(connection, starts)
    points = _points(connection, plans)
    load_usuals(connection, _hours_anew(plans, points))
    for watch, of_watch in plans.items():
        _refold(watch, of_watch, points[watch], now, folded)


def _plans(connection: Connection, starts: Mapping[Watch, int]) -> dict[Watch, list[_Plan]]:
    tracks = [(watch, track) for watch in starts for track in watch.tracks]
    keys = {key_of(track): max(starts[watch], track.rule.since_ms) for watch, track in tracks}
    stored = store_episodes.stored(
        connection, keys, {track.rule.id: track.rule.grading for _, track in tracks}
    )
    plans: dict[Watch, list[_Plan]] = {watch: [] for watch in starts}
    for watch, track in tracks:
        of_rule = [one for one in stored[key_of(track)] if one.began >= track.rule.since_ms]
        plans[watch].append(_plan(track, keys[key_of(track)], of_rule))
    return plans


def _plan(track: Track, start: int, stored: Sequence[Episode]) -> _Plan:
    """An episode in which `start` lies is taken up behind what is known of it, or made anew."""
    first = stored[0] if stored else None
    if first is None or first.began >= start:
        return _Plan(track, start, None, stored, start)
    if first.ended is None and first.through < start:
        episode = Episode(*(first.began, None, list(first.levels), first.peak, first.peak_at, first.through))
        return _Plan(track, first.through + 1, episode, stored, first.began)
    return _Plan(track, first.began, None, stored, first.began)


def _points(connection: Connection, plans: Mapping[Watch, Sequence[_Plan]]) -> dict[Watch, Points]:
    """Of each watch all that its tracks need: up to where it has been, or all there is if nobody knows."""
    series: dict[Series, tuple[int, int]] = {}
    told: dict[Told, int] = {}
    found: dict[Stream, Points] = {}
    for watch, of_watch in plans.items():
        since = min(
            (max(plan.start - plan.track.lead, plan.track.rule.since_ms) for plan in of_watch),
            default=watch.pending[0][0],
        )
        if isinstance(watch.name, Series):
            series[watch.name] = (since, FOREVER if watch.is_cold else _end(watch) + 1)
        elif isinstance(watch.name, Told):
            told[watch.name] = since
        else:
            rule = of_watch[0].track.rule
            found[watch.name] = store_windows.points(connection, rule, watch.name.device, since, _end(watch))
    found.update(iter(store_points.readings(connection, series).items()))
    found.update(iter(store_points.told(connection, told).items()))
    return {watch: found[watch.name] for watch in plans}


def _end(watch: Watch) -> int:
    return max(watch.last, watch.pending[-1][0])


def _refold(watch: Watch, plans: Sequence[_Plan], points: Points, now: int, folded: Folded) -> None:
    first, newest = watch.pending[0][0], watch.pending[-1][0]
    frontier = first - 1 if watch.is_cold else watch.last
    times = [at for at, _ in points]
    for plan in plans:
        since = plan.track.rule.since_ms
        begin, middle = (
            bisect_left(times, max(at, since)) for at in (plan.start - plan.track.lead, plan.start)
        )
        plan.track.begin(plan.episode, points[begin:middle])
        for at, value in points[middle:]:
            plan.track.take(at, value)
        _harvest_anew(plan, frontier, newest, now, folded)
    if times:
        if watch.is_cold:
            watch.ahead = dict(points[bisect_left(times, newest + 1) :])
        watch.last = times[-1]
    watch.is_cold = False
    watch.settle()


def _harvest_anew(plan: _Plan, frontier: int, newest: int, now: int, folded: Folded) -> None:
    track, fold = plan.track, plan.track.fold
    known = {at for one in plan.stored for at, _ in one.levels} | {one.ended for one in plan.stored}
    steps = [step for step in fold.steps if step.at > frontier and step.at not in known]
    _aim(track, steps, now, folded, newest >= fold.last or frontier < fold.last)
    episodes = [*fold.closed, *([fold.open] if fold.open else [])]
    if [_shape(one) for one in episodes] != [_shape(one) for one in plan.stored]:
        moved = _moved(track, plan.replaced_from, episodes)
        folded.moved.append(moved)
        if plan.stored:
            folded.rewritten.append(moved)
        track.mark_written()
    fold.steps.clear()
    fold.closed.clear()


def _shape(episode: Episode) -> tuple[object, ...]:
    """What makes two episodes the same; up to which point they were looked at does not."""
    return episode.began, episode.ended, episode.levels, episode.peak, episode.peak_at, episode.end_why


def _moved(track: Track, start: int, episodes: Sequence[Episode]) -> Moved:
    return Moved(key_of(track), start, episodes, track.rule.grading, track.rule.version)


def key_of(track: Track) -> Key:
    """Of the rows of its episodes."""
    return Key(track.rule.id, track.subject.kind, track.subject.name)


def _hours_ahead(watches: Sequence[Watch]) -> Hours:
    return hours_of(
        (watch.name, track, [at for at, _, _ in watch.pending]) for watch in watches for track in watch.tracks
    )


def _hours_anew(plans: Mapping[Watch, Sequence[_Plan]], points: Mapping[Watch, Points]) -> Hours:
    return hours_of(
        (watch.name, plan.track, [at for at, _ in points[watch]])
        for watch, of_watch in plans.items()
        for plan in of_watch
    )


def hours_of(points: Iterable[tuple[Stream, Track, Iterable[int]]]) -> Hours:
    """Of streams with their tracks and when their points are, the hours that rules of the usual ask for."""
    return {
        track: (name, {slot_of(at) for at in times})
        for name, track, times in points
        if track.rule.kind == "usual" and not isinstance(name, Windowed)
    }


def load_usuals(connection: Connection, hours: Hours, find: FindUsuals = store_usuals.usuals) -> None:
    """Gives tracks what is usual for the hours of their points, as `find` says; other hours are forgotten."""
    wanted: dict[tuple[str, Series | Told, int], int] = {}
    for track, (name, slots) in hours.items():
        for slot in slots - track.usuals.keys():
            wanted[track.rule.id, name, slot] = track.rule.text.weeks
    found = find(connection, [(*one, weeks) for one, weeks in sorted(wanted.items())]) if wanted else {}
    for track, (name, slots) in hours.items():
        kept = {slot: track.usuals[slot] for slot in slots & track.usuals.keys()}
        track.usuals = kept | {
            slot: found[track.rule.id, name, slot] for slot in slots if (track.rule.id, name, slot) in found
        }

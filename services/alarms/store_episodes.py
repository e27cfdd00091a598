"""Episodes in PostgreSQL: history in the time of events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from services.alarms.evaluate import Episode
from services.alarms.rules import Grading
from services.runtime.db import Connection

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Key(NamedTuple):
    """Whose episodes."""

    rule: str
    subject_kind: str
    subject: str


class Moved(NamedTuple):
    """What becomes of a key's episodes that begin at `start` (ms) or later: they are these.

    `grading` and `version` of the rule that they were folded by.
    """

    key: Key
    start: int
    episodes: Sequence[Episode]
    grading: Grading
    version: int


def instant(ms: int) -> datetime:
    """UTC."""
    return _EPOCH + ms * _MS


def ms_of(moment: datetime) -> int:
    """Milliseconds since the epoch, rounded down."""
    return (moment - _EPOCH) // _MS


def stored(
    connection: Connection, wanted: Mapping[Key, int], gradings: Mapping[str, Grading]
) -> dict[Key, list[Episode]]:
    """Of each key its episodes that end at the moment (ms) named or later, or go on; in order."""
    keys = list(wanted)
    rows = connection.execute(
        "SELECT e.rule, e.subject_kind, e.subject, e.began_at, e.ended_at, e.level_at, e.levels, e.peak,"
        " e.peak_at, e.through, e.end_why"
        " FROM unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[])"
        " AS k (rule, subject_kind, subject, at) JOIN alarms.episodes e USING (rule, subject_kind, subject)"
        " WHERE coalesce(e.ended_at, 'infinity') >= k.at ORDER BY e.began_at",
        (*(list(column) for column in zip(*keys, strict=True)), [instant(wanted[key]) for key in keys])
        if keys
        else ([], [], [], []),
    )
    found: dict[Key, list[Episode]] = {key: [] for key in keys}
    for *names, began, ended, level_at, levels, peak, peak_at, through, why in rows:
        key = Key(*names)
        grading = gradings[key.rule]
        ranks = {int(severity): rank for rank, severity in enumerate(grading.severities, start=1)}
        found[key].append(
            Episode(
                began=ms_of(began),
                ended=None if ended is None else ms_of(ended),
                levels=[(ms_of(at), ranks[one]) for at, one in zip(level_at, levels, strict=True)],
                peak=grading.direction * peak,
                peak_at=ms_of(peak_at),
                through=ms_of(through),
                end_why=why,
            )
        )
    return found


def replace_from(connection: Connection, moved: Iterable[Moved], now: datetime) -> None:
    """Makes the episodes of keys, from a moment on, what they are now."""
    all_moved = list(moved)
    if not all_moved:
        return
    columns = zip(*((*one.key, instant(one.start)) for one in all_moved), strict=True)
    connection.execute(
        "DELETE FROM alarms.episodes e"
        " USING unnest(%b::text[], %b::text[], %b::text[], %b::timestamptz[])"
        " AS k (rule, subject_kind, subject, at)"
        " WHERE e.rule = k.rule AND e.subject_kind = k.subject_kind AND e.subject = k.subject"
        " AND e.began_at >= k.at",
        [list(column) for column in columns],
    )
    rows = [_row(one, episode, now) for one in all_moved for episode in one.episodes]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO alarms.episodes VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", rows
        )


def end(connection: Connection, keys: Sequence[Key], now: datetime) -> None:
    """Ends what goes on of keys that are no longer watched."""
    connection.execute(
        "UPDATE alarms.episodes e SET ended_at = greatest(%s, e.began_at), end_why = 'rule', known_at = %s"
        " FROM unnest(%s::text[], %s::text[], %s::text[]) AS k (rule, subject_kind, subject)"
        " WHERE e.ended_at IS NULL AND e.rule = k.rule AND e.subject_kind = k.subject_kind"
        " AND e.subject = k.subject",
        (now, now, *([key[column] for key in keys] for column in range(3))),
    )


def _row(moved: Moved, episode: Episode, now: datetime) -> tuple[object, ...]:
    severities = moved.grading.severities
    return (
        *moved.key,
        instant(episode.began),
        None if episode.ended is None else instant(episode.ended),
        [instant(at) for at, _ in episode.levels],
        [int(severities[level - 1]) for _, level in episode.levels],
        moved.grading.direction * episode.peak,
        instant(episode.peak_at),
        instant(episode.through),
        episode.end_why,
        moved.version,
        now,
    )

"""When somebody was there to read a shard, and since when what is read may have waited. Pure; `now` comes in.

Messages that waited are received all at once, though their senders sent them one by one. As long as they may
still be coming, a sender's bucket counts as having been filled all the while, without an end: so nobody sends
more in the long run than the rate allows, and nobody loses what an absence of ours has gathered.
"""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST_MS = 2_000  # of an absence; a turn of the loop takes at most 250 ms, a commit rarely so long


@dataclass(frozen=True, slots=True)
class Attendance:
    """In ms since 1970. Until `catching_up_until`, what is read may have been sent since `unread_since`."""

    read_at: int
    unread_since: int = 0
    catching_up_until: int = 0


def attend(known: Attendance, now: int) -> Attendance:
    """Somebody reads at `now`.

    After an absence we catch up for as long again: who takes longer is slower than the devices are. Another
    absence meanwhile is part of the same one. A clock that was set back has been nowhere.
    """
    absent = now - known.read_at
    if absent < SHORTEST_MS:
        return Attendance(now, known.unread_since, known.catching_up_until)
    since = known.unread_since if known.read_at < known.catching_up_until else known.read_at
    return Attendance(now, since, 2 * now - since)


def sent_since(known: Attendance | None, now: int) -> int:
    """Since when what is received at `now` may have been sent: `now` itself where nothing waited."""
    if known is None or not known.unread_since <= now < known.catching_up_until:
        return now
    return known.unread_since

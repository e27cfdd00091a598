"""A loop that stands still ends its process."""

from __future__ import annotations

import time

from iot_gateway.watchdog import EXIT_STALLED, Watchdog


def test_progress_keeps_the_process() -> None:
    ended: list[int] = []
    dog = Watchdog(10.0, ended.append)
    assert not dog.check(time.monotonic() + 9)
    assert ended == []


def test_silence_ends_it() -> None:
    ended: list[int] = []
    dog = Watchdog(10.0, ended.append)
    assert dog.check(time.monotonic() + 11)
    assert ended == [EXIT_STALLED]


def test_a_beat_starts_anew() -> None:
    ended: list[int] = []
    dog = Watchdog(10.0, ended.append)
    dog._beat_at -= 100
    dog.beat()
    assert not dog.check(time.monotonic() + 9)

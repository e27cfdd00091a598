"""Receipts: one moment of the socket, yet a time for each message."""

from __future__ import annotations

from iot_gateway.assembly import assemble
from iot_gateway.message import spaced
from services.telemetry.domain import Batch
from tests.unit.iot_gateway.rules import NOW, message, rules


def test_a_backlog_without_times_keeps_every_reading() -> None:
    backlog = [message(b'{"pm25": %d}' % value) for value in (1, 2, 3)]
    batch = assemble(spaced(backlog, {}), rules(), Batch("trace", "s0", NOW))
    assert batch.values == [1.0, 2.0, 3.0]
    assert batch.observed_at_ms == [NOW, NOW + 1, NOW + 2]


def test_topics_do_not_wait_for_each_other_and_time_catches_up() -> None:
    last: dict[bytes, int] = {}
    other = b"ioc/v1/s0/devices/air-002/telemetry"
    first = spaced([message(b"{}"), message(b"{}"), message(b"{}", other)], last)
    assert [one.received_at_ms for one in first] == [NOW, NOW + 1, NOW]
    later = [message(b"{}")._replace(received_at_ms=at) for at in (NOW + 1, NOW + 900)]
    assert [one.received_at_ms for one in spaced(later, last)] == [NOW + 2, NOW + 900]


def test_a_clock_that_is_set_back_is_followed() -> None:
    """Else every message for an hour would claim a receipt that is still to come."""
    last: dict[bytes, int] = {}
    spaced([message(b"{}")._replace(received_at_ms=NOW + 3_600_000)], last)
    assert [one.received_at_ms for one in spaced([message(b"{}"), message(b"{}")], last)] == [NOW, NOW + 1]

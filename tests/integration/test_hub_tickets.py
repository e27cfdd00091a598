"""Who is not let in: a ticket that was used or has expired, a wall that was revoked, a foreign page."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from services.display import store
from services.runtime import db
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.fixtures.walls import asked, pair, ticket

pytestmark = pytest.mark.one_store("walls and their tickets; nothing that telemetry keeps")

TICKET_S = 2.0
COME_BACK, POLICY_VIOLATION = 1013, 1008


def enter(line: ClientConnection, good: str) -> None:
    line.send(json.dumps({"type": "hello", "protocol": 2, "ticket": good}))


def hear(line: ClientConnection, kind: str) -> dict[str, Any]:
    until = time.monotonic() + 5
    while (frame := json.loads(line.recv(timeout=5)))["type"] != kind:
        assert time.monotonic() < until, f"no {kind}"
    return dict(frame)


def ended_with(line: ClientConnection) -> tuple[str, int]:
    """The reason of the goodbye, and the code of the close."""
    reason = hear(line, "goodbye")["reason"]
    with pytest.raises(ConnectionClosed) as closed:
        line.recv(timeout=5)
    assert closed.value.rcvd is not None
    return reason, closed.value.rcvd.code


def test_used_and_expired_tickets_revoked_walls_and_foreign_pages_are_refused(stack: Stack) -> None:
    stack.start("hub", HAIDANG_HUB_PEERS="{}", HAIDANG_HUB_TICKET_S=str(TICKET_S))
    display, port = stack.wiring.dsns["display"], stack.ports.wall
    address = f"ws://127.0.0.1:{port}/ws"
    secret = pair(display)

    with connect(address) as wall:
        good = ticket(port, secret)
        enter(wall, good)
        hear(wall, "snapshot")
        with connect(address) as second:
            enter(second, good)
            assert ended_with(second) == ("ticket_refused", COME_BACK), "it was used"
        late, until = ticket(port, secret), time.monotonic() + TICKET_S
        eventually(lambda: time.monotonic() > until)
        with connect(address) as third:
            enter(third, late)
            assert ended_with(third) == ("ticket_refused", COME_BACK), "it has expired"
        hear(wall, "heartbeat")  # the wall itself noticed nothing

        unused = ticket(port, secret)
        with db.connect(display, "test") as connection:
            (kept,) = store.walls(connection)
            store.revoke(connection, kept.wall, datetime.now(UTC))
        assert ended_with(wall) == ("revoked", POLICY_VIOLATION)
        with connect(address) as fourth:
            enter(fourth, unused)
            assert ended_with(fourth) == ("ticket_refused", COME_BACK), "its wall is no more"
        assert asked(port, secret)[0] == 401

    another = pair(display)
    ticket(port, another)
    foreign = Origin("http://evil.example")
    assert asked(port, another, Origin=foreign)[0] == 403
    with pytest.raises(InvalidStatus) as refused, connect(address, origin=foreign):
        pass
    assert refused.value.response.status_code == 403

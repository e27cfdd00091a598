"""What a broker that is killed takes with it: what it had acknowledged and not yet written down.

It writes every 5 s (autosave_interval). With a gateway that keeps up nothing waits at the broker; with one
that is away, or waits for its database, what came in since the last write is at stake.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.faults.soak_account import lost
from tests.faults.soak_faults import pause
from tests.faults.soak_world import World
from tests.fixtures.waiting import eventually

_FILLS_S = 6.0  # longer than the broker waits between two writes
_AUTOSAVE_S = 5.0
_WITH_GATEWAY, _WITHOUT_GATEWAY = 3, 4  # kills


@dataclass(frozen=True, slots=True)
class Kill:
    """One SIGKILL. `lost_s`: how long before it the oldest lost message had been acknowledged."""

    gateway_away: bool
    acknowledged: int
    lost: int
    lost_s: float


def measure(world: World) -> list[Kill]:
    """Kills at moments spread over the broker's interval. Only what is lost stays away."""
    away = [False] * _WITH_GATEWAY + [True] * _WITHOUT_GATEWAY
    kills = [_kill(world, gateway_away, _moment(world, n)) for n, gateway_away in enumerate(away)]
    world.fleet.hush()
    return kills


def _moment(world: World, number: int) -> float:
    return _FILLS_S + (number % _WITHOUT_GATEWAY + world.chance.random()) * _AUTOSAVE_S / _WITHOUT_GATEWAY


def _kill(world: World, gateway_away: bool, after_s: float) -> Kill:
    first = world.fleet.said
    world.fleet.speak()
    if gateway_away:
        with world.gateway.away():
            killed_at = _kill_after(world, after_s)
    else:
        killed_at = _kill_after(world, after_s)
    world.gateway.wait_ready()
    missing = _missing(world, first)
    oldest = min((world.fleet.acknowledged[number] for number in missing), default=killed_at)
    taken = sum(at < killed_at for number, at in world.fleet.acknowledged.copy().items() if number >= first)
    return Kill(gateway_away, taken, len(missing), round(killed_at - oldest, 2))


def _kill_after(world: World, seconds: float) -> float:
    pause(seconds)
    world.servers.broker.kill()
    killed_at = time.monotonic()
    world.servers.broker.start()
    eventually(lambda: world.fleet.connected == len(world.fleet.devices), 30, "all devices back")
    return killed_at


def _missing(world: World, first: int) -> list[int]:
    """Numbers from `first` on that were acknowledged and are not stored, once nothing waits any more.

    A session is first in, first out: when the last message is stored, every earlier one is stored or lost.
    """
    pause(0.5)
    world.fleet.hush()
    pause(0.1)  # the tick under way
    eventually(lambda: world.fleet.unacknowledged == 0, 30, "everything acknowledged")
    last = world.fleet.said - 1
    eventually(lambda: world.scalar(_COUNT.format(last)), 30, "the last message stored")
    values = [
        int(value) for (value,) in world.rows(f"SELECT value FROM telemetry.readings WHERE value >= {first}")
    ]
    return lost([number for number in world.fleet.acknowledged if number >= first], values)


_COUNT = "SELECT count(*) FROM telemetry.readings WHERE value = {}"

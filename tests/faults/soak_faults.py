"""What goes wrong in a server room, one function each: it begins, lasts, and ends."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg

from tests.faults import small_disk
from tests.faults.soak_world import POISONER, World
from tests.fixtures.waiting import eventually

CLOCK_STEP_S = 3600  # either way; beyond the tolerance of 300 s for devices' clocks
_SMALL_STEP_S = 60  # within it
_POISONED, _MALFORMED = 20, 480
_CUTS = 8
_LONGEST_HALVING_S = 60
_POISON_SINCE_MS = 1_700_000_000_000
_poison_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Fault:
    """`name` is how it is counted; `strike` returns once the world is in order again."""

    name: str
    strike: Callable[[World], None]


def pause(seconds: float) -> None:
    """Let the world go on for a while: what is measured is what happens meanwhile."""
    threading.Event().wait(seconds)


def gateway_killed(world: World) -> None:
    """SIGKILL while the database owes it an answer: it has read what is neither stored nor acknowledged.

    A commit takes some ms: without the wait, one that acknowledges too early would nearly always get away.
    """
    world.line.stall()
    pause(0.5)
    world.gateway.kill()
    world.line.resume()


def backend_killed(world: World) -> None:
    """SIGKILL of the gateway's backend: PostgreSQL ends all others and recovers."""
    with psycopg.connect(world.postgres.dsn(), autocommit=True) as admin:
        (pid,) = eventually(
            lambda: admin.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'haidang-gw0'"
            ).fetchone(),
            60,
            "the gateway's backend",
        )
    os.kill(pid, signal.SIGKILL)
    eventually(world.postgres.is_ready, 60, "recovery")


def database_stopped(world: World) -> None:
    """An orderly stop, and a start."""
    world.postgres.stop()
    pause(world.plan.hold_s)
    world.postgres.start()


def bus_stopped(world: World) -> None:
    """RabbitMQ is not on the way of an acknowledgement: meanwhile, what is said is stored."""
    world.servers.rabbit.stop()
    before = world.stored()
    pause(world.plan.hold_s)
    # Not at once: the gateway may still be halving its way through a flood of poison.
    eventually(lambda: world.stored() > before, _LONGEST_HALVING_S, "ingest goes on without the bus")
    world.servers.rabbit.start()


def broker_restarted(world: World) -> None:
    """In order: it writes its queues down first. Devices keep what they say meanwhile."""
    world.servers.broker.stop()
    pause(min(2.0, world.plan.hold_s))
    world.servers.broker.start()
    eventually(lambda: world.fleet.connected == len(world.fleet.devices), 30, "all devices back")


def line_cut(world: World) -> None:
    """Between gateway and database, at random moments: some commits happen whose answer nobody hears."""
    for _ in range(_CUTS):
        pause(world.chance.uniform(0.05, 0.3))
        world.line.cut()


def line_stalled(world: World) -> None:
    """Nothing passes and nothing is closed, as with a dead router."""
    world.line.stall()
    pause(world.plan.hold_s)
    world.line.resume()


def disk_full(world: World) -> None:
    """The database's disk, to the last block, until the database itself has said so."""
    log = world.postgres.log_file
    before = log.stat().st_size
    small_disk.fill(world.postgres.data)
    try:
        eventually(lambda: b"No space left" in log.read_bytes()[before:], 60, "the disk is full")
        pause(world.plan.hold_s)
    finally:
        small_disk.empty(world.postgres.data)
    world.postgres.start()  # where it had to end: what a supervisor does


def poison_flood(world: World) -> None:
    """What cannot be read, and among it what the store itself refuses, from one device as fast as it can."""
    numbers = [next(_poison_numbers) for _ in range(_POISONED + _MALFORMED)]
    payloads = [_poison(number) for number in numbers]
    world.poison.update(payloads)
    world.fleet.poison(POISONER, payloads)


def _poison(number: int) -> bytes:
    if number % ((_POISONED + _MALFORMED) // _POISONED):
        return b"{poison %d" % number
    return b'{"ts": %d, "values": {"temp": -13}}' % (_POISON_SINCE_MS + number)


def clock_stepped(world: World) -> None:
    """The gateway's clock, an hour ahead and back, an hour behind and back, and a minute behind.

    Ahead: stored, with a receipt in the future. Behind by more than the tolerance: every device seems to live
    in the future, and its messages wait in quarantine. Either way they are stored once, in the end.
    """
    for offset_s, count in ((CLOCK_STEP_S, _RECEIVED_AHEAD), (-CLOCK_STEP_S, _HELD)):
        before = world.scalar(count)
        world.clock.set(offset_s)
        eventually(partial(_has_grown, world, count, before), _LONGEST_HALVING_S, "the clock is wrong")
        _keep_clock(world)
    world.clock.set(-_SMALL_STEP_S)
    _keep_clock(world)


def _has_grown(world: World, count: str, before: int) -> bool:
    return world.scalar(count) > before


def _keep_clock(world: World) -> None:
    """Wrong for a while, and right again."""
    pause(min(3.0, world.plan.hold_s))
    world.clock.set(0)
    pause(1.5)  # the gateway notices within one second


_RECEIVED_AHEAD = "SELECT count(*) FROM telemetry.ledger WHERE received_at > now() + interval '30 minutes'"
_HELD = "SELECT count(*) FROM telemetry.quarantine WHERE reason = 'time_in_future'"

FAULTS = tuple(
    Fault(strike.__name__, strike)
    for strike in (
        gateway_killed,
        backend_killed,
        database_stopped,
        bus_stopped,
        broker_restarted,
        line_cut,
        line_stalled,
        disk_full,
        poison_flood,
        clock_stepped,
    )
)


def find_faketime() -> Path | None:
    """The library that lies to a process about the time."""
    return next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)


def refused(disk: str, faketime: Path | None, backends: str) -> Mapping[str, str]:
    """Faults that this machine cannot have, and why. `disk`, `backends`: why not, or empty."""
    why = {
        "disk_full": disk,
        "clock_stepped": "" if faketime else "libfaketime is not installed; `make test` installs it",
        "backend_killed": backends,
    }
    return {name: text for name, text in why.items() if text}

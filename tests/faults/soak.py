"""Faults at random for minutes on end, and then the account: `python -m tests.faults.soak`, `make soak`.

200 devices number what they say. Every 20 to 40 s something breaks. At the end the set of numbers that the
broker acknowledged equals the set that is stored, each once, and the ledger balances; or the exit status is
1, with the reason. The same seed breaks the same things in the same order. Counts as it goes, then one line
of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from services.local.postgres import find_installation
from tests.faults import broker_kill, figures, small_disk
from tests.faults.broker_kill import Kill
from tests.faults.soak_account import duplicates, judge, lost, replay_from_the_future, take
from tests.faults.soak_faults import CLOCK_STEP_S, FAULTS, Fault, find_faketime, pause, refused
from tests.faults.soak_servers import Plan
from tests.faults.soak_world import World, running_world
from tests.fixtures.waiting import eventually

_SETTLED_S = 120.0
_OTHERS = "this database has to be entered by sudo; run it as root"
_DISK_MB, _DISK_MB_A_MINUTE = 512, 16
_SHORT_GAP_S, _LONG_GAP_S = (0.5, 1.0), (20.0, 40.0)
_SHORT_HOLD_S, _LONG_HOLD_S = 2.0, 10.0


@dataclass
class Run:
    """What happened, besides what the world says of itself."""

    faults: Counter[str] = field(default_factory=Counter)
    skipped: dict[str, str] = field(default_factory=dict)
    replayed: int = 0
    problems: list[str] = field(default_factory=list)  # met on the way
    figures: dict[str, int] = field(default_factory=dict)  # of the account, at the end
    started: float = field(default_factory=time.monotonic)


def schedule(faults: Sequence[Fault], chance: random.Random) -> Iterator[Fault]:
    """All of them in some order, then all in another, without end: none is left out by chance."""
    while True:
        yield from chance.sample(faults, len(faults))


def main() -> int:
    """Exit status: 0 where nothing was lost."""
    options = _options()
    own = _is_own(options.store)
    no_disk = small_disk.enter("tests.faults.soak", sys.argv[1:]) if own else _OTHERS
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is taken down
    faketime = find_faketime()
    run = Run(skipped=dict(refused(no_disk, faketime, "" if own else _OTHERS)))
    for name, why in run.skipped.items():
        print(f"NOT TESTED on this machine: {name}: {why}", flush=True)
    if run.skipped and os.environ.get("CI") == "true":
        return 1
    plan = _plan(options, has_disk=not no_disk)
    with running_world(plan, faketime) as world:
        _soak(world, run, 0 if options.short else options.minutes * 60)
        _settle(world, run)
        problems = _judge(world, run)
        kills = [] if options.short or problems else broker_kill.measure(world)
        summary = _summary(world, run, kills, problems)
    if options.figures and not problems:
        figures.write(options.store, summary, datetime.now(UTC).date())
    for problem in problems:
        print(f"✗ {problem}", flush=True)
    print(json.dumps(summary, ensure_ascii=False))
    return 1 if problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--store", choices=("postgres", "timescale"), default="postgres")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--per-s", type=float, default=250, help="messages of all devices")
    parser.add_argument("--short", action="store_true", help="each fault once, briefly; no broker is killed")
    parser.add_argument("--figures", action="store_true", help="write the figures into docs/guarantees.md")
    return parser.parse_args()


def _plan(options: argparse.Namespace, *, has_disk: bool) -> Plan:
    hold_s, gap_s = (_SHORT_HOLD_S, _SHORT_GAP_S) if options.short else (_LONG_HOLD_S, _LONG_GAP_S)
    minutes = 0 if options.short else options.minutes
    disk_mb = _DISK_MB + round(_DISK_MB_A_MINUTE * minutes) if has_disk else 0
    return Plan(options.store, options.seed, options.devices, options.per_s, hold_s, gap_s, disk_mb)


def _is_own(store: str) -> bool:
    """False if the database is entered by sudo: it is another user's then."""
    local = find_installation()
    return os.geteuid() == 0 or store == "postgres" or (local is not None and local.timescaledb)


def _soak(world: World, run: Run, seconds: float) -> None:
    """Faults until the time is over, or each once where there is no time."""
    eventually(lambda: world.fleet.connected == len(world.fleet.devices), 30, "all devices connected")
    world.fleet.speak()
    pause(1.0)
    possible = [fault for fault in FAULTS if fault.name not in run.skipped]
    for number, fault in enumerate(schedule(possible, world.chance)):
        if time.monotonic() - run.started > seconds and number >= len(possible):
            break
        next_at = time.monotonic() + world.chance.uniform(*world.plan.gap_s)
        run.faults[fault.name] += 1
        try:
            fault.strike(world)
            world.gateway.wait_ready()
        except AssertionError as failure:
            run.problems.append(f"{fault.name}: {failure}")
        _print_counts(world, run, fault.name)
        pause(max(world.plan.gap_s[0] / 2, next_at - time.monotonic()))
    world.fleet.hush()


def _print_counts(world: World, run: Run, what: str) -> None:
    taken = len(world.fleet.acknowledged)
    held = world.scalar("SELECT sum(readings) FROM telemetry.quarantine WHERE state = 'open'")
    print(
        f"{time.monotonic() - run.started:6.0f} s  {what:<17} said {world.fleet.said:>8,}"
        f"  acknowledged {taken:>8,}  stored {world.stored():>8,}  in quarantine {held:>6,}",
        flush=True,
    )


def _settle(world: World, run: Run) -> None:
    """Wait for what is under way, and replay what a wrong clock had set aside."""
    until = time.monotonic() + _SETTLED_S

    def wait(condition: Callable[[], bool], because: str) -> None:
        try:
            eventually(condition, max(1.0, until - time.monotonic()), because)
        except AssertionError as late:  # the account will say what is missing
            run.problems.append(str(late))

    wait(lambda: world.fleet.unacknowledged == 0, "everything said is acknowledged")
    wait(lambda: _accounted(world) >= world.fleet.said, "everything said is somewhere")
    registry_dsn = world.database.dsn("registry")
    run.replayed = replay_from_the_future(world.telemetry_dsn, registry_dsn, CLOCK_STEP_S + 300)
    wait(lambda: world.stored() >= world.fleet.said, "everything said is stored")
    wait(lambda: _poison_held(world) >= len(world.poison), "poison is in quarantine")
    wait(lambda: world.scalar(_UNCONFIRMED) == 0, "every fact is confirmed")
    _print_counts(world, run, "all in order")


def _judge(world: World, run: Run) -> list[str]:
    """Take the account; returns what is wrong."""
    account = take(world.telemetry_dsn)
    run.figures = {  # as they are now: the devices speak on when the broker is killed
        "said": world.fleet.said,
        "acknowledged": len(world.fleet.acknowledged),
        "duplicate": account.total("duplicate"),
        "quarantined": account.total("quarantined"),
        "rows": len(account.values),
        "lost": len(lost(world.fleet.acknowledged, account.values)),
        "duplicate_rows": duplicates(account.values),
        "ledger_apart": account.imbalance,
        "never_reached": account.never_reached,
        "facts_confirmed": account.facts,
    }
    problems = judge(account, world.fleet.said, world.fleet.acknowledged.keys(), world.poison)
    return problems + [f"ended by itself: {each}" for each in world.ended_by_themselves] + run.problems


def _accounted(world: World) -> int:
    """Numbers that are stored or wait in quarantine, as good as known: a message may wait there twice."""
    return world.stored() + world.scalar(
        "SELECT count(DISTINCT payload) FROM telemetry.quarantine"
        " WHERE reason = 'time_in_future' AND state = 'open'"
    )


def _poison_held(world: World) -> int:
    return world.scalar(
        "SELECT count(DISTINCT payload) FROM telemetry.quarantine"
        " WHERE reason IN ('unexpected_error', 'malformed_json')"
    )


_UNCONFIRMED = (
    "SELECT (SELECT count(*) FROM telemetry.outbox WHERE position IS NULL) + assigned - published"
    " FROM telemetry.outbox_head"
)


def _summary(world: World, run: Run, kills: Sequence[Kill], problems: Sequence[str]) -> Mapping[str, object]:
    plan = world.plan
    return {
        "store": plan.store,
        "seed": plan.seed,
        "minutes": round((time.monotonic() - run.started) / 60, 1),
        "devices": plan.devices,
        "per_s": plan.per_s,
        "faults": dict(sorted(run.faults.items())),
        "not_tested": run.skipped,
        **run.figures,
        "poison": len(world.poison),
        "replayed_after_clock": run.replayed,
        "kills": [asdict(kill) for kill in kills],
        "problems": list(problems),
    }


if __name__ == "__main__":
    sys.exit(main())

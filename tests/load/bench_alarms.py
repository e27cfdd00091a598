"""How soon an alarm is on the bus, what evaluation costs beside ingest, and what a storm does.

`python -m tests.load.bench_alarms` prints one line of JSON. A rule over each of 10,000 channels and one over
the silence of their devices; broker, gateway, PostgreSQL, relay, RabbitMQ, alarms worker; 2,000 readings/s:
raise_p99_ms  from when a reading beyond its limit (10/s of them) is stored, just before the commit, to its
              alarm on the bus, in `seconds`; must be 1,000 at most; likewise p50
ratio         CPU of evaluation per reading / CPU of ingest per reading, same seconds; must be 0.5 at most.
              Evaluation: the alarms worker, and the database's processes of its connections. Ingest: broker,
              gateway, relay, and the database's processes of the gateway's connections. cpu_us: each of them
group_s       a feeder fails: 5,000 devices fall silent at once, the others go on at 2,000 readings/s. From
              when the promise of the last of them is past to when the bus has told of the group that speaks
              for all of them, and of no other; must be 5 at most; median of the storms (group_s_storms)
storm_p99_ms  as raise_p99_ms, of the readings in the storms; the highest of all storms
behind        facts that are not evaluated when the load of a storm ends; the most of all storms
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Mapping, Sequence

import psycopg

from services.alarms.domain import Event
from services.local.account import server_account
from tests.load import bench_alarms_world as sight
from tests.load.bench_alarms_world import AlarmsWorld, Bus, Heard, Spent
from tests.load.bench_ingest_world import STORES, new_folder, wait_until

PER_S = 2_000
WARM_UP_S = 20.0  # the first reading of each channel is looked up in the tables
SILENT_MS = sight.MISSED * sight.PROMISE_S * 1_000
STORM_S = SILENT_MS / 1_000 + 15.0
LONGEST_WAIT_S = 60.0
EVALUATION = (Spent.WORKER, Spent.WORKER_DATABASE)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=int, default=60, help="of the load whose alarms are timed")
    parser.add_argument("--storms", type=int, default=3)
    parser.add_argument("--devices", type=int, default=10_000, help="each with one channel and one rule")
    parser.add_argument("--store", choices=STORES, default=os.environ.get("STORE") or STORES[0])
    options = parser.parse_args()
    account = server_account()
    world = AlarmsWorld(new_folder(account), options.store, account, devices=options.devices)
    try:
        world.start()
        world.stop_process("hub")
        world.write_rules()
        with psycopg.connect(world.postgres.dsn("haidang"), autocommit=True) as conn:
            told = measured(world, conn, options.seconds, options.storms)
    finally:
        world.stop()
    sizes = {name: getattr(options, name) for name in ("seconds", "storms", "devices", "store")}
    print(json.dumps(told | sizes | {"readings_per_s": PER_S}))


def measured(world: AlarmsWorld, conn: psycopg.Connection, seconds: int, storms: int) -> dict[str, object]:
    """The steady load, then the storms."""
    for name in ("gateway", "alarms"):
        world.launch(name)
        world.wait_http(name, "/ready")
    bus = Bus(world.rabbit.url())
    bus.consumer.start()
    wait_until(lambda: bus.consumer.connected, 10, "a consumer at RabbitMQ")
    try:
        told = steady(world, conn, bus, seconds)
        runs = [storm(world, conn, bus) for _ in range(storms)]
    finally:
        bus.consumer.stop()
    return told | {
        "group_s": round(statistics.median(run["group_s"] for run in runs), 2),
        "group_s_storms": [round(run["group_s"], 2) for run in runs],
        "storm_p99_ms": round(max(run["p99_ms"] for run in runs)),
        "behind": round(max(run["behind"] for run in runs)),
    }


def steady(world: AlarmsWorld, conn: psycopg.Connection, bus: Bus, seconds: int) -> dict[str, object]:
    """Latency and CPU of `seconds` behind the warm-up."""
    load = world.load(0, world.devices, PER_S, WARM_UP_S + seconds)
    time.sleep(WARM_UP_S)
    first, before, readings = sight.head(conn), world.spent(conn), sight.stored(conn)
    wait_until(lambda: load.poll() is not None, seconds + LONGEST_WAIT_S, "the load ended")
    after, readings = world.spent(conn), sight.stored(conn) - readings
    took = latencies_ms(world, conn, bus, first)
    spent = {name: (after[name] - before[name]) / readings * 1e6 for name in before}
    evaluation = sum(spent[name] for name in EVALUATION)
    return {
        "raise_p99_ms": round(percentile(took, 0.99)),
        "raise_p50_ms": round(percentile(took, 0.5)),
        "raised": len(took),
        "ratio": round(evaluation / sum(spent[name] for name in spent if name not in EVALUATION), 3),
        "cpu_us": {name: round(value, 1) for name, value in spent.items()},
    }


def storm(world: AlarmsWorld, conn: psycopg.Connection, bus: Bus) -> dict[str, float]:
    """All are heard, then the first half is not; when that is told, and over once they are heard again."""
    half = world.devices // 2
    deadline_s = time.monotonic() + LONGEST_WAIT_S
    hear_all(world)
    while sight.groups(conn):  # of the storm before; who is heard only once falls silent meanwhile
        assert time.monotonic() < deadline_s, "the storm before is not over"
        hear_all(world)
    first, begun = sight.head(conn), len(bus.heard())
    last_ms = sight.last_heard_ms(conn, sight.name_of(half))
    load = world.load(half, world.devices, PER_S, STORM_S)
    wait_until(lambda: load.poll() is not None, STORM_S + LONGEST_WAIT_S, "the load ended")
    behind = world.metric("alarms", "haidang_alarms_behind")
    wait_until(lambda: grouped_at(bus.heard()[begun:], half) is not None, LONGEST_WAIT_S, "one group")
    at = grouped_at(bus.heard()[begun:], half)
    assert at is not None
    took = latencies_ms(world, conn, bus, first)
    return {"group_s": at - (last_ms + SILENT_MS) / 1_000, "p99_ms": percentile(took, 0.99), "behind": behind}


def hear_all(world: AlarmsWorld) -> None:
    """Each device once, with nothing abnormal: also a channel's alarm would keep the feeder's group open."""
    load = world.load(0, world.devices, PER_S, sight.PROMISE_S, abnormal_every=0)
    wait_until(lambda: load.poll() is not None, LONGEST_WAIT_S, "each heard once")


def grouped_at(heard: Sequence[Heard], devices: int) -> float | None:
    """When the bus had told of the feeder's group speaking for so many silent devices, and of no other."""
    spoken_for: dict[str, int | None] = {}
    names: dict[int, str] = {}
    groups: dict[int, int] = {}  # members of each
    for at, told in heard:
        alarm = told.alarm
        if alarm.subject_kind == "group":
            groups[alarm.alarm] = 0 if told.event is Event.CLEAR else alarm.members
            names[alarm.alarm] = alarm.subject
        elif alarm.rule == sight.SILENCE:
            spoken_for[alarm.device] = alarm.group_alarm
        active = [number for number, members in groups.items() if members]
        is_one = len(active) == 1 and groups[active[0]] >= devices and len(spoken_for) >= devices
        if is_one and names[active[0]] == " ".join(sight.FEEDER) and set(spoken_for.values()) == set(active):
            return at
    return None


def latencies_ms(world: AlarmsWorld, conn: psycopg.Connection, bus: Bus, after: int) -> list[float]:
    """Of each reading beyond its limit in facts behind `after`: how long until its alarm was on the bus."""
    stored = {(device, at): when for device, at, when in sight.beyond(conn, after)}

    def raised() -> Mapping[tuple[str, int], float]:
        return {
            (told.alarm.device, round(told.alarm.value_at.timestamp() * 1_000)): at
            for at, told in bus.heard()
            if told.event is Event.RAISE and told.alarm.subject_kind == "channel" and told.alarm.value_at
        }

    wait_until(lambda: stored.keys() <= raised().keys(), LONGEST_WAIT_S, "every alarm on the bus")
    came = raised()
    return [(came[key] - when) * 1_000 for key, when in stored.items()]


def percentile(numbers: Sequence[float], share: float) -> float:
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * share))]


if __name__ == "__main__":
    main()

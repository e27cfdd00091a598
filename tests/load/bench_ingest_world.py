"""Private servers and processes of the benchmark, with the settings that ship, and the CPU they spend."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
import psycopg

from services.contexts import CONTEXTS
from services.local import timescale
from services.local.account import Account, server_account
from services.local.environment import role_dsns
from services.local.mosquitto import GATEWAY_USER, MosquittoServer
from services.local.postgres import Installation, PostgresServer, find_installation
from services.local.rabbitmq import RabbitServer
from services.registry import store as registry
from services.registry.domain import Channel, Device
from tests.fixtures.ports import free_port
from tests.load.bench_ingest_publisher import channel

CHECKOUT = Path(__file__).resolve().parents[2]
PASSWORD = "only-for-the-benchmark"
PUBLISHER = "bench"
STORES = ("postgres", "timescale")
GATEWAY_SHARD, REFERENCE_SHARD = "s0", "r0"
MODULES = {
    "gateway": ("iot_gateway",),
    "relay": ("services", "relay"),
    "worker": ("services", "worker"),
    "hub": ("services", "hub"),
    "api": ("services", "api"),
    "alarms": ("services", "worker", "alarms"),
}
_PUBLISHER_RIGHTS = f"\nuser {PUBLISHER}\ntopic write ioc/v1/#\n\nuser reference\ntopic read ioc/v1/#\n"


class BenchBroker(MosquittoServer):
    """The broker as shipped; the publisher may speak for all simulated devices."""

    def prepare(self) -> None:
        super().prepare()
        rights = self.folder / "rights"
        self.account.write(rights, rights.read_text(encoding="utf-8") + _PUBLISHER_RIGHTS)


@dataclass
class World:
    """Everything that runs, and where. `also`: further devices; `more`: further settings of a process."""

    folder: Path
    store: str
    account: Account = field(default_factory=server_account)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    devices: int = 1000
    also: Sequence[Device] = ()
    more: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        installation = installation_of(self.store, self.account)
        self.postgres = PostgresServer(self.folder / "pg", self.account, free_port(), PASSWORD, installation)
        users = dict.fromkeys((GATEWAY_USER, PUBLISHER, "reference"), PASSWORD)
        self.broker = BenchBroker(self.folder / "mqtt", self.account, free_port(), users)
        ports = (free_port(), free_port(), free_port())
        self.rabbit = RabbitServer(self.folder / "rabbit", self.account, *ports, PASSWORD)
        self.health_ports = {name: free_port() for name in MODULES}
        self.wall_port = free_port()

    def start(self) -> None:
        """Servers, two migrated databases (the product's, the reference's), devices, relay, hub."""
        for server in (self.postgres, self.broker, self.rabbit):
            server.launch()
        for server in (self.postgres, self.broker, self.rabbit):
            server.wait_ready()
        with psycopg.connect(self.postgres.dsn(), autocommit=True) as admin:
            for name in ("haidang", "reference"):
                admin.execute(f"CREATE DATABASE {name}")
                self._migrate(name)
        with psycopg.connect(self.dsns("haidang")["registry"]) as conn:
            registry.put_devices(conn, [*map(self._device, range(self.devices)), *self.also])
        for name in ("relay", "hub"):
            self.launch(name)
        for name in ("relay", "hub"):
            self.wait_http(name, "/ready")

    def dsns(self, database: str, port: int | None = None) -> Mapping[str, str]:
        """DSN of each context's role; `port`: by way of a proxy."""
        passwords = {context.name: PASSWORD for context in CONTEXTS}
        return role_dsns(port or self.postgres.port, database, passwords)

    def _migrate(self, database: str) -> None:
        settings = self._settings(database) | {"HAIDANG_ADMIN_DSN": self.postgres.dsn(database)}
        command = [sys.executable, "-m", "services", "migrate"]
        done = subprocess.run(
            command, env=settings, cwd=CHECKOUT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)

    def _device(self, number: int) -> Device:
        name = f"bench-{number:04d}"
        since = datetime(2020, 1, 1, tzinfo=UTC)
        channels = (Channel(channel(), "pm25", "µg/m³", 0, 1000),)
        # Of a kind without a tile: each is a mark on the board's map, and its readings concern the hub.
        return Device(
            name, "dust", f"Trạm {number}", "", GATEWAY_SHARD, "", 105.8, 21.0, "active", since, 60, channels
        )

    def _settings(self, database: str = "haidang") -> dict[str, str]:
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("HAIDANG_")},
            **dsn_settings(self.dsns(database)),
            "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}",
            "HAIDANG_AMQP_URL": self.rabbit.url(),
            "HAIDANG_MQTT_PORT": str(self.broker.port),
            "HAIDANG_MQTT_USERNAME": GATEWAY_USER,
            "HAIDANG_MQTT_PASSWORD": PASSWORD,
            "HAIDANG_GATEWAY_SHARDS": json.dumps([GATEWAY_SHARD, "prio"]),
            "HAIDANG_HUB_PORT": str(self.wall_port),
        }

    def launch(self, name: str) -> None:
        """Start one of the product's processes."""
        own = {"HAIDANG_HEALTH_PORT": str(self.health_ports[name])} | self.more.get(name, {})
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", *MODULES[name]],
                env=self._settings() | own,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_http(self, name: str, path: str) -> None:
        """Until the process answers 200."""
        address = f"http://127.0.0.1:{self.health_ports[name]}{path}"

        def answers() -> bool:
            try:
                with urllib.request.urlopen(address, timeout=2) as answer:
                    return bool(answer.status == 200)
            except OSError:
                if self.processes[name].poll() is not None:
                    raise SystemExit((self.folder / f"{name}.log").read_text()) from None
                return False

        wait_until(answers, 30, f"{name} {path}")

    def metric(self, name: str, line: str) -> float:
        """The sum of a process's metrics whose lines begin so."""
        address = f"http://127.0.0.1:{self.health_ports[name]}/metrics"
        with urllib.request.urlopen(address, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(one.split()[-1]) for one in lines if one.startswith(line))

    def heard_by_hub(self) -> float:
        """Facts of telemetry that the hub has taken in since it started."""
        return self.metric("hub", 'haidang_hub_facts_total{fact="telemetry.stored"')

    def stop_process(self, name: str) -> None:
        """SIGTERM, and wait."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(30)

    def stop(self) -> None:
        """Everything ends, nothing stays."""
        for name in list(self.processes):
            self.stop_process(name)
        for server in (self.rabbit, self.broker, self.postgres):
            server.stop()
        self.postgres.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def cpu_s(self) -> dict[str, float]:
        """Seconds of CPU spent so far: PostgreSQL with all its processes, ended ones included."""
        pids = {name: process.pid for name, process in self.processes.items()}
        pids |= {"broker": self.broker.pid or 0, "postgresql": self.postgres.pid or 0}
        pids["rabbitmq"] = self.rabbit.pid or 0
        return {name: _tree_cpu_s(pid) for name, pid in pids.items()}

    def publish(
        self, shard: str, messages: int, base_ms: int, per_s: int | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the load generator; without `per_s` it is as fast as the broker."""
        arguments = {
            "--port": self.broker.port,
            "--user": PUBLISHER,
            "--password": PASSWORD,
            "--shard": shard,
            "--devices": self.devices,
            "--messages": messages,
            "--base-ms": base_ms,
        }
        if per_s is not None:
            arguments["--per-s"] = per_s
        flat = [str(part) for pair in arguments.items() for part in pair]
        command = [sys.executable, "-m", "tests.load.bench_ingest_publisher", *flat]
        return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE)


def published(publisher: subprocess.Popen[bytes]) -> dict[str, float]:
    """The generator's own account, once it is done."""
    out, _ = publisher.communicate(timeout=120)
    if publisher.returncode:
        raise SystemExit("the load generator failed")
    account: dict[str, float] = json.loads(out)
    return account


def _tree_cpu_s(pid: int) -> float:
    top = psutil.Process(pid)
    times = [process.cpu_times() for process in (top, *top.children(recursive=True))]
    own = sum(t.user + t.system for t in times)
    ended = times[0].children_user + times[0].children_system
    return own + ended


def wait_until(condition: Callable[[], bool], timeout_s: float, what: str) -> None:
    """Poll, with a deadline."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"not within {timeout_s:g} s: {what}")
        time.sleep(0.02)


def dsn_settings(dsns: Mapping[str, str]) -> dict[str, str]:
    """HAIDANG_*_DSN of all contexts."""
    return {f"HAIDANG_{name.upper()}_DSN": dsn for name, dsn in dsns.items()}


def new_world(store: str) -> World:
    """In a folder of its own; `store` is postgres or timescale."""
    account = server_account()
    return World(new_folder(account), store, account)


def new_folder(account: Account) -> Path:
    """One that the servers' user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="haidang-bench-", dir="/tmp"))
    account.own_folder(folder, mode=0o755)
    return folder


def installation_of(store: str, account: Account) -> Installation:
    if store == "timescale":
        return timescale.installation(account, lambda line: print(line, file=sys.stderr))
    installation = find_installation()
    if installation is None:
        raise SystemExit("PostgreSQL 15 or newer is not installed; `make run` installs what is missing")
    return installation

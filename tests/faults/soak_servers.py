"""The soak's private servers, and what was asked of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from services.local import timescale
from services.local.account import server_account
from services.local.mosquitto import GATEWAY_USER, MosquittoServer
from services.local.postgres import Installation, PostgresServer, find_installation
from services.local.rabbitmq import RabbitServer
from tests.faults import small_disk
from tests.fixtures.ports import free_port
from tests.fixtures.servers import PASSWORD

_SMALL_WAL = "\nmax_wal_size = '192MB'\nmin_wal_size = '64MB'\n"  # the disk is to be filled by us alone


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for. `hold_s`: how long the database and the like stay away."""

    store: str
    seed: int
    devices: int
    per_s: float
    hold_s: float
    gap_s: tuple[float, float]  # between the beginnings of two faults
    disk_mb: int  # 0: the data folder lies where it always does


class SoakPostgres(PostgresServer):
    """The database as shipped, but for the size of its log, on a small disk of its own."""

    disk_mb = 0

    def prepare(self) -> None:
        if self.disk_mb and not self.data.is_mount():
            self.account.own_folder(self.data)
            small_disk.mount(self.data, self.disk_mb)
            self.account.own_folder(self.data)
        super().prepare()
        if self.disk_mb:
            config = self.data / "postgresql.conf"
            self.account.write(config, config.read_text(encoding="utf-8") + _SMALL_WAL)

    def remove(self) -> None:
        if self.disk_mb:
            small_disk.unmount(self.data)
        super().remove()


@dataclass(frozen=True, slots=True)
class Servers:
    """Running, each in a folder of its own below `folder`."""

    folder: Path
    postgres: SoakPostgres
    broker: MosquittoServer
    rabbit: RabbitServer


@contextmanager
def running_servers(plan: Plan, users: Sequence[str]) -> Iterator[Servers]:
    """Servers as shipped; `users`: who may speak at the broker, beside the gateway. Nothing of them stays."""
    folder, account = Path(mkdtemp(prefix="haidang-soak-", dir="/tmp")), server_account()
    account.own_folder(folder, mode=0o755)
    installation = _installation(plan.store)
    postgres = SoakPostgres(folder / "postgresql", account, free_port(), PASSWORD, installation)
    postgres.disk_mb = plan.disk_mb
    credentials = dict.fromkeys((GATEWAY_USER, *users), PASSWORD)
    broker = MosquittoServer(folder / "mosquitto", account, free_port(), credentials)
    ports = (free_port(), free_port(), free_port())
    rabbit = RabbitServer(folder / "rabbitmq", account, *ports, PASSWORD)
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, folder, ignore_errors=True)
        ending.callback(postgres.remove)
        for server in (rabbit, postgres, broker):  # the slowest first
            ending.callback(server.stop)
            server.launch()
        for server in (postgres, broker, rabbit):
            server.wait_ready()
        yield Servers(folder, postgres, broker, rabbit)


def _installation(store: str) -> Installation:
    if store == "timescale":
        return timescale.installation(server_account())
    found = find_installation()
    if found is None:
        raise SystemExit("PostgreSQL 15 or newer is not installed; `make test` installs what is missing")
    return found.without_timescaledb()

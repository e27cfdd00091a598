"""A private PostgreSQL server: initdb once, durable settings, loopback and a socket of its own."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from services.local.account import Account
from services.local.ports import LOOPBACK
from services.local.server import Identity, Server, StartFailed

SUPERUSER = "haidang_admin"
OLDEST_MAJOR = 15


@dataclass(frozen=True, slots=True)
class Installation:
    """Where a PostgreSQL's programs are; `root` is the tree that they must be run in by chroot."""

    programs: Path
    timescaledb: bool
    root: Path | None = None

    @property
    def major(self) -> str:
        """Data folders of different major versions do not fit each other."""
        folder = self.programs.parent.name
        return folder if folder.isdecimal() else _ask_major(self.programs / "postgres")

    def without_timescaledb(self) -> "Installation":
        """The same programs as a plain PostgreSQL."""
        return replace(self, timescaledb=False)


def find_installation() -> Installation | None:
    """The newest PostgreSQL on this machine, one that offers TimescaleDB before one that does not."""
    found: list[tuple[bool, int, Path]] = []
    for programs in Path("/usr/lib/postgresql").glob("*/bin"):
        major = programs.parent.name
        if major.isdecimal() and int(major) >= OLDEST_MAJOR and (programs / "initdb").exists():
            control = Path(f"/usr/share/postgresql/{major}/extension/timescaledb.control")
            found.append((control.exists(), int(major), programs))
    if found:
        timescaledb, _, programs = max(found)
        return Installation(programs, timescaledb)
    initdb = shutil.which("initdb")
    return Installation(Path(initdb).resolve().parent, timescaledb=False) if initdb else None


# The settings that ship: a commit that was acknowledged is on the disk.
_SETTINGS = """\
listen_addresses = '{host}'
port = {port}
unix_socket_directories = '{sockets}'
max_connections = 120
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
password_encryption = 'scram-sha-256'

fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
max_wal_senders = 0
wal_buffers = '16MB'
max_wal_size = '2GB'
min_wal_size = '256MB'
checkpoint_timeout = '15min'
checkpoint_completion_target = 0.9

shared_buffers = '256MB'
effective_cache_size = '1GB'
work_mem = '16MB'
maintenance_work_mem = '128MB'
random_page_cost = 1.1
autovacuum_naptime = '15s'
dynamic_shared_memory_type = {shared_memory}
"""
_TIMESCALE_SETTINGS = """
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
timescaledb.max_background_workers = 4
max_worker_processes = 16
"""
# What was committed survives a killed server, and not a machine that loses its power.
_FORGETFUL_SETTINGS = """
fsync = off
"""
_ACCESS = """\
local all all scram-sha-256
host  all all 127.0.0.1/32 scram-sha-256
"""


class PostgresServer(Server):
    """One database cluster in `folder`, reached with the superuser's password."""

    name = "postgresql"
    stop_signal = signal.SIGINT  # "fast": ends sessions, checkpoints, goes

    def __init__(
        self,
        folder: Path,
        account: Account,
        port: int,
        password: str,
        installation: Installation,
        *,
        survives_power_cuts: bool = True,
    ) -> None:
        super().__init__(folder, account)
        self.port = port
        self.password = password
        self.installation = installation
        self.survives_power_cuts = survives_power_cuts
        self.needs_terminal = installation.root is not None and os.geteuid() != 0

    def dsn(self, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        """Connection string over loopback."""
        secret = self.password if password is None else password
        return f"postgresql://{user}:{secret}@{LOOPBACK}:{self.port}/{database}"

    @property
    def data(self) -> Path:
        """The cluster, as seen from outside of the installation's tree."""
        if self.installation.root is None:
            return self.folder / "data"
        return self.installation.root / "srv" / self.folder.as_posix().strip("/").replace("/", "-")

    @property
    def _inner_data(self) -> Path:
        """The cluster, as the server sees it."""
        root = self.installation.root
        return self.data if root is None else Path("/") / self.data.relative_to(root)

    def prepare(self) -> None:
        self.account.own_folder(self.folder / "sockets")
        if not (self.data / "PG_VERSION").exists() or (self.data / "half-made").exists():
            self._initialise()
        self._drop_stale_lock()
        in_tree = self.installation.root is not None
        settings = _SETTINGS.format(
            host=LOOPBACK,
            port=self.port,
            sockets="" if in_tree else self.folder / "sockets",
            shared_memory="mmap" if in_tree else "posix",  # a bare tree has no /dev/shm
        )
        if self.installation.timescaledb:
            settings += _TIMESCALE_SETTINGS
        if not self.survives_power_cuts:
            settings += _FORGETFUL_SETTINGS
        self.account.write(self.data / "postgresql.conf", settings)
        self.account.write(self.data / "pg_hba.conf", _ACCESS)

    def _initialise(self) -> None:
        """initdb; a mark tells a finished cluster from one whose making was cut short."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.account.own_folder(self.data)
        password_file = self.data.with_name(self.data.name + ".password")
        self.account.write(password_file, self.password + "\n")
        inner_password = self._inner_data.with_name(password_file.name)
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={SUPERUSER}"]
        options += [f"--pwfile={inner_password}", f"--pgdata={self._inner_data}"]
        try:
            made = subprocess.run(
                self._wrapped("initdb", *options),
                capture_output=True,
                text=True,
                env=self.environment(),
                cwd="/",
                **self._identity(),
            )
        finally:
            password_file.unlink(missing_ok=True)
        if made.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise StartFailed(f"initdb failed:\n{made.stdout}{made.stderr}")

    def _drop_stale_lock(self) -> None:
        """PostgreSQL trusts postmaster.pid while any process has that id; after a reboot that is anyone."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        first = lock.read_text(encoding="utf-8").split("\n", 1)[0].strip()
        if not (first.isdecimal() and _is_postgres(int(first))):
            lock.unlink()

    def command(self) -> list[str]:
        return self._wrapped("postgres", "-D", str(self._inner_data))

    def _wrapped(self, program: str, *arguments: str) -> list[str]:
        root = self.installation.root
        line = [str(self.installation.programs / program), *arguments]
        if root is None:
            return line
        owner = f"--userspec={self.account.uid}:{self.account.gid}"
        privilege = [] if os.geteuid() == 0 else ["sudo", "-n"]
        return [*privilege, "chroot", owner, "--groups=", str(root), *line]

    def _identity(self) -> Identity:
        return super()._identity() if self.installation.root is None else {}  # chroot itself needs root

    @property
    def pid(self) -> int | None:
        outer = super().pid
        if outer is None or self.installation.root is None:
            return outer
        try:  # behind sudo, the process that we started is not the one to signal
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return outer

    def is_ready(self) -> bool:
        try:
            with psycopg.connect(self.dsn(), connect_timeout=2) as connection:
                connection.execute("SELECT 1")
            return True
        except psycopg.OperationalError:
            return False

    def remove(self) -> None:
        """Delete the cluster and everything beside it."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _ask_major(program: Path) -> str:
    """ "postgres (PostgreSQL) 16.3" → 16."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return told.stdout.split()[-1].split(".")[0]


def _is_postgres(pid: int) -> bool:
    try:
        return "postgres" in Path(f"/proc/{pid}/comm").read_text(encoding="utf-8")
    except OSError:
        return False

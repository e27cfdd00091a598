"""A private RabbitMQ node with its own epmd: nothing shared with another Erlang on the machine."""

import base64
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

import amqp

from services.local.account import Account
from services.local.ports import LOOPBACK, answers
from services.local.server import Server

VHOST = "haidang"
USER = "haidang"

_CONFIG = """\
listeners.tcp.1 = {host}:{port}
distribution.listener.interface = {host}
distribution.listener.port_range.min = {dist_port}
distribution.listener.port_range.max = {dist_port}
load_definitions = {definitions}
loopback_users = none
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
heartbeat = 30
log.console = true
log.console.level = warning
log.file = false
"""
# Busy waiting is off: on a small machine idle schedulers would take a core from everyone else.
_ERLANG = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"


def find_server() -> Path | None:
    """RabbitMQ's own start script; Debian's wrapper in /usr/sbin insists on its system user."""
    own = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    if own.exists():
        return own
    found = shutil.which("rabbitmq-server")
    return Path(found) if found else None


class _Epmd(Server):
    """Erlang's port mapper: our own child, since Erlang would leave one behind, open to every address."""

    name = "epmd"

    def __init__(self, folder: Path, account: Account, port: int) -> None:
        super().__init__(folder, account)
        self.port = port

    def prepare(self) -> None:
        """Nothing to prepare."""

    def command(self) -> list[str]:
        return [shutil.which("epmd") or "/usr/bin/epmd", "-address", LOOPBACK, "-port", str(self.port)]

    def is_ready(self) -> bool:
        return answers(self.port)


class RabbitServer(Server):
    """One node, reached by `url()`; epmd is a child beside it and ends with it."""

    name = "rabbitmq"
    start_timeout_s = 90.0

    def __init__(
        self,
        folder: Path,
        account: Account,
        port: int,
        dist_port: int,
        epmd_port: int,
        password: str,
        vhosts: Sequence[str] = (VHOST,),
    ) -> None:
        super().__init__(folder, account)
        self.port = port
        self.dist_port = dist_port
        self.epmd_port = epmd_port
        self.password = password
        self.vhosts = tuple(vhosts)
        self._epmd = _Epmd(folder / "epmd", account, epmd_port)

    def url(self, vhost: str = VHOST) -> str:
        """AMQP address with user, password and virtual host."""
        return f"amqp://{USER}:{self.password}@{LOOPBACK}:{self.port}/{vhost}"

    def environment(self) -> dict[str, str]:
        private = {
            "RABBITMQ_NODENAME": f"haidang{self.port}@localhost",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "no-environment-file"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_CRASH_DUMP_SECONDS": "0",
        }
        return super().environment() | private

    def prepare(self) -> None:
        self.account.own_folder(self.folder / "data")
        definitions = self.folder / "definitions.json"
        config = _CONFIG.format(
            host=LOOPBACK, port=self.port, dist_port=self.dist_port, definitions=definitions
        )
        self.account.write(self.folder / "rabbitmq.conf", config)
        self.account.write(definitions, json.dumps(_definitions(self.password, self.vhosts), indent=1))
        self.account.write(self.folder / "enabled_plugins", "[].\n")

    def command(self) -> list[str]:
        return [str(find_server() or "rabbitmq-server")]

    def is_ready(self) -> bool:
        if not answers(self.port):
            return False
        try:
            with amqp.Connection(
                f"{LOOPBACK}:{self.port}",
                USER,
                self.password,
                virtual_host=self.vhosts[-1],
                connect_timeout=3,
            ) as connection:
                connection.connect()
            return True
        except (OSError, amqp.exceptions.AMQPError):
            return False

    def launch(self) -> None:
        self.account.own_folder(self.folder)
        if not self.is_running:
            super().reclaim()
            self._epmd.launch()
        super().launch()

    def reclaim(self) -> bool:
        broker, epmd = super().reclaim(), self._epmd.reclaim()
        return broker or epmd

    def wait_stopped(self) -> None:
        super().wait_stopped()
        self._epmd.stop()

    def kill(self) -> None:
        super().kill()
        self._epmd.kill()


def _definitions(password: str, vhosts: Sequence[str]) -> dict[str, object]:
    """Virtual hosts, user and rights, laid in at every start."""
    every = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": vhost} for vhost in vhosts],
        "users": [{"name": USER, "password_hash": password_hash(password), "tags": "administrator"}],
        "permissions": [{"user": USER, "vhost": vhost, **every} for vhost in vhosts],
    }


def password_hash(password: str, salt: bytes | None = None) -> str:
    """RabbitMQ's rabbit_password_hashing_sha256: base64(salt of 4 bytes + sha256(salt + password))."""
    grain = os.urandom(4) if salt is None else salt
    return base64.b64encode(grain + hashlib.sha256(grain + password.encode()).digest()).decode()


def new_password() -> str:
    """Letters and digits only: it goes into addresses unquoted."""
    return secrets.token_hex(16)

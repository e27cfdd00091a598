"""A private Mosquitto broker: durable sessions, one credential a device, rights by topic pattern."""

import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from services.local import authority
from services.local.account import Account
from services.local.ports import LOOPBACK, answers
from services.local.server import Server
from services.registry.identity import GATEWAY_USER, ONBOARDING_USER
from services.registry.secret import password_hash

__all__ = ["GATEWAY_USER", "ONBOARDING_USER", "MosquittoServer", "password_hash"]

DEMO_DEVICE = "demo-001"

# Limits, in the order of the file:
# - autosave every 5 s and never on change: with autosave_on_changes 20,000 queued messages took over 90 s.
#   A killed broker loses at most what it accepted in those 5 s.
# - a gateway that is away may miss 2,000,000 messages or 1 GiB of payload, whichever comes first; what
#   comes after is dropped although it was acknowledged, and $SYS/broker/publish/messages/dropped counts it
#   (a metric of the gateway). 600,000 of them are what make bench-overload lets wait: 0.7 KB of memory each.
# - in flight: more than three of the gateway's largest batches of 5,000, so it never waits here.
_CONFIG = """\
listener {port} {host}
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/rights
pid_file {folder}/mosquitto.pid
include_dir {folder}/live

persistence true
persistence_location {folder}/data/
autosave_interval 5
autosave_on_changes false

max_queued_messages 2000000
max_queued_bytes 1073741824
max_inflight_messages 20000
message_size_limit 2097152
set_tcp_nodelay true
sys_interval 5

log_dest stderr
log_timestamp_format %Y-%m-%dT%H:%M:%S
log_type error
log_type warning
log_type notice
log_type subscribe
connection_messages true
"""

_TLS = """
listener {port} {host}
cafile {folder}/tls/ca.pem
certfile {folder}/tls/server.pem
keyfile {folder}/tls/server.key
tls_version tlsv1.2
"""

# Of brokers without a doorkeeper, in tests; its own are services/registry/identity.py: rights_lines.
_RIGHTS = f"""\
# The gateway reads every shard and speaks to devices; $SYS tells it what the broker dropped.
user {GATEWAY_USER}
topic read ioc/v1/#
topic read $SYS/#
topic write ioc/v1/+/devices/+/commands

# A device that nobody knows yet: everything it sends is quarantined from there.
user {ONBOARDING_USER}
topic write ioc/v1/onboarding/devices/+/telemetry

# A device is its user name.
pattern write ioc/v1/+/devices/%u/#
# So is a network server, which speaks for its own devices below its own name only.
pattern write ioc/v1/+/networks/%u/#
pattern read ioc/v1/+/devices/%u/commands
"""


def find_server() -> Path | None:
    """Debian puts the broker where an ordinary user's PATH does not look."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which("mosquitto", path=path)
    return Path(found) if found else None


class MosquittoServer(Server):
    """One broker. Its credentials are given here, or kept by a doorkeeper where they are None."""

    name = "mosquitto"

    def __init__(
        self,
        folder: Path,
        account: Account,
        port: int,
        credentials: Mapping[str, str] | None,
        tls_port: int | None = None,
    ) -> None:
        super().__init__(folder, account)
        self.port = port
        self.tls_port = tls_port
        self.credentials = dict(credentials or {})
        self._has_doorkeeper = credentials is None

    def prepare(self) -> None:
        for name in ("data", "live"):
            self.account.own_folder(self.folder / name)
        config = broker_config(self.port, self.folder)
        if self.tls_port is not None:
            config += self._with_tls(self.tls_port)
        self.account.write(self.folder / "mosquitto.conf", config)
        if not self._has_doorkeeper:
            self.account.write(self.folder / "rights", broker_rights())
            self._write_passwords()
            return
        for name in ("rights", "passwords"):
            if not (self.folder / name).exists():
                self.account.write(self.folder / name, "")  # until the doorkeeper comes, nobody may enter

    @property
    def authority_file(self) -> Path:
        """The certificate that clients of the TLS listener trust."""
        return self.folder / "tls/ca.pem"

    def _with_tls(self, port: int) -> str:
        authority.ensure(self.folder / "tls")
        for path in (self.folder / "tls", *(self.folder / "tls").iterdir()):
            self.account.own(path)
        return _TLS.format(port=port, host=LOOPBACK, folder=self.folder)

    def command(self) -> list[str]:
        return [str(find_server() or "mosquitto"), "-c", str(self.folder / "mosquitto.conf")]

    def is_ready(self) -> bool:
        return answers(self.port)  # it listens only once the stored sessions are loaded

    def set_credentials(self, credentials: Mapping[str, str]) -> None:
        """Replace all credentials; whoever lost theirs is dropped within about a second."""
        self.credentials = dict(credentials)
        if self.folder.exists():
            self._write_passwords()
        self.reload()

    def reload(self) -> None:
        """Make a running broker read password and rights files again."""
        pid = self.pid
        if pid is not None:
            os.kill(pid, signal.SIGHUP)

    def _write_passwords(self) -> None:
        lines = [f"{user}:{password_hash(secret)}\n" for user, secret in sorted(self.credentials.items())]
        self.account.write(self.folder / "passwords", "".join(lines))


def broker_config(port: int, folder: Path) -> str:
    """The broker's configuration; its limits are the ones that k8s and compose ship."""
    return _CONFIG.format(port=port, host=LOOPBACK, folder=folder)


def broker_rights() -> str:
    """Who may publish and read what, the same in every deployment."""
    return _RIGHTS

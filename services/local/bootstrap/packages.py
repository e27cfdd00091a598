"""Which of Debian's packages are missing, and why they are needed; found by command, not by package name."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.local.bootstrap.steps import CannotGoOn, run, say

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_INSTALLER = Path(__file__).with_name("apt_install.py")
OLDEST_POSTGRESQL = 15


@dataclass(frozen=True)
class Need:
    """A package, why it is needed, and how to see that its work can be done already."""

    package: str
    why: str
    is_met: Callable[[], bool]


def has_command(name: str) -> Callable[[], bool]:
    """Somewhere on the path, root's folders included: Debian keeps servers there."""
    return lambda: shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_PATH}") is not None


def _has_venv() -> bool:
    return all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))


def _postgresql_majors() -> list[int]:
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return [int(path.parts[-3]) for path in found if path.parts[-3].isdecimal()]


def _has_postgresql() -> bool:
    return max(_postgresql_majors(), default=0) >= OLDEST_POSTGRESQL or has_command("initdb")()


def _has_library(name: str) -> Callable[[], bool]:
    def loads() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return loads


def _has_timescaledb() -> bool:
    """On this machine, or the means to make a tree that has it."""
    control = "/usr/share/postgresql/{}/extension/timescaledb.control"
    local = any(Path(control.format(major)).exists() for major in _postgresql_majors())
    return local or has_command("debootstrap")()


def _has_faketime() -> bool:
    return any(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


TO_PREPARE = (Need("python3-venv", "to make the Python environment in .venv", _has_venv),)
TO_RUN = (
    Need("postgresql", "the database", _has_postgresql),
    Need("rabbitmq-server", "the broker between the services", has_command("rabbitmq-server")),
    Need("mosquitto", "the MQTT broker that devices speak to", has_command("mosquitto")),
    Need("mosquitto-clients", "to send a message by hand", has_command("mosquitto_pub")),
)
FOR_TIMESCALE = (Need("debootstrap", "to make a Debian tree that has TimescaleDB", _has_timescaledb),)
TO_TEST = (
    Need("chromium", "to look at the wall as a person would", has_command("chromium")),
    Need("libatomic1", "for the Node that drives Chromium", _has_library("libatomic.so.1")),
    Need("libfaketime", "to give the gateway a wrong clock", _has_faketime),
    Need("docker-compose", "to check docker-compose.yml", has_command("docker-compose")),
    Need("kubernetes-client", "to check the Kubernetes objects", has_command("kubectl")),
    Need("prometheus", "to check the alert rules", has_command("promtool")),
)


def install(needs: Sequence[Need]) -> None:
    """Install what is missing, saying what and why; raises CannotGoOn with the command to type."""
    missing = [need for need in needs if not need.is_met()]
    if not missing:
        return
    for need in missing:
        say(f"missing: {need.package}, {need.why}")
    names = [need.package for need in missing]
    command = [*_privilege(names), sys.executable, "-B", str(_INSTALLER), *names]
    say("installing with apt; nothing that it installs is started")
    run(command, cwd=Path("/"))
    importlib.invalidate_caches()
    still = [need.package for need in missing if not need.is_met()]
    if still:
        raise CannotGoOn(f"apt installed {' '.join(still)}, and what it is needed for is still not there")


def _privilege(names: Sequence[str]) -> list[str]:
    if not has_command("apt-get")():
        raise CannotGoOn(f"this machine has no apt; install these yourself: {' '.join(names)}")
    if os.geteuid() == 0:
        return []
    by_hand = f"as root: apt-get install {' '.join(names)}   (then run make again)"
    if not has_command("sudo")():
        raise CannotGoOn(f"installing needs root, and there is no sudo.\n  {by_hand}")
    asks = sys.stdin is not None and sys.stdin.isatty()
    if not asks and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode != 0:
        raise CannotGoOn(
            f"installing needs root, and sudo wants a password but there is no terminal.\n  {by_hand}"
        )
    say("sudo is used for this step only")
    return ["sudo"]

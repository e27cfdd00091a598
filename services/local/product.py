"""One of the product's own processes as a child: environment, log, readiness by /ready."""

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from services.local.account import Account
from services.local.environment import Wiring, environment
from services.local.ports import LOOPBACK
from services.local.server import Server

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy between ours

COMMANDS: dict[str, tuple[str, ...]] = {
    "gateway": ("iot_gateway",),
    "relay": ("services", "relay"),
    "worker": ("services", "worker"),
    "api": ("services", "api"),
    "hub": ("services", "hub"),
    "desk": ("services", "desk"),
    "doorkeeper": ("services", "doorkeeper"),
    "collector": ("services", "collector"),
    "simulator": ("services", "simulator", "run"),
    "office": ("services", "simulator", "office"),
}
_LARGEST_LOG = 32 * 1024 * 1024  # bytes; one older log is kept


class ProductProcess(Server):
    """`python -m …`, run as ourselves."""

    stop_timeout_s = 15.0
    start_timeout_s = 60.0

    def __init__(self, name: str, folder: Path, account: Account, wiring: Wiring) -> None:
        super().__init__(folder, account)
        self.name = name
        self.wiring = wiring

    def prepare(self) -> None:
        if self.log_file.exists() and self.log_file.stat().st_size > _LARGEST_LOG:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))

    def command(self) -> list[str]:
        return [sys.executable, "-m", *COMMANDS[self.name]]

    def environment(self) -> dict[str, str]:
        return product_environment(self.wiring, self.name)

    def working_folder(self) -> Path:
        return Path(__file__).resolve().parents[2]

    @property
    def health_port(self) -> int:
        return self.wiring.ports.as_dict()[f"{self.name}_health"]

    def is_ready(self) -> bool:
        try:
            with _DIRECT.open(f"http://{LOOPBACK}:{self.health_port}/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def product_environment(wiring: Wiring, process: str) -> dict[str, str]:
    """The whole environment of a process: ours without stray settings, and its own.

    HAIDANG_SIMULATOR_* given to make pass through: they choose the province.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HAIDANG_", "PG", "MAKE", "MFLAGS")) or name.startswith("HAIDANG_SIMULATOR_")
    }
    return kept | {"PYTHONUNBUFFERED": "1"} | environment(wiring, process)

"""Removing what make made: the environment, the page, and the local stack's state with its data."""

import fcntl
import os
import shutil
from pathlib import Path

from services.local.bootstrap.steps import CHECKOUT, LOCAL, VENV, CannotGoOn, say

_MACHINE_STATE = Path("/var/lib/haidang")
_CACHES = (
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    "tests/artifacts",
)
_PAGE = ("dashboards/wall/dist", "dashboards/wall/node_modules", "clients/python/dist", "protos/node_modules")


def clean() -> None:
    """Raises CannotGoOn while the stack of this checkout runs, or where a right is missing."""
    _require_stopped()
    for folder in [*_state(), VENV, *(CHECKOUT / name for name in (*_PAGE, *_CACHES)), *_made_by_python()]:
        if folder.exists():
            say(f"removing {folder}")
            _remove(folder)
    if LOCAL.exists():
        _remove(LOCAL)


def _require_stopped() -> None:
    lock = LOCAL / "supervisor.lock"
    if not lock.exists():
        return
    with lock.open(encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotGoOn(f"the stack runs (process {held.read().strip()}); end it first") from None


def _state() -> list[Path]:
    """The servers' data outside of the checkout: only folders that `.local/state` leads to."""
    state = (LOCAL / "state").resolve()
    inside_trees = state.as_posix().strip("/").replace("/", "-")
    clusters = list(_MACHINE_STATE.glob(f"timescale-*/srv/{inside_trees}-*"))
    return [state, *clusters] if state.parent == _MACHINE_STATE else clusters


def _made_by_python() -> list[Path]:
    roots = [CHECKOUT / name for name in ("iot_gateway", "services", "protos", "tests")]
    caches = [cache for root in roots for cache in root.rglob("__pycache__")]
    return [*caches, *CHECKOUT.glob("*.egg-info")]


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except PermissionError as denied:
        who = "root" if os.geteuid() != 0 else "another user"
        raise CannotGoOn(f"{denied.filename} belongs to {who}; run `make clean` as that user") from denied

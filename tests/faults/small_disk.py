"""A disk so small that it can be filled: a tmpfs that only this process and its children see.

The process starts itself anew in a mount namespace of its own; as an ordinary user, with a user namespace
around it. The mount ends with the last process in it, however that ends.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

INSIDE = "HAIDANG_SOAK_INSIDE"  # set for the process that was started anew
_BALLAST = "ballast"
_libc = ctypes.CDLL(None, use_errno=True)


def enter(module: str, arguments: Sequence[str]) -> str:
    """Start `python -m module arguments` anew in a namespace; returns "" in there, else why it cannot be."""
    if os.environ.get(INSIDE):
        return ""
    command = ["unshare", "--mount"]
    if os.geteuid() != 0:
        command += ["--user", "--map-current-user", "--keep-caps"]
    probe = [*command, sys.executable, "-c", "from tests.faults import small_disk; small_disk.try_out()"]
    try:
        tried = subprocess.run(probe, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no unshare (package util-linux)"
    if tried.returncode:
        return f"no mount namespace: {(tried.stderr.strip() or 'refused').splitlines()[-1]}"
    os.environ[INSIDE] = "1"
    return os.execvp(command[0], [*command, sys.executable, "-m", module, *arguments])


def try_out() -> None:
    """Fails where a tmpfs cannot be mounted."""
    mount(Path("/mnt"), 1)


def mount(folder: Path, megabytes: int) -> None:
    """A tmpfs on `folder`."""
    options = f"size={megabytes}m,mode=0700".encode()
    if _libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options):
        raise OSError(ctypes.get_errno(), f"mount: {os.strerror(ctypes.get_errno())}", str(folder))


def unmount(folder: Path) -> None:
    """Let go of it at once, whoever still looks into it."""
    _libc.umount2(os.fsencode(folder), 2)  # MNT_DETACH


def fill(folder: Path) -> None:
    """Take every block that is left. Blocks and segments that the database has already are still its own."""
    ballast, taken = os.open(folder / _BALLAST, os.O_WRONLY | os.O_CREAT, 0o600), 0
    try:
        while left := _left(folder):
            with suppress(OSError):  # somebody else took some of it since
                os.posix_fallocate(ballast, taken, left)
                taken += left
    finally:
        os.close(ballast)


def _left(folder: Path) -> int:
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize


def empty(folder: Path) -> None:
    """Give the space back."""
    (folder / _BALLAST).unlink(missing_ok=True)

"""Which unix user runs the servers, and which folders they may write."""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER_USER = "haidang"
MACHINE_STATE = Path("/var/lib/haidang")


class MissingRight(Exception):
    """Something needs root, and we are not root; the text says what to type."""


@dataclass(frozen=True, slots=True)
class Account:
    """A unix user that servers run as."""

    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def own_folder(self, path: Path, mode: int = 0o700) -> Path:
        """Make `path` a folder of this user's."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        self.own(path)
        return path

    def own(self, path: Path) -> None:
        """Hand one file or folder to this user."""
        if not self.is_us:
            os.chown(path, self.uid, self.gid)

    def write(self, path: Path, text: str, mode: int = 0o600) -> None:
        """Replace a file of this user's in one step, so that no reader sees half of it."""
        fresh = path.with_name(f".{path.name}.new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        self.own(fresh)
        fresh.replace(path)


@contextmanager
def alone(what: str) -> Iterator[None]:
    """One process of ours at a time on this machine; the others wait. Test runs start side by side."""
    path = Path(tempfile.gettempdir()) / f"haidang-{os.geteuid()}-{what}.lock"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def server_account() -> Account:
    """The user that servers run as: ourselves, or a dedicated one if we are root.

    initdb refuses root, and Mosquitto started as root drops to a user of its own
    that could not reach our folders.
    """
    if os.geteuid() != 0:
        return current_account()
    with alone("account"):
        try:
            return _from_entry(pwd.getpwnam(SERVER_USER))
        except KeyError:
            _create_server_user()
            return _from_entry(pwd.getpwnam(SERVER_USER))


def current_account() -> Account:
    """The user that we are."""
    return _from_entry(pwd.getpwuid(os.geteuid()))


def _from_entry(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create_server_user() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise MissingRight(f"useradd is not installed; create a system user named {SERVER_USER} yourself")
    options = ["--system", "--user-group", "--home-dir", str(MACHINE_STATE), "--no-create-home"]
    subprocess.run([useradd, *options, "--shell", "/usr/sbin/nologin", SERVER_USER], check=True)


def state_folder(checkout: Path) -> Path:
    """Where the servers of this checkout keep their data; `.local/state` leads there.

    As root this is outside every home, since a home of mode 0700 is closed to the servers' user.
    """
    link = checkout / ".local" / "state"
    if os.geteuid() != 0:
        link.mkdir(parents=True, exist_ok=True)
        link.chmod(0o700)
        return link.resolve()
    mark = hashlib.sha256(str(checkout.resolve()).encode()).hexdigest()[:10]
    MACHINE_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = server_account().own_folder(MACHINE_STATE / f"{checkout.name}-{mark}")
    link.parent.mkdir(exist_ok=True)
    if link.is_symlink() and link.readlink() != folder:
        link.unlink()
    if not link.is_symlink():
        link.symlink_to(folder)
    return folder

"""The broker's files as the doorkeeper keeps them: replaced in one step, reread by SIGHUP, log followed."""

import json
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

LARGEST_LOG = 32 * 2**20  # bytes, once read; then it is emptied
LARGEST_READ = 4 * 2**20  # bytes in one look, so that credentials never wait long


class BrokerFiles:
    """Passwords, rights and listening of one broker, in a folder shared with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._told: int | None = None  # process id of the broker that read the files last

    def prepare(self) -> None:
        """Makes what is missing, so that the broker can start."""
        live = self.folder / "live"
        live.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._own(live)

    def write(self, name: str, text: str) -> bool:
        """Replaces a file if its content differs; True if it did."""
        path = self.folder / name
        with suppress(FileNotFoundError):
            if path.read_text(encoding="utf-8") == text:
                return False
        fresh = path.with_name(f".{path.name}.new")  # begins with a dot: include_dir takes *.conf only
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self._own(fresh)
        fresh.replace(path)
        return True

    def read(self, name: str) -> str:
        """A file's content; '' where there is none."""
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def tell(self, *, changed: bool) -> bool:
        """Makes the broker read files that changed, or any where it is another one; True if it was told.

        A broker that started while we replaced a file may have read the old one: so each gets a signal.
        """
        broker = self.broker()
        if broker is None:
            self._told = None
            return False
        if changed or broker != self._told:
            try:
                os.kill(broker, signal.SIGHUP)
            except ProcessLookupError:
                return False
            self._told = broker
            return True
        return False

    def broker(self) -> int | None:
        """The broker's process id, None where it does not run. Ids are used again, so the name must fit."""
        try:
            number = int(self.read("mosquitto.pid"))
            return number if _name_of(number) == "mosquitto" else None
        except (ValueError, OSError):
            return None

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            owner = self.folder.stat()
            os.chown(path, owner.st_uid, owner.st_gid)


class LogTail:
    """Reads what was added to a log; where we stood is remembered by the caller."""

    def __init__(self, path: Path, offset: int) -> None:
        self._path = path
        self.offset = offset
        self.is_behind = False

    def lines(self) -> list[str]:
        """Whole lines added since, at most LARGEST_READ bytes of them."""
        try:
            size = self._path.stat().st_size
            if size < self.offset:
                self.offset = 0  # it was emptied or replaced
            with self._path.open("rb") as log:
                log.seek(self.offset)
                chunk = log.read(LARGEST_READ)
        except FileNotFoundError:
            self.offset, self.is_behind = 0, False
            return []
        whole = chunk.rfind(b"\n") + 1 or (len(chunk) if len(chunk) == LARGEST_READ else 0)
        self.offset += whole
        self.is_behind = len(chunk) == LARGEST_READ
        # Only \n ends a line of the broker's; splitlines would also split at U+2028 in a stranger's name.
        return chunk[:whole].decode("utf-8", "replace").split("\n")[:-1]

    def empty_if_large(self) -> bool:
        """Empties a large log that is read to its end; the broker appends, so it goes on at the beginning."""
        with suppress(FileNotFoundError):
            if self.offset > LARGEST_LOG and self._path.stat().st_size == self.offset:
                os.truncate(self._path, 0)
                self.offset = 0
                return True
        return False


def remembered(text: str) -> tuple[int, dict[str, str]]:
    """Offset and users of an earlier doorkeeper; nothing where the text cannot be read."""
    try:
        kept = json.loads(text)
        return int(kept["offset"]), {str(client): str(user) for client, user in kept["users"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0, {}


def to_remember(offset: int, users: Mapping[str, str]) -> str:
    """What `remembered` reads."""
    return json.dumps({"offset": offset, "users": dict(users)}, ensure_ascii=False)


def _name_of(process: int) -> str:
    return Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()

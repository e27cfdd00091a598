"""The roster as its file has it, read anew when the file changes."""

from __future__ import annotations

from pathlib import Path

import structlog

from services.alarms.duty_metrics import ROSTER_FAULTY
from services.alarms.roster import EMPTY, BadRoster, Roster, parse_roster

_Stamp = tuple[int, int, int]

log = structlog.get_logger(__name__)


class RosterFile:
    """A file that may be exchanged at any time. One that is refused changes
    nothing but a gauge and the log; as long as there never was one, nobody is told.

    Raises, when made:
        BadRoster: the file cannot be one; a process does not begin with it.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: _Stamp | None = None
        self._roster = EMPTY
        if path is not None and path.exists():
            self._stamp, self._roster = _stamp(path), _read(path)

    def current(self) -> Roster:
        """The roster of the newest file that was one."""
        if self._path is None or (self._roster is EMPTY and not self._path.exists()):
            return self._roster
        try:
            stamp = _stamp(self._path)
            if stamp == self._stamp:
                return self._roster
            self._stamp = stamp
            self._roster = _read(self._path)
            log.info("duty.roster", duties=len(self._roster.duties), people=len(self._roster.people))
            ROSTER_FAULTY.set(0)
        except (BadRoster, OSError) as error:
            ROSTER_FAULTY.set(1)
            log.error("duty.roster_refused", error=str(error))
        return self._roster


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> Roster:
    try:
        return parse_roster(path.read_text(encoding="utf-8"))
    except (BadRoster, UnicodeDecodeError) as error:
        raise BadRoster(f"{path.name}: {error}") from error

"""The folder of board files: read anew when a file changes; what is refused leaves the board before."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from services.display import metrics
from services.display.board_file import InvalidBoard, parse
from services.display.board_panels import Definition
from services.display.board_plan import Written

log = structlog.get_logger(__name__)

Stamp = tuple[int, int]  # of a file: when it was written, and its size


def shipped(folder: Path) -> dict[str, Written]:
    """The boards of a folder by name, in the order of its files; what is refused is the hub's to tell."""
    found = {}
    for file in sorted(folder.glob("*.json")):
        with suppress(InvalidBoard, OSError):
            text = file.read_bytes()
            definition = parse(text)
            found[definition.board] = Written(definition, text.decode())
    return found


class BoardFolder:
    """Boards by file. Not for several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamps: Mapping[Path, Stamp] = {}
        self._boards: dict[Path, Definition] = {}

    def first(self) -> list[Definition]:
        """All boards, by file name.

        Raises:
            InvalidBoard: one of them cannot be shown.
        """
        self._stamps = self._look()
        self._boards = {file: parse(file.read_bytes()) for file in self._stamps}
        return list(self._boards.values())

    def changed(self) -> list[Definition] | None:
        """All boards where some file is another one, else None. What is refused is told and passed over."""
        stamps = self._look()
        if stamps == self._stamps:
            return None
        boards, refused = {}, 0
        for file, stamp in stamps.items():
            before = self._boards.get(file)
            if before is not None and self._stamps.get(file) == stamp:
                boards[file] = before
                continue
            try:
                boards[file] = parse(file.read_bytes())
            except (InvalidBoard, OSError) as error:
                refused += 1
                log.error("hub.board_refused", file=file.name, error=str(error))
                if before is not None:
                    boards[file] = before
        metrics.BOARDS_REFUSED.inc(refused)
        self._stamps, self._boards = stamps, boards
        return list(boards.values())

    def _look(self) -> dict[Path, Stamp]:
        found = {}
        for file in sorted(self._folder.glob("*.json")):
            told = file.stat()
            found[file] = (told.st_mtime_ns, told.st_size)
        return found

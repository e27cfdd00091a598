"""The end of a wall's line that keeps what is written to it."""

import json
from collections.abc import Callable
from typing import Any


class PlayedLine:
    """Takes frames, or has something waiting before them; one that chokes fills up with the next frame."""

    def __init__(self, *, is_free: bool) -> None:
        self.is_free = is_free
        self.chokes = False
        self.encoded: list[bytes] = []
        self.on_change: Callable[[], None] = lambda: None

    def put(self, encoded: bytes, /) -> None:
        assert self.is_free, "nobody looks before a frame is put"
        self.encoded.append(encoded)
        if self.chokes:
            self.chokes = False
            self.turn()

    def turn(self) -> None:
        """Free now, or no longer."""
        self.is_free = not self.is_free
        self.on_change()

    def told(self) -> list[dict[str, Any]]:
        """The texts of the frames since the last call."""
        frames = [json.loads(one[one.index(b"{") :]) for one in self.encoded]
        self.encoded.clear()
        return frames

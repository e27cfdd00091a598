"""The end of a wall's line that keeps what is written to it."""

import json
from typing import Any


class PlayedLine:
    """Takes frames, or has something waiting before them."""

    def __init__(self, *, takes: bool) -> None:
        self.takes = takes
        self.encoded: list[bytes] = []

    def write(self, encoded: bytes) -> bool:
        if self.takes:
            self.encoded.append(encoded)
        return self.takes

    def told(self) -> list[dict[str, Any]]:
        """The texts of the frames since the last call."""
        frames = [json.loads(one[one.index(b"{") :]) for one in self.encoded]
        self.encoded.clear()
        return frames

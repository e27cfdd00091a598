"""How large a batch may be, so that a slow store holds up neither `prio` nor acknowledgements. Pure."""

from __future__ import annotations

_FEWEST = 100  # messages; below that a transaction costs more than what is in it


class Pace:
    """`limit` messages a batch: all that `target_s` of the store's time is worth, up to `most`."""

    def __init__(self, most: int, target_s: float) -> None:
        self.limit = most
        self._most = most
        self._target_s = target_s

    def took(self, messages: int, seconds: float) -> None:
        """Learn from a batch: shrink to what would have fitted, grow by doubling."""
        fitting = int(messages * self._target_s / seconds) if seconds > self._target_s else self.limit * 2
        self.limit = min(self._most, max(_FEWEST, fitting))

"""How large a batch may be, so that a slow store holds up neither `prio` nor acknowledgements. Pure."""

from __future__ import annotations

FEWEST = 500  # messages; a store that is slow whatever the size still gets some thousands a second


class Pace:
    """`limit` messages a batch: what `target_s` of the store's time is worth, from FEWEST up to `most`.

    It begins small and doubles while that is quick, so that a slow store never meets a large batch first.
    """

    def __init__(self, most: int, target_s: float) -> None:
        self.limit = min(FEWEST, most)
        self._most = most
        self._target_s = target_s

    def took(self, messages: int, seconds: float) -> None:
        """Learn from a batch. A small one that was quick says nothing about large ones."""
        fitting = messages * self._target_s / max(seconds, 1e-6)
        if seconds <= self._target_s:
            fitting = max(self.limit, min(fitting, 2 * self.limit))
        self.limit = int(min(self._most, max(FEWEST, fitting)))

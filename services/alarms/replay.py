"""One rule over one subject as a back-test folds it, and whether the board would have said so. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from services.alarms.tally import Key, Would
from services.alarms.track import Track


class Replay:
    """Takes points in the order of their times; of each how long after (ms) it was known."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self.key: Key = (track.rule.id, track.subject.kind, track.subject.name)
        self._closed: list[Would] = []
        self._is_raised = False  # the episode that goes on

    def take(self, points: Iterable[tuple[int, float | None, int]]) -> None:
        """The next points."""
        track, live_ms = self.track, self.track.rule.live_ms
        low, high = track.calm
        for at, value, lag in points:
            if value is not None and low < value < high:
                continue  # changes nothing, as in `sift`
            track.take(at, value)
            fold = track.fold
            if fold.closed:
                self._closed.append(Would(fold.closed.pop(), self._is_raised))
                self._is_raised = False
            if fold.open is not None and lag <= live_ms and fold.borne_out:
                self._is_raised = True
            fold.steps.clear()
            low, high = track.calm

    def harvest(self) -> tuple[list[Would], Would | None]:
        """What ended since the last harvest, and what goes on."""
        closed, self._closed = self._closed, []
        going_on = self.track.fold.open
        return closed, Would(going_on, self._is_raised) if going_on else None

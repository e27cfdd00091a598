"""What is still owed to one wall: at most one frame and one position, however far behind the wall is."""

from dataclasses import dataclass
from enum import Enum


class Owed(Enum):
    """What the next frame to a wall must be."""

    NOTHING = "nothing"
    FRAME = "frame"  # the one pending delta, as encoded for every wall of the board
    MERGED = "merged"  # the newest value of each key that changed since `position`
    SNAPSHOT = "snapshot"


@dataclass(slots=True)
class Mailbox:
    """Bounded by construction: deltas that pile up are forgotten, since the board state holds their sum."""

    snapshot_after: int  # changes behind, past which a whole snapshot is cheaper than a merged delta
    epoch: str = ""
    position: int = 0  # what the wall has
    frame: bytes | None = None
    merged: int = 0  # deltas that were folded into another one
    _behind: int = 0

    def resume(self, epoch: str, position: int) -> None:
        """The wall has everything up to `position`."""
        self.epoch, self.position, self.frame, self._behind = epoch, position, None, 0

    def offer(self, frame: bytes, position: int) -> None:
        """A new delta that leads to `position`."""
        self._behind += 1
        if self._behind == 1 and position == self.position + 1:
            self.frame = frame
        else:
            self.frame = None
            self.merged += 1

    def owed(self, epoch: str, position: int) -> Owed:
        """What to send to lead the wall to the state at (`epoch`, `position`)."""
        if epoch != self.epoch:
            return Owed.SNAPSHOT
        if position == self.position:
            return Owed.NOTHING
        if position - self.position > self.snapshot_after:
            return Owed.SNAPSHOT
        if self.frame is not None and self._behind == 1:
            return Owed.FRAME
        return Owed.MERGED

"""A board with its walls: encodes a change once, and owes every wall at most one frame."""

import asyncio
from collections.abc import Callable

import structlog

from services.display import metrics, wire
from services.display.board import KeyRule, Resolved
from services.display.mailbox import Mailbox, Owed
from services.display.state import BoardState
from services.display.walls import Progress

log = structlog.get_logger(__name__)

# Changes are gathered for so long before they are encoded, s: bounds the frames a second of a board.
GATHER_S = 0.04
# So many deltas behind, a whole snapshot is sent: about ten seconds of a busy board.
SNAPSHOT_AFTER = 250


class Wall:
    """One connected screen: its mailbox, and the event that wakes its sender."""

    def __init__(self) -> None:
        self.mailbox = Mailbox(snapshot_after=SNAPSHOT_AFTER)
        self.woken = asyncio.Event()

    def begin(self) -> None:
        """Another board: it has nothing of it."""
        self.mailbox = Mailbox(snapshot_after=SNAPSHOT_AFTER)


class LiveBoard:
    """Lives on the event loop; nothing here waits."""

    def __init__(self, resolved: Resolved, state: BoardState, now_ms: Callable[[], int]) -> None:
        self.resolved = resolved
        self.plain_indicators = _plain(resolved)
        self.state = state
        self.walls: set[Wall] = set()
        self.progress = Progress(most=4 * SNAPSHOT_AFTER)
        self._now_ms = now_ms
        self._flush: asyncio.TimerHandle | None = None
        self._frames: dict[tuple[str, int], bytes] = {}

    def replace(self, resolved: Resolved, state: BoardState) -> None:
        """Another catalogue or another history: every wall starts from a snapshot."""
        self.resolved, self.plain_indicators, self.state = resolved, _plain(resolved), state
        self.progress = Progress(most=4 * SNAPSHOT_AFTER)
        self._frames.clear()
        self._wake()

    def changed(self) -> None:
        """Something was put into the state: offer it to the walls soon."""
        if self._flush is None:
            self._flush = asyncio.get_running_loop().call_later(GATHER_S, self._offer)

    def next_frame(self, wall: Wall) -> tuple[str, bytes] | None:
        """The kind and bytes of what leads `wall` to the present state; None where it is there."""
        state, mailbox = self.state, wall.mailbox
        owed = mailbox.owed(state.epoch, state.position)
        if owed is not Owed.NOTHING and not state.can_resume(mailbox.epoch, mailbox.position):
            owed = Owed.SNAPSHOT  # of the alarms since its position not every change is known any more
        if owed is Owed.NOTHING:
            return None
        if owed is Owed.FRAME and mailbox.frame:
            frame = mailbox.frame
        else:
            self._offer()  # all that is in the frame is at its position, so that no alarm is told twice
            frame = self._snapshot() if owed is Owed.SNAPSHOT else self._merged(mailbox.position)
        metrics.MERGED.inc(mailbox.merged)
        mailbox.merged = 0
        mailbox.resume(state.epoch, state.position)
        return ("snapshot" if owed is Owed.SNAPSHOT else "delta"), frame

    def heartbeat(self) -> bytes:
        return wire.heartbeat(self._now_ms(), self.state.position)

    def _offer(self) -> None:
        self._flush = None
        changes = self.state.commit()
        if changes is None:
            return
        self._frames.clear()
        self.progress.offer(changes.position, self._now_ms())
        if changes.trace_ids:
            log.info(
                "hub.delta",
                board=self.resolved.board,
                position=changes.position,
                keys=len(changes.values),
                walls=len(self.walls),
                trace_ids=changes.trace_ids,
            )
        if self.walls:
            frame = wire.delta(changes, self.state.missing)
            for wall in self.walls:
                wall.mailbox.offer(frame, changes.position)
            self._wake()

    def _wake(self) -> None:
        for wall in self.walls:
            wall.woken.set()

    def _snapshot(self) -> bytes:
        now_ms = self._now_ms()  # a frame is shared within the second, so that its clock is right to one
        return self._cached(
            ("snapshot", now_ms // 1000), lambda: wire.snapshot(self.resolved, self.state, now_ms)
        )

    def _merged(self, position: int) -> bytes:
        return self._cached(
            ("since", position), lambda: wire.delta(self.state.since(position), self.state.missing)
        )

    def _cached(self, name: tuple[str, int], encode: Callable[[], bytes]) -> bytes:
        if name not in self._frames:
            if name[0] == "snapshot":
                self._frames = {key: frame for key, frame in self._frames.items() if key[0] != "snapshot"}
            self._frames[name] = encode()
        return self._frames[name]


def _plain(resolved: Resolved) -> dict[str, KeyRule]:
    """Values that are told as their facts tell them: those without a past beside them."""
    return {key: rule for key, rule in resolved.keys.indicators.items() if not rule.before}

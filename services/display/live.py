"""A board with its walls: encodes a change once, writes it to all, and owes who lags at most one frame."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from services.display import metrics, wire
from services.display.board import KeyRule, Resolved
from services.display.line import encoded
from services.display.mailbox import Mailbox, Owed
from services.display.state import BoardState
from services.display.walls import Progress

log = structlog.get_logger(__name__)

# Changes are gathered for so long before they are encoded, s: bounds the frames a second of a board.
GATHER_S = 0.04
# So many deltas behind, a whole snapshot is sent: about ten seconds of a busy board.
SNAPSHOT_AFTER = 250


class Writing(Protocol):
    """The end of a wall's line, as `line.Line`."""

    def write(self, encoded: bytes) -> bool:
        """False: something waits before this frame, and it was not sent."""


class Wall:
    """One connected screen: its line, its mailbox, and the event that wakes its sender."""

    __slots__ = ("line", "mailbox", "woken")

    def __init__(self, line: Writing) -> None:
        self.line = line
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

    def beat(self) -> None:
        """Tells every wall the time; one that lags is told by its own sender that the hub is there."""
        if self.walls:
            frame = encoded(self.heartbeat())
            metrics.SENT.labels("heartbeat").inc(sum(wall.line.write(frame) for wall in self.walls))

    def _offer(self) -> None:
        self._flush = None
        changes = self.state.commit()
        if changes is None:
            return
        self._frames.clear()
        self.progress.offer(changes.position, self._now_ms())
        if not self.walls:
            return
        if changes.trace_ids:
            log.info(
                "hub.delta",
                board=self.resolved.board,
                position=changes.position,
                keys=len(changes.values),
                walls=len(self.walls),
                trace_ids=changes.trace_ids,
            )
        self._send(wire.delta(changes, self.state.missing), changes.position)

    def _send(self, frame: bytes, position: int) -> None:
        """Straight to every wall that has all before it and takes it at once; the rest have a sender each."""
        epoch, told = self.state.epoch, 0
        may_follow = self.state.can_resume(epoch, position - 1)
        on_the_line = encoded(frame)
        for wall in self.walls:
            has_all = may_follow and wall.mailbox.is_at(epoch, position - 1)
            if has_all and wall.line.write(on_the_line):
                wall.mailbox.resume(epoch, position)
                told += 1
            else:
                wall.mailbox.offer(frame, position)
                wall.woken.set()
        metrics.SENT.labels("delta").inc(told)

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

"""A board with its walls: encodes a change once, writes it to all, and owes who lags at most one frame."""

import asyncio
from collections.abc import Callable, Sequence
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

    is_free: bool
    on_change: Callable[[], None]  # called when `is_free` has changed

    def put(self, encoded: bytes, /) -> None:
        """Takes a frame while it is free."""


class Wall:
    """One connected screen: its line, its mailbox, and the event that wakes its sender."""

    __slots__ = ("board", "line", "mailbox", "woken")

    def __init__(self, line: Writing) -> None:
        self.board: LiveBoard | None = None
        self.line = line
        self.mailbox = Mailbox(snapshot_after=SNAPSHOT_AFTER)
        self.woken = asyncio.Event()
        line.on_change = self._line_changed

    def _line_changed(self) -> None:
        if self.line.is_free:
            self.woken.set()
        elif self.board is not None:
            self.board.fall_behind(self)


class LiveBoard:
    """Lives on the event loop; nothing here waits.

    A wall follows while it has all that was told and its line is free: a change costs it one write.
    The others lag: each has a sender of its own, which leads it to the present state, to follow again.
    """

    def __init__(self, resolved: Resolved, state: BoardState, now_ms: Callable[[], int]) -> None:
        self.resolved = resolved
        self.plain_indicators = _plain(resolved)
        self.state = state
        self._followers: dict[Wall, Callable[[bytes], None]] = {}
        self._lagging: set[Wall] = set()
        self.progress = Progress(most=4 * SNAPSHOT_AFTER)
        self._now_ms = now_ms
        self._flush: asyncio.TimerHandle | None = None
        self._frames: dict[tuple[str, int], bytes] = {}

    @property
    def has_walls(self) -> bool:
        return bool(self._followers or self._lagging)

    def enter(self, wall: Wall) -> None:
        """It has nothing of this board yet."""
        wall.board, wall.mailbox = self, Mailbox(snapshot_after=SNAPSHOT_AFTER)
        self._lagging.add(wall)

    def leave(self, wall: Wall) -> None:
        wall.board = None
        self._followers.pop(wall, None)
        self._lagging.discard(wall)

    def fall_behind(self, wall: Wall) -> None:
        """Its line takes nothing for now; the frame that is just being written still goes out whole."""
        if self._followers.pop(wall, None):
            wall.mailbox.resume(self.state.epoch, self.state.position)
            self._lagging.add(wall)

    def replace(self, resolved: Resolved, state: BoardState) -> None:
        """Another catalogue or another history: every wall starts from a snapshot."""
        self._halt(self.state.position)
        self.resolved, self.plain_indicators, self.state = resolved, _plain(resolved), state
        self.progress = Progress(most=4 * SNAPSHOT_AFTER)
        self._frames.clear()
        for wall in self._lagging:
            wall.woken.set()

    def changed(self) -> None:
        """Something was put into the state: offer it to the walls soon."""
        if self._flush is None:
            self._flush = asyncio.get_running_loop().call_later(GATHER_S, self._offer)

    def next_frame(self, wall: Wall) -> tuple[str, bytes] | None:
        """The kind and bytes of what leads `wall` to the present state; None: it is there, and follows."""
        if wall in self._followers:
            return None
        state, mailbox = self.state, wall.mailbox
        owed = mailbox.owed(state.epoch, state.position)
        if owed is not Owed.NOTHING and not state.can_resume(mailbox.epoch, mailbox.position):
            owed = Owed.SNAPSHOT  # of the alarms since its position not every change is known any more
        if owed is Owed.NOTHING:
            if wall.line.is_free:
                self._lagging.discard(wall)
                self._followers[wall] = wall.line.put
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
        """Tells the time to every wall whose line is free."""
        free = [wall.line.put for wall in self._lagging if wall.line.is_free]
        self._write(encoded(self.heartbeat()), "heartbeat", [*self._followers.values(), *free])

    def _offer(self) -> None:
        self._flush = None
        changes = self.state.commit()
        if changes is None:
            return
        self._frames.clear()
        self.progress.offer(changes.position, self._now_ms())
        if not self.has_walls:
            return
        if changes.trace_ids:
            log.info(
                "hub.delta",
                board=self.resolved.board,
                position=changes.position,
                keys=len(changes.values),
                walls=len(self._followers) + len(self._lagging),
                trace_ids=changes.trace_ids,
            )
        self._send(wire.delta(changes, self.state.missing), changes.position)

    def _send(self, frame: bytes, position: int) -> None:
        """Straight to every wall that follows; the senders of the others may take it."""
        if not self.state.can_resume(self.state.epoch, position - 1):
            self._halt(position - 1)
        for wall in self._lagging:
            wall.mailbox.offer(frame, position)
            wall.woken.set()
        self._write(encoded(frame), "delta", [*self._followers.values()])

    def _write(self, frame: bytes, kind: str, puts: Sequence[Callable[[bytes], None]]) -> None:
        """Given as a list, since whose line fills up with it follows no more."""
        for put in puts:
            put(frame)
        metrics.SENT.labels(kind).inc(len(puts))

    def _halt(self, position: int) -> None:
        """Nobody follows any more; those who did have all up to `position`."""
        for wall in self._followers:
            wall.mailbox.resume(self.state.epoch, position)
        self._lagging.update(self._followers)
        self._followers.clear()

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

"""The hub's picture of the world: boards, log positions, and what facts and snapshots do to them."""

import uuid
from collections.abc import Callable, Mapping, Sequence

import msgspec
import structlog

from services.display import metrics, wire
from services.display.board import Definition, LineRule, resolve
from services.display.domain import Catalogue, Line, LogPosition, Step
from services.display.live import LiveBoard
from services.display.sources import Loaded
from services.display.state import BoardState
from services.runtime.bus import Envelope

log = structlog.get_logger(__name__)

FACTS = ("telemetry.stored", "indicators.published")


class Content:
    """Lives on the event loop; nothing here waits."""

    def __init__(self, definitions: Sequence[Definition], province: str, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.definitions = definitions
        self.catalogue = Catalogue()
        self.boards = {
            definition.board: LiveBoard(resolve(definition, self.catalogue, province), _new_state(), now_ms)
            for definition in definitions
        }
        self._positions: dict[str, LogPosition] = {}
        self._loaded: Mapping[str, LogPosition] = {}
        self._touched_lines: dict[str, int] = {}  # key: oldest observation since the last look, ms

    def take_fact(self, envelope: Envelope) -> bool:
        """Applies a fact; true where facts before it were missed and the database must be asked."""
        known = self._positions.get(envelope.context, LogPosition())
        step = known.step(envelope.epoch, envelope.position)
        metrics.FACTS.labels(envelope.fact, step.value).inc()
        if step is Step.KNOWN:
            return False
        self._positions[envelope.context] = known.advanced(envelope.epoch, envelope.position)
        try:
            if envelope.fact == "telemetry.stored":
                self._take_stored(wire.decode_stored(envelope.body), envelope.trace_id)
            elif envelope.fact == "indicators.published":
                self._take_published(wire.decode_published(envelope.body), envelope.trace_id)
        except msgspec.MsgspecError as error:
            log.error(
                "hub.fact_not_understood", fact=envelope.fact, error=str(error), trace_id=envelope.trace_id
            )
            return True
        return step is Step.JUMP

    def take_loaded(self, loaded: Loaded) -> None:
        """A snapshot of the database: merged in, or in place of everything where history is another one."""
        epochs = {context: head.epoch for context, head in loaded.heads.items()}
        another = epochs != {context: head.epoch for context, head in self._loaded.items()}
        another = another or loaded.catalogue.version != self.catalogue.version
        for name, content in loaded.boards.items():
            board = self.boards[name]
            if another:
                state = _new_state()
                state.missing = board.state.missing
                board.replace(content.resolved, state)
            board.state.put_values(content.values)
            self._patch_lines(board, content.lines)
            board.changed()
        self.catalogue, self._loaded = loaded.catalogue, loaded.heads
        for context, head in loaded.heads.items():
            self._positions[context] = self._positions.get(context, head).advanced(head.epoch, head.position)

    def lags_behind(self, heads: Mapping[str, LogPosition]) -> bool:
        """Whether the logs hold facts that never came."""
        return any(
            self._positions.get(context, LogPosition()).step(head.epoch, head.position) is not Step.KNOWN
            for context, head in heads.items()
        )

    def put_missing(self, missing: Mapping[str, int]) -> None:
        for board in self.boards.values():
            if board.state.put_missing(missing):
                board.changed()

    def touched_lines(self) -> tuple[dict[str, LineRule], int]:
        """Rules of the lines that facts have touched since the last call, and from when on."""
        touched, self._touched_lines = self._touched_lines, {}
        rules = {
            key: rule
            for board in self.boards.values()
            for key, rule in board.resolved.lines.items()
            if key in touched
        }
        return rules, min(touched.values(), default=0)

    def take_lines(self, lines: Mapping[str, Line]) -> None:
        for board in self.boards.values():
            self._patch_lines(
                board, {key: line for key, line in lines.items() if key in board.resolved.lines}
            )
            board.changed()

    def _patch_lines(self, board: LiveBoard, lines: Mapping[str, Line]) -> None:
        for key, line in lines.items():
            board.state.patch_lines({key: line}, self._now_ms() - board.resolved.lines[key].span_ms)

    def _take_stored(self, fact: wire.Stored, trace_id: str) -> None:
        newest = wire.newest_readings(fact)
        drawn = {key for board in self.boards.values() for key in board.resolved.lines if key in newest}
        if drawn:
            for key, at_ms in wire.oldest_readings(fact, drawn).items():
                self._touched_lines[key] = min(at_ms, self._touched_lines.get(key, at_ms))
        for board in self.boards.values():
            if board.state.put_values(wire.stored_values(newest, board.resolved.readings), trace_id):
                board.changed()
        if fact.readings.received_at_ms:
            metrics.LAG.observe(max(0, self._now_ms() - max(fact.readings.received_at_ms)) / 1000)

    def _take_published(self, values: Sequence[wire.Published], trace_id: str) -> None:
        for board in self.boards.values():
            if board.state.put_values(wire.published_values(values, board.resolved.indicators), trace_id):
                board.changed()


def _new_state() -> BoardState:
    return BoardState(epoch=uuid.uuid4().hex)

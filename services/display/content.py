"""The hub's picture of the world: boards, log positions, what facts and looks at the database do to them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from services.display import metrics, sources_alarms, wire
from services.display.alarms import Change
from services.display.board import Keys, LineRule
from services.display.board_panels import Definition
from services.display.domain import Catalogue, Line, LogPosition, Step
from services.display.lists import Listed
from services.display.live import LiveBoard
from services.display.resolving import resolve
from services.display.sources import Loaded
from services.display.sources_alarms import AlarmLook
from services.display.sources_figures import LookedUp, Wanted
from services.display.state import BoardState
from services.runtime.bus import Envelope

log = structlog.get_logger(__name__)

FACTS = ("telemetry.stored", "indicators.published", "indicators.figures_published", "alarms.changed")


class Content:
    """Lives on the event loop; nothing here waits."""

    def __init__(self, definitions: Sequence[Definition], province: str, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._province = province
        self.definitions: Sequence[Definition] = ()
        self.catalogue = Catalogue()
        self.boards: dict[str, LiveBoard] = {}
        self._positions: dict[str, LogPosition] = {}
        self._loaded: Mapping[str, LogPosition] = {}
        self._touched_lines: dict[str, int] = {}  # key: oldest observation since the last look, ms
        self._touched: set[str] = set()  # keys that are looked up, since the last look
        self._words: sources_alarms.Words = {}  # of the versions of rules that are known
        self.set_definitions(definitions)

    def set_definitions(self, definitions: Sequence[Definition]) -> None:
        """Other boards; one that is taken away is shown for as long as a wall shows it."""
        wanted = {one.board: one for one in definitions}
        for known in self.definitions:
            if known.board not in wanted and self.boards[known.board].has_walls:
                wanted[known.board] = known
        for board in self.boards.keys() - wanted.keys():
            del self.boards[board]
        for board, definition in wanted.items():
            if board not in self.boards:
                resolved = resolve(definition, self.catalogue, self._province)
                self.boards[board] = LiveBoard(resolved, self._new_state(), self._now_ms)
        self.definitions = list(wanted.values())

    def position(self, context: str) -> LogPosition:
        """How far a log was followed."""
        return self._positions.get(context, LogPosition())

    def take_fact(self, envelope: Envelope) -> bool:
        """Applies a fact; true where the database must be asked for what is missing."""
        step = self.position(envelope.context).step(envelope.epoch, envelope.position)
        metrics.FACTS.labels(envelope.fact, step.value).inc()
        if step is Step.KNOWN:
            return False
        try:
            if envelope.fact == "alarms.changed":
                return self._take_alarms(envelope, step)
            self._advance(envelope.context, envelope.epoch, envelope.position)
            if envelope.fact == "telemetry.stored":
                self._take_stored(wire.decode_stored(envelope.body), envelope.trace_id)
            elif envelope.fact == "indicators.published":
                self._take_published(wire.decode_published(envelope.body), envelope.trace_id)
            elif envelope.fact == "indicators.figures_published":
                self._touched |= wire.decode_figure_keys(envelope.body)
        except ValueError as error:  # msgspec's are, too
            log.error(
                "hub.fact_not_understood", fact=envelope.fact, error=str(error), trace_id=envelope.trace_id
            )
            return True
        return step is Step.JUMP

    def take_loaded(self, loaded: Loaded) -> None:
        """A look at the database: merged in, or in place of everything where history is another one."""
        epochs = {context: head.epoch for context, head in loaded.heads.items()}
        another = epochs != {context: head.epoch for context, head in self._loaded.items()}
        another = another or loaded.catalogue.version != self.catalogue.version
        for name, content in loaded.boards.items():
            if (board := self.boards.get(name)) is None:
                continue
            if another or content.resolved != board.resolved:
                state = self._new_state()
                state.missing, state.alarms = board.state.missing, board.state.alarms.carried()
                state.lists = dict(board.state.lists)
                board.replace(content.resolved, state)
                self._touched |= _looked_up(content.resolved.keys)
            board.state.put_values(content.values)
            self._patch_lines(board, content.lines)
            board.changed()
        if loaded.heads["indicators"].position > self.position("indicators").position:
            self.want_all()  # facts about figures were missed
        self.catalogue, self._loaded = loaded.catalogue, loaded.heads
        for context, head in loaded.heads.items():
            self._advance(context, head.epoch, head.position)
        self._take_alarm_look(loaded.alarms)

    def lags_behind(self, heads: Mapping[str, LogPosition]) -> bool:
        """Whether the logs hold facts that never came."""
        return any(
            self.position(context).step(head.epoch, head.position) is not Step.KNOWN
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
            for key, rule in board.resolved.keys.lines.items()
            if key in touched
        }
        return rules, min(touched.values(), default=0)

    def take_lines(self, lines: Mapping[str, Line]) -> None:
        for board in self.boards.values():
            self._patch_lines(
                board, {key: line for key, line in lines.items() if key in board.resolved.keys.lines}
            )
            board.changed()

    def want_all(self) -> None:
        """Everything that is looked up shall be looked up again: time alone changes scores and periods."""
        for board in self.boards.values():
            self._touched |= _looked_up(board.resolved.keys)

    def wanted(self) -> Wanted:
        """What is to be looked up since the last call."""
        touched, self._touched = self._touched, set()
        wanted = Wanted()
        for board in self.boards.values() if touched else ():
            keys = board.resolved.keys
            wanted.figures |= {key: rule for key, rule in keys.figures.items() if key in touched}
            compared = {key: rule for key, rule in keys.indicators.items() if rule.before}
            wanted.compared |= {key: rule for key, rule in compared.items() if key in touched}
            wanted.value_lines |= {key: rule for key, rule in keys.value_lines.items() if key in touched}
            lines = {key: rule for key, rule in keys.figure_lines.items() if _figure_of(key) in touched}
            wanted.figure_lines |= lines
        return wanted

    def take_looked_up(self, found: LookedUp) -> None:
        """Only what says anything else than what stands is told."""
        for board in self.boards.values():
            keys, state = board.resolved.keys, board.state
            values = [
                (key, value) for key, value in found.values if key in keys.figures or key in keys.indicators
            ]
            told = [
                (key, value)
                for key, value in values
                if (state.values.get(key) or value)._replace(order=()) != value._replace(order=())
                or (key not in state.values and value.state != "none")
            ]
            known = keys.value_lines.keys() | keys.figure_lines.keys()
            changed = state.put_values(told)
            if state.set_lines({key: line for key, line in found.lines.items() if key in known}) or changed:
                board.changed()

    def lists_shown(self) -> set[str]:
        """Names of the lists that some board shows."""
        return {name for board in self.boards.values() for name in board.resolved.keys.lists}

    def take_lists(self, lists: Mapping[str, Listed]) -> None:
        for board in self.boards.values():
            shown = board.resolved.keys.lists & lists.keys()
            changed = [name for name in shown if board.state.put_list(name, lists[name])]
            if changed:
                board.changed()

    def _take_alarms(self, envelope: Envelope, step: Step) -> bool:
        """Changes that follow what was told; all others wait for the database, so that none is left out."""
        if step is not Step.NEXT:
            return True
        changes = sources_alarms.changes_of(bytes(envelope.body), self._words, self.catalogue)
        if changes is None:
            return True
        self._apply_alarms(changes, envelope.trace_id)
        self._advance(envelope.context, envelope.epoch, envelope.position)
        return False

    def _take_alarm_look(self, look: AlarmLook) -> None:
        self._words = {**self._words, **look.words}
        for position, changes in look.after or ():
            if self.position(sources_alarms.LOG).step(look.head.epoch, position) is Step.NEXT:
                self._apply_alarms(changes)
                self._advance(sources_alarms.LOG, look.head.epoch, position)
        if self.position(sources_alarms.LOG).step(look.head.epoch, look.head.position) is not Step.KNOWN:
            for board in self.boards.values():
                board.state.put_alarms(look.active)
                board.changed()
            self._advance(sources_alarms.LOG, look.head.epoch, look.head.position)

    def _apply_alarms(self, changes: Iterable[Change], trace_id: str = "") -> None:
        told = list(changes)
        for board in self.boards.values():
            for change in told:
                board.state.take_alarm(change)
            if trace_id:
                board.state.trace_ids.append(trace_id)
            board.changed()

    def _advance(self, context: str, epoch: str, position: int) -> None:
        self._positions[context] = self.position(context).advanced(epoch, position)

    def _patch_lines(self, board: LiveBoard, lines: Mapping[str, Line]) -> None:
        for key, line in lines.items():
            board.state.patch_lines({key: line}, self._now_ms() - board.resolved.keys.lines[key].span_ms)

    def _take_stored(self, fact: wire.Stored, trace_id: str) -> None:
        newest = wire.newest_readings(fact)
        drawn = {key for board in self.boards.values() for key in board.resolved.keys.lines if key in newest}
        if drawn:
            for key, at_ms in wire.oldest_readings(fact, drawn).items():
                self._touched_lines[key] = min(at_ms, self._touched_lines.get(key, at_ms))
        for board in self.boards.values():
            if board.state.put_values(wire.stored_values(newest, board.resolved.keys.readings), trace_id):
                board.changed()
        if fact.readings.received_at_ms:
            metrics.LAG.observe(max(0, self._now_ms() - max(fact.readings.received_at_ms)) / 1000)

    def _take_published(self, values: Sequence[wire.Published], trace_id: str) -> None:
        self._touched |= {wire.key_of(value) for value in values}
        for board in self.boards.values():
            if board.state.put_values(wire.published_values(values, board.plain_indicators), trace_id):
                board.changed()

    def _new_state(self) -> BoardState:
        """Alarms are the same on every board."""
        state = BoardState(epoch=uuid.uuid4().hex)
        for board in self.boards.values():
            state.alarms = board.state.alarms.carried()
            break
        return state


def _looked_up(keys: Keys) -> set[str]:
    compared = {key for key, rule in keys.indicators.items() if rule.before}
    lines = {_figure_of(key) for key in keys.figure_lines}
    return {*keys.figures, *compared, *keys.value_lines, *lines}


def _figure_of(line: str) -> str:
    """The key of the figure of which this is the line."""
    return f"f/{line[2:]}"

"""The newest state of one board, by position: what changed since a wall last looked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.display.alarms import Alarms, Change, Told
from services.display.domain import Line, Value, newer
from services.display.lists import Listed


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything of a board that is newer than a position; `position` is where that leads to."""

    position: int
    values: Mapping[str, Value]
    lines: Mapping[str, Line]
    missing_changed: bool
    trace_ids: tuple[str, ...] = ()
    lists: Mapping[str, Listed] = field(default_factory=dict)
    alarm_changes: Sequence[Told] = ()


@dataclass(slots=True)
class BoardState:
    """Positions count the commits of this board, within one epoch of the hub."""

    epoch: str
    position: int = 0
    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    lists: dict[str, Listed] = field(default_factory=dict)
    alarms: Alarms = field(default_factory=Alarms)
    missing: Mapping[str, int] = field(default_factory=dict)  # name: since, ms
    trace_ids: list[str] = field(default_factory=list)  # of the facts since the last commit
    _changed_at: dict[tuple[str, str], int] = field(default_factory=dict)
    _pending: bool = False

    def put_values(self, candidates: Iterable[tuple[str, Value]], trace_id: str = "") -> bool:
        """Takes what is newer than what stands; true where that changed anything."""
        taken: dict[str, Value] = {}
        for key, value in candidates:
            if newer(taken.get(key) or self.values.get(key), value):
                taken[key] = value
        if not taken:
            return False
        self._touch(("value", key) for key in taken)
        self.values.update(taken)
        if trace_id:
            self.trace_ids.append(trace_id)
        return True

    def patch_lines(self, patches: Mapping[str, Line], oldest_ms: int) -> bool:
        """Replaces the points that `patches` name; true where that changed anything."""
        changed = {}
        for key, patch in patches.items():
            line = self.lines.get(key, Line(())).patched(patch, oldest_ms)
            if line != self.lines.get(key):
                changed[key] = line
        if changed:
            self._touch(("line", key) for key in changed)
            self.lines.update(changed)
        return bool(changed)

    def set_lines(self, lines: Mapping[str, Line]) -> bool:
        """Whole lines; true where that changed anything."""
        changed = {key: line for key, line in lines.items() if line != self.lines.get(key)}
        if changed:
            self._touch(("line", key) for key in changed)
            self.lines.update(changed)
        return bool(changed)

    def put_list(self, name: str, listed: Listed) -> bool:
        """A list as it stands; true where it says anything else."""
        if listed.same_as(self.lists.get(name)):
            return False
        self._touch([("list", name)])
        self.lists[name] = listed
        return True

    def take_alarm(self, change: Change) -> None:
        """One change; none is ever merged with another."""
        self._touch([("alarm", "")])
        self.alarms.take(change, self.position + 1)

    def put_alarms(self, active: Sequence[Told]) -> None:
        """All that is shown, where it is not known what became of each: every wall gets a snapshot."""
        self._touch([("alarm", "")])
        self.alarms.put(active, self.position + 1)

    def put_missing(self, missing: Mapping[str, int]) -> bool:
        if dict(missing) == dict(self.missing):
            return False
        self._touch([("missing", "")])
        self.missing = dict(missing)
        return True

    def commit(self) -> Changes | None:
        """Gives everything put since the last commit one position; None where there was nothing."""
        if not self._pending:
            return None
        self.position += 1
        self._pending = False
        changes = self.since(self.position - 1)
        self.trace_ids = []
        return changes

    def since(self, position: int) -> Changes:
        """What a wall that has seen `position` lacks."""
        keys = [key for key, at in self._changed_at.items() if at > position]
        return Changes(
            self.position,
            {name: self.values[name] for what, name in keys if what == "value"},
            {name: self.lines[name] for what, name in keys if what == "line"},
            ("missing", "") in keys,
            tuple(self.trace_ids),
            {name: self.lists[name] for what, name in keys if what == "list"},
            self.alarms.since(position),
        )

    def can_resume(self, epoch: str, position: int) -> bool:
        return epoch == self.epoch and self.alarms.known_from <= position <= self.position

    def _touch(self, keys: Iterable[tuple[str, str]]) -> None:
        self._pending = True
        self._changed_at.update(dict.fromkeys(keys, self.position + 1))

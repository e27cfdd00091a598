"""What an expression over an entity may speak of, and of which kind its value is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from services.indicators.language.nodes import (
    Arithmetic,
    Call,
    Comparison,
    Flaw,
    IsMissing,
    Junction,
    Key,
    Name,
    Negative,
    Node,
    Not,
    Number,
    OneOf,
    Text,
    Truth,
    walk,
)


class Kind(StrEnum):
    """What a value is. A date is the moment at which it begins in Việt Nam wherever a moment is meant."""

    NUMBER = "number"
    TEXT = "text"  # codes, areas, organisations and choices too
    TRUTH = "boolean"
    MOMENT = "moment"
    DATE = "date"


class Words(NamedTuple):
    """A title in both languages."""

    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class FieldType:
    """A field of an entity. `choices`: by code; empty where anything may stand. `unit`: of a number."""

    kind: Kind
    title: Words
    unit: str = ""
    choices: Mapping[str, Words] = field(default_factory=dict)
    inequality: bool = False  # may be known as "more than so many" only; is missing then


@dataclass(frozen=True, slots=True)
class Schema:
    """The entities of a dataset: rows, or subjects with the events of their life."""

    dataset: str
    title: Words
    fields: Mapping[str, FieldType]
    subjects: bool = False
    events: Mapping[str, Words] = field(default_factory=dict)  # of subjects only, by code
    clock: bool = False  # whether subjects have a clock of working time
    at: Words | None = None  # what the moment of a row is called; None: nothing of its own


ORDERED: Final = frozenset({Kind.NUMBER, Kind.MOMENT, Kind.DATE})
TIMES: Final = frozenset({Kind.MOMENT, Kind.DATE})
SPANS: Final = ("minutes", "hours", "days")  # functions of two moments
_OF_EVENTS: Final = ("first", "last", "count")
OF_CLOCK: Final = {"worked_hours": Kind.NUMBER, "due": Kind.MOMENT, "due_soon": Kind.MOMENT}


def kind_of(node: Node, schema: Schema) -> Kind | None:
    """The kind of an expression's value; None where it has faults or is a key of several values."""
    return _Checker(schema).kind(node)


def faults_of(node: Node, schema: Schema, wanted: frozenset[Kind]) -> list[Flaw]:
    """Everything that is wrong with an expression of which a value of certain kinds is wanted."""
    checker = _Checker(schema)
    kind = checker.kind(node)
    if kind is not None and kind not in wanted:
        checker.fault(node, f"is a {kind}, wanted is a {' or '.join(sorted(wanted))}")
    return checker.faults


def key_faults(node: Node, schema: Schema) -> list[Flaw]:
    """Everything that is wrong with what is counted distinctly: one value, or several in brackets."""
    checker = _Checker(schema)
    for item in node.items if isinstance(node, Key) else (node,):
        checker.kind(item)
    return checker.faults


def common_kind(kinds: Sequence[Kind | None]) -> Kind | None:
    """The kind that all of them are; a moment where some are dates; None where they do not go together."""
    there = {kind for kind in kinds if kind is not None}
    if there == TIMES:
        return Kind.MOMENT
    return there.pop() if len(there) == 1 else None


def is_day(text: str) -> bool:
    """Whether a text is a day of ISO 8601, as `2025-07-01`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class _Checker:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.faults: list[Flaw] = []

    def fault(self, node: Node, reason: str) -> None:
        self.faults.append(Flaw(node.at, reason))

    def kind(self, node: Node) -> Kind | None:
        match node:
            case Number():
                return Kind.NUMBER
            case Text():
                return Kind.TEXT
            case Truth():
                return Kind.TRUTH
            case Name():
                return self._name(node)
            case Call():
                return self._call(node)
            case Negative(operand=operand):
                return self._want(operand, Kind.NUMBER)
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case OneOf():
                self._alike(node, (node.item, *node.values))
                return Kind.TRUTH
            case IsMissing(operand=operand):
                self.kind(operand)
                return Kind.TRUTH
            case Not(operand=operand):
                return self._want(operand, Kind.TRUTH)
            case Junction():
                for operand in node.operands:
                    self._want(operand, Kind.TRUTH)
                return Kind.TRUTH
            case Key():
                self.fault(node, "several values stand behind `in` only, and in what is counted distinctly")
                return None

    def _want(self, node: Node, wanted: Kind) -> Kind:
        kind = self.kind(node)
        if kind is not None and kind != wanted:
            self.fault(node, f"is a {kind}, wanted is a {wanted}")
        return wanted

    def _name(self, node: Name) -> Kind | None:
        if node.name in self._schema.fields:
            return self._schema.fields[node.name].kind
        if node.name == "late":
            return Kind.TRUTH
        if node.name == "at":
            if self._schema.subjects:
                self.fault(node, "`at` is of rows; a subject has first('…') and last('…')")
            return Kind.MOMENT
        self.fault(node, f"there is no field {node.name!r} in {self._schema.dataset}")
        return None

    def _arithmetic(self, node: Arithmetic) -> Kind:
        if node.op == "**":
            self.fault(node, "`**` is for formulas")
        self._want(node.left, Kind.NUMBER)
        return self._want(node.right, Kind.NUMBER)

    def _comparison(self, node: Comparison) -> Kind:
        kind = self._alike(node, (node.left, node.right))
        if kind is not None and node.op not in ("==", "!=") and kind not in ORDERED:
            self.fault(node, f"a {kind} is neither more nor less than another")
        return Kind.TRUTH

    def _alike(self, node: Node, values: Sequence[Node]) -> Kind | None:
        """The kind that all values have; texts that stand for days and codes are looked up."""
        kinds = [self.kind(value) for value in values]
        if None in kinds:
            return None
        spoken = [kind for value, kind in zip(values, kinds, strict=True) if not isinstance(value, Text)]
        common = common_kind(spoken) if spoken else Kind.TEXT
        if common is None or (common not in (Kind.TEXT, *TIMES) and len(spoken) < len(values)):
            self.fault(node, f"compares a {' with a '.join(str(kind) for kind in kinds)}")
            return None
        codes = self._codes(values)
        for value in values:
            if isinstance(value, Text):
                self._literal(value, common, codes)
        return common

    def _literal(self, node: Text, kind: Kind, codes: Mapping[str, Words]) -> None:
        if kind in TIMES and not is_day(node.value):
            self.fault(node, f"{node.value!r} is no day, as '2025-07-01'")
        if kind == Kind.TEXT and codes and node.value not in codes:
            self.fault(node, f"{node.value!r} is none of {', '.join(codes)}")

    def _codes(self, values: Sequence[Node]) -> Mapping[str, Words]:
        """What the texts among some values may be; empty where they may be anything."""
        found = [
            self._schema.fields[one.name].choices
            for value in values
            for one in walk(value)
            if isinstance(one, Name) and one.name in self._schema.fields
        ]
        return {code: words for one in found for code, words in one.items()} if all(found) else {}

    def _call(self, node: Call) -> Kind | None:
        name, count = node.function, len(node.arguments)
        if name in _OF_EVENTS:
            return self._of_events(node)
        if name in SPANS:
            if count != 2:
                self.fault(node, f"{name}(from, to) takes two moments")
            for one in node.arguments:
                if (kind := self.kind(one)) is not None and kind not in TIMES:
                    self.fault(one, f"is a {kind}, wanted is a moment or date")
            return Kind.NUMBER
        if name in OF_CLOCK:
            if count or not self._schema.clock:
                self.fault(node, f"{name}() takes nothing, of subjects that have a clock")
            return OF_CLOCK[name]
        if name in ("min", "max", "coalesce"):
            if count < 2:
                self.fault(node, f"{name}(…) takes at least two values")
            kind = self._alike(node, node.arguments)
            if kind is not None and name != "coalesce" and kind not in ORDERED:
                self.fault(node, f"a {kind} is neither more nor less than another")
            return kind
        self.fault(node, f"there is no function {name!r} of entities")
        return None

    def _of_events(self, node: Call) -> Kind:
        name, events = node.function, self._schema.events
        if not self._schema.subjects:
            self.fault(node, f"{name}('…') is of subjects, not of rows")
        elif not node.arguments or (name == "count" and len(node.arguments) > 1):
            self.fault(node, f"{name}(…) takes {'one event' if name == 'count' else 'at least one event'}")
        for one in node.arguments:
            if not isinstance(one, Text):
                self.fault(one, "an event stands in quotes")
            elif self._schema.subjects and one.value not in events:
                self.fault(one, f"{one.value!r} is none of {', '.join(events)}")
        return Kind.NUMBER if name == "count" else Kind.MOMENT

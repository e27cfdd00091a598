"""Tree → words, in Vietnamese or English, by the names that a dataset gives to fields and choices. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from services.indicators.language.nodes import (
    Arithmetic,
    Call,
    Comparison,
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
from services.indicators.language.tongues import Tongue, decimal, inside, listed, quoted, say
from services.indicators.language.types import SPANS, TIMES, Kind, Schema, Words, is_day, kind_of

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷", "**": "^"}
_BINDS = {"+": 0, "-": 0, "*": 1, "/": 1, "**": 2}
_ATOM = 3
_UNCLEAR = (",", ";", " hoặc ", " và ", " or ", " and ")  # within a name, it would not be seen where it ends


def said(node: Node, schema: Schema, tongue: Tongue) -> str:
    """An expression without faults over the entities of a dataset."""
    return _Teller(schema, tongue).said(node)


def formula_said(formula: Node, measures: Mapping[str, str], tongue: Tongue) -> str:
    """A formula; `measures`: what each is called, in this language."""

    def told(node: Node) -> str:
        match node:
            case Name():
                return f"[{measures[node.name]}]"
            case Number():
                return decimal(tongue, f"{node.value:f}")
            case Negative():
                return f"−{_bracketed(node.operand, _ATOM, told)}"
            case Arithmetic():
                return arithmetic(node, told)
            case Call(function="min" | "max" | "both"):
                return say(
                    tongue,
                    f"{node.function}_of",
                    listed(tongue, [told(one) for one in node.arguments], "and"),
                )
            case Call():
                return say(tongue, node.function, *map(told, node.arguments))
        raise ValueError(f"a formula has no {type(node).__name__}")

    return told(formula)


def arithmetic(node: Arithmetic, told: Callable[[Node], str]) -> str:
    """Two operands with the sign between them, in brackets where they need them."""
    binds = _BINDS[node.op]
    left, right = _bracketed(node.left, binds, told), _bracketed(node.right, binds + 1, told)
    return f"{left} {_SIGNS[node.op]} {right}"


def _bracketed(node: Node, least: int, told: Callable[[Node], str]) -> str:
    strength = _BINDS[node.op] if isinstance(node, Arithmetic) else _ATOM
    return f"({told(node)})" if strength < least else told(node)


class _Teller:
    def __init__(self, schema: Schema, tongue: Tongue) -> None:
        self._schema = schema
        self._tongue: Tongue = tongue

    def said(self, node: Node) -> str:
        match node:
            case Name():
                return self._name(node)
            case Number():
                return decimal(self._tongue, f"{node.value:f}")
            case Text():
                return self._literal(node, {})
            case Truth():
                return self._say("true" if node.value else "false")
            case Call():
                return self._call(node)
            case Negative():
                return self._say("negative", self.said(node.operand))
            case Arithmetic():
                return arithmetic(node, self.said)
            case Comparison():
                return self._comparison(node)
            case OneOf():
                return self._one_of(node)
            case IsMissing():
                return self._missing(node)
            case Not():
                return self._not(node.operand)
            case Junction():
                return self._junction(node)
            case Key():
                return listed(self._tongue, [self.said(one) for one in node.items], "and")

    def condition(self, node: Node) -> str:
        """What must be so; of a field, that it says yes."""
        match node:
            case Name() if kind_of(node, self._schema) == Kind.TRUTH and node.name != "late":
                return self._say("yes", self.said(node))
            case Call(function="coalesce", arguments=(only, Truth(value=False))):
                return self.condition(only)
            case _:
                return self.said(node)

    def _say(self, key: str, *told: str) -> str:
        return say(self._tongue, key, *told)

    def _word(self, words: Words) -> str:
        told = inside(words.vi if self._tongue == "vi" else words.en)
        return quoted(told) if any(sign in told for sign in _UNCLEAR) else told

    def _name(self, node: Name) -> str:
        field = self._schema.fields.get(node.name)
        if field is not None:
            return self._word(field.title)
        if node.name == "at" and self._schema.at is not None:
            return self._word(self._schema.at)
        return self._say(node.name)

    def _literal(self, node: Text, codes: Mapping[str, Words]) -> str:
        if node.value in codes:
            return self._word(codes[node.value])
        if self._tongue == "vi" and is_day(node.value):
            return f"{date.fromisoformat(node.value):%d/%m/%Y}"
        return node.value

    def _value(self, node: Node, beside: Node) -> str:
        """A value that is compared; a code by the name that it has in the field beside it."""
        if not isinstance(node, Text):
            return self.said(node)
        fields = (self._schema.fields.get(one.name) for one in walk(beside) if isinstance(one, Name))
        codes = {code: words for field in fields if field for code, words in field.choices.items()}
        return self._literal(node, codes)

    def _comparison(self, node: Comparison) -> str:
        match node:
            case Comparison(
                op="==" | ">", left=Call(function="count") as call, right=Number(value=value)
            ) if not value:
                return self._say("not_happened" if node.op == "==" else "happened", self._events(call))
        kinds = {kind_of(one, self._schema) for one in (node.left, node.right) if not isinstance(one, Text)}
        key: str = node.op
        if kinds & TIMES:
            key = f"time{node.op}"
        elif Kind.NUMBER not in kinds:
            key = "is" if node.op == "==" else "is_not"
        return self._say(key, self._value(node.left, node.right), self._value(node.right, node.left))

    def _one_of(self, node: OneOf) -> str:
        values = listed(self._tongue, [self._value(one, node.item) for one in node.values], "or")
        return self._say("none_of" if node.negated else "is", self.said(node.item), values)

    def _missing(self, node: IsMissing) -> str:
        match node.operand:
            case Call(function="first" | "last") as call:
                return self._say("happened" if node.negated else "not_happened", self._events(call))
        return self._say("said" if node.negated else "unsaid", self.said(node.operand))

    def _not(self, operand: Node) -> str:
        match operand:
            case Name():
                return self._say("no", self.said(operand))
            case Call(function="coalesce", arguments=(Name() as only, Truth(value=False))):
                return self._say("no_or_unsaid", self.said(only))
        return self._say("not", self.condition(operand))

    def _junction(self, node: Junction) -> str:
        told = [
            f"({self.said(one)})" if isinstance(one, Junction) else self.condition(one)
            for one in node.operands
        ]
        return "; ".join(told) if node.op == "and" else listed(self._tongue, told, "or")

    def _call(self, node: Call) -> str:
        name = node.function
        if name in ("first", "last", "count"):
            return self._say(name, self._events(node))
        if name in ("min", "max"):
            is_time = kind_of(node, self._schema) in TIMES
            told = listed(self._tongue, [self.said(one) for one in node.arguments], "and")
            return self._say(f"time{name}" if is_time else name, told)
        if name == "coalesce":
            *some, last = map(self.said, node.arguments)
            for one in reversed(some):
                last = self._say(name, one, last)
            return last
        return self._say(name, *map(self.said, node.arguments)) if name in SPANS else self._say(name)

    def _events(self, node: Call) -> str:
        events = [
            self._word(self._schema.events[one.value]) for one in node.arguments if isinstance(one, Text)
        ]
        return listed(self._tongue, events, "or")


def condition_said(node: Node, schema: Schema, tongue: Tongue) -> str:
    """What must be so of an entity."""
    return _Teller(schema, tongue).condition(node)

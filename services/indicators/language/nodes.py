"""What an expression is once it is parsed: a tree of these nodes. Pure.

Nodes are equal where they mean the same; `at`, the column in the text (from 1), is for messages only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias


class Flaw(NamedTuple):
    """What is wrong with an expression, and at which column (from 1)."""

    at: int
    reason: str

    def __str__(self) -> str:
        return f"column {self.at}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Name:
    """A field of an entity, `at`, `late`; in a formula, a measure."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """Never negative: a sign is a node of its own."""

    value: Decimal
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A code, the name of an event, a day of ISO 8601."""

    value: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Truth:
    """True or False."""

    value: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One of the functions of the language."""

    function: str
    arguments: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus the operand."""

    operand: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers make one."""

    op: Literal["+", "-", "*", "/", "**"]
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of two values; missing where one of them is."""

    op: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Node
    right: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a value is among some, or among none of them."""

    item: Node
    values: tuple[Node, ...]
    negated: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class IsMissing:
    """Whether there is no value; negated, whether there is one. Never missing itself."""

    operand: Node
    negated: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; of what is missing, missing."""

    operand: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Junction:
    """All of the operands, or at least one; in three-valued logic, as SQL has it."""

    op: Literal["and", "or"]
    operands: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Key:
    """Several values as one: what is counted distinctly."""

    items: tuple[Node, ...]
    at: int = field(default=0, compare=False)


Node: TypeAlias = (
    Name | Number | Text | Truth | Call | Negative | Arithmetic | Comparison | OneOf | IsMissing | Not
    | Junction | Key
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below one."""
    match node:
        case Call(arguments=nodes) | Junction(operands=nodes) | Key(items=nodes):
            return nodes
        case Negative(operand=only) | Not(operand=only) | IsMissing(operand=only):
            return (only,)
        case Arithmetic() | Comparison():
            return (node.left, node.right)
        case OneOf():
            return (node.item, *node.values)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it, as they stand in the text but for operators, which come first."""
    yield node
    for child in children(node):
        yield from walk(child)

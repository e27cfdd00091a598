"""What a formula may say of measures, and which of them it needs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from services.indicators.language.nodes import (
    Arithmetic,
    Call,
    Flaw,
    Name,
    Negative,
    Node,
    Number,
    children,
    walk,
)
from services.indicators.takes import FLOWS, Fold

OF_POOLS: Final = {"p50": 50, "p90": 90, "mean": None}
OF_MEASURES: Final = frozenset({*OF_POOLS, "year_ago", "annualised"})
OF_NUMBERS: Final = frozenset({"sqrt", "log10"})


class Operand(NamedTuple):
    """A measure over the window of a figure, or over the same window a year earlier."""

    measure: str
    year_ago: bool = False


class Ratio(NamedTuple):
    """The outermost division of a formula, apart from factors that are written."""

    numerator: Node
    denominator: Node


def operands(formula: Node) -> tuple[Operand, ...]:
    """What a formula is made from, each once, in the order of its text."""
    return tuple(dict.fromkeys(_operands(formula)))


def ratio_of(formula: Node) -> Ratio | None:
    """Its outermost division; None where the formula is no multiple of a quotient of measures."""
    match formula:
        case (
            Arithmetic(op="*", left=Number(), right=rest)
            | Arithmetic(op="*" | "/", left=rest, right=Number())
        ):
            return ratio_of(rest)
        case Arithmetic(op="/"):
            return Ratio(_without_factor(formula.left), formula.right)
    return None


def divides(formula: Node) -> bool:
    """Whether measures are divided by measures anywhere, so that no sum of figures is a figure."""
    return any(
        isinstance(node, Arithmetic)
        and node.op in ("/", "**")
        and any(isinstance(one, Name) for one in walk(node.right))
        for node in walk(formula)
    )


def is_additive(formula: Node) -> bool:
    """Whether the formula of a sum of states is the sum of the formulas: multiples of measures, added."""
    match formula:
        case Name():
            return True
        case Negative(operand=operand):
            return is_additive(operand)
        case Arithmetic(op="+" | "-"):
            return is_additive(formula.left) and is_additive(formula.right)
        case (
            Arithmetic(op="*", left=Number(), right=rest)
            | Arithmetic(op="*" | "/", left=rest, right=Number())
        ):
            return is_additive(rest)
        case Call(function="annualised" | "year_ago"):
            return True
    return False


def faults_of(formula: Node, folds: Mapping[str, Fold]) -> list[Flaw]:
    """Everything that is wrong with a formula over measures of these folds."""
    return list(_faults(formula, folds))


def _operands(node: Node) -> Iterator[Operand]:
    match node:
        case Name():
            yield Operand(node.name)
        case Call(function="year_ago", arguments=(Name() as measure,)):
            yield Operand(measure.name, year_ago=True)
        case _:
            for child in children(node):
                yield from _operands(child)


def _without_factor(node: Node) -> Node:
    match node:
        case (
            Arithmetic(op="*", left=Number(), right=rest)
            | Arithmetic(op="*" | "/", left=rest, right=Number())
        ):
            return _without_factor(rest)
    return node


def _faults(node: Node, folds: Mapping[str, Fold]) -> Iterator[Flaw]:
    match node:
        case Number():
            return
        case Name():
            if node.name not in folds:
                yield Flaw(node.at, f"there is no measure {node.name!r}")
            elif folds[node.name] == Fold.POOL:
                yield Flaw(node.at, f"{node.name} is a pool: p50, p90 or mean of it is a number")
        case Negative() | Arithmetic():
            for child in children(node):
                yield from _faults(child, folds)
        case Call(function=name) if name in OF_MEASURES:
            yield from _call_faults(node, folds)
        case Call(function=name) if name in ("min", "max", "both") or name in OF_NUMBERS:
            if (len(node.arguments) != 1) if name in OF_NUMBERS else (len(node.arguments) < 2):
                yield Flaw(
                    node.at, f"{name} takes {'one number' if name in OF_NUMBERS else 'two numbers or more'}"
                )
            for one in node.arguments:
                yield from _faults(one, folds)
        case Call():
            yield Flaw(node.at, f"there is no function {node.function!r} of measures")
        case _:
            yield Flaw(node.at, "a formula is made of measures, numbers, + - * / ** and functions of them")


def _call_faults(node: Call, folds: Mapping[str, Fold]) -> Iterator[Flaw]:
    name = node.function
    if len(node.arguments) != 1 or not isinstance(node.arguments[0], Name):
        yield Flaw(node.at, f"{name} takes one measure")
        return
    measure = node.arguments[0]
    fold = folds.get(measure.name)
    if fold is None:
        yield Flaw(measure.at, f"there is no measure {measure.name!r}")
    elif (name in OF_POOLS) != (fold == Fold.POOL):
        yield Flaw(
            measure.at,
            f"{name} of a {fold}: " + ("a pool is wanted" if name in OF_POOLS else "a pool is no number"),
        )
    elif name == "annualised" and fold not in FLOWS:
        yield Flaw(measure.at, f"annualised of a {fold}: only what happens is counted by the year")

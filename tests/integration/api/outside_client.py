"""What somebody outside makes of an explanation: the figure again, from nothing but what it tells. Nothing of
the services is used here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, timedelta
from decimal import Context, Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Number: TypeAlias = Decimal | None
Key: TypeAlias = tuple[str, int, int]  # measure, years back, month
_PRECISE = Context(prec=34)
_ZERO = frozenset({"count", "sum", "level", "distinct", "distinct_level"})


def recomputed(head: Any, inputs: Iterable[Any]) -> Number:
    """The value of an explained figure; None: it is missing."""
    under: dict[Key, list[Any]] = {}
    for one in inputs:
        under.setdefault((one.measure, one.years_back, one.month), []).append(one)
    states = {(one.measure, one.years_back, one.month): one for one in head.measures}
    figure, tree = head.figure, ast.parse(head.definition.formula, mode="eval").body
    months = sorted({month for _, _, month in states})
    found = [_value(tree, states, under, month, days_of(figure, month)) for month in months]
    if months == [0]:
        return found[0]
    while found and found[-1] is None and not _is_over(figure):
        found.pop()
    return None if not found or None in found else sum((one for one in found if one is not None), Decimal(0))


def days_of(figure: Any, month: int) -> int:
    """How many days of the window of a formula have passed, the day as of which it is known with them."""
    start, period = date.fromisoformat(figure.period_start), figure.period
    if month:
        start, period = start.replace(month=month), "month"
    length = {"day": 0, "month": 1, "quarter": 3, "year": 12}[period]
    index = start.year * 12 + start.month - 1 + length
    end = date(index // 12, index % 12 + 1, 1) if length else start + timedelta(days=1)
    return (min(end, _known_on(figure) + timedelta(days=1)) - start).days


def _known_on(figure: Any) -> date:
    return figure.known_at.ToDatetime(UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def _is_over(figure: Any) -> bool:
    return date.fromisoformat(figure.period_start).year < _known_on(figure).year


def _value(
    node: ast.expr, states: Mapping[Key, Any], under: Mapping[Key, Sequence[Any]], month: int, days: int
) -> Number:
    def of(name: str, years_back: int = 0) -> Sequence[Any]:
        return under.get((name, years_back, month), ())

    def number(name: str, years_back: int = 0) -> Number:
        return _measured(states[name, years_back, month], of(name, years_back))

    def walk(node: ast.expr) -> Number:
        match node:
            case ast.Constant(value=int() | float() as value):
                return Decimal(str(value))
            case ast.Name(id=name):
                return number(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                value = walk(operand)
                return None if value is None else -value
            case ast.BinOp(left=left, op=op, right=right):
                return _both(op, walk(left), walk(right))
            case ast.Call(func=ast.Name(id="year_ago"), args=[ast.Name(id=name)]):
                return number(name, 1)
            case ast.Call(func=ast.Name(id="annualised"), args=[ast.Name(id=name)]):
                value = number(name)
                return None if value is None else _PRECISE.divide(value * 365, Decimal(days))
            case ast.Call(func=ast.Name(id="p50" | "p90" | "mean" as how), args=[ast.Name(id=name)]):
                return _of_pool(how, _pool(of(name)))
            case ast.Call(func=ast.Name(id=name), args=arguments):
                values = [walk(one) for one in arguments]
                return (
                    None if None in values else _FUNCTIONS[name]([one for one in values if one is not None])
                )
        raise ValueError(ast.dump(node))

    return walk(node)


_FUNCTIONS: Mapping[str, Callable[[list[Decimal]], Number]] = {
    "min": min,
    "max": max,
    "sqrt": lambda one: _PRECISE.sqrt(one[0]) if one[0] >= 0 else None,
    "log10": lambda one: _PRECISE.log10(one[0]) if one[0] > 0 else None,
}


def _both(op: ast.operator, left: Number, right: Number) -> Number:
    if left is None or right is None:
        return None
    match op:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return _PRECISE.multiply(left, right)
        case ast.Div():
            return _PRECISE.divide(left, right) if right else None
        case ast.Pow():
            return (
                _PRECISE.power(left, right)
                if left > 0 or (right == int(right) and (left or right > 0))
                else None
            )
    raise ValueError(op)


def _measured(state: Any, inputs: Sequence[Any]) -> Number:
    counted = [one for one in inputs if one.count > 0 or (state.fold == "level" and one.count)]
    if not counted:
        is_blank = any(one.count == 0 for one in inputs)
        return Decimal(0) if state.fold in _ZERO and state.reported and not is_blank else None
    if state.fold == "count":
        return Decimal(sum(one.count for one in counted))
    if state.fold in ("sum", "level"):
        return sum((Decimal(one.amount) for one in counted), Decimal(0))
    members: dict[str, tuple[Decimal, int]] = {}
    for one in counted:
        amount, count = members.get(one.member, (Decimal(0), 0))
        members[one.member] = amount + Decimal(one.amount or 0), count + one.count
    match state.fold:
        case "distinct" | "distinct_level":
            return Decimal(len(members))
        case "max":
            return max(amount / count for amount, count in members.values())
        case "min":
            return min(amount / count for amount, count in members.values())
        case "max_of_sum":
            return max(amount for amount, _ in members.values())
        case "last":
            amount, count = members[max(members)]
            return amount / count
    raise ValueError(state.fold)


def _pool(inputs: Sequence[Any]) -> list[Decimal]:
    return sorted(Decimal(one.amount) / one.count for one in inputs for _ in range(one.count))


def _of_pool(how: str, values: list[Decimal]) -> Number:
    if not values:
        return None
    if how == "mean":
        return _PRECISE.divide(sum(values, Decimal(0)), Decimal(len(values)))
    rank = (len(values) - 1) * int(how[1:])
    below, rest = divmod(rank, 100)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * rest / 100

"""A figure from what measures come to, in decimals. Pure.

Missing is not zero: what is computed from a missing measure is missing, and so is x/0, the root or logarithm
of what has none, and what is too large to be a number. Where an operand is only known to lie between two
numbers, so is the value: the bounds hold for certain, but need not be the closest where a measure is in a
formula twice. A bound that is infinite is none: "more than 40,000" lies between that and no limit.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import reduce
from typing import Final, NamedTuple

from services.indicators.language import nodes
from services.indicators.language.formula import OF_POOLS, Operand, ratio_of
from services.indicators.language.nodes import Arithmetic, Call, Name, Negative, Node
from services.indicators.language.numbers import PRECISE, Interval, Number, Pool

_DOWN: Final = Context(prec=PRECISE.prec, rounding=ROUND_FLOOR)
_UP: Final = Context(prec=PRECISE.prec, rounding=ROUND_CEILING)
_TRAPS: Final = [decimal.Overflow, decimal.DivisionByZero]
_OPEN_DOWN: Final = Context(prec=PRECISE.prec, rounding=ROUND_FLOOR, traps=_TRAPS)
_OPEN_UP: Final = Context(prec=PRECISE.prec, rounding=ROUND_CEILING, traps=_TRAPS)
_NO_LIMIT: Final = Decimal("Infinity")
_DAYS_A_YEAR: Final = Decimal(365)
_PLAIN: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": PRECISE.add, "-": PRECISE.subtract, "*": PRECISE.multiply, "/": PRECISE.divide,
}  # fmt: skip


class Answer(NamedTuple):
    """What a formula comes to. All None: missing.

    `value`, `numerator`, `denominator`: None where they are not known exactly; the last two are of the
    outermost division, before factors that are written (100 ×). `low`, `high`: only where it is not known.
    """

    value: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


MISSING: Final = Answer(None)


def evaluate(formula: Node, numbers: Mapping[Operand, Number], days: int) -> Answer:
    """The figure of a formula without faults. `days`: of its window, those that have passed: by them what
    happened is annualised.

    Raises:
        KeyError: a number of its operands is not given; None says that it is missing.
    """
    return _plain_answer(formula, numbers) or _answer(_Evaluation(numbers, days), formula)


def summed(answers: Iterable[Answer]) -> Answer:
    """The figure of a year that is the sum of its months (SAIDI, SAIFI); missing where one of them is."""
    months = list(answers)
    if not months or MISSING in months:
        return MISSING
    values = [one.value for one in months if one.value is not None]
    if len(values) == len(months):  # quotients of which the sum is rounded are no bounds
        return Answer(reduce(PRECISE.add, values))
    low = high = Decimal(0)
    for one in months:
        least, most = (one.low, one.high) if one.value is None else (one.value, one.value)
        low = _DOWN.add(low, -_NO_LIMIT if least is None else least)
        high = _UP.add(high, _NO_LIMIT if most is None else most)
    return Answer(None, _bound(low), _bound(high))


def displayed(value: Decimal, decimals: int) -> Decimal:
    """As staff see it: rounded half-up, away from zero, once."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=400))


def _plain_answer(formula: Node, numbers: Mapping[Operand, Number]) -> Answer | None:
    """What `_answer` comes to, at a fraction of its cost, of nearly all formulas; None: ask it."""
    try:
        value = _plain(formula, numbers)
        if value is None or not value.is_finite():
            return None
        ratio = ratio_of(formula)
        parts = [_plain(part, numbers) for part in ratio] if ratio else [None, None]
    except ArithmeticError:
        return None
    return Answer(value, None, None, *parts)


def _plain(node: Node, numbers: Mapping[Operand, Number]) -> Decimal | None:
    """Sums, differences, products and quotients of what is known exactly; None: there is more to it."""
    if isinstance(node, Name):
        number = numbers[Operand(node.name)]
        return number if isinstance(number, Decimal) else None
    if isinstance(node, nodes.Number):
        return node.value
    if not isinstance(node, Arithmetic) or node.op not in _PLAIN:
        return None
    left, right = _plain(node.left, numbers), _plain(node.right, numbers)
    if left is None or right is None or (node.op == "/" and not right):
        return None
    return _PLAIN[node.op](left, right)


def _answer(evaluation: _Evaluation, formula: Node) -> Answer:
    value = evaluation.of(formula)
    ratio = ratio_of(formula)
    parts = [evaluation.of(part) for part in ratio] if ratio else [None, None]
    numerator, denominator = (None if part is None else part.exact for part in parts)
    if value is None or value.exact is not None:
        return Answer(None if value is None else value.low, None, None, numerator, denominator)
    return Answer(None, _bound(value.low), _bound(value.high), numerator, denominator)


class _Evaluation:
    def __init__(self, numbers: Mapping[Operand, Number], days: int) -> None:
        self._numbers = numbers
        self._days = Decimal(days)

    def of(self, node: Node) -> Interval | None:
        """None where it is missing."""
        try:
            found = self._of(node)
        except (decimal.InvalidOperation, decimal.Overflow, decimal.DivisionByZero):
            return None
        return found if found is None or found.low.is_finite() or found.high.is_finite() else None

    def _of(self, node: Node) -> Interval | None:
        match node:
            case nodes.Number():
                return Interval(node.value, node.value)
            case Name():
                return self._measure(Operand(node.name))
            case Negative():
                inner = self.of(node.operand)
                return None if inner is None else Interval(-inner.high, -inner.low)
            case Arithmetic():
                left, right = self.of(node.left), self.of(node.right)
                return None if left is None or right is None else _arithmetic(node.op, left, right)
            case Call():
                return self._call(node)
            case _:
                raise ValueError(f"{type(node).__name__} is no part of a formula")

    def _measure(self, operand: Operand) -> Interval | None:
        match self._numbers[operand]:
            case None:
                return None
            case Interval() as interval:
                return interval
            case Pool():
                raise ValueError(f"{operand.measure} is a pool, which is no number")
            case number:
                return Interval(number, number)

    def _call(self, node: Call) -> Interval | None:
        name, first = node.function, node.arguments[0]
        if name in OF_POOLS and isinstance(first, Name):
            return self._of_pool(Operand(first.name), OF_POOLS[name])
        if name == "year_ago" and isinstance(first, Name):
            return self._measure(Operand(first.name, year_ago=True))
        if name == "annualised":
            happened = self.of(first)
            year = Interval(_DAYS_A_YEAR, _DAYS_A_YEAR)
            return None if happened is None else _by_days(_times(happened, year), self._days)
        inner = [self.of(one) for one in node.arguments]
        numbers = [one for one in inner if one is not None]
        if name == "both":
            return _both(numbers)
        return None if len(numbers) < len(inner) else _function(name, numbers)

    def _of_pool(self, operand: Operand, percent: int | None) -> Interval | None:
        pool = self._numbers[operand]
        if not isinstance(pool, Pool):
            return None
        number = pool.mean() if percent is None else pool.percentile(percent)
        return None if number is None else Interval(number, number)


def _arithmetic(op: str, left: Interval, right: Interval) -> Interval | None:
    match op:
        case "+":
            return _outward(
                lambda context, a, b: context.add(a, b), (left.low, right.low), (left.high, right.high)
            )
        case "-":
            return _outward(
                lambda context, a, b: context.subtract(a, b), (left.low, right.high), (left.high, right.low)
            )
        case "*":
            return _times(left, right)
        case "/":
            return None if right.low <= 0 <= right.high else _corners(Context.divide, left, right)
        case _:
            exact = left.exact is not None and right.exact is not None
            return _corners(Context.power, left, right) if exact or left.low > 0 else None


def _times(left: Interval, right: Interval) -> Interval:
    return _corners(Context.multiply, left, right)


def _by_days(year: Interval, days: Decimal) -> Interval:
    return _corners(Context.divide, year, Interval(days, days))


def _both(numbers: list[Interval]) -> Interval | None:
    """What is known of one number in several ways; missing where these contradict each other."""
    if not numbers:
        return None
    found = Interval(max(one.low for one in numbers), min(one.high for one in numbers))
    return found if found.low <= found.high else None


def _function(name: str, numbers: list[Interval]) -> Interval:
    if name in ("min", "max"):
        best = min if name == "min" else max
        return Interval(best(one.low for one in numbers), best(one.high for one in numbers))
    operation = Context.sqrt if name == "sqrt" else Context.log10
    (inner,) = numbers
    # Both rise with their operand; neither looks at a context's rounding, so a bound goes one step outward.
    low, high = operation(PRECISE, inner.low), operation(PRECISE, inner.high)
    if inner.exact is not None:
        return Interval(low, low)
    return Interval(PRECISE.next_minus(low), PRECISE.next_plus(high))


def _bound(number: Decimal) -> Decimal | None:
    """None where there is no limit; a zero without the exponent that dividing by no limit gives it."""
    return (number or Decimal(0)) if number.is_finite() else None


Operation = Callable[[Context, Decimal, Decimal], Decimal]


def _corners(operation: Operation, left: Interval, right: Interval) -> Interval:
    """The least and greatest of an operation that is monotonous in both operands."""
    if left.exact is not None and right.exact is not None:
        exact = operation(PRECISE, left.low, right.low)
        return Interval(exact, exact)
    pairs = [(a, b) for a in left for b in right]
    lows = [operation(_OPEN_DOWN, a, b) for a, b in pairs]
    highs = [operation(_OPEN_UP, a, b) for a, b in pairs]
    # What no limit by no limit comes to, or nothing times no limit, lies between the other corners.
    return Interval(
        min(one for one in lows if not one.is_nan()), max(one for one in highs if not one.is_nan())
    )


def _outward(operation: Operation, low: tuple[Decimal, Decimal], high: tuple[Decimal, Decimal]) -> Interval:
    if low == high:
        exact = operation(PRECISE, *low)
        return Interval(exact, exact)
    return Interval(operation(_DOWN, *low), operation(_UP, *high))

"""What is known of a number within limits only: "more than 40,000", "about 91 %". Pure.

A measure of a field that may say so is summed twice: as the least that each entity may have, and by a
companion as the most. What it comes to lies between. A limit that is not there is kept as a number that is
larger than any, so that what comes and goes adds up.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from services.indicators import declared
from services.indicators.language.nodes import Name
from services.indicators.language.numbers import Interval, Number
from services.indicators.takes import Fold
from services.records.datasets import Dataset
from services.records.fields import Field

_LIMITED: Final = frozenset({Fold.SUM, Fold.LEVEL, Fold.MAX, Fold.MIN, Fold.LAST, Fold.MAX_OF_SUM})
_NO_LIMIT: Final = Decimal(10) ** 40  # records keep 18 digits before the point
_BEYOND: Final = Decimal(10) ** 33  # a billion of the largest; a small part of no limit is still none
_NONE: Final = Decimal("Infinity")


def most_of(measure: str) -> str:
    """The name of a measure's companion, which no declared measure can have."""
    return f"@most/{measure}"


def limit_columns(measure: declared.Measure, dataset: Dataset) -> dict[str, str]:
    """SQL of the least and the most that a kept entity, whose fields are `f`, gives to a measure, by name;
    NULL of one that says nothing, {} where its field is always exact.

    What was rounded ("≈") was so to its last digit that is not 0: 40,000 to ten thousands, 42.2 to tenths.
    """
    of = measure.expressions.get("of")
    field = dataset.by_name.get(of.name) if isinstance(of, Name) else None
    return _of_field(field) if measure.fold in _LIMITED and field is not None and field.inequality else {}


def _of_field(field: Field) -> dict[str, str]:
    said, op = f"f->'{field.name}'", f"f->'{field.name}'->>'op'"
    value = f"(f->'{field.name}'->>'value')::numeric"
    step = 1 if field.type in ("integer", "money") else 0
    digits = f"trim_scale({value})"
    half = (
        f"(0.5 * power(10::numeric, CASE WHEN scale({digits}) > 0 THEN - scale({digits})"
        f" ELSE length({digits}::text) - length(rtrim({digits}::text, '0')) END))"
    )
    lowest = f"{-_NO_LIMIT if field.min is None else field.min:f}"
    highest = f"{_NO_LIMIT if field.max is None else field.max:f}"
    by_op = {
        "least": f"greatest({lowest}, CASE {op} WHEN '>' THEN {value} + {step} WHEN '≥' THEN {value}"
        f" WHEN '≈' THEN {value} - {half} END)",
        "most": f"least({highest}, CASE {op} WHEN '<' THEN {value} - {step} WHEN '≤' THEN {value}"
        f" WHEN '≈' THEN {value} + {half} END)",
    }
    return {
        f"{end}_{field.name}": f"(CASE jsonb_typeof({said}) WHEN 'object' THEN {limit}"
        f" ELSE (f->>'{field.name}')::numeric END)"
        for end, limit in by_op.items()
    }


def between(least: Number, most: Number) -> Number:
    """What lies between two numbers; exact where they are the same, missing where one of them is."""
    low = least.low if isinstance(least, Interval) else least
    high = most.high if isinstance(most, Interval) else most
    if not isinstance(low, Decimal) or not isinstance(high, Decimal):
        return None
    if low == high:
        return low
    found = Interval(-_NONE if low <= -_BEYOND else low, _NONE if high >= _BEYOND else high)
    return None if found == (-_NONE, _NONE) else found


def told(amount: Decimal | None) -> Decimal | None:
    """A limit as it is shown; None where there is none."""
    return None if amount is None or abs(amount) >= _BEYOND else amount

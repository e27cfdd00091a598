"""Numbers as cells say them, as their field declares them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from services.records import numerals
from services.records.faults import Bad
from services.records.fields import Field
from services.records.words import Cell, Read, clean, safe


def number_reader(field: Field) -> Read:
    """Reads counts, decimals and money, from text in Vietnamese numerals or from numbers."""
    of_text = _numeral_reader(field)
    whole = field.type != "decimal"

    def read(cell: Cell) -> str:
        if cell is None or cell == "":
            return ""
        op = "="
        if isinstance(cell, str):
            op, text = numerals.split_inequality(_numeral_text(cell))
            if not text:
                return ""
            value = of_text(text)
        elif isinstance(cell, bool):
            raise Bad("not_a_number", "Cần số, không phải có/không", "a number, not a truth value")
        else:
            value = numerals.of_cell(cell) * field.scale
        if whole and value != value.to_integral_value():
            raise Bad("not_a_number", f"Cần số nguyên; nhận được {cell}", f"a whole number; got {cell}")
        _check_range(field, value)
        return _number_text(field, op, value)

    return read


def _numeral_text(cell: str) -> str:
    """As `safe`, but an inequality sign or a minus that documents write is no formula."""
    text = clean(cell)
    return text if text[:1] in ("−", ">", "<") else safe(cell)


def _numeral_reader(field: Field) -> Callable[[str], Decimal]:
    if field.type == "money":
        return lambda text: numerals.read_money(text, field.scale)
    if field.unit == "%":
        most = max(Decimal(100), field.max or Decimal(100))
        return lambda text: numerals.read_percentage(text, most)
    read = numerals.read_count if field.type == "integer" else numerals.read_decimal
    unit = "" if field.unit == "1" else clean(field.unit).casefold()
    return lambda text: read(_without_unit(text, unit))


def _without_unit(text: str, unit: str) -> str:
    if unit and text.casefold().endswith(unit):
        return text[: -len(unit)].rstrip()
    return text


def _check_range(field: Field, value: Decimal) -> None:
    if (field.min is not None and value < field.min) or (field.max is not None and value > field.max):
        limits = f"{'' if field.min is None else field.min} … {'' if field.max is None else field.max}"
        said = numerals.canonical(value)
        raise Bad("out_of_range", f"{said} ngoài khoảng {limits}", f"{said} is outside {limits}")


def _number_text(field: Field, op: str, value: Decimal) -> str:
    if op == "=":
        return numerals.canonical(value)
    if not field.inequality:
        raise Bad(
            "inequality_not_allowed",
            "Cần một số chính xác, không phải “hơn”, “trên”, “tối thiểu”, “khoảng” …",
            "an exact number, no inequality",
        )
    return f'{{"op":"{op}","value":{numerals.canonical(value)}}}'

"""What a cell says as the value of its field: the text that JSON writes for it. Pure.

One value has one text, whatever way it was written, so that texts are equal where values are:
numbers without exponent or closing zeros, days ISO 8601, moments at +07:00, durations in whole seconds,
`{"op":">","value":44000}` where an inequality is allowed. A cell without a value is "".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from json.encoder import encode_basestring as quoted

from services.records import numerals
from services.records.datasets import NUMBERS, Field
from services.records.dates import VIETNAM, read_day, read_first_day, read_moment
from services.records.faults import Bad
from services.records.periods import parse_period
from services.records.words import clean, safe

Cell = str | int | float | bool | None
Read = Callable[[Cell], str]  # raises Bad

_YES = frozenset({"true", "1", "có", "yes", "x", "đúng", "đã"})
_NO = frozenset({"false", "0", "không", "no", "sai", "chưa"})
_PLAIN = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z ./:_\-]*[0-9A-Za-z])?")  # is clean, safe and needs no escapes
_CODE_LACKS = re.compile(r'["\\\n\t]')

_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}
_LONGEST_S = 100 * 366 * 86_400
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)(?::([0-5]\d))?")
_WORDED = re.compile(
    r"(?:(\d{1,5}) ?ngày)? ?(?:(\d{1,6}) ?giờ)? ?(?:(\d{1,7}) ?phút)? ?(?:(\d{1,9}) ?giây)?", re.IGNORECASE
)


def reader(field: Field) -> Read:
    """The function that reads cells of a field; of areas and organisations it reads what they are called."""
    read = _reader(field)
    if not field.required:
        return read

    def required(cell: Cell) -> str:
        said = read(cell)
        if not said:
            raise Bad("missing_value", f"Thiếu “{field.title_vi}”", f"{field.title_en} is missing")
        return said

    return required


def moment_text(moment: datetime) -> str:
    """A moment at +07:00, as payloads write it."""
    return moment.astimezone(VIETNAM).isoformat()


def first_day_reader(field: Field) -> Read:
    """As `reader`, of a field of days in which a month, quarter or year stands for its first day."""
    return _of_text(lambda text: f'"{read_first_day(text).isoformat()}"', "not_a_date", integer=True)


def text_of(cell: Cell, reason: str, integer: bool = True) -> str:
    """What a cell says, as safe text; whole numbers are text too where codes are looked for.

    Raises:
        Bad: `reason`, formula_in_cell, control_character.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe(cell)
    if integer and isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    raise Bad(reason, f"Cần văn bản; nhận được {cell!r}", f"text; got {cell!r}")


def _reader(field: Field) -> Read:
    if field.type in NUMBERS:
        return _number_reader(field)
    if field.type in ("text", "code"):
        return _text_reader(field)
    if field.type == "choice":
        return _choice_reader(field)
    if field.type == "duration":
        return _duration_reader(field)
    if field.type == "boolean":
        return _boolean
    if field.type == "date":
        return _of_text(lambda text: f'"{read_day(text).isoformat()}"', "not_a_date", integer=False)
    if field.type == "instant":
        return _of_text(lambda text: f'"{read_moment(text).isoformat()}"', "not_a_time", integer=False)
    return _of_text(quoted, f"unknown_{field.type}", integer=True)


def _of_text(convert: Callable[[str], str], reason: str, integer: bool) -> Read:
    def read(cell: Cell) -> str:
        text = text_of(cell, reason, integer)
        return convert(text) if text else ""

    return read


def _text_reader(field: Field) -> Read:
    longest, code = field.max_length, field.type == "code"
    pattern = re.compile(field.pattern) if field.pattern else None

    def read(cell: Cell) -> str:
        if type(cell) is str and len(cell) <= longest and pattern is None and _PLAIN.fullmatch(cell):
            return f'"{cell}"'
        text = text_of(cell, "wrong_type")
        if len(text) > longest:
            raise Bad("too_long", f"Dài quá {longest} ký tự", f"longer than {longest} characters")
        if text and (pattern is not None and not pattern.fullmatch(text) or code and _CODE_LACKS.search(text)):
            raise Bad("bad_pattern", f"{text[:40]!r} không đúng dạng", f"{text[:40]!r} is not of its form")
        return quoted(text) if text else ""

    return read


def _choice_reader(field: Field) -> Read:
    said = {
        clean(word).casefold(): f'"{choice.code}"'
        for choice in field.choices
        for word in (choice.code, choice.vi, choice.en, *choice.aliases)
    }
    known_vi = ", ".join(choice.vi for choice in field.choices)
    known_en = ", ".join(choice.code for choice in field.choices)

    def read(cell: Cell) -> str:
        text = text_of(cell, "not_allowed")
        if not text:
            return ""
        found = said.get(text.casefold())
        if found is None:
            raise Bad("not_allowed", f"{text[:40]!r}: cần một trong {known_vi}", f"{text[:40]!r}: one of {known_en}")
        return found

    return read


def _boolean(cell: Cell) -> str:
    word = str(cell).casefold() if isinstance(cell, bool) else text_of(cell, "not_allowed").casefold()
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    if word:
        raise Bad("not_allowed", f"{word[:40]!r}: cần có hoặc không", f"{word[:40]!r}: true or false")
    return ""


def _number_reader(field: Field) -> Read:
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
    if field.min is not None and value < field.min or field.max is not None and value > field.max:
        limits = f"{'' if field.min is None else field.min} … {'' if field.max is None else field.max}"
        said = numerals.canonical(value)
        raise Bad("out_of_range", f"{said} ngoài khoảng {limits}", f"{said} is outside {limits}")


def _number_text(field: Field, op: str, value: Decimal) -> str:
    if op == "=":
        return numerals.canonical(value)
    if not field.inequality:
        raise Bad(
            "inequality_not_allowed",
            "Cần một số chính xác, không phải “hơn”, “trên”, “tối thiểu” …",
            "an exact number, no inequality",
        )
    return f'{{"op":"{op}","value":{numerals.canonical(value)}}}'


def _duration_reader(field: Field) -> Read:
    seconds_a_unit = _SECONDS.get(field.unit)

    def read(cell: Cell) -> str:
        if cell is None or cell == "":
            return ""
        if isinstance(cell, str):
            text = safe(cell)
            if not text:
                return ""
            seconds = _seconds(text)
        else:
            text, seconds = str(cell), None
        if seconds is None and seconds_a_unit is not None and not isinstance(cell, bool):
            number = numerals.read_decimal(text) if isinstance(cell, str) else numerals.of_cell(cell)
            seconds = number * seconds_a_unit
        if seconds is None or seconds != int(seconds) or not 0 <= seconds <= _LONGEST_S:
            raise Bad("not_a_duration", f"{text[:40]!r} không phải thời lượng", f"{text[:40]!r} is no duration")
        return str(int(seconds))

    return read


def _seconds(text: str) -> Decimal | None:
    """`PT1H30M`, `1:30`, `1:30:00`, `2 ngày 3 giờ`; None where it is none of them."""
    if found := _CLOCK.fullmatch(text):
        return Decimal(3600 * int(found[1]) + 60 * int(found[2]) + int(found[3] or 0))
    if (found := _WORDED.fullmatch(text)) and any(found.groups()):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return Decimal(86_400 * days + 3600 * hours + 60 * minutes + seconds)
    try:
        period = parse_period(text)
    except ValueError:
        return None
    return None if period.months else Decimal(period.exact // timedelta(seconds=1))

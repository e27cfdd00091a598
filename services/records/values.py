"""What a cell says as the value of its field: the text that JSON writes for it. Pure.

One value has one text, whatever way it was written, so that texts are equal where values are:
numbers without exponent or closing zeros, days ISO 8601, moments at +07:00, durations in whole seconds,
`{"op":">","value":44000}` where an inequality is allowed. A cell without a value is "".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from json.encoder import encode_basestring as quoted

from services.records.dates import read_day, read_first_day, read_moment
from services.records.durations import duration_reader
from services.records.faults import Bad
from services.records.fields import NUMBERS, Field
from services.records.numbers import number_reader
from services.records.words import Cell, Read, clean, text_of

__all__ = ["first_day_reader", "quoted", "reader"]

_YES = frozenset({"true", "1", "có", "yes", "x", "đúng", "đã"})
_NO = frozenset({"false", "0", "không", "no", "sai", "chưa"})
_PLAIN = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z ./:_\-]*[0-9A-Za-z])?")  # is clean, safe and needs no escapes
_CODE_LACKS = re.compile(r'["\\\n\t]')


def reader(field: Field) -> Read:
    """The function that reads cells of a field; of areas and organisations it reads what they are called."""
    return _required(field, _reader(field))


def first_day_reader(field: Field) -> Read:
    """As `reader`, of a field of days in which a month, quarter or year stands for its first day."""
    read = _of_text(lambda text: f'"{read_first_day(text).isoformat()}"', "not_a_date", integer=True)
    return _required(field, read)


def _required(field: Field, read: Read) -> Read:
    if not field.required:
        return read

    def required(cell: Cell) -> str:
        said = read(cell)
        if not said:
            raise Bad("missing_value", f"Thiếu “{field.title_vi}”", f"{field.title_en} is missing")
        return said

    return required


def _reader(field: Field) -> Read:
    if field.type in NUMBERS:
        return number_reader(field)
    if field.type in ("text", "code"):
        return _text_reader(field)
    if field.type == "choice":
        return _choice_reader(field)
    if field.type == "duration":
        return duration_reader(field)
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
        if text and (
            (pattern is not None and not pattern.fullmatch(text)) or (code and _CODE_LACKS.search(text))
        ):
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
            raise Bad(
                "not_allowed", f"{text[:40]!r}: cần một trong {known_vi}", f"{text[:40]!r}: one of {known_en}"
            )
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

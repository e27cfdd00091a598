"""One column of a dataset: what it declares, looked over for what contradicts itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import msgspec

Type = Literal[
    "text",
    "integer",
    "decimal",
    "money",
    "date",
    "instant",
    "boolean",
    "choice",
    "code",
    "area",
    "organisation",
    "duration",
]
NUMBERS = frozenset({"integer", "decimal", "money"})
TEXTS = frozenset({"text", "code"})
TIMES = frozenset({"date", "instant"})
LONGEST_TEXT = 4000  # characters; more is a document, not a field

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DURATION_UNITS = frozenset({"s", "min", "h", "d"})


class Choice(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One of the values of a choice. `aliases`: other words that sources write for it."""

    code: str
    vi: str
    en: str
    aliases: tuple[str, ...] = ()


class Field(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One column. Limits are in the field's unit, inclusive; of money after `scale`, so in VND."""

    name: str
    title_vi: str
    title_en: str
    type: Type
    required: bool = False
    note_vi: str = ""
    note_en: str = ""
    unit: str = ""
    min: Decimal | None = None
    max: Decimal | None = None
    scale: int = 1
    max_length: int = 200
    pattern: str = ""
    choices: tuple[Choice, ...] = ()
    personal: Literal["drop", "pseudonym"] | None = None
    inequality: bool = False


def field_faults(field: Field) -> Iterator[str]:
    """What is wrong with a field's declaration, each beginning with the key."""
    if not _NAME.fullmatch(field.name):
        yield "name: lower case, digits, underscores"
    if not field.title_vi or not field.title_en:
        yield "title_vi, title_en: both"
    yield from _number_faults(field)
    if field.pattern and field.type not in TEXTS:
        yield "pattern: for text and code only"
    if not 1 <= field.max_length <= LONGEST_TEXT:
        yield f"max_length: from 1 to {LONGEST_TEXT}"
    if field.personal == "pseudonym" and field.type not in TEXTS:
        yield "personal: a pseudonym is made of text or a code"
    yield from _pattern_faults(field.pattern)
    yield from _choice_faults(field)


def _number_faults(field: Field) -> Iterator[str]:
    number = field.type in NUMBERS
    if field.type in ("integer", "decimal") and not field.unit:
        yield 'unit: say which; "1" where it is a count'
    if field.type == "duration" and field.unit not in {"", *_DURATION_UNITS}:
        yield f"unit: of a duration that is written as a number, one of {', '.join(sorted(_DURATION_UNITS))}"
    if field.type == "money" and field.unit not in ("", "VND"):
        yield "unit: money is VND; say `scale` where the source writes millions"
    if field.unit and not number and field.type != "duration":
        yield "unit: for numbers and durations only"
    if not number and (field.min is not None or field.max is not None or field.inequality):
        yield "min, max, inequality: for numbers only"
    if field.min is not None and field.max is not None and field.min > field.max:
        yield "min: above max"
    if field.scale < 1 or (field.scale != 1 and field.type != "money"):
        yield "scale: a positive factor, of money only"


def _pattern_faults(pattern: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"pattern: {error}"


def _choice_faults(field: Field) -> Iterator[str]:
    if (field.type == "choice") != bool(field.choices):
        yield "choices: a choice has them, nothing else has"
    words: dict[str, str] = {}
    for choice in field.choices:
        for word in {choice.code, choice.vi, choice.en, *choice.aliases}:
            if words.setdefault(word.casefold(), choice.code) != choice.code:
                yield f"choices: {word!r} means {words[word.casefold()]} and {choice.code}"
    codes = [choice.code for choice in field.choices]
    if len(set(codes)) < len(codes):
        yield "choices: a code is there twice"

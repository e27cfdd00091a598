"""Vietnamese numerals: `1.402` is 1402, `42,2 %` is 42.2, `150.126 triệu đồng` is 150,126,000,000. Pure.

A dot is between thousands and a comma before decimals, as Vietnamese documents write. What could be either is
refused, never guessed; a decimal point is understood of percentages only, where it is plausible (`46.4%`).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from services.records.faults import Bad

# At most 18 digits before and 9 behind the comma, so that no context of decimal arithmetic rounds.
_VIETNAMESE = re.compile(
    r"(?P<whole>\d{1,18}|[1-9]\d{0,2}(?:\.\d{3}){1,5}|[1-9]\d{0,2}(?: \d{3}){1,5})(?:,(?P<fraction>\d{1,9}))?"
)
_POINTED = re.compile(r"\d{1,6}\.\d{1,9}")
_MONTH_OF_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])\.(?:19|20)\d\d")
_MOST_DIGITS = 18

_UP = re.compile(r"(?:từ )?(.+?) trở lên")
_DOWN = re.compile(r"(?:từ )?(.+?) trở xuống")
_BEFORE = {
    "lớn hơn": ">", "nhiều hơn": ">", "hơn": ">", "trên": ">",
    "tối thiểu": "≥", "ít nhất": "≥", "không dưới": "≥", ">=": "≥", "≥": "≥", ">": ">",
    "nhỏ hơn": "<", "ít hơn": "<", "dưới": "<",
    "xấp xỉ": "≈", "khoảng": "≈", "chừng": "≈", "≈": "≈", "~": "≈",
    "tối đa": "≤", "nhiều nhất": "≤", "không quá": "≤", "<=": "≤", "≤": "≤", "<": "<",
}  # fmt: skip
# Longer words first, or "triệu đồng" would be "triệu đồng" less "đồng".
_MONEY = {
    "nghìn tỷ đồng": 10**12, "nghìn tỉ đồng": 10**12,
    "tỷ đồng": 10**9, "tỉ đồng": 10**9, "triệu đồng": 10**6, "nghìn đồng": 10**3, "ngàn đồng": 10**3,
    "tỷ": 10**9, "tỉ": 10**9, "triệu": 10**6, "nghìn": 10**3, "ngàn": 10**3,
    "đồng": 1, "vnđ": 1, "vnd": 1, "₫": 1, "đ": 1,
}  # fmt: skip


class Number(NamedTuple):
    """A value, and how the true one lies to it: `=`, `>`, `≥`, `<`, `≤`; `≈`: it was rounded to its last
    digit."""

    value: Decimal
    op: str = "="


def split_inequality(text: str) -> tuple[str, str]:
    """`hơn 44.000` → (">", "44.000"); `từ 30 % trở lên` → ("≥", "30 %"); `khoảng 91 %` → ("≈", "91 %");
    others ("=", as they are).
    """
    lower = text.casefold()
    for pattern, op in ((_UP, "≥"), (_DOWN, "≤")):
        found = pattern.fullmatch(lower)
        if found:
            return op, found[1].strip()
    for word, op in _BEFORE.items():
        rest = lower.removeprefix(word)
        if rest != lower and (not word[-1].isalpha() or rest[:1] in (" ", "")):
            return op, rest.strip()
    return "=", text


def read_count(text: str) -> Decimal:
    """A whole number: `1402`, `1.402`, `1 402`.

    Raises:
        Bad: not_a_number; so is a comma, for nobody knows whether it is between thousands.
    """
    sign, digits = _sign(text)
    found = _VIETNAMESE.fullmatch(digits)
    if found is None or found["fraction"] is not None:
        raise _not_a_number(
            text, "số nguyên, phần nghìn cách bằng dấu chấm", "a whole number, thousands by dots"
        )
    return sign * _value(found)


def read_decimal(text: str) -> Decimal:
    """`1.402` = 1402, `42,25` = 42.25.

    Raises:
        Bad: not_a_number; so is a decimal point.
    """
    sign, digits = _sign(text)
    found = _VIETNAMESE.fullmatch(digits)
    if found is None:
        raise _not_a_number(
            text, "số, phần thập phân sau dấu phẩy", "a number with its decimals behind a comma"
        )
    return sign * _value(found)


def read_percentage(text: str, most: Decimal) -> Decimal:
    """`42,2%`, `46.4 %`, `88,89`: per cent. `most`: up to where a decimal point is plausible.

    Raises:
        Bad: not_a_number; so is `7.2022`, which is a month.
    """
    bare = text.removesuffix("%").rstrip()
    sign, digits = _sign(bare)
    signed = bare != text
    if _POINTED.fullmatch(digits) and (signed or not _MONTH_OF_YEAR.fullmatch(digits)):
        pointed = Decimal(digits)
        if pointed <= most or (signed and len(digits.partition(".")[2]) != 3):
            return sign * pointed
    return read_decimal(bare)


def read_money(text: str, scale: int) -> Decimal:
    """VND. A word says the unit (`150.126 triệu đồng`); without one it is the source's `scale`.

    Raises:
        Bad: not_a_number; so is a fraction of a đồng.
    """
    lower, factor = text.casefold(), scale
    for word, unit in _MONEY.items():
        if lower.endswith(word):
            lower, factor = lower[: -len(word)].rstrip(), unit
            break
    value: Decimal = read_count(lower) if factor == 1 else read_decimal(lower) * factor
    if value != value.to_integral_value():
        raise _not_a_number(text, "số tiền tròn đồng", "an amount of whole đồng")
    return value


def of_cell(number: float) -> Decimal:
    """A number that a spreadsheet or JSON holds, to the 15 digits that such a cell keeps.

    Raises:
        Bad: not_a_number (infinite, none), out_of_range (more than 18 digits).
    """
    if number != number or number in (float("inf"), float("-inf")):
        raise _not_a_number(str(number), "số hữu hạn", "a finite number")
    value = Decimal(number) if isinstance(number, int) else Decimal(f"{number:.15g}")
    if value and value.adjusted() >= _MOST_DIGITS:
        raise Bad("out_of_range", "Số quá lớn (hơn 18 chữ số)", "more than 18 digits")
    return value


def canonical(value: Decimal) -> str:
    """One text for one number, as JSON writes it: no exponent, no closing zeros."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _sign(text: str) -> tuple[Decimal, str]:
    if text[:1] in ("-", "−"):
        return Decimal(-1), text[1:].lstrip()
    return Decimal(1), text[1:].lstrip() if text[:1] == "+" else text


def _value(found: re.Match[str]) -> Decimal:
    whole = found["whole"].replace(".", "").replace(" ", "")
    return Decimal(f"{whole}.{found['fraction'] or 0}") if found["fraction"] else Decimal(whole)


def _not_a_number(text: str, wanted_vi: str, wanted_en: str) -> Bad:
    return Bad("not_a_number", f"Cần {wanted_vi}; nhận được {text[:40]!r}", f"{wanted_en}; got {text[:40]!r}")

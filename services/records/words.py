"""Text as people and systems write it, in one form: NFC, plain spaces, no formulas. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from services.records.faults import Bad

Cell = str | int | float | bool | None
Read = Callable[
    [Cell], str
]  # a cell → the text that JSON writes for its value, "" where it has none; raises Bad

# No-break, figure, thin and narrow spaces stand between digits and words of Vietnamese documents;
# zero-width marks come with text that was copied from the web.
_SPACES = dict.fromkeys((0xA0, 0x2007, 0x2009, 0x202F), " ") | dict.fromkeys((0x200B, 0x2060, 0xFEFF))
# What makes a spreadsheet calculate when the text is opened again as a cell (OWASP, CSV injection).
_STARTS_FORMULA = frozenset("=+-@\t\r")
_SIGNED_DIGITS = re.compile(r"[+\-]? ?\d[\d., ]*%?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def clean(text: str) -> str:
    """The text in NFC, its uncommon spaces made plain, none at its ends."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_SPACES))
    return text.strip()


def safe(raw: str) -> str:
    """`clean`, of a cell that no spreadsheet would take for a formula and any database can keep.

    Raises:
        Bad: formula_in_cell, control_character.
    """
    text = clean(raw)
    risky = raw[:1] in _STARTS_FORMULA or text[:1] in _STARTS_FORMULA
    if risky and text and not _SIGNED_DIGITS.fullmatch(text):
        raise Bad(
            "formula_in_cell",
            f"Ô bắt đầu bằng {raw[:1]!r}, bảng tính sẽ hiểu là công thức",
            f"the cell begins with {raw[:1]!r}, which a spreadsheet takes for a formula",
        )
    if _FORBIDDEN.search(text):
        raise Bad("control_character", "Ô có ký tự điều khiển", "the cell has a control character")
    return text


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

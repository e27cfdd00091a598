"""Text as people and systems write it, in one form: NFC, plain spaces, no formulas. Pure."""

from __future__ import annotations

import re
import unicodedata

from services.records.faults import Bad

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
    if (raw[:1] in _STARTS_FORMULA or text[:1] in _STARTS_FORMULA) and text:
        if not _SIGNED_DIGITS.fullmatch(text):
            raise Bad(
                "formula_in_cell",
                f"Ô bắt đầu bằng {raw[:1]!r}, bảng tính sẽ hiểu là công thức",
                f"the cell begins with {raw[:1]!r}, which a spreadsheet takes for a formula",
            )
    if _FORBIDDEN.search(text):
        raise Bad("control_character", "Ô có ký tự điều khiển", "the cell has a control character")
    return text

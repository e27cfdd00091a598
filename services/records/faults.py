"""Why a row is refused: a stable reason, and a sentence in both languages. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """What is wrong with one cell. `field` "" where it is the row as a whole."""

    field: str
    reason: str
    detail_vi: str
    detail_en: str


class Bad(Exception):
    """A cell that cannot be the value of its field."""

    def __init__(self, reason: str, detail_vi: str, detail_en: str) -> None:
        super().__init__(reason, detail_vi, detail_en)
        self.reason, self.detail_vi, self.detail_en = reason, detail_vi, detail_en

    def of(self, field: str) -> Fault:
        """The same, said of a field."""
        return Fault(field, self.reason, self.detail_vi, self.detail_en)

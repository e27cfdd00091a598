"""Lists that boards show: what they are called, how often they are looked up, and their columns. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

# So many rows are sent of each; the rest is a number.
ROWS_MAX = 40


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it stood at a moment."""

    as_of_ms: int
    rows: Sequence[Row]
    total: int

    def same_as(self, other: Listed | None) -> bool:
        """Whether it says the same, whenever that was."""
        return other is not None and (self.total, list(self.rows)) == (other.total, list(other.rows))


# How often each is looked up, s: as long as it may be out of date, and as seldom as it costs.
EVERY_S: Mapping[str, float] = {
    "late": 60.0,
    "quarantine": 15.0,
    "imbalance": 30.0,
    "restated": 30.0,
    "incidents": 30.0,
    "sources": 120.0,
    "walls": 5.0,
}


def _column(field: str, kind: str, vi: str, en: str) -> dict[str, Any]:
    return {"field": field, "kind": kind, "title": {"vi": vi, "en": en}}


COLUMNS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "late": (
        _column("organisation", "words", "Đơn vị", "Who"),
        _column("dataset", "words", "Báo cáo", "Report"),
        _column("due_ms", "moment", "Hạn", "Due"),
        _column("hours", "number", "Trễ (giờ)", "Late (h)"),
        _column("times", "number", "Số kỳ", "Times"),
    ),
    "quarantine": (
        _column("reason", "words", "Lý do", "Reason"),
        _column("readings", "number", "Số đo", "Readings"),
        _column("newest_ms", "moment", "Mới nhất", "Newest"),
    ),
    "imbalance": (
        _column("name", "words", "Khoảng", "Window"),
        _column("received", "number", "Đã nhận", "Received"),
        _column("apart", "number", "Lệch", "Apart"),
    ),
    "restated": (
        _column("indicator", "words", "Chỉ tiêu", "Indicator"),
        _column("subject", "words", "Nơi", "Where"),
        _column("before", "text", "Trước", "Before"),
        _column("after", "text", "Sau", "After"),
        _column("at_ms", "moment", "Lúc", "At"),
    ),
    "walls": (
        _column("name", "words", "Màn hình", "Wall"),
        _column("behind_s", "duration", "Chậm", "Behind"),
    ),
    "sources": (
        _column("source", "words", "Nguồn", "Source"),
        _column("right", "number", "Đúng (%)", "Right (%)"),
        _column("complete", "number", "Đủ (%)", "Complete (%)"),
        _column("clean", "number", "Sạch (%)", "Clean (%)"),
        _column("live", "number", "Sống (%)", "Live (%)"),
        _column("newest_ms", "moment", "Mới nhất", "Newest"),
    ),
    "incidents": (
        _column("severity", "words", "Mức độ", "Severity"),
        _column("category", "words", "Loại", "Category"),
        _column("agency", "words", "Cơ quan", "Agency"),
        _column("began_ms", "moment", "Từ", "Since"),
    ),
}

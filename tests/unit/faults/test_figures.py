"""The figures of one store replace those of its last run, and nothing else of the document."""

from __future__ import annotations

from datetime import date

import pytest

from tests.faults.figures import DOCUMENT, replaced, section
from tests.faults.soak_faults import FAULTS

NAMES = (
    "said acknowledged rows lost duplicate_rows ledger_apart never_reached duplicate poison facts_confirmed"
    " replayed_after_clock minutes seed devices per_s"
)
SUMMARY = dict.fromkeys(NAMES.split(), 7) | {
    "said": 270123,
    "faults": {fault.name: 3 for fault in FAULTS},
    "not_tested": {"disk_full": "no namespace"},
    "kills": [
        {"gateway_away": True, "acknowledged": 2000, "lost": 900, "lost_s": 3.01},
        {"gateway_away": True, "acknowledged": 2000, "lost": 1400, "lost_s": 4.66},
    ],
}


def test_a_run_is_told_in_a_table() -> None:
    text = section("timescale", SUMMARY, date(2026, 11, 25))
    assert "| đã gửi · said | 270,123 |" in text
    assert "2 ×; mất · lost 900, 1400; nhiều nhất · at most 1400, 4.7 s" in text
    assert text.count(" | 3 × |") == len(FAULTS)
    assert "disk full | no namespace |" in text


def test_the_document_has_a_place_for_both_stores_and_keeps_the_rest() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    new = replaced(replaced(text, "postgres", "first\n"), "timescale", "second\n")
    assert "first\n" in new
    assert "second\n" in new
    assert replaced(new, "postgres", "x\n").count("second\n") == 1
    assert new.partition("## Số liệu")[0] == text.partition("## Số liệu")[0]


def test_a_document_without_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="no section"):
        replaced("nothing", "postgres", "figures")

"""Text that PostgreSQL can hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.store_write import storable


def test_nul_and_lone_surrogates_are_spelled_out() -> None:
    assert storable("a\x00b") == "a\\x00b"
    assert storable("\ud800") == "\\ud800"
    assert storable("Trạm đo 🌊") == "Trạm đo 🌊"


@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_storable(text: str) -> None:
    assert "\x00" not in storable(text)
    storable(text).encode("utf-8")

"""Pseudonyms: the same for the same person in one field, and nothing anywhere else."""

from __future__ import annotations

import pytest

from services.records.privacy import Pseudonyms

ONE, OTHER = Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)


def test_spaces_dots_and_case_make_no_difference() -> None:
    said = {
        ONE.of("a.b", "citizen")(text)
        for text in ("056190000123", "056 190 000 123", "056.190.000.123\u00a0")
    }
    assert len(said) == 1
    assert ONE.of("a.b", "passport")("c1234567") == ONE.of("a.b", "passport")("C1234567")


def test_another_person_field_dataset_or_key_is_another_pseudonym() -> None:
    said = {
        ONE.of("a.b", "citizen")("056190000123"),
        ONE.of("a.b", "citizen")("056190000124"),
        ONE.of("a.b", "payer")("056190000123"),
        ONE.of("a.c", "citizen")("056190000123"),
        OTHER.of("a.b", "citizen")("056190000123"),
    }
    assert len(said) == 5


def test_a_key_that_is_short_is_none_and_no_key_is_ever_shown() -> None:
    with pytest.raises(ValueError, match="from 32"):
        Pseudonyms(b"short")
    assert "1111" not in repr(ONE)

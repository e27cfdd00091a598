"""Binary rows, byte for byte as PostgreSQL documents them."""

from __future__ import annotations

import struct

from services.telemetry import copy_rows


def test_reading_row() -> None:
    made = copy_rows.reading_rows([(7, 946_684_800_001, 1.5, 1, 2, 946_684_800_002)])
    assert made.startswith(b"PGCOPY\n\xff\r\n\0" + bytes(8))
    assert made.endswith(b"\xff\xff")
    row = made[19:-2]
    expected = struct.pack(">hiiiqidihiiiq", 6, 4, 7, 8, 1000, 8, 1.5, 2, 1, 4, 2, 8, 2000)
    assert row == expected


def test_times_before_2000_are_negative() -> None:
    assert copy_rows.timestamp(946_684_799_999) == -1000


def test_int_array() -> None:
    assert copy_rows.int_array([1, -2]) == struct.pack(">iiiiiiiii", 1, 0, 23, 2, 1, 4, 1, 4, -2)


def test_empty_arrays_have_no_dimension() -> None:
    assert copy_rows.int_array([]) == struct.pack(">iii", 0, 0, 23)
    assert copy_rows.text_array([]) == struct.pack(">iii", 0, 0, 25)


def test_text_array_counts_bytes_not_characters() -> None:
    encoded = "Hà".encode()
    assert (
        copy_rows.text_array(["Hà"]) == struct.pack(">iiiii", 1, 0, 25, 1, 1) + struct.pack(">i", 3) + encoded
    )


def test_row_is_a_whole_stream() -> None:
    made = copy_rows.row(b"a", b"bc")
    assert made[19:] == struct.pack(">hi", 2, 1) + b"a" + struct.pack(">i", 2) + b"bc" + b"\xff\xff"

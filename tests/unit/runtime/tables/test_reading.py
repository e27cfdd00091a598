"""Tables of each format: rows and their lines, and what makes a line or a whole file unreadable."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.tables.domain import Cell, Problem, TableError
from services.runtime.tables.mapping import BadMapping, Mapping, parse_mapping
from services.runtime.tables.reading import Line, read, read_batches

VIETNAMESE = "Ộ Ễ Ự Ẵ Ỹ đ Đ ư ơ ắ ễ"


def mapping(kind: str = "csv", **told: Any) -> Mapping:
    return Mapping(dataset="a.b", format=kind, **{"columns": {"name": "Tên", "count": "Số lượng"}, **told})  # type: ignore[arg-type]


def rows_of(data: bytes, of: Mapping) -> list[tuple[int, dict[str, Cell]] | tuple[int, str]]:
    return [
        (line.number, line.values) if isinstance(line, Line) else (line.line, line.reason)
        for line in read(io.BytesIO(data), of)
    ]


def error_of(data: bytes, of: Mapping) -> tuple[str, int | None]:
    with pytest.raises(TableError) as caught:
        list(read(io.BytesIO(data), of))
    assert caught.value.detail_vi
    return caught.value.reason, caught.value.line


texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('",;\n\u00a0Ộđ'), max_size=12
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


@given(st.lists(st.tuples(texts, texts), max_size=12), encodings, st.sampled_from(",;\t"), st.integers(1, 5))
def test_a_csv_file_comes_back_as_it_was_written(
    rows: list[tuple[str, str]], encoding: str, delimiter: str, batch: int
) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([("Số lượng", "Khác", "Tên"), *((count, "", name) for name, count in rows)])
    stream = io.BytesIO(file.getvalue().encode(encoding))
    batches = list(read_batches(stream, mapping(encoding=encoding, delimiter=delimiter), batch))
    assert [row for one in batches for row in one.rows] == [row for row in rows if any(row)]
    assert all(len(one.rows) <= batch for one in batches)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["Tên", "Số lượng", "Khác"]), st.none() | st.booleans() | st.integers() | texts
        ),
        max_size=12,
    ),
    st.sampled_from([None, 2]),
)
def test_json_comes_back_as_it_was_written(objects: list[dict[str, Cell]], indent: int | None) -> None:
    wanted = [
        (number, {"name": one.get("Tên"), "count": one.get("Số lượng")})
        for number, one in enumerate(objects, 1)
    ]
    assert rows_of(json.dumps(objects, indent=indent).encode(), mapping("json")) == wanted
    lines = "".join(f"{json.dumps(one, ensure_ascii=False)}\r\n" for one in objects).encode()
    assert rows_of(lines, mapping("jsonl")) == wanted
    inside = json.dumps({"data": {"items": objects}}).encode()
    assert rows_of(inside, mapping("json", rows_at="data.items")) == wanted


TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text: str) -> bytes:
    """As Windows keeps it: a letter with its hat or horn, its tone behind it."""
    apart = [unicodedata.normalize("NFD", letter) for letter in text]
    letters = [
        unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        + "".join(mark for mark in marks if mark in TONES)
        for marks in apart
    ]
    return "".join(letters).encode("cp1258")


def test_windows_1258_is_read_where_it_is_declared() -> None:
    data = windows_1258(f"Số lượng,Tên\n1,{VIETNAMESE}\n")
    [(line, values)] = rows_of(data, mapping(encoding="windows-1258"))
    assert line == 2
    assert isinstance(values, dict)
    assert unicodedata.normalize("NFC", str(values["name"])) == VIETNAMESE


@pytest.mark.parametrize(
    ("declared", "written", "line"),
    [
        ("utf-8", "cp1258", 3),
        ("windows-1258", "utf-8", 3),
        ("utf-8", "utf-16", 1),
        ("utf-16", "utf-8", 1),
        ("utf-16-le", "utf-16-be", 1),
    ],
)
def test_another_encoding_than_declared_is_named_with_its_line(
    declared: str, written: str, line: int
) -> None:
    data = "x,y\na,1\nô,2\n".encode(written)
    assert error_of(data, mapping(encoding=declared, columns={"name": "x"})) == ("wrong_encoding", line)


def test_a_broken_end_of_utf_16_is_named_with_its_line() -> None:
    assert error_of("x\na\nb\n".encode("utf-16")[:-1], mapping(encoding="utf-16", columns={"name": "x"})) == (
        "wrong_encoding",
        3,
    )


class Endless(io.RawIOBase):
    """Two gigabytes of one letter, made as they are read."""

    def __init__(self, start: bytes, letter: bytes) -> None:
        self.left, self._start, self._letter, self.given = 2 << 30, start, letter, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), self.left)
        data = (self._start + self._letter * size)[:size]
        self._start = self._start[size:]
        buffer[:size] = data
        self.left -= size
        self.given += size
        return size


@pytest.mark.parametrize(
    ("kind", "start", "letter", "reason"),
    [
        ("csv", b"x,y\na,", b"1", "line_too_long"),
        ("csv", b'x,y\n"', b"a\n", "unclosed_quote"),
        ("json", b'[{"x":"', b"1", "bad_json"),
        ("jsonl", b'{"x":"', b"1", "line_too_long"),
    ],
)
def test_a_line_of_two_gigabytes_is_refused_at_its_beginning(
    kind: str, start: bytes, letter: bytes, reason: str
) -> None:
    source = Endless(start, letter)
    of = mapping(kind, columns={"name": "x"})
    with pytest.raises(TableError) as caught:
        list(read(io.BufferedReader(source), of))  # type: ignore[type-var]
    assert caught.value.reason == reason
    assert source.given < 4 << 20


def test_lines_of_a_csv_are_counted_as_an_editor_does() -> None:
    data = 'Ghi chú\n\nTên;Số lượng\n"a\nb";1\n\n;\nc;2;3\nd\n"e"x;1\nf;6\n'.encode()
    assert rows_of(data, mapping(delimiter=";", header_row=3)) == [
        (4, {"name": "a\nb", "count": "1"}),
        (11, {"name": "f", "count": "6"}),
        (8, "too_many_fields"),
        (9, "too_few_fields"),
        (10, "bad_quotes"),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no_headings"),
        ("Tên\n".encode(), "missing_column"),
        ("Tên,Tên,Số lượng\n".encode(), "repeated_column"),
    ],
)
def test_headings_must_be_there_once(data: bytes, reason: str) -> None:
    assert error_of(data, mapping()) == (reason, 1)


def test_a_heading_is_the_same_with_other_spaces_and_marks_apart() -> None:
    heading = unicodedata.normalize("NFD", "\ufeffTên,Số\u00a0 lượng")
    assert rows_of(f"{heading}\na,1\n".encode(), mapping()) == [(2, {"name": "a", "count": "1"})]


def test_words_constants_and_decimal_points_are_mapped() -> None:
    of = mapping(
        constants={"year": 2025},
        values={"name": {unicodedata.normalize("NFD", "Đã  nộp"): "received"}},
        point=("count",),
    )
    data = "Tên,Số lượng\nĐã\u00a0nộp,12.345\nkhác,1.2.3\n,-5\nx,\n".encode()
    assert rows_of(data, of) == [
        (2, {"name": "received", "count": 12.345, "year": 2025}),
        (3, {"name": "khác", "count": "1.2.3", "year": 2025}),
        (4, {"name": "", "count": -5, "year": 2025}),
        (5, {"name": "x", "count": "", "year": 2025}),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"[1",
        b"[1,]",
        b"[{} {}]",
        b"[] x",
        b"[NaN]",
        b'[{"x":Infinity}]',
        b"[" * 100_000,
        b"",
        b"[{]",
        b'["\\ud83"]',
    ],
)
def test_what_is_no_array_of_json_is_refused_whole(data: bytes) -> None:
    assert error_of(data, mapping("json"))[0] == "bad_json"


def test_elements_and_members_of_another_kind_are_problems_of_their_own() -> None:
    data = b'[1, {"x": {"y": 2}}, {"x": {"y": [3]}}, {"x.y": 4}, null]'
    assert rows_of(data, mapping("json", columns={"name": "x.y"})) == [
        (2, {"name": 2}),
        (4, {"name": 4}),
        (1, "wrong_type"),
        (3, "wrong_type"),
        (5, "wrong_type"),
    ]
    lines = b'{"x": 1}\n{"x": NaN}\n\n[]\n{"x": 2\n' + b"[" * 100_000
    assert [number for number, _ in rows_of(lines, mapping("jsonl", columns={"name": "x"}))] == [
        1,
        2,
        4,
        5,
        6,
    ]


@pytest.mark.parametrize(
    "told",
    [
        "dataset='a.b'\nformat='csv'",
        "dataset='a.b'\nformat='xls'\ncolumns={a='A'}",
        "dataset='a.b'\nformat='csv'\ncolumns={}",
        "dataset='a.b'\nformat='csv'\ncolumns={a='A'}\ncolour='red'",
        "dataset='a.b'\nformat='csv'\ncolumns={a='A', b='\u00a0A'}",
        "dataset='a.b'\nformat='csv'\ncolumns={a='A'}\nencoding='latin-1'",
        "dataset='a.b'\nformat='json'\ncolumns={a='A'}\nencoding='windows-1258'",
        "dataset='a.b'\nformat='csv'\ncolumns={a='A'}\ndelimiter='||'",
        "dataset='a.b'\nformat='csv'\ncolumns={a='A'}\nheader_row=0",
        "dataset='a.b'\nformat='csv'\ncolumns={a='A'}\nconstants={a=1}",
        "dataset='a.b'\nformat='csv'\ncolumns={a='A'}\npoint=['b']",
        "dataset='a.b'\nformat='csv'\ncolumns={a='A'}\n[values.b]\nx='y'",
        "dataset=",
    ],
)
def test_a_mapping_that_cannot_be_is_refused(told: str) -> None:
    with pytest.raises(BadMapping):
        parse_mapping(told)


def test_a_mapping_is_read_as_it_stands() -> None:
    found = parse_mapping(
        "dataset='a.b'\nformat='csv'\nencoding='UTF-16'\n[columns]\na='A'\n[constants]\nb=1\n"
    )
    assert found.names == ("a", "b")


@given(st.binary(max_size=200), st.sampled_from(["csv", "json", "jsonl", "xlsx"]), encodings)
def test_any_bytes_are_rows_problems_or_one_clear_error(data: bytes, kind: str, encoding: str) -> None:
    for start in (b"", b"x,y\n", b"\xff\xfe"):
        try:
            lines: Iterator[Line | Problem] = read(
                io.BytesIO(start + data), mapping(kind, encoding=encoding, columns={"n": "x"})
            )
            assert all(isinstance(line, (Line, Problem)) for line in lines)
        except TableError:
            continue

"""Workbooks: what their cells say, and what never gets as far as being opened."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from services.runtime.tables import xlsx_guard
from services.runtime.tables.domain import Cell, TableError
from services.runtime.tables.mapping import Mapping
from services.runtime.tables.reading import Line, read
from services.runtime.tables.template import TemplateColumn, TemplateWords, write_template

ONE = Mapping(dataset="a.b", format="xlsx", columns={"x": "Số liệu"})
MEGABYTE = 1 << 20


def workbook(*cells: Any, formats: dict[int, str] | None = None, title: str = "Số liệu") -> bytes:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row, cell in enumerate(("Số liệu", *cells), start=1):
        sheet.cell(row, 1, cell)
    for row, number_format in (formats or {}).items():
        sheet.cell(row, 1).number_format = number_format
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cells_of(data: bytes, of: Mapping = ONE) -> list[Cell]:
    return [line.values["x"] for line in read(io.BytesIO(data), of) if isinstance(line, Line)]


def refused(data: bytes, of: Mapping = ONE) -> str:
    with pytest.raises(TableError) as caught:
        list(read(io.BytesIO(data), of))
    return caught.value.reason


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook one of whose parts is another."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, content)
    return stream.getvalue()


def test_cells_come_as_they_are() -> None:
    data = workbook(
        "Ộ Ễ Ự",
        1402,
        42.2,
        True,
        datetime(2025, 7, 1, 8, 12),  # noqa: DTZ001
        date(2025, 7, 1),
        time(8, 12),
        timedelta(hours=30, minutes=5),
    )
    assert cells_of(data) == [
        "Ộ Ễ Ự", 1402, 42.2, True, "2025-07-01T08:12:00", "2025-07-01T00:00:00", "08:12:00", "30:05:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "text"), [(0.422, "42.2%"), (1, "100%"), (0.01402, "1.4020%"), (-0.05, "-5%"), (12.5, "1250%")]
)
def test_a_percentage_comes_with_its_sign(cell: float, text: str) -> None:
    assert cells_of(workbook(cell, formats={2: "0.00%"})) == [text]


def test_a_formula_comes_as_a_formula_whatever_it_gives() -> None:
    data = workbook("=1+1", ArrayFormula("A1:A2", "=SUM(B1)"))
    assert [str(cell)[0] for cell in cells_of(data)] == ["=", "="]


def test_lines_are_rows_of_the_sheet_and_empty_rows_are_none() -> None:
    data = workbook("a", None, "b")
    assert [line.number for line in read(io.BytesIO(data), ONE) if isinstance(line, Line)] == [2, 4]


def test_the_sheet_is_the_one_that_is_named_or_the_first_that_is_seen() -> None:
    book = load_workbook(io.BytesIO(workbook("hidden", title="Ẩn")))
    book.worksheets[0].sheet_state = "hidden"
    seen = book.create_sheet("Hiện")
    seen["A1"], seen["A2"] = "Số liệu", "seen"
    data = saved(book)
    assert cells_of(data) == ["seen"]
    assert cells_of(data, Mapping(dataset="a.b", format="xlsx", sheet="Ẩn", columns=ONE.columns)) == [
        "hidden"
    ]
    assert (
        refused(data, Mapping(dataset="a.b", format="xlsx", sheet="Khác", columns=ONE.columns)) == "no_sheet"
    )


def test_headings_are_looked_for_in_their_row() -> None:
    assert (
        refused(workbook("a"), Mapping(dataset="a.b", format="xlsx", columns={"x": "Khác"}))
        == "missing_column"
    )
    assert cells_of(
        workbook("Tên", "b"), Mapping(dataset="a.b", format="xlsx", header_row=2, columns={"x": "Tên"})
    ) == ["b"]


SHEET = "xl/worksheets/sheet1.xml"
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def sheet(rows: bytes, before: bytes = b"") -> bytes:
    return with_part(workbook("a"), SHEET, before + HEAD + rows + b"</sheetData></worksheet>")


@pytest.mark.parametrize("data", [b"", b"Ten,So\n", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    assert refused(data) == "bad_file"


def test_a_part_that_unpacks_to_too_much_is_refused() -> None:
    assert refused(sheet(b"<row r='1'/>" * 8 * MEGABYTE)) == "zip_bomb"


def test_elements_without_end_are_refused() -> None:
    assert refused(sheet(b"<row>" + b"<c/>" * 20_000 + b"</row>")) == "zip_bomb"
    assert refused(sheet(b"<a>" * 100 + b"</a>" * 100)) == "zip_bomb"


def test_one_text_without_end_is_refused() -> None:
    assert refused(sheet(b"<row><c t='inlineStr'><is><t>" + b"a" * 2 * MEGABYTE)) == "zip_bomb"


def test_parts_that_are_too_many_too_much_together_or_too_much_text_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = with_part(workbook("a", 1), "xl/sharedStrings.xml", b"<sst>" + b" " * 100 + b"</sst>")
    for limit, most in (
        ("MOST_PARTS", 3),
        ("MOST_UNPACKED", 500),
        ("MOST_PACKED", 500),
        ("MOST_STRINGS", 10),
        ("MOST_OTHERS", 10),
        ("MOST_IN_ROW", 1),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(xlsx_guard, limit, most)
            assert refused(data) == "zip_bomb"
    with monkeypatch.context() as patch:
        patch.setattr(xlsx_guard, "MOST_ROWS", 2)
        assert refused(data) == "too_many_rows"


def test_a_part_that_holds_more_than_it_says_is_refused() -> None:
    data = bytearray(sheet(b"<row r='1'><c r='A1' t='str'><v>x</v></c></row>" * 100))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    data[at + 24 : at + 28] = (200).to_bytes(4, "little")
    assert refused(bytes(data)) == "bad_file"


@pytest.mark.parametrize("mark", [b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b" " * 70_000 + b"<!DOCTYPE x>"])
def test_entities_are_refused(mark: bytes) -> None:
    assert refused(sheet(b"<row/>", before=mark)) == "bad_xml"


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    far = b"<row r='1'><c r='A1' t='str'><v>S\xe1\xbb\x91 li\xe1\xbb\x87u</v></c></row>"
    far += b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    assert cells_of(sheet(far)) == []
    rows = b"<row r='1'><c r='A1' t='str'><v>S\xe1\xbb\x91 li\xe1\xbb\x87u</v></c></row>"
    rows += b"<row r='2'><c r='A2'><v>7</v></c></row>"
    small = HEAD.replace(b"<sheetData>", b"<dimension ref='A1:A1'/><sheetData>")
    assert cells_of(with_part(workbook("a"), SHEET, small + rows + b"</sheetData></worksheet>")) == [7]


def test_a_sheet_that_is_no_xml_is_refused() -> None:
    assert refused(sheet(b"<row><c>")) == "bad_xml"


def test_memory_hardly_grows_with_the_rows() -> None:
    def peak(rows: int) -> int:
        body = b"".join(b"<row><c t='str'><v>%d</v></c></row>" % number for number in range(rows))
        data = sheet(b"<row><c t='str'><v>S\xe1\xbb\x91 li\xe1\xbb\x87u</v></c></row>" + body)
        tracemalloc.start()
        assert sum(1 for _ in read(io.BytesIO(data), ONE)) == rows
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    # What the guard's limit of rows rests on: they are not kept, but for some 200 bytes each.
    assert peak(12_000) - peak(4_000) < 8_000 * 250


columns = st.lists(
    st.builds(
        TemplateColumn,
        heading=st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20),
        note=st.text(st.characters(categories=("L",)), max_size=300),
        kind=st.sampled_from(["text", "day", "moment", "whole", "number"]),
        required=st.booleans(),
        choices=st.lists(st.text(st.characters(categories=("L",)), min_size=1), max_size=4),
        least=st.none() | st.decimals(-100, 0, places=2),
        most=st.none() | st.decimals(0, 100, places=2),
    ),
    min_size=1, max_size=4, unique_by=lambda column: column.heading,
)  # fmt: skip


def column(heading: str) -> TemplateColumn:
    """A column of text, with nothing to check."""
    return TemplateColumn(heading, "", "text", required=False, choices=[], least=None, most=None)


WORDS = TemplateWords("Số liệu", "Danh mục", "Sai", "Bắt buộc.")


@settings(max_examples=25, deadline=None)
@given(columns)
@example([column("0"), column("None")])  # an empty cell is not a column of that name
def test_a_template_has_headings_lists_and_checks_and_is_read_back(columns: list[TemplateColumn]) -> None:
    stream = io.BytesIO()
    write_template(stream, columns, WORDS)
    book = load_workbook(io.BytesIO(stream.getvalue()))
    typed, lists = book["Số liệu"], book["Danh mục"]
    assert lists.sheet_state == "hidden"
    assert [cell.value for cell in typed[1]] == [column.heading for column in columns]
    rules = {str(rule.sqref).split("2:")[0]: rule for rule in typed.data_validations.dataValidation}
    for number, column in enumerate(columns, start=1):
        letter = typed.cell(1, number).column_letter
        assert [cell.value for cell in lists[letter]][: len(column.choices)] == list(column.choices)
        if column.choices:
            assert rules[letter].type == "list"
        elif column.kind in ("whole", "number") and column.least is not None and column.most is not None:
            assert (Decimal(rules[letter].formula1), Decimal(rules[letter].formula2)) == (
                column.least,
                column.most,
            )
    typed.cell(2, 1, "filled in")
    mapping = Mapping(
        dataset="a.b", format="xlsx", columns={f"f{n}": one.heading for n, one in enumerate(columns)}
    )
    [line] = [line for line in read(io.BytesIO(saved(book)), mapping) if isinstance(line, Line)]
    assert (line.number, line.values["f0"]) == (2, "filled in")

"""The template of a dataset: asked for in Vietnamese, filled in, read and checked."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from services.records.rows import Rejected, Row
from services.records.templates import WORDS, template_columns, template_mapping
from services.runtime.tables.reading import Line, read
from services.runtime.tables.template import write_template
from tests.unit.records.declared import NOW, checker, dossiers


def test_what_is_filled_in_is_what_the_checker_takes() -> None:
    stream = io.BytesIO()
    write_template(stream, template_columns(dossiers()), WORDS)
    book = load_workbook(stream)
    sheet = book["Số liệu"]
    sheet.append(
        ["H32.10-251001-0001", "Tiếp nhận", "01/11/2025 08:12", "22366", "Sở Nội vụ", "Trực tuyến", 50000, 3]
    )
    sheet.append(["=1+1", "Tiếp nhận", "01/11/2025 08:12"])
    filled = io.BytesIO()
    book.save(filled)
    checked = [
        checker().check_row(line.values, line.number, NOW)
        for line in read(filled, template_mapping(dossiers()))
        if isinstance(line, Line)
    ]
    assert isinstance(checked[0], Row)
    assert checked[0].values["fee"] == 50000
    assert isinstance(checked[1], Rejected)
    assert [(fault.field, fault.reason) for fault in checked[1].faults] == [("dossier", "formula_in_cell")]


def test_columns_are_vietnamese_with_their_lists_and_without_what_is_dropped() -> None:
    columns = {column.heading: column for column in template_columns(dossiers())}
    assert "Người nộp" not in columns
    assert columns["Sự kiện"].choices[:2] == ("Tiếp nhận", "Tạm dừng")
    assert columns["Mã hồ sơ"].required
    assert "Đơn vị: đồng." in columns["Lệ phí"].note
    assert columns["Số trang"].most == 100_000

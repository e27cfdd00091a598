"""The template of a dataset: the columns of its workbook, and the mapping that reads it back. Pure."""

from __future__ import annotations

from services.records.datasets import Dataset
from services.records.fields import Field
from services.runtime.tables.mapping import Mapping
from services.runtime.tables.template import TemplateColumn, TemplateWords

WORDS = TemplateWords(
    sheet="Số liệu", lists_sheet="Danh mục", error_title="Giá trị không hợp lệ", required="Bắt buộc."
)
_KINDS = {"integer": "whole", "money": "whole", "decimal": "number", "date": "day", "instant": "moment"}
_FORMS = {
    "boolean": "Có hoặc Không.",
    "area": "Mã đơn vị hành chính.",
    "organisation": "Mã hoặc tên cơ quan.",
    "duration": "Thời lượng, ví dụ 2 giờ 30 phút.",
    "date": "Ngày/tháng/năm.",
    "instant": "Ngày/tháng/năm giờ:phút.",
}
_SCALES = {1: "đồng", 1_000: "nghìn đồng", 1_000_000: "triệu đồng", 1_000_000_000: "tỷ đồng"}


def template_columns(dataset: Dataset) -> list[TemplateColumn]:
    """A column for each field that is kept; what is dropped at the door is not asked for."""
    return [_column(dataset, field) for field in dataset.stored]


def template_mapping(dataset: Dataset) -> Mapping:
    """The mapping under which a template that was filled in is read."""
    columns = {field.name: field.title_vi for field in dataset.stored}
    return Mapping(dataset=dataset.key, format="xlsx", sheet=WORDS.sheet, columns=columns)


def _column(dataset: Dataset, field: Field) -> TemplateColumn:
    kind = _KINDS.get(field.type, "text")
    if field.inequality or field.scale != 1:
        kind = "text" if field.inequality else "number"
    if field.name == dataset.event_time and dataset.kind == "figures":
        kind = "text"  # `tháng 7/2025` is no day
    return TemplateColumn(
        heading=field.title_vi,
        note=_note(dataset, field),
        kind=kind,  # type: ignore[arg-type]  # one of the five
        required=field.required,
        choices=_choices(field),
        least=None if field.min is None else field.min / field.scale,
        most=None if field.max is None else field.max / field.scale,
    )


def _choices(field: Field) -> tuple[str, ...]:
    return ("Có", "Không") if field.type == "boolean" else tuple(choice.vi for choice in field.choices)


def _note(dataset: Dataset, field: Field) -> str:
    parts = [field.note_vi, _FORMS.get(field.type, "")]
    if field.name == dataset.event_time and dataset.kind == "figures":
        parts[1] = "Kỳ số liệu: tháng 7/2025, quý III/2025, năm 2025, hoặc ngày đầu kỳ."
    if field.type == "money":
        parts.append(f"Đơn vị: {_SCALES.get(field.scale, f'{field.scale} đồng')}.")
    elif field.unit and field.unit != "1":
        parts.append(f"Đơn vị: {field.unit}.")
    if field.personal == "pseudonym":
        parts.append("Chỉ lưu mã băm, không lưu số gốc.")
    return " ".join(part for part in parts if part)

"""A report of figures: what its columns say, and how values are rounded for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.indicators.figures import State
from services.indicators.language.evaluate import displayed
from services.indicators.language.unit_words import unit_said
from services.indicators.mapped_sums import Remainder
from services.indicators.published import Figure
from services.indicators.report_words import Names
from services.indicators.store_definitions import Standing
from services.runtime.tables.report import Report, ReportCell, Rounded

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
TITLE = "Báo cáo chỉ tiêu"
HIDDEN = "Không công bố: dưới số người tối thiểu"
MISSING = "Chưa có số liệu"
COMPUTED_AGAIN = "Tính lại theo dữ liệu đã biết lúc đó: số tạm tính khi ấy đã được thay"
HEADINGS = (
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Đơn vị tính",
    "Phạm vi",
    "Mã địa bàn, cơ quan",
    "Tên địa bàn, cơ quan",
    "Phân tổ",
    "Kỳ",
    "Từ ngày",
    "Giá trị",
    "Thấp nhất",
    "Cao nhất",
    "Tử số",
    "Mẫu số",
    "Trạng thái",
    "Lần công bố",
    "Dữ liệu dùng",
    "Dữ liệu trễ",
    "Dòng bị từ chối",
    "Tính lúc",
    "Nguồn dữ liệu",
    "Ghi chú",
)
KIND_WORDS = {"province": "Toàn tỉnh", "area": "Địa bàn", "organisation": "Cơ quan"}
PERIOD_WORDS = {"day": "Ngày", "month": "Tháng", "quarter": "Quý", "year": "Năm"}
OPEN_WORDS = "đơn vị mà văn bản chưa nói rõ"
REASON_WORDS = {
    "weight_unknown": "chưa biết tỷ lệ chia",
    "change_unknown": "chưa rõ đã thành đơn vị nào",
    "not_divisible": "không chia được theo tỷ lệ",
    "not_on_map": "mã không có trên bản đồ",
}
STATE_WORDS = {State.PROVISIONAL: "Tạm tính", State.FINAL: "Chốt", State.RESTATED: "Điều chỉnh"}


class Line(NamedTuple):
    """A figure of a report. `note`: what else is to be said of it."""

    figure: Figure
    is_hidden: bool
    note: str = ""


def report_of(
    figures: Iterable[Line],
    definitions: Mapping[str, Standing],
    names: Names,
    known_at: datetime,
    period: str,
    on_map: date | None = None,
) -> Report:
    """The report. `known_at`: the moment whose knowledge it is; `on_map`: the day on whose map areas are."""
    about = [("Thời điểm số liệu", _moment(known_at)), ("Kỳ", PERIOD_WORDS[period])]
    if on_map is not None:
        about.append(("Địa bàn", f"Quy đổi về bản đồ ngày {on_map:%d/%m/%Y}"))
    return Report(TITLE, about, HEADINGS, _rows(figures, definitions, names, on_map))


def note_on(lacks: Sequence[str]) -> str:
    """What a restated figure lacks."""
    if not lacks:
        return ""
    named = [OPEN_WORDS if one == "?" else one for one in lacks]
    return f"Chưa đủ: còn phần của {', '.join(named)}"


def note_on_knowledge(figure: Figure) -> str:
    """Of a figure of the past, whether it is as it was published."""
    return "" if figure.run else COMPUTED_AGAIN


def note_on_left(remainder: Remainder) -> str:
    """Why something stays on the way."""
    to = f"; một phần thuộc {', '.join(remainder.belongs_to)}" if remainder.belongs_to else ""
    return f"Không quy đổi được: {REASON_WORDS[remainder.reason]}{to}"


def rounded(number: Decimal | None, decimals: int) -> Rounded | None:
    """As a display shows it."""
    if number is None:
        return None
    return Rounded(displayed(number, decimals), decimals)


def _rows(
    figures: Iterable[Line], definitions: Mapping[str, Standing], names: Names, on_map: date | None
) -> Iterator[list[ReportCell]]:
    for figure, is_hidden, note in figures:
        standing = definitions[figure.indicator]
        indicator = standing.indicator
        yield [
            indicator.id,
            indicator.name_vi,
            unit_said(indicator.unit),
            KIND_WORDS[figure.subject_kind],
            figure.subject,
            names.subject(figure.subject_kind, figure.subject, on_map or figure.period_start),
            names.breakdown(figure.breakdown, standing.datasets) if figure.breakdown else "",
            PERIOD_WORDS[figure.period],
            figure.period_start.isoformat(),
            *([None] * 5 if is_hidden else _numbers(figure, indicator.decimals)),
            STATE_WORDS[figure.state],
            figure.version,
            *([None] * 3 if is_hidden else [figure.used, figure.late, figure.rejected]),
            _moment(figure.known_at),
            names.sources(standing.datasets),
            HIDDEN if is_hidden else "; ".join(filter(None, (_missing(figure), note))),
        ]


def _missing(figure: Figure) -> str:
    return MISSING if figure.value is None and figure.low is None and figure.high is None else ""


def _numbers(figure: Figure, decimals: int) -> list[ReportCell]:
    shown: list[ReportCell] = [rounded(one, decimals) for one in (figure.value, figure.low, figure.high)]
    return [*shown, *(_exact(one) for one in (figure.numerator, figure.denominator))]


def _exact(number: Decimal | None) -> Rounded | None:
    """With the digits that it has."""
    if number is None:
        return None
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return rounded(number, max(0, -exponent))


def _moment(moment: datetime) -> str:
    return moment.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M:%S")

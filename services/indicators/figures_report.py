"""A report of figures: what its columns say, and how values are rounded for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from services.indicators.figures import State
from services.indicators.published import Figure
from services.indicators.store_definitions import Standing
from services.runtime.tables.report import Report, ReportCell, Rounded

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
TITLE = "Báo cáo chỉ tiêu"
HIDDEN = "Không công bố: dưới số người tối thiểu"
MISSING = "Chưa có số liệu"
HEADINGS = (
    "Mã chỉ tiêu",
    "Chỉ tiêu",
    "Đơn vị tính",
    "Phạm vi",
    "Mã địa bàn, cơ quan",
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
STATE_WORDS = {State.PROVISIONAL: "Tạm tính", State.FINAL: "Chốt", State.RESTATED: "Điều chỉnh"}


def report_of(
    figures: Iterable[tuple[Figure, bool]],
    definitions: Mapping[str, Standing],
    known_at: datetime,
    period: str,
) -> Report:
    """The report. `figures`: each with whether it is hidden; `known_at`: the moment whose knowledge it is."""
    about = [("Thời điểm số liệu", _moment(known_at)), ("Kỳ", PERIOD_WORDS[period])]
    return Report(TITLE, about, HEADINGS, _rows(figures, definitions))


def rounded(number: Decimal | None, decimals: int) -> Rounded | None:
    """Once, half up (away from zero), as a display shows it."""
    if number is None:
        return None
    return Rounded(number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), decimals)


def _rows(
    figures: Iterable[tuple[Figure, bool]], definitions: Mapping[str, Standing]
) -> Iterator[list[ReportCell]]:
    for figure, is_hidden in figures:
        standing = definitions[figure.indicator]
        indicator = standing.indicator
        yield [
            indicator.id,
            indicator.name_vi,
            indicator.unit,
            KIND_WORDS[figure.subject_kind],
            figure.subject,
            figure.breakdown,
            PERIOD_WORDS[figure.period],
            figure.period_start.isoformat(),
            *([None] * 5 if is_hidden else _numbers(figure, indicator.decimals)),
            STATE_WORDS[figure.state],
            figure.version,
            *([None] * 3 if is_hidden else [figure.used, figure.late, figure.rejected]),
            _moment(figure.known_at),
            ", ".join(standing.datasets),
            HIDDEN if is_hidden else MISSING if figure.value is None and figure.low is None else "",
        ]


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

"""A dataset with a field of each type, and those who answer for it in tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

from services.records.datasets import Dataset, parse_dataset
from services.records.privacy import Pseudonyms
from services.records.rows import Checker, Rejected, Row
from services.records.words import Cell

NOW = datetime(2025, 11, 3, 1, 0, tzinfo=UTC)
PSEUDONYMS = Pseudonyms(b"k" * 32)

DOSSIERS = """
key = "onestop.dossiers"
title_vi = "Hồ sơ một cửa điện tử"
title_en = "One-stop dossiers"
system_vi = "Một cửa điện tử (e-one-stop), 3 levels"
kind = "events"
identity = ["dossier", "event", "occurred_at"]
event_time = "occurred_at"
area = "filed_at"
organisation = "handled_by"
breakdowns = ["channel"]
indicators = ["PS-05"]
[promise]
every = "PT1H"
late_after = "P1D"
duty_vi = "Trung tâm Phục vụ hành chính công"
[[fields]]
name = "dossier"
title_vi = "Mã hồ sơ"
title_en = "Dossier code"
type = "text"
required = true
[[fields]]
name = "event"
title_vi = "Sự kiện"
title_en = "Event"
type = "choice"
required = true
choices = [
  { code = "received", vi = "Tiếp nhận", en = "Received", aliases = ["Đã tiếp nhận"] },
  { code = "paused", vi = "Tạm dừng", en = "Paused" },
  { code = "resumed", vi = "Tiếp tục", en = "Resumed" },
  { code = "resolved", vi = "Đã giải quyết", en = "Resolved" },
  { code = "withdrawn", vi = "Rút hồ sơ", en = "Withdrawn" },
]
[[fields]]
name = "occurred_at"
title_vi = "Thời điểm"
title_en = "Occurred at"
type = "instant"
required = true
[[fields]]
name = "filed_at"
title_vi = "Nơi nộp"
title_en = "Filed at"
type = "area"
[[fields]]
name = "handled_by"
title_vi = "Đơn vị xử lý"
title_en = "Handled by"
type = "organisation"
[[fields]]
name = "channel"
title_vi = "Hình thức nộp"
title_en = "Channel"
type = "choice"
choices = [
  { code = "online", vi = "Trực tuyến", en = "Online" },
  { code = "desk", vi = "Trực tiếp", en = "Desk" },
]
[[fields]]
name = "fee"
title_vi = "Lệ phí"
title_en = "Fee"
type = "money"
min = 0
[[fields]]
name = "pages"
title_vi = "Số trang"
title_en = "Pages"
type = "integer"
unit = "1"
max = 100000
[[fields]]
name = "citizen"
title_vi = "Số định danh"
title_en = "Citizen's number"
type = "text"
personal = "pseudonym"
[[fields]]
name = "applicant"
title_vi = "Người nộp"
title_en = "Applicant"
type = "text"
required = true
personal = "drop"
[life_cycle]
subject = "dossier"
event = "event"
first = ["received"]
[life_cycle.then]
received = ["paused", "resolved", "withdrawn"]
paused = ["resumed", "withdrawn"]
resumed = ["paused", "resolved"]
resolved = []
withdrawn = []
[life_cycle.clock]
starts = ["received"]
pauses = ["paused"]
continues = ["resumed"]
stops = ["resolved", "withdrawn"]
"""

GOOD: dict[str, Cell] = {
    "dossier": "H32.10-251001-0001",
    "event": "Đã tiếp nhận",
    "occurred_at": "01/11/2025 08:12",
    "filed_at": "22366",
    "handled_by": "Sở Nội vụ",
    "channel": "Trực tuyến",
    "fee": "50.000",
    "pages": "1.402",
    "citizen": "056 190 000 123",
    "applicant": "Nguyễn Văn A",
}


class Map:
    """Answers for one commune since 1 July 2025, and one department always."""

    def area(self, called: str, day: date) -> str | None:
        return called if called == "22366" and day >= date(2025, 7, 1) else None

    def organisation(self, called: str, day: date) -> str | None:
        return {"Sở Nội vụ": "H32.05", "H32.05": "H32.05"}.get(called)


@lru_cache
def dossiers() -> Dataset:
    return parse_dataset(DOSSIERS)


def checker(dataset: Dataset | None = None) -> Checker:
    return Checker(dataset or dossiers(), Map(), PSEUDONYMS)


def check(cells: dict[str, Cell], dataset: Dataset | None = None) -> Row | Rejected:
    return checker(dataset).check_row(cells, 2, NOW)


def reasons(cells: dict[str, Cell], dataset: Dataset | None = None) -> list[tuple[str, str]]:
    """(field, reason) of each fault; a row that can be stored has none."""
    checked = check(cells, dataset)
    return [] if isinstance(checked, Row) else [(fault.field, fault.reason) for fault in checked.faults]

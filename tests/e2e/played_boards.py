"""Boards of every kind of panel in every state, as a hub sends them."""

from math import sin

from services.display.lists import COLUMNS
from tests.e2e.played_parts import (
    DAY,
    DOSSIERS,
    GOOD,
    HOUR,
    MIN,
    NONE,
    NOW_MS,
    OCTOBER_MS,
    PERCENT,
    TODAY_MS,
    Json,
    S,
    agency,
    at,
    board,
    item,
    live,
    month,
    tile,
    today,
    words,
)


def figures() -> Json:
    """Value tiles: every state, one to three figures, high and low tiles."""
    values = {
        "f/final": month(
            98.74,
            target={"op": "at_least", "value": 95},
            before={"v": 97.51, "at_ms": 0, "kind": "last_year"},
        ),
        "f/unmet": month(
            43.2,
            state="restated",
            target={"op": "at_least", "value": 80},
            before={"v": 41.0, "at_ms": 0, "kind": "last_period"},
            scores={**GOOD, "complete": 0.72},
        ),
        "f/provisional": today(1248, before={"v": 1190, "at_ms": 0, "kind": "yesterday"}),
        "f/stale": {**month(12.5), "fresh_for_ms": 2 * DAY},
        "r/air-stale/pm25": live(35.2, age_ms=3 * DAY),
        "r/air-001/pm25": live(62.4, scores={**GOOD, "live": 0.9}),
        "i/aqi/air-001": {**live(163), "at_ms": NOW_MS - 65 * MIN, "period": "hour", "state": "final"},
        "f/hidden": month(None, hidden=True),
        "f/interval": month(None, low=90.1, high=95.34),
        "f/few": {**live(None), "state": "provisional"},
        "f/overdue": today(127, target={"op": "at_most", "value": 0}),
        "f/quarter": {**month(6.82), "period": "quarter", "state": "provisional"},
        "f/year": {**month(1_234_567), "period": "year"},
    }
    trend = {"at_ms": [OCTOBER_MS - i * 30 * DAY for i in range(11, -1, -1) if i != 5]}
    trend["value"] = [90 + 5 * sin(i) for i in range(len(trend["at_ms"]))]  # type: ignore[misc]
    micro = words("µg/m³", "µg/m³")
    place = {
        "r/air-001/pm25": words("Trạm Ngã tư Lộng Ngự", "Lộng Ngự Crossing") | {"area_vi": "Phường Lộng Ngự"}
    }
    panels = [
        tile(
            "final",
            words("Hồ sơ giải quyết đúng hạn", "Dossiers solved on time"),
            at(0, 0, 3, 2),
            item("f/final", PERCENT, 1),
        ),
        tile(
            "unmet",
            words("Tỷ lệ hồ sơ thanh toán trực tuyến", "Dossiers paid online"),
            at(3, 0, 3, 2),
            item("f/unmet", PERCENT, 1),
        ),
        tile(
            "two",
            words("Đúng hạn và quá hạn", "On time and overdue"),
            at(6, 0, 3, 2),
            item("f/final", PERCENT, 1, title=words("Giải quyết đúng hạn", "Solved on time")),
            item(
                "f/overdue",
                DOSSIERS,
                title=words("Đang quá hạn", "Open overdue"),
                attention_above=100,
            ),
        ),
        tile(
            "stale",
            words("Chi ngân sách", "Spending"),
            at(9, 0, 3, 2),
            item("f/stale", words("tỷ đồng", "bn VND"), 1),
        ),
        tile(
            "three",
            words("Dịch vụ công theo mức độ", "Public services by level"),
            at(0, 2, 4, 3),
            item("f/final", PERCENT, 1, title=words("Toàn trình", "Full online")),
            item("f/unmet", PERCENT, 1, title=words("Một phần", "Partly online")),
            item("f/year", words("thủ tục", "procedures"), title=words("Tất cả", "All of them")),
        ),
        tile(
            "trend",
            words("Chỉ số sản xuất công nghiệp", "Industrial production"),
            at(4, 2, 4, 3),
            item("f/quarter", PERCENT, 2),
            trend="t/trend",
        ),
        tile(
            "side",
            words("PM2,5 và VN_AQI", "PM2.5 and VN_AQI"),
            at(8, 2, 4, 3),
            item(
                "r/air-001/pm25",
                micro,
                1,
                title=words("PM2,5 cao nhất", "Highest PM2.5"),
                places=place,
                attention_above=50,
            ),
            item("i/aqi/air-001", NONE, title=words("VN_AQI giờ", "VN_AQI hour"), scale="vn_aqi"),
        ),
        tile(
            "air",
            words("Trạm xấu nhất", "Worst station"),
            at(0, 5, 3, 3),
            item("r/air-001/pm25", micro, 1, places=place, pick="max", attention_above=50),
        ),
        tile(
            "aqi",
            words("VN_AQI giờ", "VN_AQI hour"),
            at(3, 5, 3, 3),
            item("i/aqi/air-001", NONE, scale="vn_aqi"),
        ),
        tile(
            "hidden",
            words("Ca bệnh hiếm", "Rare cases"),
            at(6, 5, 3, 1 + 1),
            item("f/hidden", words("ca", "cases")),
        ),
        tile(
            "interval",
            words("Hài lòng (khảo sát)", "Satisfaction (survey)"),
            at(9, 5, 3, 2),
            item("f/interval", PERCENT, 1),
        ),
        tile("none", words("Chưa có gì", "Nothing yet"), at(6, 7, 6, 1), item("f/none", PERCENT, 1)),
    ]
    return board("so-lieu", words("Số liệu Ộ Ễ Ự Ẵ Ỹ đ", "Figures"), panels, values, {"t/trend": trend})


def lists() -> Json:
    """Everything that has rows."""
    key = "f/PS-09/month/organisation/{}/-".format
    values = {key(i): month(99.5 - 3.7 * i) for i in range(9)}
    values[key(3)] |= {"state": "restated"}
    values[key(5)] |= {"fresh_for_ms": DAY}
    values |= {f"s/{i}": live(99.98 - i * i * 0.3, age_ms=3 * DAY if i == 2 else 3 * S) for i in range(6)}
    panels: list[Json] = [
        {
            "id": "states",
            "panel": "states",
            "title": words("Đường truyền đến các cơ quan", "Links to agencies"),
            **at(0, 0, 4, 4),
            "unit": PERCENT,
            "decimals": 2,
            "rows": [{"key": f"s/{i}", "name": agency(i)} for i in range(6)],
            "good": {"op": "at_least", "value": 99.5},
        },
        {
            "id": "ranking",
            "panel": "ranking",
            "title": words("Đúng hạn theo cơ quan", "On time by agency"),
            **at(4, 0, 4, 4),
            "unit": PERCENT,
            "decimals": 1,
            "keys": [key(i) for i in range(10)],
            "places": {key(i): agency(i) for i in range(10)},
            "order": "worst",
            "direction": "up",
            "rows": 8,
        },
        {
            "id": "alarms",
            "panel": "alarms",
            "title": words("Cảnh báo đang mở", "Active alarms"),
            **at(8, 0, 4, 4),
        },
        {
            "id": "table",
            "panel": "table",
            "title": words("Kế hoạch năm", "Plan of the year"),
            **at(0, 4, 6, 4),
            "columns": [
                {"title": words("Thực hiện", "Done"), "unit": PERCENT, "decimals": 1},
                {"title": words("Kế hoạch", "Plan"), "unit": words("tỷ đồng", "bn VND"), "decimals": 0},
                {"title": words("So cùng kỳ", "Change"), "unit": PERCENT, "decimals": 1},
            ],
            "rows": [{"name": agency(i), "keys": [key(i + c) for c in range(3)]} for i in range(8)],
        },
        {
            "id": "late",
            "panel": "late",
            "title": words("Nộp muộn", "Late reporters"),
            **at(6, 4, 3, 4),
            "list": "late",
            "columns": COLUMNS["late"],
        },
        {
            "id": "quarantine",
            "panel": "list",
            "title": words("Cách ly theo lý do", "Quarantine by reason"),
            **at(9, 4, 3, 4),
            "list": "quarantine",
            "columns": [
                {"field": "reason", "title": words("Lý do", "Reason"), "kind": "words"},
                {"field": "rows", "title": words("Dòng", "Rows"), "kind": "number"},
            ],
        },
    ]
    made = board("danh-sach", words("Danh sách", "Lists"), panels, values, {})
    dossiers = words("Hồ sơ một cửa", "One-stop dossiers")
    reasons = [
        words("Sai mã xã", "Unknown commune"),
        words("Thiếu ngày trả", "No due date"),
        words("Trùng khóa", "Key used twice"),
    ]
    late = [
        {
            "organisation": agency(i),
            "dataset": dossiers,
            "due_ms": NOW_MS - (3 + 31 * i) * HOUR,
            "hours": 3 + 31 * i,
            "times": 1 + i,
        }
        for i in range(9)
    ]
    refused = [{"reason": reason, "rows": 1204 - 600 * i} for i, reason in enumerate(reasons)]
    made["lists"] = {
        "late": {"as_of_ms": NOW_MS, "total": 14, "rows": late},
        "quarantine": {"as_of_ms": NOW_MS, "total": 3, "rows": refused},
    }
    return made


def grids() -> Json:
    """Agencies by layers, days by weeks, words and the time."""
    cells = {
        (r, c): month(0 if (r * 3 + c) % 5 == 0 else 1) for r in range(10) for c in range(4) if r + c != 6
    }
    days = [TODAY_MS - i * DAY for i in range(100, 0, -1) if i % 17]
    aqi = {"at_ms": days, "value": [70 + 60 * sin(i / 5) for i in range(len(days))]}
    panels: list[Json] = [
        {
            "id": "matrix",
            "panel": "matrix",
            "title": words("Bốn lớp bảo vệ", "Four layers"),
            **at(0, 0, 6, 6),
            "rows": [agency(i) for i in range(10)],
            "columns": [
                words("Lực lượng tại chỗ", "On-site force"),
                words("Giám sát chuyên nghiệp", "Expert monitoring"),
                words("Đánh giá độc lập", "Outside review"),
                words("Chia sẻ với NCSC", "Sharing with NCSC"),
            ],
            "keys": [[f"m/{r}/{c}" for c in range(4)] for r in range(10)],
            "unit": NONE,
            "decimals": 0,
            "good": {"op": "at_least", "value": 1},
        },
        {
            "id": "calendar",
            "panel": "calendar",
            "title": words("VN_AQI ngày", "VN_AQI by day"),
            **at(6, 0, 6, 4),
            "line": "t/aqi",
            "scale": "vn_aqi",
            "days": 91,
        },
        {
            "id": "note",
            "panel": "text",
            "title": words("Ghi chú", "Note"),
            **at(6, 4, 3, 4),
            "text": words(
                "Số liệu tháng chốt ngày 5 của tháng sau.", "Monthly figures are closed on the 5th."
            ),
        },
        {"id": "clock", "panel": "clock", "title": words("Giờ", "Time"), **at(9, 4, 3, 4)},
        {
            "id": "alarms",
            "panel": "alarms",
            "title": words("Cảnh báo đang mở", "Active alarms"),
            **at(0, 6, 6, 2),
        },
    ]
    values = {f"m/{r}/{c}": value for (r, c), value in cells.items()}
    return board("luoi", words("Lưới", "Grids"), panels, values, {"t/aqi": aqi})

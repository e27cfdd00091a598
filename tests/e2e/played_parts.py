"""What played boards are made of: values in every state, tiles, alarms, in difficult Vietnamese."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

NOW_MS = int(datetime(2026, 11, 26, 7, 5, 0, tzinfo=UTC).timestamp() * 1000)  # 14:05 in the country
NIGHT_MS = int(datetime(2026, 11, 26, 16, 30, 0, tzinfo=UTC).timestamp() * 1000)
S, MIN, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
OCTOBER_MS = int(datetime(2026, 9, 30, 17, tzinfo=UTC).timestamp() * 1000)
NOVEMBER_MS = int(datetime(2026, 10, 31, 17, tzinfo=UTC).timestamp() * 1000)
TODAY_MS = int(datetime(2026, 11, 25, 17, tzinfo=UTC).timestamp() * 1000)
GOOD = {"right": 1.0, "complete": 0.99, "clean": 1.0, "live": 1.0}

AGENCIES = [
    ("Sở Nông nghiệp và Môi trường", "Department of Agriculture and Environment"),
    ("Sở Khoa học và Công nghệ", "Department of Science and Technology"),
    ("Sở Giáo dục và Đào tạo", "Department of Education and Training"),
    ("Sở Văn hóa, Thể thao và Du lịch", "Department of Culture, Sports and Tourism"),
    ("Ủy ban nhân dân phường Lộng Ngự", "People's Committee of Lộng Ngự Ward"),
    ("Trung tâm Phục vụ hành chính công", "Public Administration Service Centre"),
    ("Sở Xây dựng", "Department of Construction"),
    ("Văn phòng Ủy ban nhân dân tỉnh", "Office of the Provincial People's Committee"),
    ("Ủy ban nhân dân xã Diễn Ễ Ự Ẵ Ỹ Ộ đ", "People's Committee of Ễ Ự Ẵ Ỹ Ộ đ Commune"),
    ("Sở Y tế", "Department of Health"),
]


def words(vi: str, en: str) -> Json:
    return {"vi": vi, "en": en}


def agency(i: int) -> Json:
    return words(*AGENCIES[i % len(AGENCIES)])


def at(x: int, y: int, w: int, h: int) -> Json:
    return {"at": {"x": x, "y": y, "w": w, "h": h}}


def live(v: float | None, age_ms: int = 3 * S, **more: Any) -> Json:
    when = NOW_MS - age_ms
    return {"v": v, "at_ms": when, "as_of_ms": when, "state": "live", "fresh_for_ms": 10 * MIN, **more}


def month(v: float | None, state: str = "final", **more: Any) -> Json:
    return {
        "v": v,
        "at_ms": OCTOBER_MS,
        "until_ms": NOVEMBER_MS,
        "period": "month",
        "as_of_ms": NOVEMBER_MS + 5 * DAY,
        "state": state,
        "fresh_for_ms": 40 * DAY,
        "scores": GOOD,
        **more,
    }


def today(v: float | None, **more: Any) -> Json:
    return {**live(v), "at_ms": TODAY_MS, "period": "day", "state": "provisional", "scores": GOOD, **more}


def item(key: str, unit: Json, decimals: int = 0, **more: Any) -> Json:
    return {"keys": [key], "places": {}, "unit": unit, "decimals": decimals, **more}


PERCENT, NONE = words("%", "%"), words("", "")
DOSSIERS = words("hồ sơ", "dossiers")


def tile(name: str, title: Json, place: Json, *items: Json, **more: Any) -> Json:
    return {"id": name, "panel": "value", "title": title, **place, "items": list(items), **more}


def board(name: str, title: Json, panels: list[Json], values: Json, lines: Json) -> Json:
    return {
        "board": {
            "board": name,
            "title": title,
            "province": words("Tỉnh Hải Đăng", "Hải Đăng Province"),
            "map_version": "1",
            "grid": {"columns": 12, "rows": 8},
            "panels": panels,
        },
        "values": values,
        "lines": lines,
        "lists": {},
        "alarms": {"active": list(alarms()), "counts": {}},
    }


def alarm(number: int, severity: str, title: Json, subject: Json, **more: Any) -> Json:
    return {
        "alarm": f"a-{number}",
        "rule": f"rule-{number}",
        "title": title,
        "subject": subject,
        "area": words("Phường Lộng Ngự", "Lộng Ngự Ward"),
        "state": "raised",
        "severity": severity,
        "began_ms": NOW_MS - number * 37 * MIN,
        "revision": 1,
        **more,
    }


def alarms() -> Iterator[Json]:
    yield alarm(
        1,
        "warning",
        words("Mực nước trên báo động 1", "Water above level 1"),
        words("Trạm sông Ngàn", "Ngàn River"),
    )
    yield alarm(
        2,
        "serious",
        words("VN_AQI xấu", "VN_AQI bad"),
        words("Trạm Ngã tư Lộng Ngự", "Lộng Ngự Crossing"),
    )
    yield alarm(
        3,
        "notice",
        words("Trạm im lặng", "Station silent"),
        words("Trạm 17", "Station 17"),
        acknowledged_by="Nguyễn Thị Ễ",
    )
    yield alarm(
        40, "warning", words("Nguồn nộp muộn", "Source is late"), agency(3), unknown_since_ms=NOW_MS - HOUR
    )

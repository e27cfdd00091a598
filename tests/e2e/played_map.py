"""The overview as it is shipped, on the communes of a simulated province."""

from math import sin

from services.simulator.domain import Area
from tests.e2e.played_parts import (
    DAY,
    DOSSIERS,
    HOUR,
    MIN,
    NOW_MS,
    OCTOBER_MS,
    PERCENT,
    Json,
    S,
    at,
    board,
    item,
    live,
    month,
    tile,
    today,
    words,
)


def overview(areas: tuple[Area, ...]) -> Json:
    """A board as shipped: map, lines of hours and of months, tiles."""
    communes = [area for area in areas if area.level == "commune"]
    shade = {area.code: f"f/PS-21/month/area/{area.code}/-" for area in communes}
    values: Json = {key: month(float(i * 3 % 41)) for i, key in enumerate(shade.values())}
    values[shade[communes[2].code]] |= {"fresh_for_ms": DAY}
    values[shade[communes[3].code]]["v"] = None
    marks = []
    for i, area in enumerate(communes[:14]):
        longitude, latitude = (sum(axis) / len(area.ring) for axis in zip(*area.ring, strict=True))
        kind = "air" if i < 6 else ("noise", "traffic", "water_level", "power")[i % 4]
        key = f"i/vn_aqi_hour/{kind}-{i:03}" if kind == "air" else f"r/{kind}-{i:03}/x"
        values[key] = live(40 + 27 * i, age_ms=3 * HOUR if i in (3, 8) else 2 * S)
        marks.append(
            {
                "key": key,
                "device": f"{kind}-{i:03}",
                "kind": kind,
                "at": [longitude, latitude],
                "vi": f"Trạm {i}",
                "en": f"Station {i}",
            }
        )
    values |= {"f/PS-09": month(96.31, target={"op": "at_least", "value": 95}), "f/PS-21": today(127)}
    hours = [NOW_MS - i * 10 * MIN for i in range(144, 0, -1) if not 40 < i < 55]
    lines = {
        f"r/air-00{n}/pm25": {
            "at_ms": hours,
            "value": [30 + 9 * n + 12 * sin(i / 9 + n) for i in range(len(hours))],
        }
        for n in range(3)
    }
    months = [OCTOBER_MS - i * 30 * DAY for i in range(11, -1, -1) if i != 4]
    lines["t/PS-06"] = {"at_ms": months, "value": [61.5 + i * 1.3 for i in range(len(months))]}
    station = words("Trạm Ngã tư", "Crossing")
    panels: list[Json] = [
        {
            "id": "map",
            "panel": "map",
            "title": words(
                "Hồ sơ quá hạn theo xã, VN_AQI theo trạm", "Overdue dossiers by commune, VN_AQI by station"
            ),
            **at(0, 0, 6, 5),
            "shade": {
                "keys": shade,
                "steps": [5, 10, 20, 30],
                "attention_from": 20,
                "unit": DOSSIERS,
                "decimals": 0,
            },
            "stations": {"kind": "air"},
            "marks": marks,
        },
        {
            "id": "hours",
            "panel": "lines",
            "title": words("PM2,5 của ba trạm, 24 giờ qua", "PM2.5 of three stations, last 24 hours"),
            **at(6, 0, 6, 3),
            "unit": words("µg/m³", "µg/m³"),
            "decimals": 0,
            "hours": 24,
            "bucket_ms": 10 * MIN,
            "series": [
                {"key": f"r/air-00{n}/pm25", **station, "area_vi": f"Phường {name}"}
                for n, name in enumerate(("Lộng Ngự", "Ễ Ự", "Diễn Ẵ Ỹ"))
            ],
            "limits": [{"value": 50, "title": words("giới hạn", "limit")}],
        },
        {
            "id": "months",
            "panel": "lines",
            "title": words("Hồ sơ trực tuyến", "Online dossiers"),
            **at(6, 3, 3, 2),
            "unit": PERCENT,
            "decimals": 0,
            "periods": 12,
            "period": "month",
            "series": [{"key": "t/PS-06", "vi": "tỉnh", "en": "province"}],
            "limits": [],
        },
        tile(
            "ps",
            words("Hồ sơ một cửa", "One-stop dossiers"),
            at(9, 3, 3, 2),
            item("f/PS-09", PERCENT, 1, title=words("Đúng hạn", "On time")),
            item("f/PS-21", DOSSIERS, title=words("Quá hạn", "Overdue")),
        ),
        *(
            tile(
                f"tile-{i}",
                words(f"Chỉ số thứ {i}", f"Indicator {i}"),
                at(3 * i, 5, 3, 3),
                item("f/PS-09", PERCENT, 1),
            )
            for i in range(4)
        ),
    ]
    return board("tong-quan", words("Tổng quan", "Overview"), panels, values, lines)


def map_of(areas: tuple[Area, ...]) -> Json:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": area.code, "vi": area.name_vi, "en": area.name_en},
                "geometry": {"type": "Polygon", "coordinates": [[*map(list, area.ring), list(area.ring[0])]]},
            }
            for area in areas
            if area.level == "commune"
        ],
    }

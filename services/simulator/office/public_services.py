"""What the one-stop system and its neighbours say: procedures, dossiers, answers at kiosks, scores. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from random import Random

from services.simulator.domain import Area
from services.simulator.office.calendar import (
    end_of,
    in_hours,
    moment,
    months,
    when_open,
    working_day_after,
    working_days,
)
from services.simulator.office.cells import at, decimal, on, whole, yes
from services.simulator.office.domain import Agency, Line, Office, Source

# sector, title, working days, level (c: of communes)
_PROCEDURES = (
    ("Hộ tịch", "Đăng ký khai sinh", 1, "c"),
    ("Hộ tịch", "Đăng ký kết hôn", 1, "c"),
    ("Hộ tịch", "Cấp bản sao trích lục hộ tịch", 1, "c"),
    ("Chứng thực", "Chứng thực bản sao từ bản chính", 1, "c"),
    ("Đất đai", "Đăng ký biến động quyền sử dụng đất", 10, "c"),
    ("Đất đai", "Cấp giấy chứng nhận quyền sử dụng đất lần đầu", 20, "c"),
    ("Bảo trợ xã hội", "Xác định mức độ khuyết tật", 15, "c"),
    ("Xây dựng", "Cấp giấy phép xây dựng nhà ở riêng lẻ", 15, "c"),
    ("Doanh nghiệp", "Đăng ký thành lập công ty cổ phần", 3, "p"),
    ("Doanh nghiệp", "Đăng ký thay đổi ngành, nghề kinh doanh", 3, "p"),
    ("Tư pháp", "Cấp phiếu lý lịch tư pháp", 10, "p"),
    ("Giao thông", "Cấp đổi giấy phép lái xe", 5, "p"),
    ("Y tế", "Cấp chứng chỉ hành nghề khám bệnh, chữa bệnh", 20, "p"),
    ("Lao động", "Cấp giấy phép lao động cho người nước ngoài", 5, "p"),
    ("Du lịch", "Cấp thẻ hướng dẫn viên du lịch", 10, "p"),
    ("Môi trường", "Cấp giấy phép môi trường", 15, "p"),
    ("Giáo dục", "Chuyển trường đối với học sinh trung học phổ thông", 5, "p"),
    ("Công Thương", "Cấp giấy phép bán buôn rượu", 7, "p"),
)
_VARIANTS = 9  # of each title: what the catalogue tells apart and a person hardly does
_MOST = {"transparency": 18, "progress": 20, "digitisation": 22, "online": 22, "satisfaction": 18}  # QĐ 766


def _catalogue(office: Office, chance: Random, start: date) -> Iterator[Line]:
    """Whole each January and July; in between some become available online, step by step."""
    is_whole = start.month in (1, 7)
    for number in range(len(_PROCEDURES) * _VARIANTS):
        if not is_whole and chance.random() > 0.03:
            continue
        sector, title, allowed, level = _PROCEDURES[number % len(_PROCEDURES)]
        variant = number // len(_PROCEDURES)
        fixed = office.chance("procedure", number)
        online = fixed.random() < 0.55 + 0.09 * (start.year - 2025 + start.month / 12)
        has_fee = fixed.random() < 0.4
        yield Line(
            moment(start, 8),
            {
                "procedure": _procedure(number),
                "title": title if not variant else f"{title} (trường hợp {variant + 1})",
                "sector": sector,
                "owner": fixed.choice(office.departments).code,
                "unit_level": "commune" if level == "c" else "province",
                "holds_from": on(start),
                "in_force": yes(True),
                "level": "full" if online else fixed.choice(["partial", "partial", "information"]),
                "eligible": yes(True),
                "has_fee": yes(has_fee),
                "online_payment": yes(has_fee and online),
                "postal": yes(fixed.random() < 0.7),
                "central_login": yes(True),
                "working_days": whole(allowed),
            },
        )


def _procedure(number: int) -> str:
    return f"1.{number + 1:06d}"


def _dossiers(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number in range(1, office.count(chance, 18) + 1):
        commune = office.somewhere(chance)
        kind = chance.randrange(len(_PROCEDURES) * _VARIANTS)
        _, _, allowed, level = _PROCEDURES[kind % len(_PROCEDURES)]
        agency = office.authority_of(commune) if level == "c" else chance.choice(office.departments)
        received = in_hours(chance, day)
        shared = _form(office, chance, day, commune, agency) | {
            "dossier": f"{agency.code}-{day:%y%m%d}-{number:04d}",
            "unit_level": "commune" if level == "c" else "province",
            "procedure": _procedure(kind),
        }
        for event, wanted_at, due, more in _course(chance, received, allowed):
            happened_at = when_open(wanted_at)
            said = {"event": event, "occurred_at": at(happened_at), "due_at": at(due), **more}
            yield Line(happened_at + timedelta(minutes=chance.randint(1, 10)), {**shared, **said})


def _form(office: Office, chance: Random, day: date, commune: Area, agency: Agency) -> dict[str, str]:
    """What is true of a dossier from its first day on; more is filed online every month."""
    months_on = (day.year - 2025) * 12 + day.month
    is_online = chance.random() < min(0.92, 0.56 + 0.011 * months_on)
    has_fee = chance.random() < 0.42
    fee = {"fee": whole(chance.choice([8_000, 50_000, 75_000, 200_000]))} if has_fee else {}
    return {
        "filed_at_area": commune.code,
        "handled_by": agency.code,
        "procedure_level": "full" if chance.random() < 0.7 else "partial",
        "channel": "online" if is_online else chance.choice(["counter", "counter", "postal"]),
        "registered_in": "one_stop",
        "has_fee": yes(has_fee),
        "paid_online": yes(has_fee and is_online and chance.random() < 0.78),
        "joint": "none",
        "digitised": yes(chance.random() < 0.88),
        "end_to_end_online": yes(is_online and chance.random() < 0.8),
        "electronic_result": yes(chance.random() < 0.91),
        **fee,
    }


def _course(
    chance: Random, received: datetime, allowed: int
) -> Iterator[tuple[str, datetime, datetime, Mapping[str, str]]]:
    """Of a hundred ninety-four are on time; one or two lie for weeks."""
    due = moment(working_day_after(received.date(), allowed), 17)
    yield "received", received, due, {}
    at_ = received + timedelta(minutes=chance.randint(20, 90))
    if chance.random() < 0.3:
        yield "transferred", at_, due, {}
    if chance.random() < 0.07:
        asked = at_ + (due - at_) * 0.4
        yield "supplement_asked", asked, due, {}
        at_ = asked + timedelta(days=chance.uniform(1, 4))
        due = moment(working_day_after(at_.date(), max(1, allowed // 2)), 17)
        yield "supplemented", at_, due, {}
    fate = chance.random()
    if fate < 0.945:
        ended = at_ + (due - at_) * chance.uniform(0.3, 0.97)
    elif fate < 0.985:
        ended = due + timedelta(days=chance.uniform(0.2, 5))
    else:
        ended = due + timedelta(days=chance.uniform(10, 45))
    outcome = chance.choices(["resolved", "returned_unprocessed", "withdrawn"], [95, 3, 2])[0]
    yield outcome, ended, due, {}
    if chance.random() < 0.5:
        yield "handed_over", ended + timedelta(hours=chance.uniform(1, 30)), due, {}


def _answers(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number in range(1, office.count(chance, 10) + 1):
        commune = office.somewhere(chance)
        answered = in_hours(chance, day)
        yield Line(
            answered + timedelta(minutes=2),
            {
                "answer": f"HL-{day:%y%m%d}-{number:03d}",
                "kiosk": f"KIOSK-{commune.code}",
                "agency": office.authority_of(commune).code,
                "commune": commune.code,
                "answered_at": at(answered),
                "channel": chance.choices(["kiosk", "qr", "sms"], [60, 30, 10])[0],
                "answer_value": chance.choices(
                    ["very_satisfied", "satisfied", "neutral", "dissatisfied"], [52, 41, 5, 2]
                )[0],
            },
        )


def _scores(office: Office, chance: Random, start: date) -> Iterator[Line]:
    """The index of QĐ 766/QĐ-TTg, as the National Public Service Portal publishes it a week later."""
    published = moment(end_of(start, 1) + timedelta(days=8), 8)
    for agency in office.offices:
        good = office.chance("score", agency.code).uniform(0.78, 0.97)
        points = {group: most * min(1, good * chance.uniform(0.95, 1.05)) for group, most in _MOST.items()}
        for group, value in {**points, "total": sum(points.values())}.items():
            yield Line(
                published,
                {
                    "agency": agency.code,
                    "group": group,
                    "period_from": on(start),
                    "points": decimal(value, 2),
                    "points_max": whole(_MOST.get(group, 100)),
                    "published_on": on(published.date()),
                },
            )


_YEAR = timedelta(days=430)
SOURCES = (
    Source("procedures.catalogue", months, _catalogue, _YEAR, timedelta(days=2)),
    Source("npsp.scores", months, _scores, timedelta(days=100), timedelta(days=45)),
    Source("satisfaction.kiosk_answers", working_days, _answers, _YEAR, timedelta(days=2), sampled=True),
    Source("onestop.dossiers", working_days, _dossiers, _YEAR, timedelta(days=100), sampled=True),
)

"""Who hands in: the agencies of the simulated province, with codes as QĐ 20/2020/QĐ-TTg forms them. Pure.

No province has the code H99, so that simulated agencies of a real province cannot be taken for its own; what
departments are called is what they are called everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.simulator.domain import Area, Province
from services.simulator.office.domain import Agency, Office

TWO_TIERS = date(2025, 7, 1)  # since then there are no districts

# name in the code: (Vietnamese, English, kind)
_PROVINCIAL: dict[str, tuple[str, str, str]] = {
    "chancellery": ("Văn phòng UBND tỉnh", "Provincial People's Committee Office", "department"),
    "science": ("Sở Khoa học và Công nghệ", "Department of Science and Technology", "department"),
    "home": ("Sở Nội vụ", "Department of Home Affairs", "department"),
    "finance": ("Sở Tài chính", "Department of Finance", "department"),
    "construction": ("Sở Xây dựng", "Department of Construction", "department"),
    "environment": (
        "Sở Nông nghiệp và Môi trường",
        "Department of Agriculture and Environment",
        "department",
    ),
    "health": ("Sở Y tế", "Department of Health", "department"),
    "education": ("Sở Giáo dục và Đào tạo", "Department of Education and Training", "department"),
    "trade": ("Sở Công Thương", "Department of Industry and Trade", "department"),
    "culture": (
        "Sở Văn hóa, Thể thao và Du lịch",
        "Department of Culture, Sports and Tourism",
        "department",
    ),
    "justice": ("Sở Tư pháp", "Department of Justice", "department"),
    "inspectorate": ("Thanh tra tỉnh", "Provincial Inspectorate", "department"),
    "one_stop": (
        "Trung tâm Phục vụ hành chính công tỉnh",
        "Provincial Public Administration Service Centre",
        "agency",
    ),
    "digital": (
        "Trung tâm Công nghệ thông tin và Chuyển đổi số",
        "Centre for Information Technology and Digital Transformation",
        "agency",
    ),
    "statistics": ("Thống kê tỉnh", "Provincial Statistics Office", "agency"),
    "treasury": ("Kho bạc Nhà nước khu vực", "Regional State Treasury", "agency"),
    "power": ("Công ty Điện lực tỉnh", "Provincial Power Company", "other"),
    "water": ("Công ty Cấp thoát nước", "Water Supply and Drainage Company", "other"),
    "hospital": ("Bệnh viện Đa khoa tỉnh", "Provincial General Hospital", "other"),
    "hospital_east": ("Bệnh viện Đa khoa khu vực phía Đông", "Eastern Regional General Hospital", "other"),
}
_FIRST_AUTHORITY = 31
_OWNER = "H99"


def make_office(province: Province, seed: int, volume: float = 1.0) -> Office:
    """The office of a province; the same for the same arguments."""
    whole, communes, since = province.areas[0], province.communes, province.since
    provincial = {
        name: Agency(f"{_OWNER}.{number}", *_of(whole, vi, en), kind, whole.code, since)
        for number, (name, (vi, en, kind)) in enumerate(_PROVINCIAL.items(), 1)
    }
    agencies = (*provincial.values(), *_authorities(communes, since), *_districts(whole, since))
    return Office(seed, whole, communes, agencies, volume, provincial, since)


def _of(province: Area, name_vi: str, name_en: str) -> tuple[str, str]:
    """As they are called in a city that is a province."""
    if not province.name_vi.startswith("Thành phố"):
        return name_vi, name_en
    return name_vi.replace("tỉnh", "thành phố"), name_en.replace("Provincial", "City")


def _authorities(communes: tuple[Area, ...], since: date) -> Iterator[Agency]:
    for number, one in enumerate(communes, _FIRST_AUTHORITY):
        name_vi = f"UBND {one.name_vi[0].lower()}{one.name_vi[1:]}"
        name_en = f"{one.name_en} People's Committee"
        yield Agency(f"{_OWNER}.{number}", name_vi, name_en, "authority", one.code, since)


def _districts(province: Area, since: date) -> Iterator[Agency]:
    """One of the districts that there were, so that figures of that level have a past."""
    if since < TWO_TIERS:
        names = ("UBND huyện Đông Hải Đăng (trước 7/2025)", "East Hải Đăng District (until July 2025)")
        yield Agency(f"{_OWNER}.21", *names, "authority", province.code, since, until=TWO_TIERS)

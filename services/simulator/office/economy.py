"""What the economy's agencies say: growth, prices, budget, investment, guests. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import cos, pi
from random import Random

from services.simulator.office.calendar import days, end_of, moment, mondays, months, quarters, years
from services.simulator.office.cells import decimal, on, whole
from services.simulator.office.domain import Line, Office, Source

_GRDP_2023 = {"agriculture": 2_300, "industry": 5_100, "services": 6_900, "taxes": 1_200}  # 10⁹ VND a quarter
_GROWTH = {"agriculture": 0.034, "industry": 0.112, "services": 0.086, "taxes": 0.058}  # a year
_SEASON = (0.94, 0.99, 1.01, 1.06)  # of the quarters
_PLANS = {"domestic": 11_800, "land": 2_600, "lottery": 420, "import_export": 1_350, "other": 240}  # 10⁹ VND
_PROJECTS = 16
_BEDS = ("hotel", "hotel", "hotel", "resort", "resort", "homestay", "guest_house", "apartment")
_ESTABLISHMENTS = 10


def _grdp(office: Office, chance: Random, start: date) -> Iterator[Line]:
    end = end_of(start, 3)
    at = moment(end + timedelta(days=6), 9.5)
    years_on = start.year - 2023 + (start.month - 1) / 12
    season = _SEASON[(start.month - 1) // 3]
    sectors = {
        sector: base * (1 + _GROWTH[sector] + chance.uniform(-0.008, 0.008)) ** years_on * season
        for sector, base in _GRDP_2023.items()
    }
    for sector, value in {**sectors, "total": sum(sectors.values())}.items():
        yield Line(
            at,
            {
                "province": office.province.code,
                "sector": sector,
                "prices": "constant_2020",
                "period_from": on(start),
                "period_to": on(end),
                "value": f"{whole(value, grouped=True)} tỷ đồng",
                "estimate": "preliminary",
                "as_of": on(at.date()),
                "document": f"{start.month // 3 + 1}/BC-TK-{start.year}",
            },
        )


def _monthly(office: Office, start: date, document: str) -> tuple[Line, dict[str, str]]:
    """When the month's figures come, and the cells that they share."""
    end = end_of(start, 1)
    at = moment(end + timedelta(days=4), 9.25)
    shared = {
        "province": office.province.code,
        "period_from": on(start),
        "period_to": on(end),
        "as_of": on(at.date()),
        "document": f"{start.month}/{document}-{start.year}",
    }
    return Line(at, shared), shared


def _cpi(office: Office, chance: Random, start: date) -> Iterator[Line]:
    line, shared = _monthly(office, start, "CPI")
    for group, usual in (("all", 103.3), ("food", 103.9), ("transport", 99.2), ("education", 104.8)):
        drift = chance.uniform(-0.35, 0.35)
        for base, value in (
            ("same_month_last_year", usual + drift),
            ("previous_month", 100.2 + drift / 3),
        ):
            said = {"group": group, "base": base, "index_value": decimal(value, 2)}
            yield Line(line.at, {**shared, **said})


def _iip(office: Office, chance: Random, start: date) -> Iterator[Line]:
    line, shared = _monthly(office, start, "IIP")
    for industry, usual in (
        ("all", 109.4),
        ("mining", 101.5),
        ("manufacturing", 110.8),
        ("electricity", 107.2),
    ):
        said = {
            "industry": industry,
            "base": "same_month_last_year",
            "index_value": decimal(usual + chance.uniform(-2.5, 2.5), 1),
        }
        yield Line(line.at, {**shared, **said})


def _part_of_year(day: date) -> float:
    return (day.timetuple().tm_yday) / 365


def _revenues(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """What was taken in up to a day."""
    for item, plan in _PLANS.items():
        pace = office.chance("pace", item, day.year).uniform(0.98, 1.1)
        share = pace * _part_of_year(day) ** 0.97
        yield Line(
            moment(day + timedelta(days=1), 7.6),
            {
                "area": office.province.code,
                "collector": office.named["treasury"].code,
                "revenue_item": item,
                "budget_level": "province",
                "period_from": on(date(day.year, 1, 1)),
                "as_of": on(day),
                "revenue_to_date": f"{decimal(plan * share, 1)} tỷ đồng",
                "plan_year": f"{whole(plan, grouped=True)} tỷ đồng",
                "document": f"TABMIS-{day:%y%m%d}",
            },
        )


def _investment(office: Office, chance: Random, monday: date) -> Iterator[Line]:
    """What was paid out of public investment up to the end of a week; slow at first, fast in December."""
    friday = monday + timedelta(days=4)
    for number in range(1, _PROJECTS + 1):
        fixed = office.chance("project", number, friday.year)
        investor = fixed.choice([*office.departments[3:9], *office.authorities[:6]])
        plan = fixed.randint(40, 900)
        share = min(1.0, fixed.uniform(0.72, 1.05) * _part_of_year(friday) ** fixed.uniform(1.0, 1.5))
        yield Line(
            moment(friday, 16.6),
            {
                "project": f"79{friday.year % 100:02d}{number:03d}",
                "investor": investor.code,
                "funds": fixed.choice(["central", "local", "local", "oda"]),
                "period_from": on(date(friday.year, 1, 1)),
                "as_of": on(friday),
                "plan": f"{whole(plan, grouped=True)} tỷ đồng",
                "disbursed": f"{decimal(plan * share, 1)} tỷ đồng",
                "document": f"KBNN-{friday:%y%m%d}",
            },
        )


def _population(office: Office, chance: Random, start: date) -> Iterator[Line]:
    at = moment(date(start.year, 1, 20), 10)
    for one in office.communes:
        people = one.population * (1.009 ** (start.year - 2025))
        yield Line(
            at,
            {
                "commune": one.code,
                "period_from": on(start),
                "period_to": on(date(start.year, 12, 31)),
                "population": whole(people),
                "households": whole(people / 3.5),
                "as_of": on(at.date()),
                "document": f"NGTK-{start.year}",
            },
        )


def _lodging(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """Guests of a day: most in summer and at weekends, a few more every year."""
    summer = 1 + 0.35 * cos(2 * pi * (day.timetuple().tm_yday - 190) / 365)
    busy = summer * (1.25 if day.weekday() >= 4 else 0.9) * 1.07 ** (day.year - 2025 + day.month / 12)
    for number in range(1, max(4, round(_ESTABLISHMENTS * office.volume)) + 1):
        fixed = office.chance("lodging", number)
        commune, kind = fixed.choice(office.communes[:12]), fixed.choice(_BEDS)
        rooms = fixed.randint(12, 180)
        sold = min(rooms, round(rooms * 0.5 * busy * chance.uniform(0.8, 1.2)))
        abroad = round(sold * fixed.uniform(0.1, 0.35))
        for origin, taken in (("domestic", sold - abroad), ("international", abroad)):
            # Rooms are told once, beside the guests from here.
            told = (
                {"rooms_available": whole(rooms), "rooms_sold": whole(sold)} if origin == "domestic" else {}
            )
            yield Line(
                moment(day + timedelta(days=1), 8 + number / 10),
                {
                    "establishment": f"LT-{number:03d}",
                    "commune": commune.code,
                    "establishment_kind": kind,
                    "guest_origin": origin,
                    "period_from": on(day),
                    "arrivals": whole(taken * 1.1),
                    "overnight": whole(taken * 1.8),
                    **told,
                },
            )


_MONTHS = timedelta(days=40)
SOURCES = (
    Source("economy.grdp", quarters, _grdp, timedelta(days=1400), timedelta(days=110), typed=True),
    Source("economy.cpi", months, _cpi, timedelta(days=430), _MONTHS, typed=True),
    Source("economy.iip", months, _iip, timedelta(days=430), _MONTHS, typed=True),
    Source("economy.public_investment", mondays, _investment, timedelta(days=340), timedelta(days=8)),
    Source("economy.budget_revenues", days, _revenues, timedelta(days=340), timedelta(days=3)),
    Source("statistics.population", years, _population, timedelta(days=800), timedelta(days=40), typed=True),
    Source(
        "tourism.lodging_reports",
        days,
        _lodging,
        timedelta(days=430),
        timedelta(days=3),
        ("arrivals", "overnight"),
    ),
)

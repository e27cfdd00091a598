"""What companies and stations say: electricity, water, waste water, traffic on the roads. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from services.simulator.noise import bell
from services.simulator.office.calendar import days, end_of, moment, months
from services.simulator.office.cells import at, decimal, on, whole, yes
from services.simulator.office.domain import Line, Office, Source

_PEOPLE_A_CUSTOMER = 3.4
_PLANTS = (  # source, capacity in MW, hours of full load a month, whether it is renewable
    ("solar_farm", 168, 128, True),
    ("solar_farm", 50, 124, True),
    ("wind", 95, 190, True),
    ("hydro_small", 28, 230, True),
    ("solar_roof", 74, 105, True),
    ("gas", 240, 330, False),
)
_ZONES = 9
_LIMITS = {  # of waste water: (unit, limit, usual value)
    "bod5": ("mg_l", 50, 28),
    "cod": ("mg_l", 150, 92),
    "tss": ("mg_l", 100, 55),
    "n_nh4": ("mg_l", 10, 5.6),
    "coliform": ("mpn_100ml", 5000, 2700),
}
_WORKS = ("Khu công nghiệp", "Cụm công nghiệp", "Nhà máy xử lý nước thải", "Làng nghề")


def _customers(office: Office, chance: Random, start: date) -> Iterator[Line]:
    end = end_of(start, 1)
    grown = 1.002 ** ((start.year - 2025) * 12 + start.month)
    for one in office.communes:
        customers = one.population / _PEOPLE_A_CUSTOMER * grown
        yield Line(
            moment(start + timedelta(days=2), 8.5),
            {
                "commune": one.code,
                "company": office.named["power"].code,
                "period_from": on(start),
                "period_to": on(end),
                "customers": whole(customers, grouped=True),
                "document": f"{start.month}/BC-ĐL-{start.year}",
            },
        )


def _outages(office: Office, chance: Random, day: date) -> Iterator[Line]:
    for number in range(1, chance.choice([2, 3, 4, 5, 7]) + 1):
        commune = office.somewhere(chance)
        cause = chance.choices(["planned", "fault", "weather"], [50, 40, 10])[0]
        shared = {
            "outage": f"MĐ-{day:%y%m%d}-{number:02d}",
            "commune": commune.code,
            "company": office.named["power"].code,
            "cause": cause,
            "customers": whole(chance.randint(40, 900)),
            "feeder": f"47{chance.randint(1, 9)}-E{chance.randint(20, 29)}",
        }
        began = moment(day, chance.uniform(5, 22))
        restored = began + timedelta(minutes=chance.randint(6, 70) + (60 if cause == "planned" else 0))
        for event, happened_at in (("interrupted", began), ("restored", restored)):
            said = {"event": event, "occurred_at": at(happened_at)}
            yield Line(happened_at + timedelta(minutes=chance.randint(1, 9)), {**shared, **said})


def _generation(office: Office, chance: Random, start: date) -> Iterator[Line]:
    end = end_of(start, 1)
    for number, (source, capacity, hours, renewable) in enumerate(_PLANTS, 1):
        energy = capacity * hours * chance.uniform(0.85, 1.15)
        yield Line(
            moment(end + timedelta(days=5), 9),
            {
                "plant": f"NM-{number:02d}",
                "commune": office.commune(-number).code,
                "operator": office.named["power"].code,
                "source": source,
                "renewable": yes(renewable),
                "period_from": on(start),
                "period_to": on(end),
                "capacity": whole(capacity),
                "energy": decimal(energy, 1),
                "curtailed": decimal(energy * chance.uniform(0, 0.03) if renewable else 0, 1),
            },
        )


def _balances(office: Office, chance: Random, start: date) -> Iterator[Line]:
    """Losses become less by half a point a year."""
    end = end_of(start, 1)
    for number in range(1, _ZONES + 1):
        fixed = office.chance("zone", number)
        sold = fixed.randint(60_000, 260_000) * chance.uniform(0.95, 1.05)
        loss = fixed.uniform(0.13, 0.19) - 0.005 * (start.year - 2025 + start.month / 12)
        yield Line(
            moment(end + timedelta(days=8), 10),
            {
                "zone": f"DMA-{number:02d}",
                "commune": office.commune(number - 1).code,
                "company": office.named["water"].code,
                "period_from": on(start),
                "period_to": on(end),
                "input": whole(sold / (1 - loss)),
                "billed": whole(sold),
                "customers": whole(sold / 16),
            },
        )


def _samples(office: Office, chance: Random, start: date) -> Iterator[Line]:
    for number, works in enumerate(_WORKS, 1):
        commune = office.commune(number)
        sampled = moment(start + timedelta(days=2 + number * 2), 9 + number / 4)
        for parameter, (unit, limit, usual) in _LIMITS.items():
            yield Line(
                sampled + timedelta(days=4),
                {
                    "sample": f"NT-{start:%y%m}-{number}",
                    "station": f"{works} {commune.bare}",
                    "commune": commune.code,
                    "water_kind": "effluent",
                    "sampled_at": at(sampled),
                    "parameter": parameter,
                    "value": decimal(usual * chance.lognormvariate(0, 0.32), 1),
                    "value_unit": unit,
                    "limit_value": whole(limit),
                },
            )


def _travel(office: Office, chance: Random, day: date) -> Iterator[Line]:
    """Hour by hour on a road of each commune; slow at half past seven and at five, most so in the town."""
    for number, one in enumerate(office.communes):
        fixed = office.chance("road", number)
        length_km, free_km_h = fixed.uniform(2, 9), fixed.uniform(42, 65)
        crowd = (0.95 if one.name_vi.startswith("Phường") else 0.3) * fixed.uniform(0.6, 1.3)
        for hour in range(5, 23):
            rush = bell(hour, 7.5, 1.6) + bell(hour, 17, 1.9)
            slower = 1 + crowd * rush * (0.5 if day.weekday() >= 5 else 1) * chance.uniform(0.7, 1.3)
            vehicles = round((60 + 500 * (rush + 0.3)) * crowd) + 5
            hours = vehicles * length_km / free_km_h
            yield Line(
                moment(day, hour + 1.05),
                {
                    "section": f"TĐ-{number + 1:02d}",
                    "commune": one.code,
                    "period_from": at(moment(day, hour)),
                    "vehicles": whole(vehicles),
                    "distance": decimal(vehicles * length_km, 1),
                    "travel_time": decimal(hours * slower, 2),
                    "free_flow_time": decimal(hours, 2),
                },
            )


_YEAR, _MONTHS = timedelta(days=430), timedelta(days=45)
SOURCES = (
    Source("energy.generation", months, _generation, _YEAR, _MONTHS),
    Source("water.balances", months, _balances, _YEAR, _MONTHS, ("billed",)),
    Source("environment.lab_samples", months, _samples, timedelta(days=100), _MONTHS),
    Source("energy.customers", months, _customers, timedelta(days=700), timedelta(days=5)),
    Source("energy.outages", days, _outages, timedelta(days=700), timedelta(days=2)),
    Source("traffic.travel_times", days, _travel, timedelta(days=1), timedelta(days=2)),
)

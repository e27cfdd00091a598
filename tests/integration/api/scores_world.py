"""Offices of two communes and two departments that report their staff by the month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import psycopg

from services.records import changing
from services.records.datasets import parse_dataset
from services.records.dates import VIETNAM
from services.records.domain import Chunk, RefusedLine
from services.records.rows import Checker, Rejected, Row
from tests.fixtures.servers import Database
from tests.integration.figures_office import NORTH, SOUTH, Everywhere, Office
from tests.unit.records.declared import PSEUDONYMS

STAFF = "tested.staff"
DATASET = parse_dataset("""
key = "tested.staff"
title_vi = "Nhân sự"
title_en = "Staff"
system_vi = "Thử"
kind = "figures"
identity = ["agency", "month"]
event_time = "month"
area = "commune"
organisation = "agency"
[promise]
every = "P1M"
late_after = "P40D"
each = ["commune", "department"]
duty_vi = "Thử"
[[fields]]
name = "agency"
title_vi = "Cơ quan"
title_en = "Agency"
type = "organisation"
required = true
[[fields]]
name = "commune"
title_vi = "Xã"
title_en = "Commune"
type = "area"
[[fields]]
name = "month"
title_vi = "Tháng"
title_en = "Month"
type = "date"
required = true
[[fields]]
name = "staff"
title_vi = "Số người"
title_en = "Staff"
type = "integer"
unit = "person"
required = true
""")
DEFINITIONS = """
[[measures]]
name = "staff"
dataset = "tested.staff"
take = "rows"
fold = "sum"
of = "staff"
unit = "person"
[[indicators]]
id = "TE-01"
name_vi = "Nhân sự"
name_en = "Staff"
unit = "person"
formula = "staff"
direction = "context"
over_time = "sum"
over_space = "sum"
levels = ["area", "organisation", "province"]
periods = ["day", "month"]
cadence = "P1M"
fresh = "P40D"
owner_vi = "Thử"
decimals = 0
basis = "design"
basis_vi = "Thử"
"""
# Authorities of the two communes, a department, and one that never reports.
NAMES = {"A": "UBND xã Ấm", "B": "UBND xã Bắc", "D": "Sở Đo đạc", "E": "Sở Dân tộc"}


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=VIETNAM)


def row(agency: str, month: int = 10, staff: str = "5", **more: str) -> dict[str, str]:
    commune = {"A": NORTH, "B": SOUTH}.get(agency, "")
    return {"agency": agency, "commune": commune, "month": f"{month:02d}/2025", "staff": staff, **more}


class Centre:
    """Hands rows in at moments of its choice, bad ones with them, and lets the engine follow."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._checker = Checker(DATASET, Everywhere(), PSEUDONYMS)

    def hand_in(self, now: datetime, *cells: Mapping[str, str], pending: bool = False) -> int:
        engine = self.office.engine
        engine.now = now
        batch = self.office.open(STAFF, pending)
        judged = [self._checker.check_row(one, line, now) for line, one in enumerate(cells, 2)]
        chunk = Chunk(
            [one for one in judged if isinstance(one, Row)],
            [RefusedLine(x.line, x.faults[0], "{}", x.told) for x in judged if isinstance(x, Rejected)],
        )
        with engine.as_role("records") as connection:
            changing.append(connection, batch, chunk, now, "t" * 32)
        engine.follower.tick()
        engine.catch_up()
        return batch


def draw(database: Database) -> None:
    """The communes and their authorities, and the departments."""
    with psycopg.connect(database.dsn("areas")) as connection:
        connection.execute(
            "INSERT INTO areas.units (code, name_vi, name_en, level, parent_code, valid_from)"
            " VALUES ('56', 'Khánh Hòa', '', 'province', NULL, '2020-01-01'),"
            " (%s, 'Xã Ấm', '', 'commune', '56', '2020-01-01'),"
            " (%s, 'Xã Bắc', '', 'commune', '56', '2020-01-01')",
            (NORTH, SOUTH),
        )
        for code, name in NAMES.items():
            serves = {"A": NORTH, "B": SOUTH}.get(code, "")
            connection.execute(
                "INSERT INTO areas.organisations (code, name_vi, kind, serves, valid_from)"
                " VALUES (%s, %s, %s, %s, '2020-01-01')",
                (code, name, "authority" if serves else "department", serves),
            )

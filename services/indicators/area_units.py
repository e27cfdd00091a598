"""The area map as one more source of figures: each state of a unit is a row. Pure.

Nobody hands it in: it is read from the map itself, as it is now, whatever moment of knowledge is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from services.records.datasets import Dataset, parse_dataset

UNITS: Final = parse_dataset("""
key = "areas.units"
title_vi = "Đơn vị hành chính trên bản đồ"
title_en = "Administrative units on the map"
system_vi = "Bản đồ đơn vị hành chính"
kind = "register"
identity = ["code", "valid_from"]
event_time = "valid_from"
area = "code"
[promise]
every = "P1Y"
duty_vi = "Người giữ bản đồ đơn vị hành chính"
[[fields]]
name = "code"
title_vi = "Mã đơn vị"
title_en = "Code"
type = "area"
required = true
[[fields]]
name = "level"
title_vi = "Cấp"
title_en = "Level"
type = "choice"
required = true
choices = [
  { code = "province", vi = "Tỉnh", en = "Province" },
  { code = "district", vi = "Huyện", en = "District" },
  { code = "commune", vi = "Xã, phường, đặc khu", en = "Commune" },
]
[[fields]]
name = "valid_from"
title_vi = "Từ ngày"
title_en = "From"
type = "date"
required = true
[[fields]]
name = "valid_to"
title_vi = "Ngày không còn"
title_en = "First day without it"
type = "date"
""")


def with_map(datasets: Mapping[str, Dataset]) -> dict[str, Dataset]:
    """The datasets of records, and the map.

    Raises:
        ValueError: a dataset of records has the key of the map.
    """
    if UNITS.key in datasets:
        raise ValueError(f"{UNITS.key} is the area map; no dataset of records has that key")
    return {**datasets, UNITS.key: UNITS}

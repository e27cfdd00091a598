"""Units of SenML's registry, and how the registry of devices spells them. Pure.

Sources: RFC 8428, 12.1; RFC 8798, primary and secondary units. A secondary unit is taken in a pack of
version 10 as well: its name means one thing only, and many devices send it.
"""

from __future__ import annotations

from typing import Final

_SAME = (
    "m kg g s A K cd mol Hz rad sr N Pa J W C V F S Wb T H lm lx Bq Gy Sv kat m/s m/s2 m3/s l/s W/m2 cd/m2 "
    "bit bit/s lat lon pH dB dBW Bspl count % 1/s 1/min S/m B VA VAs var vars J/m kg/m3 NTU "
    "ms min h MHz kW kVA kvar Ah Wh kWh varh kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm mm/h m/h ppm "
    "hPa mm cm km km/h"
)

UNITS: Final[dict[str, str]] = {name: name for name in _SAME.split()} | {
    "Ohm": "ohm",
    "Cel": "°C",
    "m2": "m²",
    "m3": "m³",
    "l": "l",
    "/": "1",
    "%RH": "%",
    "%EL": "%",
    "EL": "s",  # battery life left, in seconds
    "beat/min": "1/min",
    "beats": "count",
    "deg": "°",
    "ug/m3": "µg/m³",
    "/100": "%",
    "/1000": "‰",
}

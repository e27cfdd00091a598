"""The reason codes that the gateway's sources use, read from the sources."""

from __future__ import annotations

import re
from pathlib import Path

import iot_gateway

_SAID = re.compile(r"Refused\(\s*\"([a-z0-9_]+)\"")

SOURCES = sorted(Path(iot_gateway.__file__).parent.rglob("*.py"))
REASONS = frozenset(reason for path in SOURCES for reason in _SAID.findall(path.read_text("utf-8")))

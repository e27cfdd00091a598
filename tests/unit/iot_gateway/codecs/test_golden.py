"""Payloads as devices and networks send them, and what has to be read from each.

A case is `golden/<format>/<case>.json` or `.cbor` beside `<case>.expected`; another is another pair.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from iot_gateway.codecs.catalogue import find_formats
from iot_gateway.codecs.codec import Report
from iot_gateway.samples import Refused

FORMATS = find_formats()
GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path for path in GOLDEN.glob("*/*") if path.suffix != ".expected")
MOST = 1000


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected").read_text("utf-8"))
    found = FORMATS[path.parent.name].decode(path.read_bytes(), expected["received_at_ms"], MOST)
    if isinstance(found, Refused):
        assert {"refused": found.reason, "field": found.field} == expected["reports"]
        return
    assert [told(report, wanted) for report, wanted in zip(found, expected["reports"], strict=True)] == (
        expected["reports"]
    )


def told(report: Report | Refused, wanted: dict[str, Any]) -> dict[str, Any]:
    """A report in the words of the expected file; what that does not mention is left out."""
    if isinstance(report, Refused):
        return {"refused": report.reason, "field": report.field}
    values = {
        name: "NaN" if isinstance(value, float) and math.isnan(value) else value
        for name, value in report.sample.values.items()
    }
    said: dict[str, Any] = {"device": report.device, "at_ms": report.sample.observed_at_ms, "values": values}
    said |= {"units": dict(report.units)} if report.units else {}
    for name, value in (
        ("seq", report.seq),
        ("message_id", report.message_id),
        ("revision", report.sample.revision),
    ):
        said |= {name: value} if name in wanted else {}
    return said


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_has_cases(name: str) -> None:
    assert len([path for path in CASES if path.parent.name == name]) >= 4

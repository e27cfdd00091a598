"""Every reason that the gateway gives is explained to operators, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def given() -> set[str]:
    """Codes that appear in the gateway's source, and where rows are taken that did not come through it."""
    sources = [*(ROOT / "iot_gateway").rglob("*.py"), ROOT / "services/telemetry/backfill.py"]
    texts = [source.read_text(encoding="utf-8") for source in sources]
    return {code for text in texts for code in re.findall(r'Refused\(\s*"([a-z_0-9]+)"', text)}


def explained() -> dict[str, list[str]]:
    """Code → the cells beside it."""
    lines = (ROOT / "docs/reasons.md").read_text(encoding="utf-8").split("## Mã lý do")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]
    return {row[0].strip("`"): row[1:] for row in rows}


def test_every_reason_is_explained() -> None:
    assert given() <= set(explained())


def test_every_explanation_is_given_somewhere_and_is_whole() -> None:
    assert set(explained()) - given() == set()
    for code, cells in explained().items():
        assert len(cells) == 3, code
        assert all(cells), code

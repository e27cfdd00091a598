"""The quality table of the gateway's README speaks of every payload format, and of what is there."""

import re
from pathlib import Path

from iot_gateway.codecs.catalogue import find_formats

FORMATS = find_formats()
ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests/unit/iot_gateway/codecs/golden"


def rows() -> dict[str, list[str]]:
    """Format → the cells beside it."""
    table = (ROOT / "iot_gateway/README.md").read_text("utf-8").partition("## Quality of payload formats")[2]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.partition("\n## ")[0].splitlines()
        if line.startswith("| `")
    ]
    return {name.strip("`"): rest for name, *rest in cells}


def test_every_format_has_its_row() -> None:
    assert set(rows()) == set(FORMATS)


def test_the_counts_of_golden_cases_are_true() -> None:
    said = {name: int(cells[1]) for name, cells in rows().items()}
    assert said == {name: len(list((GOLDEN / name).glob("*.expected"))) for name in FORMATS}


def test_the_broker_tests_that_it_names_exist() -> None:
    tests = (ROOT / "tests/integration/test_gateway_formats.py").read_text("utf-8")
    for name, cells in rows().items():
        named = re.findall(r"`(test_\w+)`", cells[2])
        assert named, name
        for test in named:
            assert f"def {test}(" in tests, test

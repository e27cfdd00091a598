"""`haidang figures …` and `haidang indicators plan`: what the commands show, write and refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from services.cli.__main__ import app
from services.cli.client import EXIT_NOT_FOUND, EXIT_USAGE, CommandError
from tests.integration.api.figures_centre import FEE, correct, definitions, office
from tests.integration.figures_office import NORTH, SOUTH, Office

__all__ = ["definitions", "office"]

Run = Callable[..., Result]


@pytest.fixture
def haidang(
    office: Office,
    address: str,
    new_token: Callable[..., str],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """The command line inside this process, in a folder of its own."""
    monkeypatch.setenv("HAIDANG_API_ADDRESS", address)
    monkeypatch.setenv("HAIDANG_TOKEN", new_token())
    monkeypatch.chdir(tmp_path_factory.mktemp("desk"))

    def run(*arguments: str, lang: str = "en") -> Result:
        return CliRunner().invoke(app, ["--lang", lang, *arguments])

    return run


def rows(result: Result) -> list[dict[str, Any]]:
    # The server in this process logs to the same stream.
    return [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]


def code(result: Result) -> int:
    """With which the command would end as a process of its own."""
    return result.exception.exit_code if isinstance(result.exception, CommandError) else result.exit_code


def test_figures_of_a_month(haidang: Run) -> None:
    found = rows(haidang("figures", "show", FEE, "--on", "2025-10-01", "--kind", "area", "--json"))
    assert [(one["subject"], one["value"], one["state"]) for one in found] == [
        (NORTH, "35000", "final"),
        (SOUTH, "90000", "final"),
    ]
    table = haidang("figures", "show", FEE, "--on", "2025-10-01", "--kind", "province", lang="vi").stdout
    assert "53333.33" in table  # rounded once, at display
    assert "Giá trị" in table
    assert "chốt" in table


def test_what_is_defined(haidang: Run) -> None:
    (one,) = rows(haidang("figures", "definitions", FEE, "--json"))
    assert (one["formula"], one["unit"], one["version"]) == ("m1 / m0", "VND/dossier", 1)


def test_a_series_and_its_versions_and_changes(haidang: Run, office: Office) -> None:
    batch = correct(office)
    north = ("--kind", "area", "--subject", NORTH)
    (one,) = rows(haidang("figures", "series", FEE, *north, "--json"))
    assert (one["period_start"], one["value"]) == ("2025-10-01", "45000")
    found = rows(haidang("figures", "versions", FEE, "--start", "2025-10-01", *north, "--json"))
    assert [(one["version"], one["value"]) for one in found] == [(1, "35000"), (2, "45000")]
    found = rows(haidang("figures", "changes", FEE, "--batch", str(batch), "--json"))
    told = {(one["subject"], one["breakdown"], one["period"]): one for one in found}
    one = told[NORTH, "", "month"]
    assert (one["from_value"], one["to_value"], one["difference"], one["batches"]) == (
        "35000",
        "45000",
        "10000",
        [str(batch)],
    )


def test_communes_beside_each_other(haidang: Run) -> None:
    found = rows(haidang("figures", "compare", FEE, "--on", "2025-10-02", "--json"))
    assert [(one["place"], one["subject"]) for one in found] == [(None, ""), (1, SOUTH), (2, NORTH)]


def test_where_a_figure_comes_from(haidang: Run) -> None:
    result = haidang("figures", "explain", FEE, "--start", "2025-10-01", "--json", lang="vi")
    figure, first, second, *inputs = rows(result)
    assert figure["value"].startswith("53333.333")
    assert {first["measure"]: first["value"], second["measure"]: second["value"]} == {
        "m1": "160000",
        "m0": "3",
    }
    assert sorted(one["amount"] for one in inputs if one["measure"] == "m1") == ["20000", "50000", "90000"]
    assert all(one["records"] for one in inputs)


def test_a_report_is_written_whole_or_not_at_all(haidang: Run) -> None:
    result = haidang("figures", "export", "tháng 10.xlsx", FEE, "--on", "2025-10-01", lang="vi")
    assert code(result) == 0
    sheet = openpyxl.load_workbook("tháng 10.xlsx").active
    assert sheet is not None
    assert FEE in {row[0] for row in sheet.iter_rows(values_only=True)}
    assert code(haidang("figures", "export", "other.pdf", FEE)) == EXIT_USAGE
    assert [path.name for path in Path().iterdir()] == ["tháng 10.xlsx"]


def test_definitions_are_planned_then_applied(haidang: Run, definitions: Path, office: Office) -> None:
    (file,) = definitions.glob("*.toml")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('formula = "m1 / m0"', 'formula = "2 * m1 / m0"'), encoding="utf-8")
    (one,) = rows(haidang("indicators", "plan", str(definitions), "--json"))
    assert (one["indicator"], one["definition"], one["changed_figures"] > 0) == (FEE, "changed", True)
    assert code(haidang("indicators", "apply", str(definitions), "--json")) == 0
    office.engine.catch_up()
    found = rows(haidang("figures", "show", FEE, "--on", "2025-10-01", "--kind", "area", "--json"))
    assert [one["value"] for one in found] == ["70000", "180000"]
    assert rows(haidang("indicators", "plan", str(definitions), "--json")) == []


def test_what_is_wrong_is_said(haidang: Run, definitions: Path) -> None:
    result = haidang("figures", "show", "TE-99")
    assert code(result) == EXIT_NOT_FOUND
    assert "TE-99" in str(result.exception)
    assert code(haidang("figures", "show", "--kind", "planet")) == EXIT_USAGE
    (file,) = definitions.glob("*.toml")
    file.write_text("[[measures]]\n", encoding="utf-8")
    result = haidang("indicators", "plan", str(file))
    assert code(result) == EXIT_USAGE
    assert "measures[1]" in str(result.exception)

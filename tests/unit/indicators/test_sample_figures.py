"""The figures of the samples that were counted by hand are figures that the shipped catalogue makes."""

import tomllib
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from services.indicators.area_units import with_map
from services.indicators.catalogue import SHIPPED, load_catalogue
from services.records.catalogue import DECLARED, load_datasets
from tests.fixtures.record_samples import ROOT

COUNTED = sorted((ROOT / "tests/samples/indicators").glob("expected_*.toml"))
CATALOGUE = load_catalogue(
    with_map({key: declared.dataset for key, declared in load_datasets(DECLARED).items()}), SHIPPED
)
# Nothing in the samples feeds them: no district is left, of the incidents one beginning is known, and no
# report tells of tasks (tests/integration/test_published_figures.py has one).
NOT_FED = {
    *("EO-01.reported", "EO-01.reported_assigned", "EO-05.district"),
    *("IS-10.detect_p50", "IS-10.detect_p90"),
}


def figures(file: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))["figures"]
    return told


@pytest.mark.parametrize("file", COUNTED, ids=lambda file: file.stem)
def test_each_is_of_an_indicator_for_its_subject_period_and_breakdown(file: Any) -> None:
    for one in figures(file):
        indicator = CATALOGUE.indicators[one["indicator"]]
        assert one["value"] == "missing" or Fraction(one["value"]) >= 0
        assert one["period"] in indicator.periods, one
        assert one["subject_kind"] in indicator.levels, one
        assert (one["subject_kind"] == "province") == ("subject" not in one), one
        assert one.get("breakdown", "=").split("=")[0] in ("", *indicator.by), one
        assert one["period"] == "day" or (one["period_start"] - timedelta(days=1)).day >= 28, one


def test_every_indicator_of_administration_and_infrastructure_is_counted_where_samples_feed_it() -> None:
    counted = {one["indicator"] for file in COUNTED for one in figures(file)}
    groups = ("public_services", "administrative_reform", "e_office", "information_security",
              "digital_infrastructure")  # fmt: skip
    wanted = {id for id, group in CATALOGUE.groups.items() if group in groups}
    assert wanted - counted == NOT_FED

"""Alert rules: promtool runs their tests, and what they measure exists."""

import importlib
import pkgutil
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import iot_gateway
import services
from tests.fixtures.servers import without

FOLDER = Path(__file__).resolve().parents[2] / "dashboards/prometheus"
RULES = sorted(path for path in FOLDER.glob("*.yml") if not path.name.endswith(".test.yml"))


def alerts(path: Path) -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]


def exported() -> set[str]:
    """The names of all time series that the product's own metrics may have."""
    for package in (services, iot_gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("metrics"):
                importlib.import_module(module.name)
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
    return {
        metric.name + suffix for metric in REGISTRY.collect() for suffix in suffixes.get(metric.type, ("",))
    }


def test_there_are_rules() -> None:
    assert RULES


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_promtool_runs_the_tests_of_the_rules(path: Path) -> None:
    promtool = shutil.which("promtool") or without("promtool is not installed")
    for arguments in (("check", "rules", str(path)), ("test", "rules", str(path.with_suffix(".test.yml")))):
        done = subprocess.run([promtool, *arguments], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_each_alert_is_tested_speaks_both_languages_and_measures_what_there_is(path: Path) -> None:
    tests = yaml.safe_load(path.with_suffix(".test.yml").read_text())["tests"]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    known = exported()
    for alert in alerts(path):
        told = [bool(case.get("exp_alerts")) for case in cases if case["alertname"] == alert["alert"]]
        assert set(told) == {True, False}, alert["alert"]
        assert {"summary_vi", "summary_en", "action_vi", "action_en"} <= alert["annotations"].keys()
        assert set(re.findall(r"haidang_\w+", alert["expr"])) <= known

"""Rules and storm control out of their files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.alarms.rules import Rule, RuleFault, parse_rules
from services.alarms.storm import Storm, parse_storm

SHIPPED = Path(__file__).parent / "rules"  # those that the product brings
STORM = "storm.toml"


class BadRules(ValueError):
    """Files that are refused; every fault, each a line with file, rule, field and reason."""

    def __init__(self, faults: Sequence[RuleFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def load_rules(*folders: Path) -> list[Rule]:
    """All rules of the folders' *.toml; a rule of a later folder takes the place of one with its id.

    Raises:
        BadRules: with everything that is wrong.
        OSError: a file cannot be read.
    """
    found: dict[str, Rule] = {}
    faults: list[RuleFault] = []
    for folder in folders:
        of_folder: dict[str, str] = {}
        for path in sorted(folder.glob("*.toml")):
            if path.name == STORM:
                continue
            rules, wrong = parse_rules(path.name, path.read_text(encoding="utf-8"))
            faults += wrong
            for rule in rules:
                if rule.id in of_folder:
                    faults.append(RuleFault(path.name, rule.id, "id", f"is in {of_folder[rule.id]} already"))
                of_folder[rule.id] = path.name
                found[rule.id] = rule
    if faults:
        raise BadRules(faults)
    return list(found.values())


def load_storm(*folders: Path) -> Storm:
    """Of the last folder that has a storm.toml; without any, as shipped.

    Raises:
        ValueError: the file cannot be one; with its name.
    """
    for folder in reversed(folders):
        path = folder / STORM
        if path.exists():
            try:
                return parse_storm(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from error
    return Storm()

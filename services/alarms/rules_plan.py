"""What becomes of the rules in force when files are applied: new, changed, gone, or other words. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from services.alarms.rule_text import RuleText
from services.alarms.rules import Rule, RuleFault, parse_rules

File = tuple[str, str]  # name, text


@dataclass(frozen=True)
class Plan:
    """What is to be tried. `kinds`: of each rule that does not stay, by id: new, changed, words (what people
    read changes, what is raised does not) or gone. `before`, `after`: the rules whose alarms may be others.
    """

    kinds: Mapping[str, str]
    before: Mapping[str, Rule]
    after: Mapping[str, Rule]
    sha256: str

    def named(self, rule: str) -> Rule:
        """The rule as it would be, or was at last."""
        return self.after.get(rule) or self.before[rule]

    @property
    def tried(self) -> list[str]:
        """The rules whose alarms may be others, by id."""
        return [one for one, kind in self.kinds.items() if kind != "words"]


def plan_of(standing: Sequence[Rule], wanted: Sequence[Rule], sha256: str) -> Plan:
    """`wanted`: all that would be in force."""
    before, after = ({one.id: one for one in rules} for rules in (standing, wanted))
    kinds = {
        one: kind for one in sorted({*before, *after}) if (kind := _kind(before.get(one), after.get(one)))
    }
    return Plan(
        kinds,
        {one: before[one] for one in kinds if one in before},
        {one: after[one] for one in kinds if one in after},
        sha256,
    )


def _kind(before: Rule | None, after: Rule | None) -> str:
    if before is None or after is None:
        return "new" if before is None else "gone"
    if before.digest == after.digest:
        return ""
    return "words" if _raises(before.text) == _raises(after.text) else "changed"


def _raises(text: RuleText) -> RuleText:
    """A rule without what only people read."""
    return msgspec.structs.replace(text, vi="", en="", do_vi="", do_en="")


def assembled(files: Iterable[File]) -> tuple[list[Rule], list[RuleFault]]:
    """The rules of files, each of which is in one of them, and everything that is wrong."""
    rules: list[Rule] = []
    faults: list[RuleFault] = []
    where: dict[str, str] = {}
    for name, text in files:
        found, wrong = parse_rules(name, text)
        faults += wrong
        for rule in found:
            if rule.id in where:
                faults.append(RuleFault(name, rule.id, "id", f"is in {where[rule.id]} already"))
            where[rule.id] = name
            rules.append(rule)
    return rules, faults


def wanted(given: Sequence[Rule], standing: Sequence[Rule], *, is_whole: bool) -> list[Rule]:
    """All rules that would be in force; those that are not given stay, unless the files are the whole."""
    ids = {one.id for one in given}
    return [*given, *(() if is_whole else (one for one in standing if one.id not in ids))]


def digest(files: Sequence[File], version: int, *, is_whole: bool) -> str:
    """Of files, and of the version of the rules that they were compared with."""
    return hashlib.sha256(repr((version, is_whole, sorted(files))).encode()).hexdigest()

"""Wrong definitions: a denominator, a rule of time or of space, each in one line of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from services.indicators.catalogue import SHIPPED, Catalogue, assembled, load_catalogue
from services.indicators.declared import BadDefinitions, Measure
from services.indicators.language.formula import operands
from services.indicators.takes import SETS
from services.records.datasets import Dataset

Files = dict[str, str]
RULES = ("denominator", "time", "space")


@dataclass(frozen=True)
class Mutation:
    """`entry`: the name of a measure or the id of an indicator; `key` gets `value`, None: it is left out."""

    rule: str
    entry: str
    key: str
    value: str | None
    reaches: frozenset[str]  # the indicators that it makes wrong

    def __str__(self) -> str:
        told = "left out" if self.value is None else f'"{self.value}"'
        return f"{self.rule}: {self.entry}.{self.key} {told}"


def shipped_files() -> Files:
    return {path.name: path.read_text("utf-8") for path in sorted(SHIPPED.glob("*.toml"))}


def drawn(
    datasets: Mapping[str, Dataset], sound: frozenset[str], seed: int, count: int
) -> tuple[list[Mutation], Catalogue]:
    """Mutations of which no two reach the same indicator, and the catalogue with all of them.

    `sound`: indicators that are right as they are.
    """
    catalogue, files, random = load_catalogue(datasets, SHIPPED), shipped_files(), Random(seed)
    possible = [one for one in _possible(catalogue, datasets) if one.reaches and one.reaches <= sound]
    by_rule = {rule: [one for one in possible if one.rule == rule] for rule in RULES}
    for some in by_rule.values():
        random.shuffle(some)
    taken: list[Mutation] = []
    reached: set[str] = set()
    while len(taken) < count and any(by_rule.values()):
        rule = RULES[len(taken) % len(RULES)]
        some = by_rule[rule] or max(by_rule.values(), key=len)
        one = some.pop()
        changed = mutated(files, one)
        if not (one.reaches & reached) and (found := _checked(changed, datasets)) is not None:
            taken.append(one)
            reached |= one.reaches
            files, catalogue = changed, found
    return taken, catalogue


def mutated(files: Files, mutation: Mutation) -> Files:
    """The files with one line of one entry changed."""
    return {name: _changed(text, mutation) for name, text in files.items()}


def _changed(text: str, mutation: Mutation) -> str:
    name = f'(?:name|id) = "{re.escape(mutation.entry)}"'
    block = re.search(rf"^{name}\n(?:(?!\[\[).*\n?)*", text, re.MULTILINE)
    if block is None:
        return text
    lines = [one for one in block[0].splitlines() if not one.startswith(f"{mutation.key} = ")]
    if mutation.value is not None:
        lines.insert(1, f'{mutation.key} = "{mutation.value}"')
    return text[: block.start()] + "\n".join(lines) + "\n\n" + text[block.end() :]


def _checked(files: Files, datasets: Mapping[str, Dataset]) -> Catalogue | None:
    try:
        return assembled(list(files.items()), datasets)
    except BadDefinitions:
        return None


def _possible(catalogue: Catalogue, datasets: Mapping[str, Dataset]) -> Iterator[Mutation]:
    users: dict[str, set[str]] = {}
    for indicator in catalogue.indicators.values():
        for operand in operands(indicator.formula.node):
            users.setdefault(operand.measure, set()).add(indicator.id)
    for measure in catalogue.measures.values():
        reaches = users.get(measure.name, set())
        siblings = [one for one in catalogue.measures.values() if one.dataset == measure.dataset]
        for rule, key, value in _of_measure(measure, siblings, datasets[measure.dataset]):
            # Of another place only those are wrong that have figures of such places.
            at_level = {one for one in reaches if key in catalogue.indicators[one].levels}
            seen = (
                at_level if key in ("area", "organisation") else reaches
            )  # others have no figures of such a place
            yield Mutation(rule, measure.name, key, value, frozenset(seen))
    for indicator in catalogue.indicators.values():
        yield from _of_formula(indicator.id, str(indicator.formula), catalogue)


def _of_measure(
    measure: Measure, siblings: Sequence[Measure], dataset: Dataset
) -> Iterator[tuple[str, str, str | None]]:
    """Conditions dropped or borrowed; another moment; a deadline by the calendar; another place."""
    if measure.where is not None and not _is_said_by_number(measure):
        yield "denominator", "where", None
    clock = dataset.life_cycle.clock if dataset.life_cycle else None
    if clock and clock.allowance and "due()" in str(measure.where):
        yield "time", "where", str(measure.where).replace("due()", str(clock.due))
    if measure.ends is not None:
        yield "time", "ends", None
    for key in ("when", "begins"):
        own = getattr(measure, key)
        others = {str(told) for one in siblings if (told := getattr(one, key)) is not None} - {str(own)}
        yield from (("time", key, other) for other in sorted(others) if own is not None)
    if measure.take == "holdings":
        days = [one.name for one in dataset.fields if one.type == "date" and one.name != str(measure.begins)]
        yield from (("time", "begins", name) for name in days)
    for key, kind, own in (
        ("area", "area", dataset.area),
        ("organisation", "organisation", dataset.organisation),
    ):
        fields = [one.name for one in dataset.fields if one.type == kind and one.name != own]
        yield from (("space", key, name) for name in ["", *fields] if own is not None)
    if measure.fold in SETS and measure.of is not None and "(" not in str(measure.of):
        others = [name for name in dataset.breakdowns if name != str(measure.of)]
        yield from (("space", "of", f"({measure.of}, {name})") for name in others)


def _is_said_by_number(measure: Measure) -> bool:
    """Whether a condition asks for nothing but fields without which there is no number anyway."""
    asked = re.fullmatch(r"\w+ is not None(?: and \w+ is not None)*", str(measure.where))
    names = re.findall(r"(\w+) is not None", str(measure.where))
    return asked is not None and all(re.search(rf"\b{name}\b", str(measure.of)) for name in names)


def _of_formula(id: str, formula: str, catalogue: Catalogue) -> Iterator[Mutation]:
    """Another measure of the same dataset and unit below the line."""
    told = re.fullmatch(r"(.+ / )([a-z_0-9]+)", formula)
    if told is None:
        return
    own = catalogue.measures[told[2]]
    for other in catalogue.measures.values():
        alike = (other.dataset, other.unit, other.fold) == (own.dataset, own.unit, own.fold)
        if alike and other.name != own.name and other.name not in told[1]:
            yield Mutation("denominator", id, "formula", f"{told[1]}{other.name}", frozenset({id}))

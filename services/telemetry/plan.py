"""Turns a batch, and what is known about its keys, into the writes of one transaction. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from services.telemetry.domain import Batch, Counts, Reading, Verdict, classify, tally

Key = tuple[int, int]  # series id, observed_at in ms


@dataclass(slots=True)
class Plan:
    """What to write, by key, and what became of each reading in the batch's order."""

    new: dict[Key, Reading] = field(default_factory=dict)
    replaced: dict[Key, Reading] = field(default_factory=dict)
    history: list[tuple[Key, Reading, Verdict]] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    changed: dict[Key, int] = field(default_factory=dict)  # key → index of the reading that stands now


def plan_writes(
    keys: Sequence[Key],
    readings: Sequence[Reading],
    standing: Mapping[Key, Reading],
    history: Mapping[Key, Sequence[Reading]],
) -> Plan:
    """Classify readings one after the other, each seeing what the ones before it did."""
    plan = Plan()
    now_standing = dict(standing)
    now_history = {key: list(values) for key, values in history.items()}
    for index, (key, reading) in enumerate(zip(keys, readings, strict=True)):
        decision = classify(now_standing.get(key), now_history.get(key, ()), reading)
        plan.verdicts.append(decision.verdict)
        if decision.to_history is not None:
            plan.history.append((key, decision.to_history, decision.verdict))
            now_history.setdefault(key, []).append(decision.to_history)
        if decision.stands:
            now_standing[key] = reading
            plan.changed[key] = index
            target = plan.replaced if key in standing else plan.new
            target[key] = reading
    return plan


def all_new(keys: Sequence[Key]) -> bool:
    """True if no key comes twice: with nothing stored under them, every reading is simply stored."""
    return len(set(keys)) == len(keys)


def count_by_device(batch: Batch, verdicts: Sequence[Verdict] | None) -> dict[str, Counts]:
    """The six counts by device; `verdicts` None: every accepted reading was stored."""
    refused = ((r.device, r.verdict, r.readings) for r in batch.refusals)
    if verdicts is None and not batch.refusals:
        return {device: Counts(stored=n) for device, n in Counter(map(itemgetter(0), batch.series)).items()}
    given: Iterable[Verdict] = verdicts if verdicts is not None else [Verdict.STORED] * len(batch.series)
    accepted = Counter((name[0], verdict) for name, verdict in zip(batch.series, given, strict=True))
    return tally([*((device, verdict, n) for (device, verdict), n in accepted.items()), *refused])

"""How the centre handled its alarms, by the day on which each closed."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import Scope, only, percentile, ratio, share


def _closed(s: Scope) -> list[Entity]:
    return s.happened("centre.alarms")


def _acknowledged(s: Scope) -> list[Entity]:
    return [one for one in _closed(s) if one.moment("acknowledged_at")]


def _minutes(alarms: list[Entity], until: str) -> list[Fraction]:
    """From when each was raised until a moment that it tells."""
    spans = [(one.moment("raised_at"), one.moment(until)) for one in alarms]
    return [Fraction(int((to - since).total_seconds()), 60) for since, to in spans if since and to]


for _percent in (50, 90):
    figure(f"OC-01.p{_percent}", "ap", "dmy", "rule severity")(
        lambda s, percent=_percent: percentile(_minutes(_acknowledged(s), "acknowledged_at"), percent)
    )
    figure(f"OC-02.p{_percent}", "ap", "dmy", "rule severity")(
        lambda s, percent=_percent: percentile(_minutes(_closed(s), "cleared_at"), percent)
    )


@figure("OC-01.share", "ap", "dmy", "rule severity")
def acknowledged(s: Scope) -> Fraction:
    return share(_acknowledged(s), _closed(s))


@figure("OC-03", "ap", "dmy", "rule severity")
def shelved(s: Scope) -> Fraction:
    return share(only(_closed(s), shelved=True), _closed(s))


@figure("OC-04", "p", "dmy", "acknowledged_by")
def by_operator(s: Scope) -> Fraction:
    operators = {one.text("acknowledged_by") for one in _closed(s)} - {None, ""}
    return ratio(len(_acknowledged(s)), len(operators))


@figure("OC-05", "p", "dmy")
def by_shift(s: Scope) -> Fraction:
    """A shift ends with a handover."""
    return ratio(len(_closed(s)), len(s.happened("centre.handovers")))

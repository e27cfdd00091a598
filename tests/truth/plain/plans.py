"""How plans, components, services, decisions, staff, training and teams go."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.province import When
from tests.truth.plain.scope import (
    Scope,
    first,
    knowing,
    last,
    only,
    percent,
    share,
    told,
    total,
)


def _judged(s: Scope) -> list[Entity]:
    """Targets that were due to be judged."""
    return [one for one in s.held("plans.progress", "period_from") if one.text("judgement") != "not_due"]


@figure("AR-07", "op", "mqy", "document")
def on_track(s: Scope) -> Fraction:
    return share(only(_judged(s), judgement=("met", "on_track")), _judged(s))


@figure("AR-07.met", "op", "mqy", "document")
def met(s: Scope) -> Fraction:
    return share(only(_judged(s), judgement="met"), _judged(s))


@figure("AR-07.registered", "op", "mqy", "document")
def on_track_of_registered(s: Scope) -> Fraction:
    return share(only(_judged(s), judgement=("met", "on_track")), s.held("plans.targets", "holds_from"))


def _kept(items: list[Entity], done: When, due: str) -> list[Entity]:
    """Those done by the first moment of the day, or by the moment, that was set."""
    return [
        one
        for one in items
        if (at := done(one)) is not None and (term := one.moment(due)) is not None and at <= term
    ]


@figure("AR-07.milestones", "op", "mqy", "document")
def milestones(s: Scope) -> Fraction:
    due = [one for one in s.happened("plans.milestones", told("due_on")) if one.never("dropped")]
    return share(_kept(due, last("reached"), "due_on"), due)


@figure("AR-07.decisions", "op", "dmy", "cause")
def decisions(s: Scope) -> Fraction:
    due = [one for one in s.happened("centre.decisions", told("due_at")) if one.never("cancelled")]
    return share(_kept(due, last("done"), "due_at"), due)


@figure("AR-07.recommendations", "op", "mqy", "body")
def recommendations(s: Scope) -> Fraction:
    due = [one for one in s.happened("oversight.recommendations", told("due_on")) if one.never("rejected")]
    return share(_kept(due, last("implemented"), "due_on"), due)


@figure("AR-07.recommendations_open", "op", "mqy", "body")
def recommendations_open(s: Scope) -> int:
    return len(s.stock("oversight.recommendations", first("issued"), last("implemented", "rejected")))


@figure("AR-07.architecture", "op", "mqy", "layer")
def architecture(s: Scope) -> Fraction:
    every = s.held("architecture.components", "holds_from")
    current = [one for one in every if one.text("version") != "v1_0" and one.text("state") != "replaced"]
    return share(only(current, state="in_use"), current)


@figure("AR-07.smart_services", "op", "my", "domain")
def smart_services(s: Scope) -> int:
    return len(only(s.held("urban.services", "holds_from"), state="in_use"))


@figure("AR-07.smart_share", "op", "my", "domain")
def smart_share(s: Scope) -> Fraction:
    every = only(s.held("urban.services", "holds_from"), state=("planned", "pilot", "in_use"))
    return share(only(every, state="in_use"), every)


@figure("AR-07.screens", "op", "dmy", "role")
def screens(s: Scope) -> int:
    return len(s.happened("centre.screen_uses"))


@figure("AR-07.screen_time", "op", "dmy", "role")
def screen_time(s: Scope) -> Fraction:
    return total(s.happened("centre.screen_uses"), "seconds")


@figure("AR-07.explained", "op", "dmy", "role")
def explained(s: Scope) -> Fraction:
    uses = s.happened("centre.screen_uses")
    return share(only(uses, explained=True), uses)


@figure("AR-07.scored", "op", "y")
def scored(s: Scope) -> int:
    return len(s.happened("emulation.milestones", last("scored")))


@figure("AR-07.rewarded", "op", "y", "level")
def rewarded(s: Scope) -> int:
    return len(s.happened("emulation.milestones", last("rewarded")))


@figure("AR-07.contracts", "op", "mqy", "service_kind")
def contracts(s: Scope) -> int:
    return len(s.happened("services.hired_it", first("signed")))


def _staff(s: Scope) -> list[Entity]:
    return s.held("people.it_staff", "period_from")


@figure("AR-07.it_staff", "op", "mqy")
def it_staff(s: Scope) -> Fraction:
    return total(_staff(s), "it_full_time")


@figure("AR-07.it_staff_share", "op", "mqy")
def it_staff_share(s: Scope) -> Fraction:
    return percent(total(_staff(s), "it_full_time"), total(_staff(s), "staff"))


@figure("AR-07.it_agencies", "p", "mqy")
def it_agencies(s: Scope) -> Fraction:
    agencies = _staff(s)
    return share([one for one in agencies if (one.number("it_full_time") or 0) > 0], agencies)


@figure("AR-07.courses", "aop", "mqy", "topic audience")
def courses(s: Scope) -> int:
    return len(s.happened("people.training"))


@figure("AR-07.trained", "aop", "mqy", "topic audience")
def trained(s: Scope) -> Fraction:
    return total(s.happened("people.training"), "participants")


@figure("AR-07.passed", "aop", "mqy", "topic audience")
def passed(s: Scope) -> Fraction:
    tested = knowing(s.happened("people.training"), "passed")
    return percent(total(tested, "passed"), total(tested, "participants"))


def _teams(s: Scope) -> list[Entity]:
    return s.held("community.digital_teams", "period_from", "period")


@figure("AR-07.teams", "ap", "qy")
def teams(s: Scope) -> Fraction:
    return percent(total(_teams(s), "teams"), total(_teams(s), "hamlets"))


@figure("AR-07.teams_trained", "ap", "qy")
def teams_trained(s: Scope) -> Fraction:
    told_of = knowing(_teams(s), "members_trained")
    return percent(total(told_of, "members_trained"), total(told_of, "members"))

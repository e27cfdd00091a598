"""Crimes, emergencies, traffic, and what citizens report."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain import clocks, working_time
from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import (
    Scope,
    Silent,
    first,
    last,
    only,
    percent,
    percentile,
    ratio,
    share,
    told,
    total,
)
from tests.truth.plain.social import population


@figure("PB-01", "p", "my")
def crimes(s: Scope) -> Fraction:
    cases = total(s.happened("safety.crimes"), "cases")
    return ratio(100000 * cases * Fraction(365, s.days), population(s))


@figure("PB-01.cleared", "ap", "my", "crime")
def cleared(s: Scope) -> Fraction:
    crimes = s.happened("safety.crimes")
    return percent(total(crimes, "cleared"), total(crimes, "cases"))


def _response(s: Scope) -> list[Fraction]:
    """Minutes from the call to whoever came first, of those to whom somebody came."""
    calls = s.happened("safety.emergency_calls", first("called"))
    spans = [(one.first("called"), one.first("arrived")) for one in calls]
    return [Fraction(int((to - since).total_seconds()), 60) for since, to in spans if since and to]


def _handling(s: Scope) -> list[Fraction]:
    """Hours worked from reception to the first answer, without the waiting for the citizen."""
    resolved = s.happened("feedback.tickets", last("resolved"))
    found = [told for one in resolved if one.first("received") and (told := _worked(one)) is not None]
    if resolved and not found:
        raise Silent
    return found


def _worked(ticket: Entity) -> Fraction | None:
    run = clocks.run_of(ticket, clocks.TICKETS)
    if run is None or run.stopped is None:
        return None
    return working_time.hours(run.started, run.stopped, run.pauses)


for _percent in (50, 90):
    figure(f"PB-02.p{_percent}", "ap", "dmy", "service")(
        lambda s, percent=_percent: percentile(_response(s), percent)
    )
    figure(f"CF-04.p{_percent}", "aop", "my", "field channel")(
        lambda s, percent=_percent: percentile(_handling(s), percent)
    )


@figure("CF-01", "aop", "dmy", "field channel")
def feedback(s: Scope) -> int:
    return len(s.happened("feedback.tickets", first("received")))


@figure("CF-02", "aop", "dmy", "field channel")
def feedback_on_time(s: Scope) -> Fraction:
    """Of those within competence whose term is in these days."""
    due = [one for one in s.happened("feedback.tickets", told("due_at")) if one.never("refused")]
    return share([one for one in due if not _is_late(one) and one.last("resolved")], due)


@figure("CF-03", "aop", "my", "field channel")
def content(s: Scope) -> Fraction:
    """Silence counts as satisfied."""
    every = s.happened("feedback.tickets", last("resolved"))
    bad = [one for one in every if one.text("rating") == "dissatisfied" or _is_late(one)]
    return percent(len(every) - len(bad), len(every))


def _is_late(ticket: Entity) -> bool:
    """Resolved after its term."""
    done, due = ticket.last("resolved"), ticket.moment("due_at")
    return done is not None and due is not None and done > due


def _accidents(s: Scope) -> list[Entity]:
    return s.happened("traffic.crashes")


@figure("TR-01", "ap", "dmy", "mode")
def crashes(s: Scope) -> int:
    return len(_accidents(s))


@figure("TR-01.deaths", "ap", "dmy", "mode")
def deaths(s: Scope) -> Fraction:
    return total(_accidents(s), "deaths")


@figure("TR-01.injured", "ap", "dmy", "mode")
def injured(s: Scope) -> Fraction:
    return total(_accidents(s), "injured")


@figure("TR-02", "p", "my")
def road_deaths(s: Scope) -> Fraction:
    died = total(only(_accidents(s), mode="road"), "deaths")
    return ratio(100000 * died * Fraction(365, s.days), population(s))


@figure("TR-03", "ap", "dm")
def speed(s: Scope) -> Fraction:
    trips = s.happened("traffic.travel_times")
    return ratio(total(trips, "distance"), total(trips, "travel_time"))


@figure("TR-04", "ap", "dm")
def congestion(s: Scope) -> Fraction:
    trips = s.happened("traffic.travel_times")
    return ratio(total(trips, "travel_time"), total(trips, "free_flow_time"))

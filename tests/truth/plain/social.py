"""Health, education, tourism, and how many people there are."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import (
    Scope,
    knowing,
    percent,
    ratio,
    total,
)


def population(s: Scope) -> Fraction:
    """People at the end of the days."""
    return total(s.held("statistics.population", "period_from", "period"), "population")


@figure("HE-01", "ap", "m")
def insured(s: Scope) -> Fraction:
    held = s.held("health.insurance", "period_from", "period")
    return percent(total(held, "insured"), total(held, "population"))


def _facilities(s: Scope) -> list[Entity]:
    return s.held("health.resources", "period_from", "period")


@figure("HE-02", "ap", "y")
def doctors(s: Scope) -> Fraction:
    return ratio(10000 * total(_facilities(s), "doctors"), population(s))


@figure("HE-03", "ap", "y")
def beds(s: Scope) -> Fraction:
    """Beds of communes' stations are none of these."""
    some = [one for one in _facilities(s) if one.text("facility_kind") != "health_station"]
    return ratio(10000 * total(some, "beds"), population(s))


@figure("HE-04", "aop", "dmy", "ward")
def occupied(s: Scope) -> Fraction:
    days = s.happened("health.bed_days")
    return percent(total(days, "bed_days_used"), total(days, "bed_days_available"))


@figure("ED-01", "ap", "y", "school_level")
def enrolled(s: Scope) -> Fraction:
    known = knowing(s.happened("education.schools"), "enrolled_of_age", "population_of_age")
    return percent(total(known, "enrolled_of_age"), total(known, "population_of_age"))


@figure("ED-02", "ap", "y", "school_level")
def pupils(s: Scope) -> Fraction:
    schools = s.happened("education.schools")
    return ratio(total(schools, "pupils"), total(schools, "teachers"))


@figure("TO-01", "ap", "dmy", "establishment_kind guest_origin")
def arrivals(s: Scope) -> Fraction:
    return total(s.happened("tourism.lodging_reports"), "arrivals")


@figure("TO-01.receipts", "ap", "dmy", "establishment_kind guest_origin")
def receipts(s: Scope) -> Fraction:
    return total(s.happened("tourism.lodging_reports"), "receipts")


@figure("TO-02", "ap", "dmy", "establishment_kind")
def rooms(s: Scope) -> Fraction:
    known = knowing(s.happened("tourism.lodging_reports"), "rooms_sold", "rooms_available")
    return percent(total(known, "rooms_sold"), total(known, "rooms_available"))

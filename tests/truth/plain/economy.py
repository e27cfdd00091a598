"""What the statistics office publishes, budgets, investment, poverty; energy, water and the environment."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import (
    Scope,
    first,
    knowing,
    newest,
    only,
    percent,
    ratio,
    share,
    summed,
    total,
)


def _grdp(s: Scope, sector: str) -> Fraction:
    """At constant prices of 2020, of quarters; half and whole years would count them twice."""
    told = only(s.happened("economy.grdp"), sector=sector, prices="constant_2020")
    return total([one for one in told if _is_of_quarter(one)], "value")


def _is_of_quarter(one: Entity) -> bool:
    since, to = one.moment("period_from"), one.moment("period_to")
    return since is not None and to is not None and (to - since).days < 95


def _growth(id: str, sector: str) -> None:
    @figure(id, "p", "qy")
    def growth(s: Scope) -> Fraction:
        before = s.year_ago()
        return percent(_grdp(s, sector) - _grdp(before, sector), _grdp(before, "total"))


_growth("EC-01", "total")
_growth("EC-01.agriculture", "agriculture")
_growth("EC-01.industry", "industry")
_growth("EC-01.services", "services")


def _index(id: str, dataset: str, base: str, **wanted: object) -> None:
    @figure(id, "p", "m")
    def index(s: Scope) -> Fraction:
        return newest(only(s.happened(dataset), base=base, **wanted), lambda one: one.number("index_value"))


_index("EC-02", "economy.cpi", "previous_month", group="all")
_index("EC-02.year_on_year", "economy.cpi", "same_month_last_year", group="all")
_index("EC-02.mean_to_date", "economy.cpi", "mean_to_date", group="all")
_index("EC-03", "economy.iip", "same_month_last_year", industry="all")
_index("EC-03.year_to_date", "economy.iip", "year_to_date", industry="all")


@figure("EC-03.parts", "p", "m")
def iip_of_parts(s: Scope) -> Fraction:
    """The weighted mean of the industries' indices."""
    base = only(s.happened("economy.iip"), base="same_month_last_year")
    parts = knowing([one for one in base if one.text("industry") != "all"], "weight", "index_value")
    weighted = summed(
        parts, lambda one: (one.number("index_value") or 0) * (one.number("weight") or Fraction(0))
    )
    return ratio(weighted, total(parts, "weight"))


@figure("EC-04", "op", "dmy", "revenue_item budget_level")
def revenue(s: Scope) -> Fraction:
    same = ("revenue_item", "budget_level", "collector", "period_from")
    held = s.held("economy.budget_revenues", "as_of", "year", same)
    return percent(total(held, "revenue_to_date"), total(held, "plan_year"))


@figure("EC-05", "op", "dmy", "funds")
def investment(s: Scope) -> Fraction:
    same = ("project", "investor", "funds", "period_from")
    held = s.held("economy.public_investment", "as_of", "year", same)
    return percent(total(held, "disbursed"), total(held, "plan"))


@figure("EC-06", "ap", "y")
def poor(s: Scope) -> Fraction:
    held = s.held("economy.poverty", "period_from", "period")
    return percent(total(held, "poor"), total(held, "households"))


def _minutes(one: Entity) -> Fraction | None:
    """From the interruption until all had power again."""
    since, to = one.first("interrupted"), one.last("restored")
    return None if since is None or to is None else Fraction(int((to - since).total_seconds()), 60)


def _outages(s: Scope, is_long: bool) -> list[tuple[Fraction, Fraction]]:
    """Minutes and customers; long ones last more than five minutes."""
    every = s.happened("energy.outages", first("interrupted"))
    told = [(minutes, one.number("customers")) for one in every if (minutes := _minutes(one)) is not None]
    return [(minutes, customers or Fraction(0)) for minutes, customers in told if (minutes > 5) is is_long]


def _customer_minutes(s: Scope) -> Fraction:
    return sum((minutes * customers for minutes, customers in _outages(s, True)), Fraction(0))


def _interrupted(s: Scope, is_long: bool) -> Fraction:
    return sum((customers for _, customers in _outages(s, is_long)), Fraction(0))


def _customers(s: Scope) -> Fraction:
    return total(s.held("energy.customers", "period_from", "period"), "customers")


@figure("EG-02", "ap", "my", sums_months=True)
def saidi(s: Scope) -> Fraction:
    return ratio(_customer_minutes(s), _customers(s))


@figure("EG-03", "ap", "my", sums_months=True)
def saifi(s: Scope) -> Fraction:
    return ratio(_interrupted(s, True), _customers(s))


@figure("EG-03.maifi", "ap", "my", sums_months=True)
def maifi(s: Scope) -> Fraction:
    return ratio(_interrupted(s, False), _customers(s))


@figure("EG-03.caidi", "ap", "my", "cause")
def caidi(s: Scope) -> Fraction:
    return ratio(_customer_minutes(s), _interrupted(s, True))


@figure("EG-04", "aop", "my")
def renewable(s: Scope) -> Fraction:
    plants = s.happened("energy.generation")
    return percent(total(only(plants, renewable=True), "energy"), total(plants, "energy"))


@figure("WA-01", "ap", "y")
def clean_water(s: Scope) -> Fraction:
    held = s.held("water.supply", "period_from", "period")
    return percent(total(held, "population_urban_clean"), total(held, "population_urban"))


@figure("WA-02", "aop", "my")
def water_lost(s: Scope) -> Fraction:
    zones = s.happened("water.balances")
    return percent(total(zones, "input") - total(zones, "billed"), total(zones, "input"))


def _effluent(s: Scope) -> list[Entity]:
    """Values that have a limit."""
    return knowing(only(s.happened("environment.lab_samples"), water_kind="effluent"), "limit_value", "value")


def _kept(values: list[Entity]) -> list[Entity]:
    return [one for one in values if (one.number("value") or 0) <= (one.number("limit_value") or 0)]


@figure("EN-08", "ap", "my", "parameter")
def effluent(s: Scope) -> Fraction:
    return share(_kept(_effluent(s)), _effluent(s))


@figure("EN-08.volume", "ap", "my", "parameter")
def effluent_volume(s: Scope) -> Fraction:
    known = knowing(_effluent(s), "volume")
    return percent(total(_kept(known), "volume"), total(known, "volume"))


@figure("EN-09", "ap", "my")
def waste(s: Scope) -> Fraction:
    every = s.happened("environment.solid_waste")
    return percent(total(every, "collected"), total(every, "generated"))

"""Systems, layers, sites, endpoints, incidents, spending, assessments, backups."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import (
    Scope,
    first,
    knowing,
    last,
    mean,
    only,
    percent,
    percentile,
    share,
    total,
)


def _systems(s: Scope, **wanted: object) -> list[Entity]:
    return only(s.held("security.systems", "holds_from"), in_use=True, **wanted)


@figure("IS-01", "op", "dmy", "level")
def approved(s: Scope) -> Fraction:
    return share(_systems(s, level_approved=True), _systems(s))


@figure("IS-01.shared", "op", "dmy", "level")
def shared_approved(s: Scope) -> Fraction:
    return share(_systems(s, shared=True, level_approved=True), _systems(s, shared=True))


@figure("IS-02", "op", "mqy", "level")
def protected(s: Scope) -> Fraction:
    high = _systems(s, level=("3", "4", "5"))
    return share(only(high, plan_implemented=True), high)


@figure("IS-03", "p", "dmy")
def four_layers(s: Scope) -> Fraction:
    agencies = s.held("security.layers", "holds_from")
    return share(only(agencies, force_on_site=True, monitored=True, assessed=True, connected=True), agencies)


@figure("IS-03.on_site", "op", "dmy")
def layer_1(s: Scope) -> Fraction:
    return _layer(s, force_on_site=True)


@figure("IS-03.monitored", "op", "dmy")
def layer_2(s: Scope) -> Fraction:
    return _layer(s, monitored=True)


@figure("IS-03.assessed", "op", "dmy")
def layer_3(s: Scope) -> Fraction:
    return _layer(s, assessed=True)


@figure("IS-03.connected", "op", "dmy")
def layer_4(s: Scope) -> Fraction:
    return _layer(s, connected=True)


def _layer(s: Scope, **layer: bool) -> Fraction:
    agencies = s.held("security.layers", "holds_from")
    return share(only(agencies, **layer), agencies)


def _staff(s: Scope) -> list[Entity]:
    return s.held("people.it_staff", "period_from")


@figure("IS-03.staffed", "p", "mqy")
def staffed(s: Scope) -> Fraction:
    return share([one for one in _staff(s) if (one.number("infosec_full_time") or 0) > 0], _staff(s))


@figure("IS-03.infosec_staff", "op", "mqy")
def infosec_staff(s: Scope) -> Fraction:
    return total(_staff(s), "infosec_full_time")


@figure("IS-03.shared", "op", "dmy", "severity category")
def alerts_shared(s: Scope) -> Fraction:
    alerts = s.happened("security.alerts")
    return share(only(alerts, shared=True), alerts)


@figure("IS-04", "op", "dmy", "owner_kind")
def sites_monitored(s: Scope) -> Fraction:
    live = [one for one in s.held("security.websites", "holds_from") if not one.yes("retired")]
    return share(only(live, monitored=True), live)


def _endpoints(s: Scope) -> list[Entity]:
    return s.held("security.endpoints", "period_from")


@figure("IS-05", "op", "dmy")
def reporting(s: Scope) -> Fraction:
    return percent(total(_endpoints(s), "endpoints_reporting"), total(_endpoints(s), "endpoints"))


@figure("IS-05.managed", "op", "dmy")
def managed(s: Scope) -> Fraction:
    return percent(total(_endpoints(s), "endpoints_managed"), total(_endpoints(s), "endpoints"))


@figure("IS-05.national", "op", "dmy")
def reporting_shared(s: Scope) -> Fraction:
    sharing = only(_endpoints(s), shared_national=True)
    return percent(total(sharing, "endpoints_reporting"), total(_endpoints(s), "endpoints"))


@figure("IS-06", "op", "dmy")
def infected(s: Scope) -> Fraction:
    """Each endpoint once in a period, whatever was found on it and how often."""
    infections = s.happened("security.infections")
    return percent(len({one.text("endpoint") for one in infections}), total(_endpoints(s), "endpoints"))


@figure("IS-06.infections", "op", "dmy", "source")
def infections(s: Scope) -> int:
    return len(s.happened("security.infections"))


@figure("IS-07", "op", "dmy", "severity category")
def incidents(s: Scope) -> int:
    return len(s.happened("security.incidents", first("began", "detected")))


@figure("IS-07.severe", "op", "dmy", "category")
def severe(s: Scope) -> int:
    return len(
        only(s.happened("security.incidents", first("began", "detected")), severity=("high", "critical"))
    )


@figure("IS-07.alerts", "op", "dmy", "severity category")
def alerts(s: Scope) -> int:
    return len(s.happened("security.alerts"))


@figure("IS-08", "op", "qy")
def spending(s: Scope) -> Fraction:
    every = s.happened("finance.infosec_spending")
    return percent(total(every, "spend_infosec"), total(every, "spend_it"))


@figure("IS-08.planned", "op", "my")
def planned(s: Scope) -> Fraction:
    lines = s.held("finance.it_budgets", "as_of", "year", ("programme", "line", "funds", "period_from"))
    return percent(total(only(lines, purpose="infosec"), "planned"), total(lines, "planned"))


def _assessed(s: Scope, **wanted: object) -> Fraction:
    agencies = {one.text("agency") for one in only(s.happened("security.assessments"), **wanted)}
    return percent(len(agencies), len(s.held("security.layers", "holds_from")))


@figure("IS-09", "p", "y")
def assessed(s: Scope) -> Fraction:
    return _assessed(s)


@figure("IS-09.independent", "p", "y")
def assessed_independently(s: Scope) -> Fraction:
    return _assessed(s, kind="independent")


@figure("IS-09.fixed", "op", "my", "kind")
def fixed(s: Scope) -> Fraction:
    known = knowing(s.happened("security.assessments"), "findings", "findings_fixed")
    return percent(total(known, "findings_fixed"), total(known, "findings"))


def _to_detect(s: Scope) -> list[Fraction]:
    found = s.happened("security.incidents", first("detected"))
    return [_hours(one.first("began"), one.first("detected")) for one in found if one.first("began")]


def _to_resolve(s: Scope) -> list[Fraction]:
    found = s.happened("security.incidents", last("resolved"))
    return [_hours(one.first("detected"), one.last("resolved")) for one in found if one.first("detected")]


def _hours(start, end) -> Fraction:  # type: ignore[no-untyped-def]
    return Fraction(int((end - start).total_seconds()), 3600)


for _name, _pool in (("detect", _to_detect), ("resolve", _to_resolve)):
    figure(f"IS-10.{_name}", "op", "my", "severity")(lambda s, pool=_pool: mean(pool(s)))
    figure(f"IS-10.{_name}_p50", "op", "my", "severity")(lambda s, pool=_pool: percentile(pool(s), 50))
    figure(f"IS-10.{_name}_p90", "op", "my", "severity")(lambda s, pool=_pool: percentile(pool(s), 90))


def _ended(s: Scope) -> list[Entity]:
    return [one for one in s.happened("continuity.backup_jobs") if one.text("result") != "running"]


@figure("IS-11", "op", "dmy", "kind")
def backups(s: Scope) -> Fraction:
    jobs = [one for one in _ended(s) if one.text("kind") != "restore_test"]
    return share(only(jobs, result="ok"), jobs)


@figure("IS-11.restore", "op", "my")
def restored(s: Scope) -> Fraction:
    tests = only(_ended(s), kind="restore_test")
    return share(only(tests, result="ok"), tests)


@figure("IS-11.plans", "op", "my")
def plans(s: Scope) -> Fraction:
    systems = s.held("continuity.plans", "holds_from")
    return share(only(systems, has_plan=True), systems)


@figure("IS-11.drills", "op", "my")
def drills(s: Scope) -> Fraction:
    systems = s.held("continuity.plans", "holds_from")
    return share(only(systems, last_drill_result="met"), systems)

"""Agencies, the national portal, the centre, and the index of serving."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain import dossiers, procedures
from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import Scope, newest, only, percent, share, total

_FULL = ("level_4", "full")
_PARTIAL = ("level_3", "partial")
_ONLINE = (*_FULL, *_PARTIAL)


def _announced(s: Scope) -> list[Entity]:
    return only(s.happened("onestop.centre_months"), level=_ONLINE)


@figure("PS-05.reported", "op", "my")
def centre_online(s: Scope) -> Fraction:
    return percent(total(_announced(s), "received_online"), total(_announced(s), "received"))


@figure("PS-09.reported", "op", "my", "level")
def centre_on_time(s: Scope) -> Fraction:
    months = s.happened("onestop.centre_months")
    return percent(total(months, "solved_on_time"), total(months, "solved"))


@figure("PS-18.reported", "op", "my")
def centre_published(s: Scope) -> Fraction:
    held = s.held("onestop.centre_months", "period_from", "year")
    return percent(total(held, "procedures_published"), total(held, "procedures"))


@figure("PS-13", "p", "dmy", "agency_level")
def obliged_running(s: Scope) -> Fraction:
    obliged = only(s.held("onestop.agencies", "holds_from"), obliged=True)
    return share(only(obliged, running=True), obliged)


@figure("PS-13.all", "p", "dmy", "agency_level")
def all_running(s: Scope) -> Fraction:
    every = s.held("onestop.agencies", "holds_from")
    return share(only(every, running=True), every)


def _services(s: Scope, level: tuple[str, ...]) -> list[Entity]:
    return only(s.held("npsp.integrations", "holds_from"), level=level)


@figure("PS-14", "p", "dmy")
def integrated(s: Scope) -> Fraction:
    return share(only(_services(s, _ONLINE), integrated=True), _services(s, _ONLINE))


@figure("PS-14.full", "p", "dmy")
def integrated_full(s: Scope) -> Fraction:
    return share(only(_services(s, _FULL), integrated=True), _services(s, _FULL))


@figure("PS-14.working", "p", "dmy")
def integrated_working(s: Scope) -> Fraction:
    working = only(_services(s, _ONLINE), integrated=True, sync_state="working")
    return share(working, _services(s, _ONLINE))


@figure("PS-17.used", "p", "my")
def services_authenticated(s: Scope) -> int:
    some = only(s.happened("eid.authentications"), service_level=_FULL)
    return len({one.text("service") for one in some if (one.number("succeeded") or 0) > 0})


@figure("PS-17.success", "op", "dmy", "method")
def authentications(s: Scope) -> Fraction:
    every = s.happened("eid.authentications")
    return percent(total(every, "succeeded"), total(every, "attempts"))


@figure("PS-22", "op", "my")
def serving(s: Scope) -> Fraction:
    """Index 766 from counts: 18 published, 20 on time, 22 digitised, 22 online and paid, 18 satisfied."""
    answers = s.happened("satisfaction.kiosk_answers")
    content = percent(len(answers) - len(only(answers, answer_value="dissatisfied")), len(answers))
    parts = (
        (18, procedures.published_of_decided(s)),
        (20, dossiers.solved_on_time(s)),
        (11, dossiers.digitised(s)),
        (11, dossiers.electronic_result(s)),
        (11, dossiers.online_of_announced(s)),
        (11, dossiers.paid_online(s)),
        (18, content),
    )
    return sum((points * Fraction(part) / 100 for points, part in parts), Fraction(0))


def _points(group: str) -> None:
    name = "published" if group == "total" else group

    @figure(f"PS-22.{name}", "o", "m")
    def points(s: Scope) -> Fraction:
        return newest(only(s.happened("npsp.scores"), group=group), lambda one: one.number("points"))


for _group in ("total", "transparency", "progress", "digitisation", "online", "satisfaction"):
    _points(_group)

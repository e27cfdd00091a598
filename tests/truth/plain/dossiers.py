"""Dossiers of the one-stop: received, solved, due, open; place is where it was filed."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from tests.truth.plain.clocks import dossier_due, dossier_soon
from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import Scope, Silent, first, last, only, percent, share, summed

_ONLINE_LEVELS = ("level_3", "level_4", "partial", "full")
_FULL = ("level_4", "full")
_BEGUN = first("received", "transferred", "supplement_asked", "supplemented", "extended")
_ENDED = last("resolved", "returned_unprocessed", "withdrawn")


def _overdue_since(one: Entity):  # type: ignore[no-untyped-def]
    """When it was open and its term over."""
    return _later(dossier_due(one), _BEGUN(one))


def _soon_since(one: Entity):  # type: ignore[no-untyped-def]
    """When it was open and eight working hours were left."""
    return _later(dossier_soon(one), _BEGUN(one))


def _soon_until(one: Entity):  # type: ignore[no-untyped-def]
    """When it was over, or overdue."""
    return min((moment for moment in (dossier_due(one), _ENDED(one)) if moment), default=None)


def _later(due: datetime | None, begun: datetime | None) -> datetime | None:
    return None if due is None or begun is None else max(due, begun)


def received(s: Scope) -> list[Entity]:
    return s.happened("onestop.dossiers", first("received"))


def solved(s: Scope) -> list[Entity]:
    return s.happened("onestop.dossiers", last("resolved"))


def on_time(dossiers: list[Entity]) -> list[Entity]:
    """Those that were solved, not after their term."""
    return [
        one
        for one in dossiers
        if (done := one.last("resolved")) is not None
        and (due := dossier_due(one)) is not None
        and done <= due
    ]


def _due(s: Scope) -> list[Entity]:
    """Those whose term ends in these days; those refused, withdrawn or returned have none."""
    due = s.happened("onestop.dossiers", dossier_due)
    return [one for one in due if one.never("refused", "withdrawn", "returned_unprocessed")]


def _overdue(s: Scope) -> list[Entity]:
    return s.stock("onestop.dossiers", _overdue_since, _ENDED)


@figure("PS-05", "aop", "dmy", "unit_level")
def online_of_announced(s: Scope) -> Fraction:
    announced = only(received(s), procedure_level=_ONLINE_LEVELS)
    return share(only(announced, channel="online"), announced)


@figure("PS-06", "aop", "dmy", "unit_level")
def online_of_received(s: Scope) -> Fraction:
    every = received(s)
    return share(only(every, channel="online"), every)


@figure("PS-06.solved", "aop", "dmy", "unit_level")
def online_of_solved(s: Scope) -> Fraction:
    every = solved(s)
    return share(only(every, channel="online"), every)


@figure("PS-07", "aop", "dmy", "unit_level")
def end_to_end(s: Scope) -> Fraction:
    every = solved(s)
    return share(only(every, end_to_end_online=True), every)


@figure("PS-08", "aop", "dmy", "unit_level")
def level_four(s: Scope) -> Fraction:
    every = solved(s)
    return share(only(every, procedure_level=_FULL), every)


@figure("PS-09", "aop", "dmy", "unit_level")
def solved_on_time(s: Scope) -> Fraction:
    every = solved(s)
    return share(on_time(every), every)


@figure("PS-09.strict", "aop", "dmy", "unit_level")
def solved_on_time_of_all(s: Scope) -> Fraction:
    overdue = _overdue(s)
    try:
        every = solved(s)
    except Silent:  # what is overdue is known also on days on which nothing is said
        if not overdue:
            raise
        every = []
    return percent(len(on_time(every)), len(every) + len(overdue))


@figure("PS-09.due", "aop", "dmy", "unit_level")
def due_on_time(s: Scope) -> Fraction:
    every = _due(s)
    return share(on_time(every), every)


@figure("PS-11", "aop", "dmy", "unit_level")
def paid_online(s: Scope) -> Fraction:
    with_fee = only(received(s), has_fee=True)
    return share(only(with_fee, paid_online=True), with_fee)


@figure("PS-12", "aop", "dmy", "unit_level")
def in_system(s: Scope) -> Fraction:
    every = received(s)
    return share(only(every, registered_in="one_stop"), every)


@figure("PS-16", "aop", "dmy", "unit_level")
def joint_electronically(s: Scope) -> Fraction:
    joint = only(received(s), joint=("electronic", "paper"))
    return share(only(joint, joint="electronic"), joint)


@figure("PS-19", "aop", "dmy", "unit_level")
def digitised(s: Scope) -> Fraction:
    every = received(s)
    return share(only(every, digitised=True), every)


@figure("PS-20", "aop", "dmy", "unit_level")
def electronic_result(s: Scope) -> Fraction:
    every = solved(s)
    return share(only(every, electronic_result=True), every)


@figure("PS-21", "aop", "dmy", "unit_level")
def overdue(s: Scope) -> int:
    return len(_overdue(s))


@figure("PS-21.share", "aop", "dmy", "unit_level")
def overdue_of_open(s: Scope) -> Fraction:
    return share(_overdue(s), s.stock("onestop.dossiers", _BEGUN, _ENDED))


@figure("PS-21.soon", "aop", "d", "unit_level")
def due_soon(s: Scope) -> int:
    return len(s.stock("onestop.dossiers", _soon_since, _soon_until))


def _paid(s: Scope) -> list[Entity]:
    paid = s.happened("payments.transactions", first("paid"))
    return [one for one in paid if one.never("refunded")]


@figure("PS-11.payments", "op", "dmy", "kind")
def payments_online(s: Scope) -> Fraction:
    every = _paid(s)
    return share(only(every, channel=("npsp", "provincial")), every)


@figure("PS-11.amount", "op", "dmy", "kind")
def amount_online(s: Scope) -> Fraction:
    every = _paid(s)
    return percent(_amount(only(every, channel=("npsp", "provincial"))), _amount(every))


@figure("PS-10.used", "p", "my")
def procedures_paid_online(s: Scope) -> int:
    online = only(_paid(s), channel=("npsp", "provincial"))
    return len({one.text("procedure") for one in online})


@figure("PS-15.shipments", "aop", "dmy", "direction")
def shipments(s: Scope) -> int:
    return len(s.happened("postal.shipments", first("accepted")))


def _amount(payments: list[Entity]) -> Fraction:
    return summed(payments, lambda one: one.number("amount") or Fraction(0))

"""Tasks and documents."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.clocks import task_soon
from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.province import When
from tests.truth.plain.scope import Scope, first, last, only, percent, share, told, total

_TASKED = first("assigned", "accepted", "extended", "reported", "sent_back")
_OVER = last("done", "cancelled")
_DONE = last("done")


def _tasks(s: Scope, when: When) -> list[Entity]:
    return s.happened("eoffice.tasks", when)


def _standing(tasks: list[Entity]) -> list[Entity]:
    return [one for one in tasks if one.never("cancelled")]


def _on_time(tasks: list[Entity]) -> list[Entity]:
    return [
        one
        for one in tasks
        if (done := _DONE(one)) is not None and (due := one.moment("due_at")) is not None and done <= due
    ]


@figure("EO-01", "op", "dmy", "priority")
def of_assigned(s: Scope) -> Fraction:
    every = _standing(_tasks(s, first("assigned")))
    return share(_on_time(every), every)


@figure("EO-01.due", "op", "dmy", "priority")
def of_due(s: Scope) -> Fraction:
    every = _standing(_tasks(s, told("due_at")))
    return share(_on_time(every), every)


@figure("EO-01.done", "op", "dmy", "priority")
def of_done(s: Scope) -> Fraction:
    every = _tasks(s, _DONE)
    return share(_on_time(every), every)


def _overdue_since(one: Entity):  # type: ignore[no-untyped-def]
    due, begun = one.moment("due_at"), _TASKED(one)
    return None if due is None or begun is None else max(due, begun)


def _soon_since(one: Entity):  # type: ignore[no-untyped-def]
    soon, begun = task_soon(one), _TASKED(one)
    return None if soon is None or begun is None else max(soon, begun)


def _soon_until(one: Entity):  # type: ignore[no-untyped-def]
    """When it was over, or overdue."""
    return min((moment for moment in (one.moment("due_at"), _OVER(one)) if moment), default=None)


def _overdue(s: Scope) -> list[Entity]:
    return s.stock("eoffice.tasks", _overdue_since, _OVER)


@figure("EO-02", "op", "dmy", "priority")
def overdue(s: Scope) -> int:
    return len(_overdue(s))


@figure("EO-02.share", "op", "dmy", "priority")
def overdue_of_open(s: Scope) -> Fraction:
    return share(_overdue(s), s.stock("eoffice.tasks", _TASKED, _OVER))


@figure("EO-02.soon", "op", "d", "priority")
def due_soon(s: Scope) -> int:
    return len(s.stock("eoffice.tasks", _soon_since, _soon_until))


def _sent(s: Scope) -> list[Entity]:
    """Each document once, at its sender."""
    return only(s.happened("exchange.documents"), direction="sent")


@figure("EO-03", "op", "dmy", "partner")
def sent_electronically(s: Scope) -> Fraction:
    return percent(total(_sent(s), "electronic"), total(_sent(s), "documents"))


@figure("EO-04.exchanged", "op", "dmy", "partner")
def sent_signed(s: Scope) -> Fraction:
    return percent(total(_sent(s), "signed"), total(_sent(s), "documents"))


def _issued(s: Scope) -> list[Entity]:
    return only(s.happened("eoffice.documents", first("issued")), secret=False)


@figure("EO-03.issued", "op", "dmy", "document_type")
def issued_electronically(s: Scope) -> Fraction:
    return share(only(_issued(s), electronic=True), _issued(s))


@figure("EO-04", "op", "dmy", "document_type")
def issued_signed(s: Scope) -> Fraction:
    signed = [one for one in _issued(s) if not one.never("signed") or one.text("certificate")]
    return share(signed, _issued(s))


def certificate_ends(one: Entity):  # type: ignore[no-untyped-def]
    """When it was revoked, else the day to which it is valid."""
    return one.last("revoked") or one.moment("valid_to")


@figure("EO-04.certificates", "op", "dmy", "holder_kind")
def certificates(s: Scope) -> int:
    there = s.stock("eid.certificates", first("issued", "renewed"), certificate_ends, area="")
    return len(only(there, holder_kind=("agency", "official")))

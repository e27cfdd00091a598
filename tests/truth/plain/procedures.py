"""The catalogue of procedures, what is decided and published of it, and services made and removed."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import Scope, first, last, only, percent, share, told, total

_FULL = ("level_4", "full")
_PARTIAL = ("level_3", "partial")
_ONLINE = (*_FULL, *_PARTIAL)
_DECIDED = first("promulgated", "amended", "abolished")
_PUBLISHED = first("published", "taken_down")


def _procedures(s: Scope, **wanted: object) -> list[Entity]:
    """The catalogue as it stands, one a procedure."""
    return only(s.held("procedures.catalogue", "holds_from"), in_force=True, **wanted)


@figure("PS-01", "p", "dmy", "unit_level")
def full(s: Scope) -> Fraction:
    return share(_procedures(s, level=_FULL), _procedures(s))


@figure("PS-02", "p", "dmy", "unit_level")
def partial_or_full(s: Scope) -> Fraction:
    return share(_procedures(s, level=_ONLINE), _procedures(s))


@figure("PS-03", "p", "dmy", "unit_level level")
def procedures(s: Scope) -> int:
    return len(_procedures(s))


@figure("PS-03.full", "p", "dmy", "unit_level")
def procedures_full(s: Scope) -> int:
    return len(_procedures(s, level=_FULL))


@figure("PS-03.partial", "p", "dmy", "unit_level")
def procedures_partial(s: Scope) -> int:
    return len(_procedures(s, level=_PARTIAL))


@figure("PS-03.information", "p", "dmy", "unit_level")
def procedures_told(s: Scope) -> int:
    return len(_procedures(s, level=("level_1", "level_2", "information")))


@figure("PS-04", "p", "dmy", "unit_level")
def eligible_online(s: Scope) -> Fraction:
    return share(_procedures(s, eligible=True, level=_ONLINE), _procedures(s, eligible=True))


@figure("PS-04.full", "p", "dmy", "unit_level")
def eligible_full(s: Scope) -> Fraction:
    return share(_procedures(s, eligible=True, level=_FULL), _procedures(s, eligible=True))


@figure("PS-04.essential", "p", "dmy", "unit_level")
def essential_online(s: Scope) -> Fraction:
    return share(_procedures(s, essential=True, level=_ONLINE), _procedures(s, essential=True))


@figure("PS-10", "p", "dmy", "unit_level")
def fee_online(s: Scope) -> Fraction:
    return share(_procedures(s, has_fee=True, online_payment=True), _procedures(s, has_fee=True))


@figure("PS-10.count", "p", "dmy", "unit_level")
def payable_online(s: Scope) -> int:
    return len(_procedures(s, online_payment=True))


@figure("PS-15", "p", "dmy", "unit_level")
def postal(s: Scope) -> int:
    return len(_procedures(s, postal=True))


@figure("PS-15.share", "p", "dmy", "unit_level")
def postal_share(s: Scope) -> Fraction:
    return share(_procedures(s, postal=True), _procedures(s))


@figure("PS-17", "p", "dmy", "unit_level")
def full_with_login(s: Scope) -> Fraction:
    return share(_procedures(s, level=_FULL, central_login=True), _procedures(s, level=_FULL))


def _reported(s: Scope) -> list[Entity]:
    return only(s.held("digital.service_counts", "period_from"), measure_scope="all")


@figure("PS-01.reported", "p", "my")
def reported_full(s: Scope) -> Fraction:
    return percent(total(_reported(s), "services_full"), total(_reported(s), "procedures_total"))


@figure("PS-02.reported", "p", "my")
def reported_online(s: Scope) -> Fraction:
    return percent(total(_reported(s), "services_online"), total(_reported(s), "procedures_total"))


@figure("PS-03.reported_created", "p", "my")
def reported_created(s: Scope) -> Fraction:
    return total(only(s.happened("digital.service_counts"), measure_scope="all"), "created")


@figure("PS-03.reported_removed", "p", "my")
def reported_removed(s: Scope) -> Fraction:
    return total(only(s.happened("digital.service_counts"), measure_scope="all"), "removed")


@figure("PS-03.created", "op", "my", "service_kind")
def services_created(s: Scope) -> int:
    return len(s.happened("digital.service_changes", first("created")))


@figure("PS-03.removed", "op", "my", "service_kind")
def services_removed(s: Scope) -> int:
    return len(s.happened("digital.service_changes", last("merged", "removed")))


@figure("PS-03.brought_online", "op", "my", "service_kind")
def services_brought_online(s: Scope) -> int:
    return len(s.happened("digital.service_changes", first("online")))


@figure("PS-03.decided_new", "op", "my")
def decided_new(s: Scope) -> int:
    return len(only(s.happened("procedures.publications", first("promulgated")), service_change="created"))


@figure("PS-03.decided_abolished", "op", "my")
def decided_abolished(s: Scope) -> int:
    return len(s.happened("procedures.publications", first("abolished")))


def _published_on_time(entries: list[Entity]) -> list[Entity]:
    """Due on a day means by its first moment: what appears later that day is late."""
    return [
        one
        for one in entries
        if (done := _PUBLISHED(one)) is not None and (due := one.moment("due_on")) is not None and done <= due
    ]


@figure("PS-18", "op", "my")
def published_of_decided(s: Scope) -> Fraction:
    decided = s.happened("procedures.publications", _DECIDED)
    return share(_published_on_time(decided), decided)


@figure("PS-18.due", "op", "my")
def published_of_due(s: Scope) -> Fraction:
    due = s.happened("procedures.publications", told("due_on"))
    decided = [one for one in due if _DECIDED(one) is not None]
    return share(_published_on_time(decided), decided)

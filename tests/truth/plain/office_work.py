"""Work dossiers, mailboxes, equipment, meetings and reports."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.figures import figure
from tests.truth.plain.scope import Scope, first, knowing, last, only, percent, share, told, total

_TASKED = first("assigned", "accepted", "extended", "reported", "sent_back")
_OVER = last("done", "cancelled")
_DONE = last("done")


def _work(s: Scope, level: str = "") -> Fraction:
    counts = s.happened("workdossiers.counts")
    some = only(counts, agency_level=level) if level else counts
    return percent(total(some, "online"), total(some, "dossiers"))


@figure("EO-05", "o", "my")
def work_dossiers(s: Scope) -> Fraction:
    return _work(s)


@figure("EO-05.province", "p", "my")
def work_dossiers_of_province(s: Scope) -> Fraction:
    return _work(s, "province")


@figure("EO-05.district", "p", "my")
def work_dossiers_of_districts(s: Scope) -> Fraction:
    return _work(s, "district")


@figure("EO-05.commune", "p", "my")
def work_dossiers_of_communes(s: Scope) -> Fraction:
    return _work(s, "commune")


@figure("EO-05.iso", "op", "my", "agency_level")
def work_dossiers_by_iso(s: Scope) -> Fraction:
    known = knowing(s.happened("workdossiers.counts"), "iso_online")
    return percent(total(known, "iso_online"), total(known, "dossiers"))


@figure("EO-06", "op", "my")
def mailboxes_active(s: Scope) -> Fraction:
    held = s.held("mail.mailboxes", "period_from")
    return percent(total(held, "active"), total(held, "staff"))


@figure("EO-06.issued", "op", "my")
def mailboxes(s: Scope) -> Fraction:
    held = s.held("mail.mailboxes", "period_from")
    return percent(total(held, "mailboxes"), total(held, "staff"))


@figure("EO-07", "op", "y")
def equipped(s: Scope) -> Fraction:
    held = s.held("people.equipment", "period_from", "period")
    return percent(total(held, "equipped"), total(held, "staff"))


@figure("EO-08", "op", "dmy", "scope")
def meetings(s: Scope) -> int:
    held = s.happened("meetings.sessions", first("started", "ended"))
    return len([one for one in held if one.never("cancelled")])


@figure("EO-08.reach", "ap", "dmy")
def reach(s: Scope) -> Fraction:
    points = s.held("meetings.points", "holds_from", "commune")
    return percent(len(only(points, equipped=True)), s.communes())


@figure("EO-09", "p", "dmy", "cadence")
def forms(s: Scope) -> Fraction:
    live = [one for one in s.held("reports.forms", "holds_from") if not one.yes("retired")]
    return share(only(live, electronic=True), live)


@figure("EO-09.on_time", "op", "dmy", "form")
def reports_on_time(s: Scope) -> Fraction:
    due = [one for one in s.happened("reports.submissions", told("due_at")) if one.never("waived")]
    submitted = last("submitted")
    kept = [one for one in due if (at := submitted(one)) and (term := one.moment("due_at")) and at <= term]
    return share(kept, due)


@figure("EO-09.electronic", "op", "dmy", "form")
def reports_electronic(s: Scope) -> Fraction:
    every = s.happened("reports.submissions", last("submitted"))
    return share(only(every, electronic=True), every)


@figure("EO-09.values", "aop", "mqy", "value_kind")
def report_values(s: Scope) -> int:
    return len(s.happened("reports.values"))

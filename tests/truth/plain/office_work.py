"""Work dossiers, mailboxes, equipment, meetings and reports."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.cells import Limits, limits, percent_within
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import Scope, Silent, first, knowing, last, only, percent, share, told, total

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


def _printed(s: Scope, measure: str) -> Limits | None:
    """What the newest report on tasks prints."""
    rows = only(s.happened("reports.values"), form="NV-01", measure=measure, value_kind="actual")
    newest_first = sorted(rows, key=lambda one: one.at, reverse=True)
    return limits(newest_first[0].text("value") or "") if newest_first else None


def _one(*known: Limits | None) -> Fraction | Limits:
    """A number that is known in several ways; silent where they contradict each other, or there is none."""
    low = max((one.low for one in known if one is not None and one.low is not None), default=None)
    high = min((one.high for one in known if one is not None and one.high is not None), default=None)
    if low is None or (high is not None and low > high):
        raise Silent
    return low if low == high else Limits(low, high)


@figure("EO-01.reported", "p", "my")
def tasks_on_time_as_printed(s: Scope) -> Fraction | Limits:
    return _one(percent_within(_printed(s, "NVDH"), _printed(s, "NVDG")), _printed(s, "TLNVDH"))


@figure("EO-01.reported_assigned", "p", "my")
def tasks_assigned_as_printed(s: Scope) -> Fraction | Limits:
    return _one(_printed(s, "NVDG"), percent_within(_printed(s, "NVDH"), _printed(s, "TLNVDH")))


@figure("EO-09.values", "aop", "mqy", "value_kind")
def report_values(s: Scope) -> int:
    return len(s.happened("reports.values"))

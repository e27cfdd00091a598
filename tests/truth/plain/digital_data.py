"""Identities, open data, registers that are digitised, money for IT."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.e_office import certificate_ends
from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import Scope, first, knowing, last, only, percent, share, summed, told, total


def _accounts(s: Scope) -> list[Entity]:
    return s.held("eid.accounts", "as_of")


@figure("DI-06", "ap", "my")
def identified(s: Scope) -> Fraction:
    people = total(s.held("statistics.population", "period_from", "period"), "population_15")
    return percent(total(only(_accounts(s), holder="citizen"), "active"), people)


@figure("DI-06.holders", "ap", "my", "holder")
def active_accounts(s: Scope) -> Fraction:
    return percent(total(_accounts(s), "active"), total(_accounts(s), "base"))


@figure("DI-06.signatures", "ap", "my")
def signatures(s: Scope) -> Fraction:
    citizens = knowing(only(_accounts(s), holder="citizen"), "personal_signatures")
    return percent(total(citizens, "personal_signatures"), total(citizens, "base"))


@figure("DI-06.certificates", "ap", "dmy", "holder_kind")
def certificates(s: Scope) -> int:
    there = s.stock("eid.certificates", first("issued", "renewed"), certificate_ends, organisation="")
    return len(only(there, holder_kind=("citizen", "business")))


@figure("DI-06.authentications", "op", "dmy", "method")
def authentications(s: Scope) -> Fraction:
    return total(s.happened("eid.authentications"), "succeeded")


@figure("DI-07", "ap", "y")
def households_online(s: Scope) -> Fraction:
    held = s.held("infra.household_internet", "period_from", "period")
    return percent(total(held, "households_internet"), total(held, "households"))


@figure("DI-08", "op", "dmy", "sector")
def open_datasets(s: Scope) -> int:
    held = only(s.held("opendata.datasets", "holds_from"), open=True)
    return len([one for one in held if not one.yes("retired")])


@figure("DI-08.on_time", "op", "dmy")
def updates_on_time(s: Scope) -> Fraction:
    due = s.happened("opendata.updates", told("due_at"))
    published = first("published")
    kept = [one for one in due if (at := published(one)) and (term := one.moment("due_at")) and at <= term]
    return share(kept, due)


@figure("DI-08.layers", "op", "dmy", "use")
def layers(s: Scope) -> int:
    return len(only(s.held("gis.layers", "holds_from"), live=True))


def _databases(s: Scope) -> list[Entity]:
    return only(s.held("sector.databases", "holds_from"), state="running")


@figure("DI-08.databases", "op", "dmy", "sector")
def databases(s: Scope) -> int:
    return len(_databases(s))


@figure("DI-08.connected", "op", "dmy", "sector")
def databases_connected(s: Scope) -> Fraction:
    return share(only(_databases(s), connected=True), _databases(s))


@figure("DI-09.platforms", "aop", "my", "device_class")
def intervals(s: Scope) -> Fraction:
    counts = s.happened("iot.device_counts")
    return percent(total(counts, "intervals_reported"), total(counts, "intervals_expected"))


@figure("DI-10.rows", "op", "dmy")
def rows(s: Scope) -> Fraction:
    """Too many rows of one update do not make up for too few of another."""
    due = knowing(s.happened("opendata.updates", told("due_at")), "rows", "rows_expected")
    loaded = summed(
        due, lambda one: min(one.number("rows") or Fraction(0), one.number("rows_expected") or Fraction(0))
    )
    return percent(loaded, total(due, "rows_expected"))


def _digitised(id: str, field: str) -> None:
    @figure(id, "ap", "dmy", "book")
    def digitised(s: Scope) -> Fraction:
        held = s.held("civilstatus.digitisation", "as_of")
        return percent(total(held, field), total(held, "records_total"))


_digitised("DI-11", "digitised")
_digitised("DI-11.scanned", "scanned")


@figure("DI-11.notary", "p", "my", "notary")
def contracts_entered(s: Scope) -> Fraction:
    held = s.held("notary.database_counts", "period_from")
    return percent(total(held, "contracts_entered"), total(held, "contracts_total"))


@figure("DI-11.matches", "p", "my", "notary")
def matches(s: Scope) -> Fraction:
    return total(s.happened("notary.database_counts"), "matches")


@figure("DI-11.looked_up", "ap", "dmy", "kind")
def looked_up(s: Scope) -> Fraction:
    certified = s.happened("notary.contracts", first("certified"))
    return share(only(certified, looked_up=True), certified)


@figure("DI-11.blocks", "aop", "dmy", "kind")
def blocks(s: Scope) -> int:
    return len(s.stock("notary.blocks", first("blocked", "extended"), last("released")))


def _lines(s: Scope) -> list[Entity]:
    """The last that was said this year of each line of the budget."""
    return s.held("finance.it_budgets", "as_of", "year", ("programme", "line", "funds", "period_from"))


@figure("DI-12", "op", "my", "funds")
def disbursed(s: Scope) -> Fraction:
    return percent(total(_lines(s), "disbursed"), total(_lines(s), "planned"))


@figure("DI-12.planned", "op", "my", "funds")
def planned(s: Scope) -> Fraction:
    return total(_lines(s), "planned")


@figure("DI-12.contracts", "op", "my", "service_kind")
def running(s: Scope) -> int:
    return len(s.stock("services.hired_it", first("signed", "accepted", "paid", "extended"), last("ended")))

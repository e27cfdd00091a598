"""Coverage, availability, links and calls."""

from __future__ import annotations

from fractions import Fraction

from tests.truth.plain.entities import Entity
from tests.truth.plain.figures import figure
from tests.truth.plain.scope import Scope, knowing, only, percent, share, total

_MOBILE = ("g3", "g4", "g5")


def _communes(rows: list[Entity]) -> int:
    return len({one.text("commune") for one in rows})


def _covered(s: Scope, technologies: tuple[str, ...]) -> Fraction:
    told_of = s.held("infra.coverage", "holds_from", "commune")
    return percent(_communes(only(told_of, covered=True, technology=technologies)), s.communes())


for _name, _technologies in (("fibre", ("fibre",)), ("mobile", _MOBILE), ("5g", ("g5",))):
    figure(f"DI-01.{_name}", "ap", "mqy")(lambda s, which=_technologies: _covered(s, which))


@figure("DI-01.dark_hamlets", "a", "mqy", "technology operator")
def dark_hamlets(s: Scope) -> Fraction:
    mobile = only(s.held("infra.coverage", "holds_from"), technology=_MOBILE)
    return total(knowing(mobile, "hamlets_dark"), "hamlets_dark")


@figure("DI-02", "op", "dmy", "service_kind")
def up(s: Scope) -> Fraction:
    every = s.happened("datacentre.availability")
    return percent(total(every, "up_seconds"), total(every, "scheduled_seconds"))


def _used(name: str, resource: str) -> None:
    @figure(f"DI-02.{name}", "op", "dmy")
    def used(s: Scope) -> Fraction:
        held = only(s.held("datacentre.capacity", "period_from"), resource=resource)
        return percent(total(held, "used"), total(held, "total"))


for _name, _resource in (
    ("storage", "storage_tib"),
    ("memory", "memory_gib"),
    ("vcpus", "vcpus"),
    ("power", "power_kw"),
    ("cloud", "systems_on_cloud"),
):
    _used(_name, _resource)


def _agencies(links: list[Entity]) -> int:
    return len({one.text("agency") for one in links})


@figure("DI-03", "ap", "dmy")
def agencies_connected(s: Scope) -> Fraction:
    links = s.held("network.links", "holds_from")
    return percent(_agencies(only(links, connected=True)), _agencies(links))


@figure("DI-03.backup", "aop", "dmy", "tier")
def backup_lines(s: Scope) -> Fraction:
    connected = only(s.held("network.links", "holds_from"), connected=True)
    return share(only(connected, backup=True), connected)


@figure("DI-04", "op", "dmy", "target_kind")
def over_ipv6(s: Scope) -> Fraction:
    """What each target's last probe said."""
    targets = s.held("infra.ipv6_probes", "probed_at", same=("target",))
    return share(only(targets, result="reachable"), targets)


@figure("DI-05", "op", "dmy", "service provider")
def calls_ok(s: Scope) -> Fraction:
    calls = s.happened("lgsp.calls")
    return share(only(calls, outcome="ok"), calls)


@figure("DI-05.platform", "op", "dmy", "service provider")
def calls_ok_of_well_formed(s: Scope) -> Fraction:
    calls = s.happened("lgsp.calls")
    return share(only(calls, outcome="ok"), [one for one in calls if one.text("outcome") != "client_error"])


@figure("DI-05.calls", "op", "dmy", "service provider")
def calls(s: Scope) -> int:
    return len(s.happened("lgsp.calls"))

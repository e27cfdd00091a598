"""Lives of credentials and devices, and what the broker is told about them."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain import (
    DEVICE_LIFE,
    STATES,
    Channel,
    Device,
    DeviceState,
    Fault,
    advance,
)
from services.registry.identity import (
    CREDENTIAL_LIFE,
    Credential,
    CredentialState,
    Kind,
    may_read,
    next_state,
    password_lines,
    rights_lines,
    username_faults,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ACTIONS = ("activate", "retire", "replace")


def credential(username: str, kind: Kind = "device", state: CredentialState = "active") -> Credential:
    return Credential(username, kind, f"$7$101$salt$hash-of-{username}", state, "", NOW, NOW)


def device(name: str, state: DeviceState = "active") -> Device:
    channels = (Channel("pm25", "pm25_mass_concentration", "µg/m³"),)
    return Device(name, "air", name, "", "s0", "", 109.2, 12.25, state, NOW, 60, channels)


@given(st.lists(st.sampled_from(["issue", "rotate", "suspend", "reinstate", "revoke"])))
def test_a_revoked_credential_comes_back_by_a_new_secret_only(actions: list[str]) -> None:
    state: CredentialState | None = None
    for action in actions:
        reached = next_state(state, action)  # type: ignore[arg-type]
        if isinstance(reached, Fault):
            assert (state or "", action) not in CREDENTIAL_LIFE
            continue
        assert reached in get_args(CredentialState)
        if state in (None, "revoked"):
            assert action == "issue"
        if state == "suspended":
            assert (reached == "active") == (action == "reinstate")
        state = reached


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ACTIONS), st.integers(0, 4)), max_size=40))
def test_successors_never_lead_back_and_a_replaced_device_stays_so(
    steps: list[tuple[int, str, int]],
) -> None:
    states: dict[int, DeviceState] = dict.fromkeys(range(4), "provisioned")
    successor: dict[int, int] = {}
    for who, action, other in steps:
        before = device(str(who), states[who])
        by = device(str(other), states[other]) if other in states else None
        reached = advance(before, action, by)  # type: ignore[arg-type]
        if isinstance(reached, Fault):
            continue
        assert states[who] != "replaced"
        assert DEVICE_LIFE[states[who], action] == reached  # type: ignore[index]
        states[who] = reached
        if reached == "replaced":
            successor[who] = other
    assert set(successor) == {who for who, state in states.items() if state == "replaced"}
    for who in successor:
        seen = {who}
        while who in successor:
            who = successor[who]
            assert who not in seen
            seen.add(who)


def test_every_state_of_a_device_is_reached() -> None:
    assert set(STATES) == {"provisioned", *DEVICE_LIFE.values()}


def test_only_who_is_active_is_in_the_password_file() -> None:
    lines = password_lines(
        [
            credential("b"),
            credential("a"),
            credential("c", state="suspended"),
            credential("d", state="revoked"),
        ]
    )
    assert lines == "a:$7$101$salt$hash-of-a\nb:$7$101$salt$hash-of-b\n"


def test_rights_of_each_kind() -> None:
    lines = rights_lines(
        [
            credential("gateway", "gateway"),
            credential("cs-1", "network"),
            credential("cs-2", "network", "revoked"),
            credential("onboarding", "onboarding"),
            credential("air-1"),
        ]
    )
    assert "user cs-1\ntopic write ioc/v1/+/networks/cs-1/#\n" in lines
    assert "user onboarding\ntopic write ioc/v1/onboarding/devices/+/telemetry\n" in lines
    assert "user gateway\ntopic read ioc/v1/#\ntopic read $SYS/#\n" in lines
    assert "pattern write ioc/v1/+/devices/%u/#\n" in lines
    assert "cs-2" not in lines
    assert "air-1" not in lines


@pytest.mark.parametrize(
    ("kind", "asked", "allowed"),
    [
        ("device", "ioc/v1/s0/devices/a/commands", True),
        ("device", "ioc/v1/+/devices/a/commands", True),
        ("device", "$share/g/ioc/v1/+/devices/a/commands", True),
        ("device", "ioc/v1/s0/devices/b/commands", False),
        ("device", "ioc/v1/s0/devices/+/commands", False),
        ("device", "ioc/v1/s0/devices/a/#", False),
        ("device", "ioc/v1/s0/devices/a/commands/ack", False),
        ("device", "ioc/v1/s0/devices/a", False),
        ("device", "#", False),
        ("gateway", "ioc/v1/#", True),
        ("gateway", "ioc/v1", True),
        ("gateway", "$SYS/broker/uptime", True),
        ("gateway", "#", False),
        ("network", "ioc/v1/s0/networks/a/down", False),
        ("onboarding", "ioc/v1/onboarding/devices/x/telemetry", False),
    ],
)
def test_what_may_be_asked_for(kind: Kind, asked: str, allowed: bool) -> None:
    assert may_read(kind, "a", asked) is allowed


@pytest.mark.parametrize(
    ("username", "kind"),
    [("a.b", "network"), ("a/b", "device"), ("", "device"), ("a:b", "gateway"), ("a", "x")],
)
def test_names_that_no_credential_may_have(username: str, kind: str) -> None:
    assert list(username_faults(username, kind))
    assert not list(username_faults("cs-1", "network"))

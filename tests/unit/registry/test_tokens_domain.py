"""Which tokens may be issued, and which secrets exchanged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.registry.tokens_domain import (
    LONGEST_GRACE_S,
    MOST_SECRETS,
    Grant,
    Token,
    exchange_fault,
    token_faults,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_tokens() -> None:
    grant = Grant("reader", frozenset({"telemetry.read"}), areas=frozenset({"79"}))

    def reasons(**changes: Any) -> list[str]:
        return [fault.reason for fault in token_faults(replace(grant, **changes), NOW)]

    assert reasons() == reasons(expires_at=NOW + timedelta(days=1)) == reasons(streams=0) == []
    assert reasons(name="", scopes=frozenset(), expires_at=NOW) == ["empty", "empty", "in_the_past"]
    assert reasons(scopes=frozenset({"telemetry"})) == ["bad_scope"]
    assert reasons(areas=frozenset({"Hà Nội"})) == ["bad_code"]
    assert reasons(requests_per_s=0, streams=-1) == ["out_of_range", "out_of_range"]


def test_what_secrets_can_be_exchanged() -> None:
    token = Token("1", "reader", frozenset({"access.self"}), None, None)

    def reason(token: Token, standing: int = 1, grace_s: int = 60) -> str:
        fault = exchange_fault(token, standing, grace_s)
        return fault.reason if fault else ""

    assert reason(token) == reason(token, grace_s=0) == reason(token, grace_s=LONGEST_GRACE_S) == ""
    assert reason(token, grace_s=-1) == reason(token, grace_s=LONGEST_GRACE_S + 1) == "out_of_range"
    assert reason(replace(token, revoked_at=NOW)) == "token_replaced"
    assert reason(token, standing=MOST_SECRETS) == "too_many_secrets"

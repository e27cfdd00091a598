"""The tokens of callers: what they may do, and which may be issued or exchanged."""

import re
from dataclasses import dataclass
from datetime import datetime

from services.registry.domain import AREA_CODE, Fault, text_faults

LONGEST_GRACE_S, DEFAULT_GRACE_S = 7 * 24 * 3600, 24 * 3600  # in which an exchanged secret still works
MOST_SECRETS = 5  # of one name that work at a time

_SCOPE = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


@dataclass(frozen=True, slots=True)
class Token:
    """A caller's right, without its secret. Times are UTC."""

    token_id: str
    name: str
    scopes: frozenset[str]
    expires_at: datetime | None
    revoked_at: datetime | None  # later than now: its secret was exchanged and works until then
    areas: frozenset[str] = frozenset()  # codes; empty: everywhere
    requests_per_s: int | None = None  # None: as the API process is set
    streams: int | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token that is to be issued may do. Names as in Token."""

    name: str
    scopes: frozenset[str]
    expires_at: datetime | None = None
    areas: frozenset[str] = frozenset()
    requests_per_s: int | None = None
    streams: int | None = None


def token_faults(grant: Grant, now: datetime) -> list[Fault]:
    """Everything that is wrong with a token that is to be issued."""
    faults = list(text_faults("name", grant.name, required=True))
    scopes, expires_at = sorted(grant.scopes), grant.expires_at
    if not scopes:
        faults.append(Fault("scopes", "empty", "name at least one scope"))
    faults.extend(
        Fault("scopes", "bad_scope", f"{scope!r} is not a scope such as 'telemetry.read'")
        for scope in scopes
        if not _SCOPE.fullmatch(scope)
    )
    if expires_at is not None and expires_at <= now:
        faults.append(Fault("expires_at", "in_the_past", "a token must expire later than now"))
    faults.extend(
        Fault("areas", "bad_code", f"2 to 5 digits as printed; got {code!r}")
        for code in sorted(grant.areas)
        if not AREA_CODE.fullmatch(code)
    )
    if grant.requests_per_s is not None and grant.requests_per_s < 1:
        faults.append(Fault("requests_per_s", "out_of_range", "1 or more calls a second"))
    if grant.streams is not None and grant.streams < 0:
        faults.append(Fault("streams", "out_of_range", "0 or more streams"))
    return faults


def exchange_fault(token: Token, standing: int, grace_s: int) -> Fault | None:
    """Why the secret of a token cannot be exchanged; `standing`: secrets of its name that work now."""
    if not 0 <= grace_s <= LONGEST_GRACE_S:
        return Fault("grace_s", "out_of_range", f"seconds from 0 to {LONGEST_GRACE_S}; got {grace_s}")
    if token.revoked_at is not None:
        return Fault("", "token_replaced", "this secret was exchanged already; use the new one")
    if standing >= MOST_SECRETS:
        return Fault("", "too_many_secrets", f"{standing} secrets of this name work now; wait until one ends")
    return None

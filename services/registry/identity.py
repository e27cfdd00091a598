"""MQTT credentials: their life, what each kind may do, and the broker's password and rights files. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from services.registry.domain import Fault

Kind = Literal["device", "network", "gateway", "onboarding"]
KINDS: tuple[Kind, ...] = get_args(Kind)
CredentialState = Literal["active", "suspended", "revoked"]
CredentialAction = Literal["issue", "rotate", "suspend", "reinstate", "revoke"]
Actor = Literal["token", "doorkeeper", "database"]

GATEWAY_USER = "gateway"
ONBOARDING_USER = "onboarding"

# Where an action leads from a state ('' is: none yet); what is not here does not happen. What was revoked
# opens nothing again, but its name may be issued a new secret. Rotating does not end a suspension.
CREDENTIAL_LIFE: dict[tuple[CredentialState | Literal[""], CredentialAction], CredentialState] = {
    ("", "issue"): "active",
    ("revoked", "issue"): "active",
    ("active", "rotate"): "active",
    ("suspended", "rotate"): "suspended",
    ("active", "suspend"): "suspended",
    ("suspended", "reinstate"): "active",
    ("active", "revoke"): "revoked",
    ("suspended", "revoke"): "revoked",
}

# Topic filters that a kind may read and write; {name} is the credential's own.
READS: dict[Kind, tuple[str, ...]] = {
    "gateway": ("ioc/v1/#", "$SYS/#"),  # $SYS tells it what the broker dropped
    "onboarding": (),
    "network": (),
    "device": ("ioc/v1/+/devices/{name}/commands",),
}
WRITES: dict[Kind, tuple[str, ...]] = {
    "gateway": ("ioc/v1/+/devices/+/commands",),
    # A device that nobody knows yet: everything it sends is quarantined from there.
    "onboarding": ("ioc/v1/onboarding/devices/+/telemetry",),
    # A network server speaks for its own devices, below its own name only.
    "network": ("ioc/v1/+/networks/{name}/#",),
    "device": ("ioc/v1/+/devices/{name}/#",),
}

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
# No dot: the first dot of a device's "{network}.{named}" ends the network's name.
_NETWORK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")


@dataclass(frozen=True, slots=True)
class Credential:
    """Who may speak to the broker. `password_hash` is Mosquitto's $7$ form; times are UTC."""

    username: str
    kind: Kind
    password_hash: str
    state: CredentialState
    reason: str
    issued_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class CredentialChange:
    """Who did what to a credential. `token` is the caller's where the actor is one; times are UTC."""

    history_id: int
    at: datetime
    username: str
    kind: Kind
    action: str
    reason: str
    actor: Actor
    token: str


def username_faults(username: str, kind: str) -> Iterator[Fault]:
    """What is wrong with the name or kind of a credential that is to be issued."""
    if kind not in KINDS:
        yield Fault("kind", "required", f"say which of {', '.join(KINDS)}")
    pattern = _NETWORK if kind == "network" else _USERNAME
    if not pattern.fullmatch(username):
        allowed = "1 to 31 letters, digits, '_' or '-'" if kind == "network" else "a name as of a device"
        yield Fault("username", "bad_name", f"{allowed}; got {username!r}"[:200])


def next_state(state: CredentialState | None, action: CredentialAction) -> CredentialState | Fault:
    """The state that `action` leads to; None is: no such credential yet."""
    found = CREDENTIAL_LIFE.get((state or "", action))
    if found is None:
        return Fault("username", "no_such_transition", f"it is {state or 'not there'}: cannot {action} it")
    return found


def password_lines(credentials: Iterable[Credential]) -> str:
    """The broker's password file: whoever is not active is simply not in it."""
    standing = sorted((c.username, c.password_hash) for c in credentials if c.state == "active")
    return "".join(f"{username}:{password_hash}\n" for username, password_hash in standing)


def rights_lines(credentials: Iterable[Credential]) -> str:
    """The broker's rights file: devices by pattern, so that it changes with other kinds only."""
    lines = ["# Written by the doorkeeper from the registry; changes by hand are lost.\n"]
    for one in sorted(credentials, key=lambda credential: credential.username):
        if one.kind != "device" and one.state == "active":
            lines.append(f"\nuser {one.username}\n")
            lines.extend(f"topic read {topic.format(name=one.username)}\n" for topic in READS[one.kind])
            lines.extend(f"topic write {topic.format(name=one.username)}\n" for topic in WRITES[one.kind])
    lines.append("\n# A device is its user name.\n")
    lines.extend(f"pattern read {topic.format(name='%u')}\n" for topic in READS["device"])
    lines.extend(f"pattern write {topic.format(name='%u')}\n" for topic in WRITES["device"])
    return "".join(lines)


def may_read(kind: Kind, username: str, asked: str) -> bool:
    """True if all that a subscription asks for may be delivered to this user.

    The broker takes any subscription and leaves out what may not be read, so this is what shows an attempt.
    """
    wanted = asked.split("/")
    if wanted[0] == "$share":
        wanted = wanted[2:]
    return any(_covers(right.format(name=username).split("/"), wanted) for right in READS[kind])


def _covers(right: Sequence[str], wanted: Sequence[str]) -> bool:
    for index, level in enumerate(right):
        if level == "#":
            return True
        if index >= len(wanted) or wanted[index] == "#":
            return False
        if level not in ("+", wanted[index]):
            return False
    return len(right) == len(wanted)

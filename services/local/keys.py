"""Passwords of one checkout's stack: random, made once, readable by its owner only."""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from services.contexts import CONTEXTS
from services.registry.identity import GATEWAY_USER, ONBOARDING_USER


@dataclass(frozen=True, slots=True)
class Keys:
    """What the stack's passwords are, or are made from."""

    database: str
    amqp: str
    roles: dict[str, str]  # context → password of its role
    mqtt: str  # every MQTT password is made from this one and the user's name
    pseudonyms: str  # key under which people become pseudonyms

    def mqtt_password(self, user: str) -> str:
        """The same for the same user as long as the checkout's state lives."""
        return hmac.new(self.mqtt.encode(), user.encode(), hashlib.sha256).hexdigest()[:32]

    def mqtt_credentials(self, devices: Iterable[str]) -> dict[str, str]:
        """User name → password of the gateway, onboarding and these devices."""
        return {user: self.mqtt_password(user) for user in (GATEWAY_USER, ONBOARDING_USER, *devices)}


def load(path: Path) -> Keys:
    """The keys in a file, which is made at the first call."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = {}
    fresh = Keys(
        _random(), _random(), {context.name: _random() for context in CONTEXTS}, _random(), _random()
    )
    keys = Keys(
        database=known.get("database", fresh.database),
        amqp=known.get("amqp", fresh.amqp),
        roles=fresh.roles | known.get("roles", {}),  # a context that is new since gets its own
        mqtt=known.get("mqtt", fresh.mqtt),
        pseudonyms=known.get("pseudonyms", fresh.pseudonyms),
    )
    if asdict(keys) != known:
        write_private(path, json.dumps(asdict(keys), indent=1) + "\n")
    return keys


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner may read."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def _random() -> str:
    return secrets.token_hex(16)  # letters and digits: it goes into addresses unquoted

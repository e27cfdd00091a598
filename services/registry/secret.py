"""Makes MQTT secrets and their hashes, and reads lines of Mosquitto's password file."""

import base64
import hashlib
import os
import re
import secrets
from collections.abc import Iterator

from services.registry.identity import GATEWAY_USER, ONBOARDING_USER, Kind

_ROUNDS = (
    101  # Mosquitto 2's own default for $7$; our secrets have 192 random bits, so more would add nothing
)
_LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,62}):(\$7\$\d+\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+)")


def new_secret() -> str:
    """192 random bits in hexadecimal: no shell and no address stumbles over them."""
    return secrets.token_hex(24)


def password_hash(password: str, salt: bytes | None = None) -> str:
    """Mosquitto's $7$: PBKDF2-HMAC-SHA512, rounds, salt and key in base64."""
    grain = os.urandom(12) if salt is None else salt
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), grain, _ROUNDS)
    return f"$7${_ROUNDS}${base64.b64encode(grain).decode()}${base64.b64encode(key).decode()}"


def seeds(text: str) -> Iterator[tuple[str, Kind, str]]:
    """(username, kind, hash) of each line of a password file; other lines are left out."""
    for line in text.splitlines():
        if found := _LINE.fullmatch(line.strip()):
            yield found[1], _kind_of(found[1]), found[2]


def _kind_of(username: str) -> Kind:
    if username == GATEWAY_USER:
        return "gateway"
    return "onboarding" if username == ONBOARDING_USER else "device"

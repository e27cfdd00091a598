"""Owns reading the devices' credentials from the file that the one who runs the broker wrote."""

import json
from pathlib import Path


class CredentialsError(Exception):
    """The file cannot be used; the text says why."""


def read_credentials(path: Path) -> dict[str, str]:
    """Device to password.

    Raises:
        CredentialsError: the file is missing, or is not a JSON object of texts.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CredentialsError(f"cannot read the devices' credentials from {path}: {error}") from error
    if not isinstance(content, dict) or not all(isinstance(password, str) for password in content.values()):
        raise CredentialsError(f'{path} must hold {{"<device>": "<password>", …}}')
    return content

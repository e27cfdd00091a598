"""Where the command line finds the API, the broker and its token."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOCAL_FILE = Path(".local/client.env")  # written by `make run`
DEFAULT_ADDRESS = "127.0.0.1:50551"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What a call needs."""

    address: str
    token: str
    authority_file: Path | None  # PEM of the authority that signed the server's certificate: speak TLS


def environment(folder: Path | None = None) -> dict[str, str]:
    """The process's environment, completed from .local/client.env of the working directory."""
    file = (folder or Path.cwd()) / LOCAL_FILE
    local = parse(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return {**local, **os.environ}


def parse(text: str) -> dict[str, str]:
    """KEY=VALUE lines; `export`, quotes, comments and empty lines are understood."""
    values = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("'\"")
    return values


def client_settings(
    variables: Mapping[str, str], address: str | None = None, token: str | None = None
) -> ClientSettings:
    """Options come before the environment."""
    authority = variables.get("HAIDANG_API_AUTHORITY", "")
    return ClientSettings(
        address=address or variables.get("HAIDANG_API_ADDRESS") or DEFAULT_ADDRESS,
        token=token or variables.get("HAIDANG_TOKEN", ""),
        authority_file=Path(authority) if authority else None,
    )

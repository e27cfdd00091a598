"""Secrets for docker-compose and Kubernetes: random, written once, never overwritten."""

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from services.contexts import CONTEXTS
from services.local.mosquitto import DEMO_DEVICE, GATEWAY_USER, ONBOARDING_USER, password_hash
from services.local.rabbitmq import new_password
from services.simulator.province import build_province
from services.simulator.settings import SEED

DATABASE_HOST = "database"  # names of the services in docker-compose.yml and k8s/base
BROKER_HOST = "rabbitmq"


def main(arguments: Sequence[str]) -> None:
    """`secrets FOLDER`: FOLDER/.env for compose, FOLDER/secrets/ for compose and kustomize."""
    parser = argparse.ArgumentParser(prog="python -m services secrets", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    write(parser.parse_args(arguments).folder)


def write(folder: Path) -> None:
    """Raises FileExistsError where there are secrets already: running systems lean on them."""
    names = ("admin", "amqp", "gateway", *(context.name for context in CONTEXTS))
    passwords = {name: new_password() for name in names}
    pseudonym_key = token_hex(32)
    devices = {device: new_password() for device in _device_names()}
    mqtt = {**devices, GATEWAY_USER: passwords["gateway"], ONBOARDING_USER: new_password()}
    secrets = folder / "secrets"
    (secrets / "mosquitto").mkdir(parents=True, exist_ok=True)
    secrets.chmod(0o711)  # reachable by name for what mounts it, closed to a look around
    (secrets / "mosquitto").chmod(0o755)
    in_compose = {f"{name.upper()}_PASSWORD": passwords[name] for name in names}
    _create(folder / ".env", _lines(in_compose | {"PSEUDONYM_KEY": pseudonym_key}))
    in_kubernetes = _kubernetes_keys(passwords) | {"pseudonym-key": pseudonym_key}
    _create(secrets / "haidang.env", _lines(in_kubernetes))
    _create(secrets / "devices.json", json.dumps(devices, indent=1, sort_keys=True) + "\n", mode=0o644)
    hashes = "".join(f"{user}:{password_hash(secret)}\n" for user, secret in sorted(mqtt.items()))
    _create(secrets / "mosquitto" / "passwords", hashes, mode=0o644)  # hashes, read by the container's user


def _kubernetes_keys(passwords: Mapping[str, str]) -> dict[str, str]:
    dsns = {
        f"{context.name}-dsn": _dsn(f"ioc_{context.name}", passwords[context.name]) for context in CONTEXTS
    }
    return dsns | {
        "admin-password": passwords["admin"],
        "admin-dsn": _dsn("postgres", passwords["admin"]),
        "amqp-password": passwords["amqp"],
        "amqp-url": f"amqp://haidang:{passwords['amqp']}@{BROKER_HOST}:5672/haidang",
        "gateway-password": passwords["gateway"],
    }


def _dsn(role: str, password: str) -> str:
    return f"postgresql://{role}:{password}@{DATABASE_HOST}:5432/haidang"


def _device_names() -> list[str]:
    province = build_province(SEED, datetime(2026, 1, 1, tzinfo=UTC))
    return sorted({*(device.device for device in province.devices), DEMO_DEVICE})


def _lines(values: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())


def _create(path: Path, text: str, mode: int = 0o600) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    os.fchmod(descriptor, mode)  # also under a strict umask: containers read as users of their own
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)

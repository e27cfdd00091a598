"""The settings of every process of the local stack, each given only what it needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.contexts import CONTEXTS
from services.local.mosquitto import GATEWAY_USER
from services.local.ports import LOOPBACK, Ports

DATABASE = "haidang"
PEERS = ("gateway", "worker", "relay", "api", "doorkeeper", "collector", "simulator")
_ROLES: dict[str, tuple[str, ...]] = {  # which database roles a process may use
    "gateway": ("telemetry",),
    "worker": ("indicators", "alarms"),
    "relay": ("telemetry", "records", "indicators", "alarms"),
    "api": ("areas", "registry", "telemetry", "records", "indicators", "alarms", "display"),
    "hub": ("display",),
    "desk": (),
    "simulator": (),
    "office": (),
    "doorkeeper": ("registry",),
    "collector": ("records",),
    "migrate": tuple(context.name for context in CONTEXTS),
    "token": ("registry",),
}
_ON_THE_BUS = ("worker", "relay", "api", "hub")


@dataclass(frozen=True, slots=True)
class Wiring:
    """What connects the processes of one stack."""

    ports: Ports
    admin_dsn: str
    dsns: Mapping[str, str]  # context → its role's DSN
    amqp_url: str
    mqtt_credentials: Mapping[str, str]
    credentials_file: Path  # the same as JSON, for the simulator
    page: Path  # folder of the built wall page
    broker_folder: Path | None = None  # where the doorkeeper keeps the broker's files
    seed_file: Path | None = None  # credentials that the doorkeeper puts into the registry
    tls_folder: Path | None = None  # server.pem and server.key of the API; None: plain text only
    pseudonym_key: str = ""  # of the records; none: datasets with pseudonyms take nothing
    sources_folder: Path | None = None  # of sources.toml and its secrets, for the collector
    duty_folder: Path | None = None  # of the roster and its secrets, for the worker and the API
    token_file: Path | None = None  # of the local administrator, for the simulator
    office_token_file: Path | None = None  # of who hands records in, for the simulated office
    province: str = ""  # code of a real one: walls show it
    simulated: bool = True  # devices and offices are played; False only with a province
    log_level: str = "info"
    more: Mapping[str, str] = field(default_factory=dict)  # settings for every process, say from a test


def role_dsns(port: int, database: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """One DSN a context, each with a role of its own."""
    return {
        context.name: f"postgresql://ioc_{context.name}:{passwords[context.name]}@{LOOPBACK}:{port}/{database}"
        for context in CONTEXTS
    }


def environment(wiring: Wiring, process: str) -> dict[str, str]:
    """HAIDANG_* variables of one process; raises KeyError for a process that is not known."""
    settings = {"HAIDANG_LOG_LEVEL": wiring.log_level, "HAIDANG_LOG_FORMAT": "json"}
    settings |= {f"HAIDANG_{name.upper()}_DSN": wiring.dsns[name] for name in _ROLES[process]}
    if process in _ON_THE_BUS:
        settings["HAIDANG_AMQP_URL"] = wiring.amqp_url
    health_port = wiring.ports.as_dict().get(f"{process}_health")
    if health_port:
        settings |= {"HAIDANG_HEALTH_HOST": LOOPBACK, "HAIDANG_HEALTH_PORT": str(health_port)}
    return settings | _own_settings(wiring, process) | dict(wiring.more)


def _own_settings(wiring: Wiring, process: str) -> dict[str, str]:
    ports = wiring.ports
    mqtt = {"HAIDANG_MQTT_HOST": LOOPBACK, "HAIDANG_MQTT_PORT": str(ports.mqtt)}
    match process:
        case "worker":
            return _duty_settings(wiring)
        case "gateway":
            return mqtt | {
                "HAIDANG_MQTT_USERNAME": GATEWAY_USER,
                "HAIDANG_MQTT_PASSWORD": wiring.mqtt_credentials[GATEWAY_USER],
            }
        case "api":
            return (
                {
                    "HAIDANG_API_HOST": LOOPBACK,
                    "HAIDANG_API_PORT": str(ports.grpc),
                    "HAIDANG_RECORDS_PSEUDONYM_KEY": wiring.pseudonym_key,
                }
                | _api_tls(wiring)
                | _duty_settings(wiring)
            )
        case "hub":
            return {
                "HAIDANG_HUB_HOST": LOOPBACK,
                "HAIDANG_HUB_PORT": str(ports.wall),
                "HAIDANG_HUB_PEERS": json.dumps(_peers(wiring)),
                "HAIDANG_HUB_PAGE": str(wiring.page),
                "HAIDANG_HUB_PROVINCE": wiring.province,
                "HAIDANG_HUB_SIMULATED": str(bool(wiring.province) and wiring.simulated),
            }
        case "desk":
            return {
                "HAIDANG_DESK_HOST": LOOPBACK,
                "HAIDANG_DESK_PORT": str(ports.desk),
                "HAIDANG_DESK_API": f"{LOOPBACK}:{ports.grpc}",
                "HAIDANG_DESK_PAGE": str(wiring.page),
            }
        case "simulator":
            return (
                mqtt
                | client_settings(wiring)
                | {
                    "HAIDANG_SIMULATOR_CREDENTIALS": str(wiring.credentials_file),
                    "HAIDANG_SIMULATOR_PROVINCE": wiring.province,
                }
            )
        case "office":
            return client_settings(wiring) | {
                "HAIDANG_SIMULATOR_OFFICE_TOKEN": _secret_in(wiring.office_token_file),
                "HAIDANG_SIMULATOR_PROVINCE": wiring.province,
            }
        case "doorkeeper":
            return _doorkeeper_settings(wiring)
        case "collector":
            return _collector_settings(wiring)
        case "migrate":
            return {"HAIDANG_ADMIN_DSN": wiring.admin_dsn}
    return {}


def _api_tls(wiring: Wiring) -> dict[str, str]:
    if wiring.tls_folder is None:
        return {}
    return {
        "HAIDANG_API_TLS_PORT": str(wiring.ports.grpc_tls),
        "HAIDANG_API_CREDENTIALS_CERTIFICATE": str(wiring.tls_folder / "server.pem"),
        "HAIDANG_API_CREDENTIALS_KEY": str(wiring.tls_folder / "server.key"),
    }


def _doorkeeper_settings(wiring: Wiring) -> dict[str, str]:
    if wiring.broker_folder is None:
        raise KeyError("broker_folder")
    seeds = {"HAIDANG_DOORKEEPER_SEED_FILE": str(wiring.seed_file)} if wiring.seed_file else {}
    return seeds | {
        "HAIDANG_DOORKEEPER_FOLDER": str(wiring.broker_folder),
        "HAIDANG_DOORKEEPER_LOG_FILE": str(wiring.broker_folder / "mosquitto.log"),
    }


def _collector_settings(wiring: Wiring) -> dict[str, str]:
    settings = {"HAIDANG_RECORDS_PSEUDONYM_KEY": wiring.pseudonym_key}
    if wiring.sources_folder is not None:
        settings["HAIDANG_RECORDS_SOURCES"] = str(wiring.sources_folder)
        settings["HAIDANG_RECORDS_SECRETS"] = str(wiring.sources_folder / "secrets")
    return settings


def _duty_settings(wiring: Wiring) -> dict[str, str]:
    if wiring.duty_folder is None:
        return {}
    return {
        "HAIDANG_DUTY_ROSTER": str(wiring.duty_folder / "roster.toml"),
        "HAIDANG_DUTY_SECRETS": str(wiring.duty_folder / "secrets"),
    }


def client_settings(wiring: Wiring) -> dict[str, str]:
    """Where the API is and the token that it takes, as the command line wants them."""
    return {
        "HAIDANG_API_ADDRESS": f"{LOOPBACK}:{wiring.ports.grpc}",
        "HAIDANG_TOKEN": _secret_in(wiring.token_file),
    }


def _secret_in(file: Path | None) -> str:
    return file.read_text(encoding="utf-8").strip() if file else ""


def _peers(wiring: Wiring) -> dict[str, str]:
    numbers = wiring.ports.as_dict()
    names = [peer for peer in PEERS if peer != "simulator" or wiring.simulated]
    return {peer: f"http://{LOOPBACK}:{numbers[f'{peer}_health']}/ready" for peer in names}

"""Launcher, docker-compose, Kubernetes and the local stack speak of the same processes and settings."""

import importlib
import json
import os
import pkgutil
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from pydantic_settings import BaseSettings

import iot_gateway
import services
from iot_gateway.settings import GatewaySettings
from services.__main__ import PROCESSES as LAUNCHER
from services.contexts import CONTEXTS
from services.local import deployment
from services.local.environment import PEERS
from services.local.mosquitto import broker_config
from tests.fixtures.servers import without
from tests.fixtures.stack import MODULES

ROOT = Path(__file__).resolve().parents[2]
LONG_LIVED = {
    *("gateway", "relay", "worker", "api", "hub", "desk", "doorkeeper", "collector"),
    *("simulator", "office"),
}
SERVERS = {"database", "rabbitmq", "mosquitto"}


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    deployment.write(folder)
    return folder


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


@pytest.fixture(scope="module")
def objects(secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Everything that the demonstration overlay, and with it the base, builds."""
    kubectl = shutil.which("kubectl") or without("kubectl is not installed")
    k8s = tmp_path_factory.mktemp("k8s") / "k8s"
    shutil.copytree(ROOT / "k8s", k8s)
    overlay = k8s / "overlays/demo"
    shutil.copytree(secrets / "secrets", overlay / "secrets", dirs_exist_ok=True)
    built = subprocess.run(
        [kubectl, "kustomize", str(overlay)], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    return [item for item in yaml.safe_load_all(built) if item]


def deployments(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Pod specs of our own processes, by name; the process is the first container.

    The doorkeeper is the broker's sidecar: it shares the broker's files and processes.
    """
    found = {
        item["metadata"]["name"]: item["spec"]["template"]["spec"]
        for item in objects
        if item["kind"] == "Deployment"
    }
    sidecars = {
        container["name"]: {**item["spec"]["template"]["spec"], "containers": [container]}
        for item in objects
        if item["kind"] == "StatefulSet"
        for container in item["spec"]["template"]["spec"]["containers"]
        if container["name"] in LONG_LIVED
    }
    return found | sidecars


def settings_classes() -> Iterator[type[BaseSettings]]:
    for package in (services, iot_gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "settings" in module.name or module.name.endswith("_process"):
                for value in vars(importlib.import_module(module.name)).values():
                    if (
                        isinstance(value, type)
                        and issubclass(value, BaseSettings)
                        and value is not BaseSettings
                    ):
                        yield value


def variables() -> dict[str, bool]:
    """Every setting of the code: its variable, and whether it must be given."""
    found = {context.dsn_variable: False for context in CONTEXTS} | {"HAIDANG_ADMIN_DSN": False}
    for settings in settings_classes():
        prefix = str(settings.model_config["env_prefix"])
        for name, field in settings.model_fields.items():
            found[f"{prefix}{name}".upper()] = field.is_required()
    return found


def test_every_setting_is_described() -> None:
    nameless = [
        f"{settings.__name__}.{name}"
        for settings in settings_classes()
        for name, field in settings.model_fields.items()
        if not field.description
    ]
    assert nameless == []


def test_the_same_processes_everywhere(compose: dict[str, Any], objects: list[dict[str, Any]]) -> None:
    # The gateway is a program of its own, the office a second command of the simulator.
    assert set(LAUNCHER) - {"migrate", "token", "secrets"} | {"gateway", "office"} == LONG_LIVED
    assert set(MODULES) == LONG_LIVED
    assert set(compose) - SERVERS - {"migrate", "gateway-1"} == LONG_LIVED
    assert set(deployments(objects)) == LONG_LIVED
    assert set(PEERS) <= LONG_LIVED


def test_the_same_commands_everywhere(compose: dict[str, Any], objects: list[dict[str, Any]]) -> None:
    for name, pod in deployments(objects).items():
        assert pod["containers"][0]["args"] == compose[name]["command"] == list(MODULES[name])


def test_the_same_settings_everywhere(compose: dict[str, Any], objects: list[dict[str, Any]]) -> None:
    known = variables()
    common = {"HAIDANG_LOG_LEVEL", "HAIDANG_LOG_FORMAT"}
    for name, pod in deployments(objects).items():
        in_kubernetes = {item["name"] for item in pod["containers"][0]["env"]} | common
        in_compose = set(compose[name]["environment"])
        for layer in compose[name]["environment"].get("<<", []):
            in_compose |= set(layer)
        optional = {"HAIDANG_API_ADDRESS", "HAIDANG_TOKEN"}  # of the simulator, for provisioning by hand
        assert in_kubernetes - optional == in_compose - optional, name
        assert in_kubernetes <= set(known), name


def test_each_gateway_has_shards_of_its_own(compose: dict[str, Any], objects: list[dict[str, Any]]) -> None:
    """The settings class refuses a map that gives a shard to two, or none to this gateway."""
    required = {"telemetry_dsn": "postgresql:///x"}
    (pods,) = (
        item for item in objects if item["kind"] == "StatefulSet" and "gateway" in item["metadata"]["name"]
    )
    container = pods["spec"]["template"]["spec"]["containers"][0]
    (division,) = (v["value"] for v in container["env"] if v["name"] == "HAIDANG_GATEWAY_SHARDS_BY_NAME")
    in_kubernetes = {f"gateway-{n}": division for n in range(pods["spec"]["replicas"])}
    in_compose = {
        environment["HAIDANG_GATEWAY_NAME"]: environment["HAIDANG_GATEWAY_SHARDS_BY_NAME"]
        for environment in (compose[name]["environment"] for name in ("gateway", "gateway-1"))
    }
    known = set(GatewaySettings(**required).shards)
    for gateways in (in_kubernetes, in_compose):
        parts = [
            GatewaySettings(**required, gateway_name=name, gateway_shards_by_name=json.loads(shards)).shards
            for name, shards in gateways.items()
        ]
        assert len(parts) == 2
        assert known <= {shard for part in parts for shard in part}


def test_every_required_setting_is_supplied(compose: dict[str, Any]) -> None:
    supplied = {name for service in compose.values() for name in service.get("environment", {})}
    assert {name for name, required in variables().items() if required} <= supplied


def test_every_process_runs_with_the_same_rights_and_probes(objects: list[dict[str, Any]]) -> None:
    for name, pod in deployments(objects).items():
        container = pod["containers"][0]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert container["securityContext"]["capabilities"]["drop"] == ["ALL"], name
        assert container["livenessProbe"]["httpGet"]["path"] == "/live", name
        if name != "doorkeeper":  # its pod is ready when the broker is
            assert container["readinessProbe"]["httpGet"]["path"] == "/ready", name


def test_kubernetes_objects_follow_their_schemas(objects: list[dict[str, Any]]) -> None:
    assert len(objects) > 20
    for item in objects:
        kubernetes_validate.validate(item, "1.30", strict=True)


def test_compose_file_is_valid(secrets: Path) -> None:
    compose = shutil.which("docker-compose") or without("docker-compose is not installed")
    subprocess.run(
        [
            compose,
            "--env-file",
            str(secrets / ".env"),
            "-f",
            str(ROOT / "docker-compose.yml"),
            "config",
            "-q",
        ],
        check=True,
        timeout=60,
        env={"PATH": os.environ["PATH"]},
    )


def test_mosquitto_has_the_same_limits_everywhere() -> None:
    local = _directives(broker_config(port=1883, folder=Path("/x")))
    deployed = _directives((ROOT / "k8s/base/mosquitto/mosquitto.conf").read_text())
    places = {"listener", "password_file", "acl_file", "persistence_location"}
    places |= {"pid_file", "include_dir", "log_dest"}
    assert {key: value for key, value in local.items() if key not in places} == {
        key: value for key, value in deployed.items() if key not in places
    }


def test_broker_and_doorkeeper_share_files_and_processes(
    compose: dict[str, Any], objects: list[dict[str, Any]]
) -> None:
    deployed = _directives((ROOT / "k8s/base/mosquitto/mosquitto.conf").read_text())
    pod = deployments(objects)["doorkeeper"]
    settings = {item["name"]: item.get("value") for item in pod["containers"][0]["env"]}
    folder = settings["HAIDANG_DOORKEEPER_FOLDER"]
    assert deployed["password_file"] == [f"{folder}/passwords"]
    assert deployed["acl_file"] == [f"{folder}/rights"]
    assert deployed["pid_file"] == [f"{folder}/mosquitto.pid"]
    assert deployed["include_dir"] == [f"{folder}/live"]
    assert deployed["log_dest"] == [f"file {settings['HAIDANG_DOORKEEPER_LOG_FILE']}"]
    assert pod["shareProcessNamespace"]
    assert compose["doorkeeper"]["pid"] == "service:mosquitto"
    assert compose["doorkeeper"]["user"] == compose["mosquitto"]["user"]


def _directives(config: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in config.splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition(" ")
            found.setdefault(key, []).append(value)
    return found


def test_secrets_are_never_overwritten(tmp_path: Path) -> None:
    deployment.write(tmp_path)
    before = (tmp_path / ".env").read_text()
    with pytest.raises(FileExistsError):
        deployment.write(tmp_path)
    assert (tmp_path / ".env").read_text() == before

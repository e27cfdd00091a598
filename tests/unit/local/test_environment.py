"""What the processes of a local stack are told."""

import json
from dataclasses import replace
from pathlib import Path

from services.contexts import CONTEXTS
from services.local.environment import Wiring, environment, role_dsns
from services.local.ports import Ports

WIRING = Wiring(
    ports=Ports(),
    admin_dsn="",
    dsns=role_dsns(1, "haidang", {context.name: "" for context in CONTEXTS}),
    amqp_url="",
    mqtt_credentials={},
    credentials_file=Path(),
    page=Path(),
)


def test_a_real_province_is_shown_and_no_simulator_is_missed() -> None:
    simulated = environment(WIRING, "hub")
    real = environment(replace(WIRING, province="56", simulated=False), "hub")

    assert (simulated["HAIDANG_HUB_PROVINCE"], real["HAIDANG_HUB_PROVINCE"]) == ("", "56")
    assert "simulator" in json.loads(simulated["HAIDANG_HUB_PEERS"])
    assert "simulator" not in json.loads(real["HAIDANG_HUB_PEERS"])
    assert (simulated["HAIDANG_HUB_SIMULATED"], real["HAIDANG_HUB_SIMULATED"]) == ("False", "False")


def test_what_is_simulated_of_a_real_province_is_said_on_its_walls() -> None:
    wiring = replace(WIRING, province="56")

    assert environment(wiring, "hub")["HAIDANG_HUB_SIMULATED"] == "True"
    assert "simulator" in json.loads(environment(wiring, "hub")["HAIDANG_HUB_PEERS"])
    for process in ("simulator", "office"):
        assert environment(wiring, process)["HAIDANG_SIMULATOR_PROVINCE"] == "56"

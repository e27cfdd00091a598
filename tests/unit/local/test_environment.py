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
    simulated, real = environment(WIRING, "hub"), environment(replace(WIRING, province="56"), "hub")

    assert (simulated["HAIDANG_HUB_PROVINCE"], real["HAIDANG_HUB_PROVINCE"]) == ("", "56")
    assert "simulator" in json.loads(simulated["HAIDANG_HUB_PEERS"])
    assert "simulator" not in json.loads(real["HAIDANG_HUB_PEERS"])

"""Which ports the stack uses is a matter of settings alone."""

import pytest

from services.local.ports import BadPort, Ports, from_settings, setting_name


def test_defaults() -> None:
    assert from_settings({}) == Ports()


def test_one_port_is_changed_and_the_others_stay() -> None:
    chosen = from_settings({"MQTT_PORT": "1884", "WALL_PORT": ""})
    assert chosen.mqtt == 1884
    assert chosen.wall == Ports().wall


def test_offset_moves_all_but_those_that_are_named() -> None:
    chosen = from_settings({"PORT_OFFSET": "100", "GRPC_PORT": "50000"})
    assert chosen.postgres == Ports().postgres + 100
    assert chosen.grpc == 50000


@pytest.mark.parametrize("text", ["0", "65536", "mqtt", "-1", "1e3", "²"])
def test_what_is_no_port_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadPort, match="MQTT_PORT"):
        from_settings({"MQTT_PORT": text})


def test_two_uses_of_one_port_are_refused() -> None:
    with pytest.raises(BadPort, match=r"WALL_PORT.*GRPC_PORT"):
        from_settings({"WALL_PORT": "50551"})


def test_setting_names_are_those_of_the_help() -> None:
    assert {setting_name(name) for name in ("mqtt", "wall", "grpc")} == {
        "MQTT_PORT",
        "WALL_PORT",
        "GRPC_PORT",
    }

"""Ctrl-C ends all that runs, also where nothing is simulated."""

from typing import cast

import pytest

from services.local.server import Server
from services.local.show import Screen
from services.local.supervisor import Ending, end


class Child:
    """A child that ends when it is asked to."""

    def __init__(self, name: str) -> None:
        self.name, self.is_running = name, True

    def ask_to_stop(self) -> None:
        self.is_running = False

    def wait_stopped(self) -> None: ...

    def stop(self) -> None: ...


@pytest.mark.parametrize("simulated", [("simulator", "office"), ()])
def test_everything_that_is_there_is_ended(simulated: tuple[str, ...]) -> None:
    names = (*simulated, "gateway", "hub", "rabbitmq", "mosquitto", "postgresql")
    children = {name: Child(name) for name in names}

    end(cast("dict[str, Server]", children), Screen(), Ending())

    assert not any(child.is_running for child in children.values())

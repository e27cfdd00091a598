"""A gateway of which one callback of paho's raises: `python -m tests.faults.broken_gateway _on_connect`."""

import sys

from iot_gateway.__main__ import main
from iot_gateway.session import Session


def break_callback(name: str) -> None:
    """From now on, sessions raise where paho calls this method of theirs."""
    assert name in vars(Session)

    def broken(*_: object) -> None:
        raise RuntimeError(f"{name} is broken")

    setattr(Session, name, broken)


if __name__ == "__main__":
    break_callback(sys.argv[1])
    sys.exit(main())

"""What the operators' page may call."""

import pytest

from services.display.desk.calls import METHODS, WHO_AM_I, methods, offered


def test_every_method_is_found_with_its_messages() -> None:
    known = methods()
    assert len(known) == sum(len(names) for services in METHODS.values() for names in services.values())
    assert WHO_AM_I in known
    watch = known["ioc.alarms.v1.AlarmsService/WatchAlarms"]
    assert (watch.path, watch.streams) == ("/ioc.alarms.v1.AlarmsService/WatchAlarms", True)
    assert watch.request(severity_from=3).severity_from == 3
    assert not known["ioc.alarms.v1.AlarmsService/Shelve"].streams


def test_what_is_offered_follows_from_scopes_and_areas() -> None:
    known = methods()
    alarms, walls = "ioc.alarms.v1.AlarmsService", "ioc.display.v1.WallsService"
    assert offered(known, ["access.self"], []) == [WHO_AM_I]
    read = offered(known, ["alarms.read", "walls.read"], [])
    assert {f"{alarms}/ListAlarms", f"{alarms}/GetHistory", f"{walls}/ListWalls"} <= set(read)
    assert not {f"{alarms}/Acknowledge", f"{walls}/PairWall"} & set(read)
    every = {one.scope for one in known.values()}
    assert len(offered(known, every, [])) == len(known)
    assert f"{alarms}/Acknowledge" in offered(known, every, ["22333"])
    assert f"{walls}/PairWall" not in offered(known, every, ["22333"])  # walls are everybody's


def test_a_method_that_no_proto_has_is_a_fault_at_the_start() -> None:
    with pytest.raises(KeyError):
        methods({"ioc.alarms.v1.alarms": {"AlarmsService": ("Erase",)}})

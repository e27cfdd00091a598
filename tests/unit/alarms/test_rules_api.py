"""Several plans at a time: their steps take turns, so that others find a connection."""

from __future__ import annotations

import asyncio
from typing import Any

from ioc.alarms.v1 import rules_pb2 as pb

from services.alarms import rpc_rules
from services.alarms.rpc_rules import Tried
from services.alarms.rules_api import RulesServicer
from services.alarms.rules_plan import Plan


class Counting:
    """Stands for the database: says which plan each step was of, and how many ran at a time."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.at_once = self.most = 0

    async def run(self, work: Any, *args: Any) -> Any:
        if work is rpc_rules.begin_plan:
            steps: Any = [Sized(), Sized(), Sized()]
            return Tried(Plan({}, {}, {}, args[0].files[0].name), None, steps, {})
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        self.steps.append(args[0].plan.sha256)
        await asyncio.sleep(0)
        self.at_once -= 1
        return pb.PlanRulesResponse(tried=1)


class Sized:
    size = 1


async def answers(servicer: Any, name: str) -> list[int]:
    request = pb.PlanRulesRequest(files=[pb.RuleFile(name=name)])
    return [one.tried async for one in servicer.PlanRules(request, None)]


def test_steps_of_several_plans_take_turns() -> None:
    database: Any = Counting()

    async def both() -> list[list[int]]:
        servicer: Any = RulesServicer(database, None)  # type: ignore[arg-type]
        return list(await asyncio.gather(answers(servicer, "a"), answers(servicer, "b")))

    assert asyncio.run(both()) == [[0, 1, 1, 1]] * 2
    assert database.most == 1
    assert database.steps == ["a", "b"] * 3

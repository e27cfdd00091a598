from typing import Any

import grpc
from ioc.alarms.v1 import rules_pb2

class RulesServiceStub:
    def __init__(self, channel: grpc.Channel) -> None: ...
    PlanRules: grpc.UnaryStreamMultiCallable[rules_pb2.PlanRulesRequest, rules_pb2.PlanRulesResponse]
    ApplyRules: grpc.UnaryUnaryMultiCallable[rules_pb2.ApplyRulesRequest, rules_pb2.ApplyRulesResponse]

class RulesServiceServicer:
    def PlanRules(self, request: rules_pb2.PlanRulesRequest, context: Any) -> Any: ...
    def ApplyRules(self, request: rules_pb2.ApplyRulesRequest, context: Any) -> Any: ...

def add_RulesServiceServicer_to_server(servicer: RulesServiceServicer, server: Any) -> None: ...

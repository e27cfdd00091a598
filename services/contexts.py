"""The contexts of this system: who owns which schema, who may read whom, who publishes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.runtime.migrate import Schema

SERVICES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Context:
    """One bounded context with a database role of its own."""

    name: str
    reads: tuple[str, ...] = ()  # schemas of others that its role may SELECT from, and nothing more
    publishes: bool = False  # has an outbox

    @property
    def dsn_variable(self) -> str:
        return f"HAIDANG_{self.name.upper()}_DSN"

    @property
    def dsn(self) -> str:
        """Raises KeyError naming the variable where the environment lacks it."""
        return os.environ[self.dsn_variable]

    def schema(self) -> Schema:
        from services.runtime.migrate import Schema  # every process imports this module, one migrates

        return Schema(
            name=self.name,
            dsn=self.dsn,
            migrations=SERVICES / self.name / "migrations",
            with_outbox=self.publishes,
            reads=self.reads,
        )


CONTEXTS = (
    Context("areas"),
    Context("registry", reads=("telemetry",)),  # what floods: the doorkeeper suspends its credential
    Context("telemetry", reads=("registry", "areas"), publishes=True),
    Context("records", reads=("areas", "alarms"), publishes=True),  # alarms: how they were handled
    Context("indicators", reads=("telemetry", "registry", "areas", "records"), publishes=True),
    Context("alarms", reads=("telemetry", "registry", "areas", "records", "indicators"), publishes=True),
    Context("display", reads=("areas", "registry", "telemetry", "records", "indicators", "alarms")),
)


def publishing() -> tuple[str, ...]:
    return tuple(context.name for context in CONTEXTS if context.publishes)


def named(name: str) -> Context:
    """Raises LookupError with the known names."""
    for context in CONTEXTS:
        if context.name == name:
            return context
    raise LookupError(f"no context {name!r}; there are: {', '.join(context.name for context in CONTEXTS)}")

"""Settings of the indicators context, from the environment (prefix HAIDANG_INDICATORS_)."""

from datetime import timedelta
from importlib import resources
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.indicators.standards import Standards, parse


class IndicatorsSettings(BaseSettings):
    """Where values are kept, when they become final, and how much is done at once."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_INDICATORS_", frozen=True)

    dsn: str = Field(description="PostgreSQL, with the role of this context.")
    standards: str = Field(
        default="", description="TOML file of limits and rules; empty: standards.toml as shipped."
    )
    settle_s: float = Field(
        default=900,
        ge=0,
        description="A value becomes final when it stood this long after its period, seconds.",
    )
    batch_facts: int = Field(
        default=50, ge=1, description="Most facts of telemetry that one transaction takes together."
    )
    batch_readings: int = Field(
        default=50_000, ge=1, description="No further fact is taken past this many readings in a transaction."
    )
    fact_values: int = Field(default=1_000, ge=1, description="Most values in one published fact.")
    rest_s: float = Field(
        default=0.2, ge=0, description="Shortest rest between two transactions that follow facts, seconds."
    )
    recovery_hours: int = Field(
        default=48,
        ge=1,
        description="How far back values are recomputed after facts were lost, hours.",
    )
    catch_up_hours: int = Field(
        default=24,
        ge=1,
        description="How far back periods of silence are closed after a stop, hours.",
    )

    catalogue: Path | None = Field(
        default=None,
        description="Folder of further definitions of figures, beside the product's own.",
    )
    daily_stock_days: int = Field(
        default=62,
        ge=1,
        description="How far back a change of a stock makes figures by day, days; by month and year always.",
    )

    @property
    def daily_stocks(self) -> timedelta:
        return timedelta(days=self.daily_stock_days)

    @property
    def settle(self) -> timedelta:
        return timedelta(seconds=self.settle_s)

    @property
    def recovery(self) -> timedelta:
        return timedelta(hours=self.recovery_hours)

    @property
    def catch_up(self) -> timedelta:
        return timedelta(hours=self.catch_up_hours)


def load_standards(settings: IndicatorsSettings) -> Standards:
    """The limits and rules in force.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not such a file.
    """
    if settings.standards:
        return parse(Path(settings.standards).read_text("utf-8"))
    return parse(resources.files("services.indicators").joinpath("standards.toml").read_text("utf-8"))

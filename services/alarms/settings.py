"""Settings of the alarms context, from the environment (prefix HAIDANG_ALARMS_)."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AlarmsSettings(BaseSettings):
    """Where alarms are kept, which rules there are, and how much is done at once."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_ALARMS_", frozen=True)

    dsn: str = Field(description="PostgreSQL, with the role of this context.")
    rules: Path | None = Field(
        default=None,
        description="Folder of further rules, beside the product's own; storm.toml in it counts.",
    )
    batch_facts: int = Field(default=50, ge=1, description="Most facts that one transaction takes together.")
    batch_readings: int = Field(
        default=50_000, ge=1, description="No further fact is taken past this many readings in a transaction."
    )
    rest_s: float = Field(
        default=0.2, ge=0, description="Shortest rest between two transactions that follow facts, seconds."
    )
    reach_days: float = Field(
        default=7, gt=0, description="How far back late data rewrite history, days; older ones are counted."
    )
    recovery_hours: float = Field(
        default=2, ge=0, description="How far back everything is folded anew after facts were lost, hours."
    )
    close_after_hours: float = Field(
        default=8,
        gt=0,
        description="An alarm that cleared and that nobody acknowledged is closed after this, hours.",
    )
    unread_s: float = Field(
        default=60,
        gt=0,
        description="Devices whose shard no gateway read for this long are not called silent, seconds.",
    )

    @property
    def reach_ms(self) -> int:
        return round(timedelta(days=self.reach_days) / timedelta(milliseconds=1))

    @property
    def recovery_ms(self) -> int:
        return round(timedelta(hours=self.recovery_hours) / timedelta(milliseconds=1))

    @property
    def close_after(self) -> timedelta:
        return timedelta(hours=self.close_after_hours)

    @property
    def unread(self) -> timedelta:
        return timedelta(seconds=self.unread_s)

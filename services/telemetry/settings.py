"""Settings of telemetry's upkeep, from the environment (prefix HAIDANG_TELEMETRY_), and of its quantities."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.telemetry.quantities import Quantities, parse


class QuantitySettings(BaseSettings):
    """The same for the gateway, the relay with telemetry's upkeep, and the API process."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_", frozen=True)

    quantities: str = Field(
        default="",
        description="TOML file of means, holds and retention by quantity; empty: quantities.toml as shipped.",
    )


def load_quantities(settings: QuantitySettings) -> Quantities:
    """Raises what names the fault: OSError, ValueError."""
    if settings.quantities:
        return parse(Path(settings.quantities).read_text("utf-8"))
    return parse(resources.files("services.telemetry").joinpath("quantities.toml").read_text("utf-8"))


class UpkeepSettings(BaseSettings):
    """Bounds of what is kept, and how often they are looked at."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_TELEMETRY_", frozen=True)

    quarantine_kept_days: float = Field(
        default=90.0, gt=0, description="Days after which what is in quarantine is dropped."
    )
    quarantine_kept_bytes: int = Field(
        default=2 * 2**30, ge=2**20, description="Bytes that quarantine may hold; the oldest goes first."
    )
    commands_kept_days: float = Field(
        default=730.0, gt=0, description="Days after which finished commands are dropped."
    )
    sequence_gaps_kept_days: float = Field(
        default=90.0, gt=0, description="Days after which gaps in a device's numbers are dropped."
    )
    sequence_gaps_kept: int = Field(
        default=500_000, ge=1, description="Gaps in devices' numbers that are kept; the oldest go first."
    )
    ledger_detail_hours: float = Field(
        default=48.0, ge=1, description="Hours after which the ledger of batches is folded to device-hours."
    )
    upkeep_s: float = Field(default=15.0, gt=0, description="Seconds between two rounds of upkeep.")
    imbalance_minutes: int = Field(
        default=15, ge=1, description="Minutes of receipt over which the account is checked."
    )
    rollup_settle_s: float = Field(
        default=5.0, ge=0, description="Seconds for which a minute that is over waits to be rolled up."
    )
    ledger_kept_days: float = Field(
        default=1830.0, gt=2, description="Days after which the device-hours of the ledger are dropped."
    )
    compress_days: int = Field(
        default=60,
        ge=0,
        description="Days after which readings and minutes are compressed, where the server can (TimescaleDB"
        " community edition): later than nearly all late readings. 0: never.",
    )

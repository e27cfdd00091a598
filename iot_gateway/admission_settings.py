"""Settings of admission, from the environment: the same for the gateway and for what replays quarantine."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AdmissionSettings(BaseSettings):
    """Bounds that hold for every device."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_", frozen=True)

    max_payload_bytes: int = Field(default=65_536, description="Larger payloads are quarantined.")
    max_readings: int = Field(default=1000, description="Readings in one message, at most.")
    future_tolerance_s: float = Field(default=300.0, description="How far ahead a device's clock may be.")
    floor_ms: int = Field(
        default=946_684_800_000,
        description="No reading was observed before this, in ms since 1970 (2000-01-01).",
    )
    plausible: str = Field(
        default="",
        description="TOML file of what values are likely to do; empty: plausible.toml as shipped.",
    )

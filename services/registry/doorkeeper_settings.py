"""Settings of the doorkeeper, from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DoorkeeperSettings(BaseSettings):
    """Where the broker's files are, and when a flood is one."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_DOORKEEPER_", frozen=True)

    folder: Path = Field(
        description="Folder shared with the broker: passwords, rights, live/*.conf, mosquitto.pid are there."
    )
    log_file: Path = Field(description="The broker's log; it is emptied once read and large.")
    seed_file: Path | None = Field(
        default=None,
        description="Mosquitto password file; names that the registry does not know yet are taken from it.",
    )
    look_s: float = Field(default=0.5, gt=0, description="Seconds between looks for changes.")
    listen: bool = Field(
        default=True,
        description="Let the broker tell of denied publishes (log_type debug) while it is not too busy.",
    )
    flood_readings: int = Field(
        default=600,
        ge=1,
        description="Readings a minute beyond a device's rate that make the minute a flood.",
    )
    flood_minutes: int = Field(
        default=3, ge=1, description="Such minutes within the window that suspend the credential."
    )
    flood_window_s: float = Field(default=600.0, gt=0, description="How far back floods are looked for.")
    flood_check_s: float = Field(default=10.0, gt=0, description="Seconds between looks for floods.")
    kept_days: int = Field(default=90, ge=1, description="Days for which access events are kept.")
    kept_events: int = Field(
        default=1_000_000, ge=1000, description="Access events that are kept at most; the oldest go first."
    )

"""Owns the settings of the simulator and of replay, from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SEED = 2  # its map has bays and capes


class CentreSettings(BaseSettings):
    """Where the gRPC API of the centre is."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_", frozen=True)

    api_address: str = Field(default="127.0.0.1:50551", description="gRPC API, host:port.")
    token: str = Field(
        default="",
        description="Bearer token: registry.read, registry.write, areas.read, areas.write, telemetry.read.",
    )


class BrokerSettings(BaseSettings):
    """Where devices publish, and with which credentials."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_", frozen=True)

    mqtt_host: str = Field(default="127.0.0.1", description="MQTT broker.")
    mqtt_port: int = Field(default=21883, description="Its port.")
    mqtt_username: str = Field(default="", description="User of a replay; empty: the name of the device.")
    mqtt_password: str = Field(default="", description="Password of a replay.")
    simulator_credentials: Path | None = Field(
        default=None, description='JSON file {"<device>": "<password>"} with the credentials of the devices.'
    )


class ProvinceSettings(BaseSettings):
    """What is simulated; provision and run must be given the same."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_SIMULATOR_", frozen=True)

    seed: int = Field(default=SEED, description="Decides the map, the places and every curve.")
    province: str = Field(
        default="",
        description="Code of a real province, whose units the centre knows; empty: a province is generated.",
    )
    interval_scale: float = Field(
        default=1.0, gt=0, description="Factor on all reporting intervals; none gets below one second."
    )
    troubles: bool = Field(
        default=True, description="Whether a few devices lose their line, or see nothing, now and then."
    )
    history_hours: float = Field(
        default=36.0, ge=0, le=168, description="How far back a started device's memory reaches, hours."
    )
    history_step_s: int = Field(default=300, ge=1, description="Distance of remembered readings, seconds.")
    backlog_rate: float = Field(
        default=40.0, gt=0, description="Messages of remembered readings a second, all devices together."
    )
    buffer_readings: int = Field(
        default=2_000, ge=1, description="Readings a device keeps while its line is down; then the oldest go."
    )


class OfficeSettings(BaseSettings):
    """How the simulated office hands in."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_SIMULATOR_OFFICE_", frozen=True)

    token: str = Field(
        default="",
        description="Bearer token of who hands in: records.read, records.write. HAIDANG_TOKEN, of another"
        " name and with records.approve, is the second person's.",
    )
    volume: float = Field(
        default=1.0, gt=0, description="Factor on how many dossiers, tasks, tickets and calls there are."
    )
    lines_per_s: float = Field(
        default=2_500.0, gt=0, description="How fast it hands its past in; others are heard meanwhile."
    )
    every_s: float = Field(
        default=30.0, gt=0, description="How often it hands in what has happened since, seconds."
    )

"""Settings of the gateway, from the environment (prefix HAIDANG_)."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from iot_gateway.admission_settings import AdmissionSettings
from services.runtime.settings import RuntimeSettings


class GatewaySettings(RuntimeSettings, AdmissionSettings):
    """What one gateway process serves, and its bounds."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_", frozen=True)

    health_port: int = Field(default=9481, description="Port of /live, /ready and /metrics.")
    telemetry_dsn: str = Field(description="PostgreSQL of the readings, as role ioc_telemetry.")
    mqtt_host: str = Field(default="127.0.0.1", description="The broker.")
    mqtt_port: int = Field(default=21883, description="The broker's port.")
    mqtt_username: str = Field(default="gateway", description="The gateway's own credential.")
    mqtt_password: str = Field(default="", description="Its password.")
    mqtt_keepalive_s: int = Field(default=30, ge=2, description="Seconds of silence before a ping.")
    mqtt_connect_timeout_s: float = Field(default=5.0, description="Seconds to wait for a connection.")
    mqtt_tap: bool = Field(
        default=True, description="Read frames ourselves; false: paho's public calls only, half as fast."
    )
    gateway_name: str = Field(default="gw0", description="Name of this process in logs.")
    gateway_shards: list[str] = Field(
        default=["s0", "prio", "onboarding"],
        min_length=1,
        description="Shards served here, as JSON; each is one session of client id haidang-gw-{shard}.",
    )
    gateway_shards_by_name: dict[str, list[str]] = Field(
        default={},
        description="Shards of each gateway by its name, as JSON; where set, it replaces the setting above.",
    )
    command_look_s: float = Field(
        default=2.0,
        gt=0,
        description="Seconds between looks for commands that are due again or over; new ones wake at once.",
    )
    command_resend_first_s: float = Field(
        default=5.0, gt=0, description="Seconds until a command without an answer is sent again; doubles."
    )
    command_resend_longest_s: float = Field(
        default=60.0, gt=0, description="Longest time between two sends of a command, seconds."
    )
    batch_messages: int = Field(default=5000, ge=1, description="Messages after which a batch is stored.")
    batch_bytes: int = Field(default=4 * 2**20, ge=1, description="Bytes after which a batch is stored.")
    batch_age_s: float = Field(default=0.1, gt=0, description="Seconds after which a batch is stored.")
    batch_commit_s: float = Field(
        default=0.25, gt=0, description="A store slower than this for a batch gets smaller batches."
    )
    max_kept_payload_bytes: int = Field(
        default=2 * 2**20, ge=4096, description="Of a quarantined message, at most its first bytes are kept."
    )
    rate_per_s: float = Field(
        default=20.0, gt=0, description="Messages a second that one device may send in the long run."
    )
    rate_burst: int = Field(
        default=30_000,  # three weeks of one a minute: what a device remembers, a file replayed twice
        ge=1,
        description="Messages that one device may send at once after a silence.",
    )
    registry_check_s: float = Field(default=2.0, description="Seconds between looks for changed devices.")
    registry_unknown_s: float = Field(
        default=0.5, description="At least these seconds apart, an unknown device causes another look."
    )
    retry_first_s: float = Field(default=0.2, gt=0, description="First delay after a failure; it doubles.")
    retry_longest_s: float = Field(default=5.0, gt=0, description="Longest delay between tries.")
    frozen_s: float = Field(
        default=10.0,  # between two statements of a batch, and two parts of one, lie some ms
        ge=1,
        description="A writer that keeps the database waiting within a transaction for so long is ended.",
    )
    stall_s: float = Field(
        default=60.0, gt=0, description="A loop without progress for so long ends the process for a restart."
    )

    @model_validator(mode="after")
    def _one_gateway_a_shard(self) -> Self:
        spoken_for = [shard for shards in self.gateway_shards_by_name.values() for shard in shards]
        twice = sorted({shard for shard in spoken_for if spoken_for.count(shard) > 1})
        if twice:
            raise ValueError(f"shards of more than one gateway: {', '.join(twice)}")
        if self.gateway_shards_by_name and not self.gateway_shards_by_name.get(self.gateway_name):
            raise ValueError(f"HAIDANG_GATEWAY_SHARDS_BY_NAME gives {self.gateway_name} no shards")
        return self

    @property
    def shards(self) -> list[str]:
        """What this process serves."""
        return self.gateway_shards_by_name.get(self.gateway_name) or self.gateway_shards

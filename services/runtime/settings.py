"""Settings that every process has, from the environment."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RuntimeSettings(BaseSettings):
    """Logging and health, the same in each process."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_", frozen=True)

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe level that is logged."
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="json: one object a line; console: for people."
    )
    health_host: str = Field(default="127.0.0.1", description="Address of /live, /ready and /metrics.")
    health_port: int = Field(default=0, description="Port of the same; 0 lets the system choose one.")


class BusSettings(BaseSettings):
    """Where facts travel."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_", frozen=True)

    amqp_url: str = Field(description="RabbitMQ, for example amqp://user:password@127.0.0.1:5672/haidang.")

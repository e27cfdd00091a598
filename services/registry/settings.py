"""Settings of the registry, from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RegistrySettings(BaseSettings):
    """Where devices and tokens are kept."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_REGISTRY_", frozen=True)

    dsn: str = Field(
        description="PostgreSQL, role ioc_registry, for example postgresql://ioc_registry:…@host/haidang."
    )

"""Where the routes come from: the shipped file, or the one that a setting names."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from iot_gateway.codecs.catalogue import find_formats
from iot_gateway.routes import Routes
from iot_gateway.routes_reading import read_routes
from iot_gateway.units import Units


class RoutesSettings(BaseSettings):
    """Which file says what topics speak."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_", frozen=True)

    gateway_routes: str = Field(
        default="", description="TOML file of payload routes; empty: iot_gateway/routes.toml as shipped."
    )


def load_routes(settings: RoutesSettings, units: Units) -> Routes:
    """The routes; raises BadRoutes, tomllib.TOMLDecodeError or OSError, each naming what is wrong."""
    text = (
        Path(settings.gateway_routes).read_text("utf-8")
        if settings.gateway_routes
        else resources.files("iot_gateway").joinpath("routes.toml").read_text("utf-8")
    )
    return read_routes(tomllib.loads(text), find_formats(), units)

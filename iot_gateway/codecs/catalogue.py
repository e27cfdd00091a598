"""Every payload format there is, by name: found in the modules of this package, so that none is listed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from iot_gateway import codecs
from iot_gateway.codecs.codec import Format


def find_formats() -> Mapping[str, Format]:
    """Formats by the name that routes use; two of one name are an error of ours."""
    formats: dict[str, Format] = {}
    for module in pkgutil.iter_modules(codecs.__path__, f"{codecs.__name__}."):
        offered: Mapping[str, Format] = getattr(importlib.import_module(module.name), "FORMATS", {})
        if twice := formats.keys() & offered.keys():
            raise ValueError(f"{module.name} offers {sorted(twice)}, which another module offers already")
        formats.update(offered)
    return formats

"""Both real maps, where the published lists are beside the checkout."""

from pathlib import Path

import pytest

from tests.fixtures.processes import CHECKOUT

FOLDER = CHECKOUT.parent / "shared/data/areas"
LAST_DAY, FIRST_DAY = "2025-06-30", "2025-07-01"
# From when the older list holds is not in it; it has Huế as a city, so not before 2025.
OLD_SINCE = "2025-01-01"


def map_file(folder: Path, *, boundaries: str = "khanh_hoa_communes.geojson") -> Path:
    """A map file that names all of it, one province with boundaries; skips where they are absent."""
    if not FOLDER.exists():
        pytest.skip(f"the published lists are not beside the checkout: {FOLDER}")
    file = folder / "map.toml"
    file.write_text(
        f"""
        [[units]]
        file = "{FOLDER}/units_until_2025-06-30.csv"
        valid_from = {OLD_SINCE}
        valid_to = {FIRST_DAY}
        [[units]]
        file = "{FOLDER}/units_from_2025-07-01.csv"
        valid_from = {FIRST_DAY}
        [[predecessors]]
        file = "{FOLDER}/predecessors_2025-07-01.csv"
        day = {FIRST_DAY}
        [[boundaries]]
        file = "{FOLDER}/{boundaries}"
        day = {FIRST_DAY}
        """,
        encoding="utf-8",
    )
    return file

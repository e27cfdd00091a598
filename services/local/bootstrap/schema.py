"""The protos are in good style and break nobody who leans on the schema in protos/lock."""

from services.local.bootstrap.page import ensure_modules, npm
from services.local.bootstrap.steps import CHECKOUT

PROTOS = CHECKOUT / "protos"


def check() -> None:
    """Lints, and compares with the released schema."""
    ensure_modules(PROTOS)
    npm("exec", "--offline", "--", "buf", "lint", ".", folder=PROTOS)
    npm("exec", "--offline", "--", "buf", "breaking", ".", "--against", "lock/haidang.binpb", folder=PROTOS)

"""What developers download from the running system: the Python client's wheel and the descriptor set."""

from services.local.bootstrap.python_env import python
from services.local.bootstrap.steps import CHECKOUT, fingerprint, is_stamped, run, say, set_stamp

_DIST = CHECKOUT / "clients/python/dist"
_STAMP = CHECKOUT / ".local/client-stamp"


def ensure() -> None:
    """Pack the client; does nothing when its sources are unchanged. Asks no network."""
    sources = [
        file
        for folder in ("clients/python", "protos/gen")
        for file in (CHECKOUT / folder).rglob("*")
        if file.is_file() and not {"dist", "__pycache__"}.intersection(file.parts)
    ]
    wanted = fingerprint([*sources, CHECKOUT / "protos/package.py"])
    if is_stamped(_STAMP, wanted) and (_DIST / "index.html").exists():
        return
    say("packing the Python client")
    run([str(python()), str(CHECKOUT / "protos/package.py"), str(_DIST)])
    set_stamp(_STAMP, wanted)

"""The Python environment in .venv: exactly what the lock says, and the project itself."""

import shutil
import subprocess
import sys
from pathlib import Path

from services.local.bootstrap.steps import CHECKOUT, VENV, fingerprint, is_stamped, run, say, set_stamp

_LOCK = CHECKOUT / "requirements/dev.lock"
_STAMP = VENV / "haidang-stamp"
OLDEST_PYTHON = (3, 11)


def python() -> Path:
    """The environment's interpreter."""
    return VENV / "bin/python"


def ensure() -> None:
    """Make or renew .venv; does nothing, and asks no network, when lock and project are unchanged."""
    wanted = fingerprint([_LOCK, CHECKOUT / "pyproject.toml"], sys.version, str(CHECKOUT))
    if is_stamped(_STAMP, wanted) and _works():
        return
    if not _works():
        shutil.rmtree(VENV, ignore_errors=True)
        say("making the Python environment in .venv")
        run([sys.executable, "-m", "venv", str(VENV)])
    say("installing the locked Python packages (hashes are checked)")
    pip = [str(python()), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "--require-hashes", "--requirement", str(_LOCK)])
    run([*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(CHECKOUT)])
    set_stamp(_STAMP, wanted)


def _works() -> bool:
    """False also for an environment whose folder was moved or whose Python was upgraded away."""
    if not python().exists():
        return False
    check = f"import sys, pip; sys.exit(sys.prefix != {str(VENV)!r} or sys.version != {sys.version!r})"
    return subprocess.run([str(python()), "-c", check], capture_output=True, check=False).returncode == 0

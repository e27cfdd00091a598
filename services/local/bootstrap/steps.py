"""What all steps share: a failure with a remedy, running commands, and stamps of what is done."""

import hashlib
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
LOCAL = CHECKOUT / ".local"
VENV = CHECKOUT / ".venv"


class CannotGoOn(Exception):
    """A step failed for a reason that a person can mend; the text says how."""


def say(text: str) -> None:
    """One line of progress."""
    print(f"• {text}", flush=True)


def run(command: Sequence[str], *, cwd: Path = CHECKOUT, env: Mapping[str, str] | None = None) -> None:
    """Run a command with its output shown; raises CannotGoOn when it fails."""
    sys.stdout.flush()
    done = subprocess.run(command, cwd=cwd, env=env, stdin=None, check=False)
    if done.returncode != 0:
        raise CannotGoOn(f"this failed (exit {done.returncode}): {' '.join(command)}")


def fingerprint(files: Iterable[Path], *more: str) -> str:
    """A hash of the contents and places of files, and of further words."""
    digest = hashlib.sha256("\0".join(more).encode())
    for file in sorted(files):
        digest.update(str(file).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def is_stamped(stamp: Path, wanted: str) -> bool:
    """True if a step left this fingerprint when it was last done."""
    try:
        return stamp.read_text(encoding="utf-8") == wanted
    except OSError:
        return False


def set_stamp(stamp: Path, wanted: str) -> None:
    """Note that a step is done."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="utf-8")

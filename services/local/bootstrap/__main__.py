"""`python3 -m services.local.bootstrap run|test|check-page|check-protos|clean`, called by the Makefile."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from services.local.bootstrap import clean, client, packages, page, python_env, schema
from services.local.bootstrap.steps import LOCAL, CannotGoOn, run, say


@contextmanager
def alone() -> Iterator[None]:
    """One at a time in a checkout; a second one waits."""
    LOCAL.mkdir(mode=0o755, exist_ok=True)
    with (LOCAL / "bootstrap.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another make prepares this checkout; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def needs(purpose: str, store: str) -> list[packages.Need]:
    """What a purpose needs on the machine; tests run on both stores."""
    chosen = [*packages.TO_PREPARE, *packages.TO_RUN]
    if purpose == "test":
        chosen += packages.TO_TEST
    if purpose == "test" or store == "timescale":
        chosen += packages.FOR_TIMESCALE
    return chosen


def prepare(purpose: str) -> None:
    """Packages, Python environment, wall page, client; each step does nothing when it is done already."""
    if sys.version_info < python_env.OLDEST_PYTHON:
        found = sys.version.split()[0]
        raise CannotGoOn(
            f"Python 3.11 or newer is needed, and python3 is {found}; try `make PYTHON=python3.12 …`"
        )
    store = os.environ.get("STORE", "")
    if store not in ("", "postgres", "timescale"):
        raise CannotGoOn(f"STORE={store} is not known: use STORE=postgres or STORE=timescale")
    packages.install(needs(purpose, store))
    python_env.ensure()
    page.ensure()
    client.ensure()
    if store == "timescale" or (purpose == "test" and not store):
        # Not left to the first test that needs it: a minute's download is no part of a test's time.
        run([str(python_env.python()), "-m", "services.local.timescale"])


def carry_out(purpose: str) -> None:
    """One purpose of the Makefile."""
    match purpose:
        case "run" | "test":
            prepare(purpose)
        case "check-page":
            page.check()
        case "check-protos":
            schema.check()
        case "clean":
            clean.clean()
        case _:
            raise CannotGoOn(f"no such step: {purpose}")


def main() -> int:
    """Exit status: 0 when ready."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "run"
    try:
        with alone():
            carry_out(purpose)
    except CannotGoOn as reason:
        print(f"\n✗ {reason}", file=sys.stderr)
        return 1
    except PermissionError as denied:
        print(f"\n✗ no right to write {denied.filename}: does it belong to another user?", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; the next start goes on from here", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

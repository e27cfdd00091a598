"""A PostgreSQL with TimescaleDB for machines without one: a tree of a newer Debian, entered by chroot.

Debian 13 packages TimescaleDB (Apache edition) for a newer libc than Debian 12's, so the server
brings its own. Making the tree and entering it need root; the server itself runs as an ordinary user.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from services.local.account import MACHINE_STATE, Account, MissingRight, alone, server_account
from services.local.postgres import Installation, find_installation

SUITE = "trixie"
PACKAGE = "postgresql-17-timescaledb"
TREE = MACHINE_STATE / f"timescale-{SUITE}"
_PROGRAMS = Path("/usr/lib/postgresql/17/bin")
_FINISHED = "haidang-finished"  # written last: a tree without it was cut short


def installation(account: Account, say: Callable[[str], None] = print) -> Installation:
    """A PostgreSQL with TimescaleDB for `account`: the machine's own if it has one, else our tree's."""
    local = find_installation()
    if local is not None and local.timescaledb:
        return local
    if _privilege() and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
        say("sudo is used to enter the tree that holds TimescaleDB")
        subprocess.run(["sudo", "-v"], check=False)  # asks for the password now, once
    with alone("timescale"):
        if not is_made():
            make_tree(say)
        _introduce(account)
    return Installation(_PROGRAMS, timescaledb=True, root=TREE)


def main() -> None:
    """Makes ready what tests and `make run STORE=timescale` need. A missing right is said; they judge it."""
    try:
        installation(server_account())
    except MissingRight as missing:
        print(missing)


def _introduce(account: Account) -> None:
    """initdb looks its own user up by number, and the tree has a user list of its own."""
    users = TREE / "etc/passwd"
    if f":{account.uid}:" not in users.read_text(encoding="utf-8"):
        line = f"{account.name}:x:{account.uid}:{account.gid}::/:/usr/sbin/nologin\n"
        _run([*_privilege(), "tee", "-a", str(users)], feed=line)


def is_made() -> bool:
    """True if a finished tree is there."""
    return (TREE / _FINISHED).exists()


def make_tree(say: Callable[[str], None] = print) -> None:
    """Make the tree, once per machine; a half-made one is made anew. Raises MissingRight without root."""
    privilege = _privilege()
    debootstrap = shutil.which("debootstrap", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if debootstrap is None:
        raise MissingRight("debootstrap is missing: sudo apt-get install debootstrap")
    if TREE.exists():
        say(f"removing the half-made tree in {TREE}")
        _run([*privilege, "rm", "-rf", "--one-file-system", str(TREE)])
    say(f"making a Debian {SUITE} tree with {PACKAGE} in {TREE} (once, about a minute, 600 MB)")
    _run([*privilege, "mkdir", "-p", str(TREE)])
    _run([*privilege, debootstrap, "--variant=minbase", *_includes(), SUITE, str(TREE), mirror()])
    _run([*privilege, "chroot", str(TREE), "sh", "-c", _INSTALL])
    _run([*privilege, "touch", str(TREE / _FINISHED)])


# Inside the tree, too, nothing may start, and a cluster of Debian's own would be of no use.
_INSTALL = f"""\
set -e
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /etc/postgresql-common
echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends {PACKAGE}
apt-get clean
mkdir -p -m 1777 /srv
chmod 1777 /srv
"""


def _privilege() -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo"]
    raise MissingRight(
        "STORE=timescale needs root on this Debian, to make and enter a tree of a newer one by chroot; "
        "run it as root, install sudo, or use STORE=postgres"
    )


def mirror() -> str:
    """The package archive that this machine's own apt uses."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE)|$(ORIGIN)|$(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in listed.stdout.splitlines():
        _, origin, address = line.split("|", 2)
        if origin == "Debian" and "security" not in address:
            return address.rstrip("/")
    raise MissingRight("apt knows no Debian archive yet: run apt-get update (as root) and try again")


def _includes() -> list[str]:
    """Archives behind https need certificates inside the tree as well."""
    return ["--include=ca-certificates"] if mirror().startswith("https:") else []


def _run(command: list[str], feed: str = "") -> None:
    done = subprocess.run(command, input=feed, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise MissingRight(f"{' '.join(command[:6])} … failed:\n{tail}")


if __name__ == "__main__":
    main()

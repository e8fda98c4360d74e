"""Node and the tools that npm installs from the lock file."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.nodejs import find_node, install

FOLDER = Path(__file__).parent
OLDEST = 20
PATIENCE = 180  # seconds


@dataclass(frozen=True)
class Node:
    """Node, and what npm installed."""

    path: str

    @classmethod
    def ready(cls) -> Node:
        """Node with everything in the lock file.

        Raises: NoNode.
        """
        found = find_node(OLDEST)
        install(FOLDER, OLDEST)
        return cls(found)

    def tool(self, script: str, *arguments: str, cwd: Path = FOLDER) -> subprocess.CompletedProcess[str]:
        """How a script of ours or of a package ended."""
        argv = [self.path, str(FOLDER / script), *arguments]
        return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False, timeout=PATIENCE)

    def clean(self, script: str, *arguments: str, cwd: Path = FOLDER) -> str:
        """What a script printed that must find nothing wrong."""
        ran = self.tool(script, *arguments, cwd=cwd)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def told(self, script: str, *arguments: str) -> Any:
        """What a script prints as JSON in its last line."""
        return json.loads(self.clean(script, *arguments).splitlines()[-1])

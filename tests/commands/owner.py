"""Owns the embedded servers of a home until its input ends: `python owner.py HOME`; tells where they are as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from commands.servers.embedded import EmbeddedServers

with EmbeddedServers() as servers:
    found = servers.start(Path(sys.argv[1]))
    assert servers.postgres is not None
    assert servers.valkey is not None
    told = {
        "database_url": found.database_url,
        "redis_url": found.redis_url,
        "shared": servers.shared,
        "pids": [server.process.pid for server in (servers.postgres, servers.valkey) if server.process],
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    sys.stdin.read()

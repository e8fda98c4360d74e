"""Where a command finds PostgreSQL and Redis: by its settings, else embedded servers of this home."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from commands.servers.embedded import EmbeddedServers
from domain.kernel.settings import Environment, settings

URLS = ("DATABASE_URL", "REDIS_URL")
HOME = "AFTERCARE_HOME"
NOTE = "demo.json"  # what a running demo tells the other commands of its home


def say(sentence: str) -> None:
    """Tells whoever typed the command what is being done, apart from the command's own output."""
    print(sentence, file=sys.stderr, flush=True)


def home() -> Path:
    """The folder of the embedded servers and of the demo."""
    return Path(os.environ.get(HOME) or ".aftercare").absolute()


def in_production() -> bool:
    """Whether the environment says so; to be asked before the settings are complete."""
    return os.environ.get("AFTERCARE_ENV", "").lower() == Environment.PRODUCTION


@contextmanager
def addresses(step: Callable[[str], None] = lambda _: None) -> Iterator[EmbeddedServers | None]:
    """Sees to it that the settings name both servers for the time of a block.

    Without DATABASE_URL and REDIS_URL the embedded servers of this home are started, or shared when they run, with
    what the demo that owns them has chosen. Yields those servers, or None.
    Raises: ServerDidNotStart; WrongSettings when only one of the two is given, or in production.
    """
    given = [name for name in URLS if os.environ.get(name)]
    if given or in_production():
        if len(given) == 1 and not in_production():
            missing = next(name for name in URLS if name not in given)
            say(f"{given[0]} is set and {missing} is not: set both, or neither for embedded servers.")
        settings()
        yield None
        return
    with EmbeddedServers(say) as servers:
        found = servers.start(home(), step)
        chosen = {"DATABASE_URL": found.database_url, "REDIS_URL": found.redis_url}
        if servers.shared:
            chosen |= {name: value for name, value in read_note().items() if name not in os.environ}
        use(chosen)
        yield servers


def use(chosen: Mapping[str, str]) -> None:
    """Makes these the settings of this process and of its children."""
    os.environ.update(chosen)
    settings.cache_clear()


def read_note() -> dict[str, str]:
    """The settings that the demo of this home has written down; none when there was no demo."""
    try:
        found = json.loads((home() / NOTE).read_text())
    except (OSError, ValueError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def write_note(chosen: Mapping[str, str]) -> None:
    """Writes down what other commands of this home need to know of a running demo."""
    path = home() / NOTE
    path.touch(mode=0o600)
    path.write_text(json.dumps(dict(chosen), indent=1))

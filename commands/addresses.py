"""Where a command finds PostgreSQL and Redis: by its settings, else embedded servers of this home."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from commands.servers.embedded import EmbeddedServers
from commands.servers.places import find_place
from domain.kernel.settings import Environment, Settings, read_settings, settings

URLS = ("DATABASE_URL", "REDIS_URL")
UNTIL_THEY_RUN = {"DATABASE_URL": "postgresql://embedded", "REDIS_URL": "unix://embedded"}
HOME, DEFAULT_HOME = "AFTERCARE_HOME", ".aftercare"
NOTE = "demo.json"  # what a running demo tells the other commands of its home


def say(sentence: str) -> None:
    """Tells whoever typed the command what is being done, apart from the command's own output."""
    print(sentence, file=sys.stderr, flush=True)


def home() -> Path:
    """The folder of the embedded servers and of the demo."""
    return Path(os.environ.get(HOME) or DEFAULT_HOME).absolute()


def typed(command: str) -> str:
    """One of our commands as it is typed in another terminal in this folder, for this home."""
    script = Path(sys.executable).with_name("aftercare")
    if script.is_relative_to(Path.cwd()):
        script = script.relative_to(Path.cwd())
    program = shlex.quote(str(script)) if script.exists() else f"{shlex.quote(sys.executable)} -m commands"
    named = "" if home() == Path(DEFAULT_HOME).absolute() else f"{HOME}={shlex.quote(str(home()))} "
    return f"{named}{program} {command}"


def in_production() -> bool:
    """Whether the environment says so; to be asked before the settings are complete."""
    return os.environ.get("AFTERCARE_ENV", "").lower() == Environment.PRODUCTION


class NoAftercareHere(SystemExit):
    """A command that looks at what is there was called where nothing is."""


def embedded() -> bool:
    """Whether the servers are those of this home: no address is given, and this is not production."""
    return not in_production() and not any(os.environ.get(name) for name in URLS)


def coming_settings() -> Settings:
    """The settings as far as they are known before the embedded servers run.

    Raises: WrongSettings.
    """
    return read_settings(**UNTIL_THEY_RUN) if embedded() else settings()


@contextmanager
def addresses(
    step: Callable[[str], None] = lambda _: None, *, begin: bool = False
) -> Iterator[EmbeddedServers | None]:
    """Sees to it that the settings name both servers for the time of a block.

    Without DATABASE_URL and REDIS_URL the embedded servers of this home are started, or shared when they run, with
    what the demo that owns them has chosen; in a home without any only with `begin`. Yields those servers, or None.
    Raises: ServerDidNotStart, NoAftercareHere, WrongSettings.
    """
    if not embedded():
        given = [name for name in URLS if os.environ.get(name)]
        if len(given) == 1 and not in_production():
            missing = next(name for name in URLS if name not in given)
            say(f"{given[0]} is set and {missing} is not: set both, or neither for embedded servers.")
        settings()
        yield None
        return
    coming_settings()
    if not begin and find_place(home()) is None:
        raise NoAftercareHere(f"There is no Aftercare in {home()}: `make demo` starts one, and {HOME} names another.")
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

"""Logs: one JSON object a line in production, coloured text in development, and no personal data in either."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from time import time
from typing import Any, TypeAlias

import orjson
import structlog

from domain.kernel.settings import Environment, settings
from domain.kernel.watching import request_id

QUIET = ("tortoise", "tortoise.db_client", "dramatiq", "asyncio", "httpx", "httpcore", "uvicorn.access", "mail.log")
"""Loggers that say too much below WARNING; Tortoise's prints the parameters of statements."""
FRAMES = 12
LEVELS = {number: name.lower() for name, number in logging.getLevelNamesMapping().items()}
LINE = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
Told: TypeAlias = dict[str, str | int | float | None]
"""What a line tells beside its event: names of ours, ids and numbers."""

# Whatever these match is replaced wherever it stands; a longer form comes before the shorter one inside it.
HIDDEN = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), "<token>"),
    (re.compile(r"\bpk_[\w-]+\.[\w-]+"), "<key>"),
    (re.compile(r"(\w+://[^:/@\s]*):[^@/\s]+@"), r"\1:<password>@"),
    (re.compile(r"[^@\s<>()\"',;]+@[\w-]+(\.[\w-]+)+"), "<mail>"),
    (re.compile(r"(?<![\w-])\d{17}[\dXx](?![\w-])"), "<identity number>"),
    (re.compile(r"(?<![\w-])\d{12,19}(?![\w-])"), "<account>"),
    (re.compile(r"(?<![\w-])1[3-9]\d{9}(?![\w-])"), "<phone>"),
)


def without_personal_data(text: str) -> str:
    """A text with tokens, passwords, mail addresses, identity numbers, accounts and phone numbers taken out."""
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text


def _hide(value: Any) -> Any:
    if isinstance(value, str):
        return without_personal_data(value)
    if isinstance(value, Mapping):
        return {key: _hide(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_hide(each) for each in value]
    if value is None or isinstance(value, int | float):
        return value
    return without_personal_data(str(value))


def hide_personal_data(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001 - structlog's signature
    """The processor that cleans a whole event."""
    return {key: value if key.startswith("_") else _hide(value) for key, value in event.items()}


def tell_failure(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001 - structlog's signature
    """Turns an exception into its type and the places it passed.

    Its own text is left out in production: a database's error quotes the row that broke a rule.
    """
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        event["error"] = f"{type(error).__module__}.{type(error).__qualname__}"
        if settings().env is not Environment.PRODUCTION:
            event["said"] = str(error)
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def name_request(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001 - structlog's signature
    """Adds which request a line belongs to, so that the id in an answer finds all of its lines."""
    if (found := request_id.get()) is not None:
        event.setdefault("request_id", found)
    return event


def add_told(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001 - structlog's signature
    """Adds what `tell` was given."""
    event.update(getattr(event.get("_record"), "told", {}))
    return event


class JsonLines(logging.StreamHandler[Any]):
    """Production's lines. One that holds nothing to be cleaned takes a shorter way than through all processors."""

    def write(self, logger: str, level: str, event: str, told: Told) -> None:
        """Writes one line."""
        at = datetime.fromtimestamp(time(), UTC)
        line = {"event": event, "level": level, "logger": logger, "timestamp": at, **told}
        try:
            self.stream.write(orjson.dumps(line, option=LINE).decode())
        except Exception:  # noqa: BLE001 - as for any other line: a full disk is no reason not to answer
            self.handleError(logging.makeLogRecord({"name": logger, "msg": event}))


def tell(log: logging.Logger, level: int, event: str, told: Told) -> None:
    """One line that tells of something with names of ours, ids and numbers: `told` must hold nothing personal."""
    if not log.isEnabledFor(level):
        return
    handlers = logging.root.handlers
    if handlers and type(handlers[0]) is JsonLines:
        handlers[0].write(log.name, LEVELS[level], event, told)
    else:
        log.log(level, event, extra={"told": told})


def set_up_logs() -> None:
    """Sends every log line of this process to standard error in the form its environment wants."""
    configured = settings()
    json = configured.env is Environment.PRODUCTION
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    common: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json),
        name_request,
        add_told,
        tell_failure,
        hide_personal_data,
    ]
    handler = JsonLines() if json else logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(configured.log_level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True

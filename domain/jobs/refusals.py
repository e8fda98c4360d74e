"""Why jobs are refused what an administrator asks, and what is wrong with a job that cannot be stored."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class AnotherIsLive(Refusal):
    """A newer job with the same unique key does the same work already."""

    code = "ANOTHER_JOB_IS_LIVE"
    english = "Another job already does this work."
    chinese = "已有相同的作业正在进行。"


@dataclass(eq=False)
class NotPaused(Refusal):
    """The queue runs already."""

    queue: str
    code = "ILLEGAL_STATE"
    english = "The queue {queue} is not paused."
    chinese = "队列 {queue} 未暂停。"


@dataclass(eq=False)
class AlreadyPaused(Refusal):
    """The queue is paused already."""

    queue: str
    code = "ILLEGAL_STATE"
    english = "The queue {queue} is paused already."
    chinese = "队列 {queue} 已暂停。"


class Fenced(RuntimeError):
    """The job was given to another worker; this one may decide nothing more."""


class UnknownKind(LookupError):
    """No job of this kind is declared in this process."""


class KindTaken(ValueError):
    """Two classes claim the same kind."""


class NotStorable(TypeError):
    """A job has a field that does not come back from storage as it went in."""


class Wordless(LookupError):
    """A code is shown to readers whose words no room has told."""


class ToldTwice(ValueError):
    """Two rooms tell different words of one code."""


class Unreadable(ValueError):
    """Stored arguments do not fit the job's class, as after a change of its fields."""

"""Refusals: why the insurer says no. Raised by verbs, turned into typed errors at the face, never a surprise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from domain.kernel.constraints import GENERAL, sentence
from domain.kernel.money import Money


@dataclass(eq=False)
class Refusal(Exception):
    """The base of every refusal.

    `code` is stable; `english` and `chinese` are templates over the refusal's own fields and name no personal data.
    `path` points at the input that is at fault, outermost first, where one is.
    """

    code: ClassVar[str]
    english: ClassVar[str]
    chinese: ClassVar[str]
    path: tuple[str, ...] = field(default=(), kw_only=True)

    def message(self, language: str) -> str:
        """The sentence for a reader, `zh` or `en`."""
        template = self.chinese if language.startswith("zh") else self.english
        return template.format(**self.__dict__)

    def __str__(self) -> str:
        return self.message("en")


def refusal_classes(root: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every kind of refusal that the loaded rooms declare."""
    for each in root.__subclasses__():
        yield each
        yield from refusal_classes(each)


@dataclass(eq=False)
class NotFound(Refusal):
    """No such row for this actor: missing and out of sight answer alike."""

    kind: str
    code = "NOT_FOUND"
    english = "There is no such {kind}."
    chinese = "没有找到该记录。"


@dataclass(eq=False)
class Forbidden(Refusal):
    """The actor may see the row but may not take this step."""

    permission: str
    code = "FORBIDDEN"
    english = "This needs the permission {permission}."
    chinese = "需要权限：{permission}。"


@dataclass(eq=False)
class StaleVersion(Refusal):
    """Somebody else changed the row since the caller read it."""

    current_version: int
    code = "CONFLICT"
    english = "This was changed meanwhile; its version is now {current_version}."
    chinese = "数据已被他人更新，当前版本为 {current_version}。"


@dataclass(eq=False)
class AlreadyExists(Refusal):
    """A row with the same business key is there already."""

    what: str
    code = "CONFLICT"
    english = "{what} exists already."
    chinese = "{what} 已存在。"


@dataclass(eq=False)
class IllegalStep(Refusal):
    """The state machine has no such step from here."""

    action: str
    from_state: str
    allowed: tuple[str, ...]
    code = "ILLEGAL_STATE"
    english = "{action} is not possible from {from_state}."
    chinese = "当前状态（{from_state}）不能执行 {action}。"


@dataclass(eq=False)
class Invalid(Refusal):
    """One input value breaks a rule. `constraint` names the rule, `limit` its bound as text."""

    constraint: str
    limit: str | None = None
    code = "VALIDATION"
    english, chinese = GENERAL

    def message(self, language: str) -> str:
        """The rule in a sentence, its bound included."""
        return sentence(self.constraint, self.limit, chinese=language.startswith("zh"))


@dataclass(eq=False)
class OverLimit(Refusal):
    """More than a limit allows; `limit` and `available` where they may be told."""

    what: str
    limit: Money | None = None
    available: Money | None = None
    code = "LIMIT"
    english = "This is above the limit: {what}."
    chinese = "超出限额：{what}。"


@dataclass(eq=False)
class OutcomeNotKnown(Refusal):
    """The connection to the database was lost while committing: read before trying again."""

    code = "OUTCOME_UNKNOWN"
    english = "The change may stand or not; read before you try again."
    chinese = "操作结果未知，请先查询再重试。"


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """Tried too often; may be tried again later."""

    retry_at: datetime
    code = "THROTTLED"
    english = "Too many attempts; try again later."
    chinese = "尝试次数过多，请稍后再试。"


@dataclass(eq=False)
class Refusals(Exception):
    """Several refusals at once, so that a form learns of all its faults in one answer."""

    all: tuple[Refusal, ...]


def refuse_all(found: list[Refusal]) -> None:
    """Raises what was found, if anything was."""
    if found:
        raise Refusals(tuple(found))

"""Refusals as typed errors of the schema, and the closed list of codes for requests that are not answered."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

import strawberry
from graphql import GraphQLError

from api.enums import closed_set
from api.scalars import MoneyType
from domain.idempotency.refusals import IdempotencyKeyReused, RequestUnderWay
from domain.kernel.database import OutcomeUnknown
from domain.kernel.money import Money
from domain.kernel.projection.wire import amount_text, instant_text
from domain.kernel.refusals import (
    Forbidden,
    IllegalStep,
    Invalid,
    NotFound,
    OverLimit,
    Refusal,
    StaleVersion,
    TooManyAttempts,
    refusal_classes,
)
from domain.rooms import parts

log = logging.getLogger("aftercare.api")


class Code(StrEnum):
    """Codes of top-level errors. No other code ever leaves the server."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    """The access token is missing where one is needed, malformed, or its session has ended."""
    FORBIDDEN = "FORBIDDEN"
    """A field or argument is beyond the roles of the caller; nothing was run."""
    BAD_USER_INPUT = "BAD_USER_INPUT"
    """A variable, argument or cursor does not fit."""
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    """The document is not GraphQL."""
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    """The document does not fit the schema."""
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    """The document asks for more than one may ask for at once."""
    THROTTLED = "THROTTLED"
    """Too many requests; try again later."""
    TIMEOUT = "TIMEOUT"
    """It took too long and was stopped; a change may stand or not."""
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    """There is no registered document of this hash."""
    BAD_REQUEST = "BAD_REQUEST"
    """The request is not a well-formed GraphQL request."""
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    """The document has no operation of this name."""
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    """Something that is needed is down and nothing was changed; try again in a moment."""
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    """The change may stand or not, and cannot be shown now; read before you try again."""
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"
    """A fault of ours; `errorId` helps us find it."""


@dataclass(eq=False)
class RequestError(Exception):
    """A request that is not answered: one code and one or more messages, each with what helps to mend it."""

    code: Code
    errors: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, code: Code, message: str) -> RequestError:
        """One error."""
        return cls(code, ({"message": message, "extensions": {"code": code.value}},))


CHINESE: Mapping[Code, str] = {
    Code.UNAUTHENTICATED: "请重新登录",
    Code.FORBIDDEN: "没有权限",
    Code.BAD_USER_INPUT: "输入不正确",
    Code.GRAPHQL_PARSE_FAILED: "查询语法错误",
    Code.GRAPHQL_VALIDATION_FAILED: "查询与接口定义不符",
    Code.QUERY_TOO_COMPLEX: "查询超出允许的规模",
    Code.THROTTLED: "请求过于频繁，请稍后再试",
    Code.TIMEOUT: "处理超时，已停止",
    Code.PERSISTED_QUERY_NOT_FOUND: "没有登记过该查询",
    Code.BAD_REQUEST: "请求格式不正确",
    Code.OPERATION_RESOLUTION_FAILURE: "找不到要执行的操作",
    Code.SERVICE_UNAVAILABLE: "服务暂不可用，请稍后再试",
    Code.OUTCOME_UNKNOWN: "操作结果未知，请先查询再重试",
    Code.INTERNAL_SERVER_ERROR: "系统内部错误，可凭错误编号查询",
}
"""What each code says to a Chinese reader; where in a document or an input it is stands after it, in English."""


def in_language(errors: Iterable[Mapping[str, Any]], language: str) -> list[Mapping[str, Any]]:
    """Top-level errors for a reader, `zh` or `en`."""
    return list(errors) if language != "zh" else [_in_chinese(each) for each in errors]


def _in_chinese(error: Mapping[str, Any]) -> Mapping[str, Any]:
    said = CHINESE[Code(error["extensions"]["code"])]
    return {**error, "message": f"{said}（{error['message']}）"}


class SignedOut(PermissionError):
    """The session behind the request was ended, has run out, or has other roles by now."""


def unexpected(error: BaseException) -> dict[str, Any]:
    """The answer to a fault of ours: an id that finds the log line, never the exception's text."""
    error_id = uuid4().hex
    log.error("unexpected error %s", error_id, exc_info=error)
    message = "Something went wrong on our side; the error id helps us find it."
    return {"message": message, "extensions": {"code": Code.INTERNAL_SERVER_ERROR.value, "errorId": error_id}}


def refusal_of(error: Exception) -> RequestError:
    """How an exception is told that ends a whole operation."""
    if isinstance(error, RequestError):
        return error
    told = failed(error)
    return RequestError(Code(told["extensions"]["code"]), (told,))


def failed(error: BaseException) -> dict[str, Any]:
    """The answer to what could not be carried out: to be tried again, or a fault of ours."""
    match error:
        case SignedOut():
            message = "This session has ended; sign in again."
            return {"message": message, "extensions": {"code": Code.UNAUTHENTICATED.value}}
        case TimeoutError():
            return {"message": "This took too long and was stopped.", "extensions": {"code": Code.TIMEOUT.value}}
        case OutcomeUnknown():
            message = "The change may stand or not; read before you try again."
            return {"message": message, "extensions": {"code": Code.OUTCOME_UNKNOWN.value}}
        case ConnectionError() | FileNotFoundError():
            code = Code.SERVICE_UNAVAILABLE.value
            return {"message": "Nothing was changed; try again in a moment.", "extensions": {"code": code}}
        case _:
            return unexpected(error)


def placed(code: Code, message: str, error: GraphQLError) -> dict[str, Any]:
    """An error that stands somewhere in the document, with its places where they are known."""
    places = [{"line": place.line, "column": place.column} for place in error.locations or []]
    told = {"locations": places} if places else {}
    return {"message": message, **told, "extensions": {"code": code.value}}


def coercion_error(error: GraphQLError) -> dict[str, Any]:
    """A variable or argument that does not fit its type."""
    return placed(Code.BAD_USER_INPUT, error.message, error)


def error_code_enum() -> type[StrEnum]:
    """The enum of all refusal codes, with the refusals' own first lines as descriptions, the kernel's before others."""
    modules = ("domain.kernel.refusals", *(part.__name__ for part in parts("refusals")))
    declared = [each for each in refusal_classes() if each.__module__ in modules]
    texts: dict[str, str] = {}
    for each in sorted(declared, key=lambda each: modules.index(each.__module__)):
        texts.setdefault(each.code, (each.__doc__ or each.code).strip().splitlines()[0])
    return closed_set("ErrorCode", "Why a mutation was refused; stable.", dict(sorted(texts.items())))


@strawberry.interface(description="Why a mutation was refused. New kinds may be added.")
class MutationError:
    """Why a mutation was refused."""

    code: str = strawberry.field(description="The stable code; one of `ErrorCode` as text.")
    message: str = strawberry.field(description="A sentence in the reader's language.")
    path: list[str] | None = strawberry.field(description="The input at fault, outermost first.")


@strawberry.type(description="One input value breaks a rule.")
class ValidationError(MutationError):
    """One input value breaks a rule."""

    constraint: str | None = strawberry.field(description="The rule's name.")
    bound: str | None = strawberry.field(description="The rule's bound.")


@strawberry.type(description="No such row, or none that you may see.")
class NotFoundError(MutationError):
    """No such row."""


@strawberry.type(description="The step needs a permission that you lack.")
class ForbiddenError(MutationError):
    """A missing permission."""

    permission: str = strawberry.field(description="The permission.")


@strawberry.type(description="Somebody else changed the row, or a row with the same business key exists.")
class ConflictError(MutationError):
    """A conflict with another change."""

    current_version: int | None = strawberry.field(description="The row's version now, where versions conflict.")


@strawberry.type(description="The state machine has no such step from here.")
class IllegalStateError(MutationError):
    """An illegal step."""

    from_: str = strawberry.field(name="from", description="The present state.")
    allowed: list[str] = strawberry.field(description="Actions open to you from it.")


@strawberry.type(description="More than a limit allows.")
class LimitError(MutationError):
    """Above a limit."""

    limit: MoneyType | None = strawberry.field(description="The limit, where it may be told.")
    available: MoneyType | None = strawberry.field(description="What is left of it, where it may be told.")


@strawberry.type(description="Tried too often.")
class ThrottledError(MutationError):
    """Tried too often."""

    retry_at: datetime = strawberry.field(description="When it may be tried again.")


@strawberry.type(description="The request's idempotency key names another request, or one that is still under way.")
class IdempotencyError(MutationError):
    """A key that cannot be used, or not now."""

    first_seen_at: datetime | None = strawberry.field(
        description="When the other request was carried out; null while it is under way."
    )


@strawberry.type(description="A rule of the insurer forbids it; the code says which.")
class RuleError(MutationError):
    """A rule of the insurer."""


ERROR_TYPES = (
    ValidationError,
    NotFoundError,
    ForbiddenError,
    ConflictError,
    IllegalStateError,
    LimitError,
    ThrottledError,
    IdempotencyError,
    RuleError,
)


def _money(value: Money | None) -> dict[str, str] | None:
    return None if value is None else {"amount": amount_text(value), "currency": str(value.currency)}


def _kind(refusal: Refusal) -> tuple[str, dict[str, Any]]:
    """The error type of a refusal and its own fields: by its class, else by its code."""
    return _kind_by_class(refusal) or _kind_of_key(refusal) or _kind_by_code(refusal)


def _kind_by_class(refusal: Refusal) -> tuple[str, dict[str, Any]] | None:
    match refusal:
        case NotFound():
            return "NotFoundError", {}
        case Forbidden(permission=permission):
            return "ForbiddenError", {"permission": permission}
        case StaleVersion(current_version=version):
            return "ConflictError", {"currentVersion": version}
        case IllegalStep(from_state=state, allowed=allowed):
            return "IllegalStateError", {"from": state, "allowed": list(allowed)}
        case Invalid(constraint=constraint, limit=limit):
            return "ValidationError", {"constraint": constraint, "bound": limit}
        case OverLimit(limit=limit, available=available):
            return "LimitError", {"limit": _money(limit), "available": _money(available)}
        case TooManyAttempts(retry_at=retry_at):
            return "ThrottledError", {"retryAt": instant_text(retry_at)}
    return None


def _kind_of_key(refusal: Refusal) -> tuple[str, dict[str, Any]] | None:
    match refusal:
        case IdempotencyKeyReused(first_seen_at=instant):
            return "IdempotencyError", {"firstSeenAt": instant_text(instant)}
        case RequestUnderWay():
            return "IdempotencyError", {"firstSeenAt": None}
    return None


def _kind_by_code(refusal: Refusal) -> tuple[str, dict[str, Any]]:
    if isinstance(limit := getattr(refusal, "limit", None), Money):
        return "LimitError", {"limit": _money(limit), "available": None}
    if refusal.code == "CONFLICT":
        return "ConflictError", {"currentVersion": None}
    if refusal.code == "VALIDATION":
        return "ValidationError", {"constraint": None, "bound": None}
    return "RuleError", {}


def mutation_error(refusal: Refusal, language: str) -> dict[str, Any]:
    """A refusal as a value of the schema: its type's name and fields."""
    name, extra = _kind(refusal)
    path = list(refusal.path) or None
    return {"__typename": name, "code": refusal.code, "message": refusal.message(language), "path": path, **extra}

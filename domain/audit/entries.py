"""Writes the audit: called by every verb, inside its transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.audit.models import AuditEntry
from domain.kernel.actor import Actor
from domain.kernel.news import changed
from domain.kernel.rows import add_all
from domain.kernel.subject import Subject
from domain.kernel.watching import request_id


def _plain(value: object) -> Any:
    match value:
        case StrEnum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(each) for each in value]
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


async def record(
    action: str,
    subject: Subject,
    actor: Actor,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    reason: str | None = None,
) -> None:
    """Records one change in the current transaction. `action` is "room:verb"; sealed fields are given as masks.

    Whoever watches the subject is told after the commit.

    Raises: NoTransaction outside of one.
    """
    await record_all([Entry(action, subject, before or {}, after or {}, reason)], actor)


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of one row, as `record` takes it."""

    action: str
    subject: Subject
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)
    reason: str | None = None


async def record_all(entries: Sequence[Entry], actor: Actor) -> None:
    """Records many changes of one actor in the current transaction, in one statement.

    Raises: NoTransaction outside of one.
    """
    for each in entries:
        changed(each.subject)
    await add_all([_row(each, actor) for each in entries])


def _row(entry: Entry, actor: Actor) -> AuditEntry:
    return AuditEntry(
        actor=actor.label,
        on_behalf_of=actor.on_behalf_of.id if actor.on_behalf_of else None,
        action=entry.action,
        subject_kind=entry.subject.kind,
        subject_id=entry.subject.id,
        before=_plain(entry.before),
        after=_plain(entry.after),
        reason=entry.reason,
        request_id=request_id.get(),
    )

"""Writes to members of staff about a matter, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.kernel.actor import Actor
from domain.kernel.subject import Scope, Subject
from domain.notifications.outbox import Letter, notify_all
from domain.staff.contacts import recipient_of
from domain.staff.models import Staff


async def write_to_staff(
    people: Iterable[Staff], *, template: str, parameters: dict[str, str], subject: Subject, actor: Actor
) -> None:
    """Writes to each of some people once about a row, in two statements however many they are.

    Such a letter concerns nobody outside the house. Raises: NoTransaction outside of one.
    """
    each_once = {person.id: person for person in people}.values()
    letters = [Letter(template, recipient_of(person), parameters, subject, Scope()) for person in each_once]
    await notify_all(letters, actor=actor)

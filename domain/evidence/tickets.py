"""Tickets: each lets one file in, announced beforehand, for ten minutes, without signing in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.documents.links import is_signed, is_yet_to_come, seconds_from_now, sign
from domain.evidence.lifecycle import FILE_LIFECYCLE
from domain.evidence.models import EvidenceFile
from domain.evidence.refusals import TooManyFiles
from domain.evidence.rules import MAX_BYTES, MAX_FILES, MAX_NAME, MAX_TICKETS, TICKET_LIFE, ends_as, is_fit_name
from domain.evidence.terms import ENDINGS, FileState, FileType
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import take_turns
from domain.kernel.refusals import Forbidden, Invalid, Refusal, refuse_all
from domain.kernel.settings import settings
from domain.kernel.subject import Scope, Subject, SubjectKind

PATH = "/uploads/papers"
PURPOSE = "ticket"


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that is to come: what it shows, and its name, type and size. Units: `size` in bytes."""

    purpose: str
    name: str
    type: FileType
    size: int


def subject_of(row: EvidenceFile) -> Subject:
    """The file as other rooms name it."""
    return Subject(SubjectKind.EVIDENCE, row.id)


async def give_ticket(
    subject: Subject, announced: Announced, *, part_id: UUID | None, scope: Scope, actor: Actor
) -> EvidenceFile:
    """Gives a ticket for one file about a row, in the current transaction; whoever calls has judged who may.

    Raises: Invalid for a name, type or size that does not fit; TooManyFiles; Forbidden for nobody in particular.
    """
    refuse_all(faults(announced))
    uploader = actor.party
    if uploader is None:
        raise Forbidden(permission="evidence:hand_in")
    await _expect_room(subject)
    row = await EvidenceFile.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        part_id=part_id,
        purpose=announced.purpose,
        customer_id=scope.customer_id,
        partner_id=scope.partner_id,
        uploader_kind=uploader.kind,
        uploader_id=uploader.id,
        file_name=announced.name,
        file_type=announced.type,
        announced_size=announced.size,
        ticket_until=clock.now() + TICKET_LIFE,
        state=FILE_LIFECYCLE.initial,
    )
    after: dict[str, object] = {
        "subject_id": subject.id, "purpose": row.purpose, "file_type": row.file_type, "size": row.announced_size,
    }  # fmt: skip
    await record("evidence:give_ticket", subject_of(row), actor, after=after)
    return row


def faults(announced: Announced) -> list[Refusal]:
    """What is wrong with a file as it is announced, all at once."""
    found: list[Refusal] = []
    if not is_fit_name(announced.name):
        found.append(Invalid("file_name", str(MAX_NAME), path=("input", "fileName")))
    elif not ends_as(announced.name, announced.type):
        found.append(Invalid("file_ending", ", ".join(ENDINGS[announced.type]), path=("input", "fileName")))
    if not 0 < announced.size <= MAX_BYTES:
        found.append(Invalid("file_size", str(MAX_BYTES), path=("input", "size")))
    return found


async def _expect_room(subject: Subject) -> None:
    """One after another for each row, so that two at once do not both find the last place free.

    Raises: TooManyFiles.
    """
    await take_turns(f"evidence:{subject.id}")
    of_subject = EvidenceFile.filter(subject_kind=subject.kind, subject_id=subject.id)
    if await of_subject.count() >= MAX_TICKETS:
        raise TooManyFiles(MAX_TICKETS)
    unfit = await of_subject.filter(state=FileState.REFUSED).count()
    lapsed = await of_subject.filter(state=FileState.AWAITED, ticket_until__lt=clock.now()).count()
    if await of_subject.count() - unfit - lapsed >= MAX_FILES:
        raise TooManyFiles(MAX_FILES)


def ticket_for(file_id: UUID) -> str:
    """The ticket of a file that is awaited, to be told once to whoever asked for it."""
    until = seconds_from_now(TICKET_LIFE)
    return f"{file_id.hex}.{until}.{sign(PURPOSE, file_id.hex, until)}"


def upload_address(file_id: UUID) -> str:
    """Where the bytes of a file are sent to, its ticket included."""
    return f"{settings().public_url.rstrip('/')}{PATH}/{ticket_for(file_id)}"


def file_of(ticket: str) -> UUID | None:
    """The file that a ticket lets in, while its time is not over; None for whatever we did not sign."""
    identity, _, rest = ticket.partition(".")
    until, _, signature = rest.partition(".")
    if not is_signed(signature, PURPOSE, identity, until) or not is_yet_to_come(until):
        return None
    return UUID(identity)

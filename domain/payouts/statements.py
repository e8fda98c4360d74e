"""Takes in a bank statement: announced by finance, sent by a ticket, believed only whole, and taken in once."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from domain.access.viewers import viewer
from domain.audit.entries import record
from domain.documents.links import is_signed, is_yet_to_come, seconds_from_now, sign
from domain.evidence.rules import TICKET_LIFE
from domain.jobs.queue import enqueue
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import add_all
from domain.kernel.settings import settings
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts.jobs import BookStatement
from domain.payouts.models import BankStatement, BankStatementEntry
from domain.payouts.payer import CURRENCY, Payer, payer
from domain.payouts.refusals import StatementRefused, StatementTicketUnknown
from domain.payouts.statement_reading import Movement, Said, read_statement
from domain.payouts.statement_xml import StatementParser
from domain.payouts.terms import EntryState, StatementFault, StatementState

PATH = "/uploads/statements"
PURPOSE = "bank_statement"
MAX_BYTES = 32 * 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Received:
    """A statement that came in, now or before. Units: `size` in bytes."""

    statement_id: UUID
    entry_count: int
    size: int
    sha256: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may send which file. Units: `size` in bytes."""

    staff_id: UUID
    sha256: str
    size: int


def subject_of(statement: BankStatement) -> Subject:
    """The statement as other rows name it."""
    return Subject(SubjectKind.BANK_STATEMENT, statement.id)


async def ask_ticket(*, sha256: str, size: int, actor: Actor) -> str:
    """The address to which this one file may be sent within ten minutes; it takes no other bytes.

    Units: `size` in bytes; `sha256` in hex.

    Raises: Forbidden; PayerUnknown; Invalid for a size or digest that does not fit.
    """
    if not actor.has(Role.FINANCE) or actor.staff_id is None:
        raise Forbidden(permission="payout:take_in_statement")
    payer()
    if not 0 < size <= MAX_BYTES:
        raise Invalid("file_size", str(MAX_BYTES), path=("input", "size"))
    if not SHA256.fullmatch(sha256):
        raise Invalid("sha256_form", path=("input", "sha256"))
    async with transaction():
        after: dict[str, object] = {"sha256": sha256, "size": size}
        await record("payout:announce_statement", Subject(SubjectKind.STAFF, actor.staff_id), actor, after=after)
    until = seconds_from_now(TICKET_LIFE)
    parts = (actor.staff_id.hex, sha256, str(size), until)
    ticket = ".".join((*parts, sign(PURPOSE, *parts)))
    return f"{settings().public_url.rstrip('/')}{PATH}/{ticket}"


def read_ticket(text: str) -> Ticket:
    """What a ticket lets in.

    Raises: StatementTicketUnknown for whatever we did not sign, or whose time is over.
    """
    *parts, signature = text.split(".")
    if len(parts) != 4 or not is_signed(signature, PURPOSE, *parts) or not is_yet_to_come(parts[-1]):
        raise StatementTicketUnknown
    return Ticket(UUID(parts[0]), parts[1], int(parts[2]))


async def receive(ticket: Ticket, chunks: AsyncIterator[bytes]) -> Received:
    """Takes in the statement of a ticket while it arrives; one that was taken in before changes nothing.

    No transaction is open while it arrives.

    Raises: StatementTicketUnknown; PayerUnknown; StatementRefused.
    """
    sender = await viewer(Subject(SubjectKind.STAFF, ticket.staff_id))
    if sender is None or not sender.has(Role.FINANCE):
        raise StatementTicketUnknown
    parser, digest, size = StatementParser(), hashlib.sha256(), 0
    async for chunk in chunks:
        size += len(chunk)
        if size > ticket.size:
            break
        digest.update(chunk)
        parser.feed(chunk)
    if size != ticket.size or digest.hexdigest() != ticket.sha256:
        raise StatementRefused(StatementFault.NOT_THE_FILE)
    ours, said = payer(), await asyncio.to_thread(read_statement, parser.close(), currency=CURRENCY)
    if said.account != ours.account:
        raise StatementRefused(StatementFault.OTHER_ACCOUNT)
    return await _keep(ticket, said, ours)


async def _keep(ticket: Ticket, said: Said, ours: Payer) -> Received:
    async with transaction():
        await take_turns(f"bank_statement:{said.statement_ref}")
        known = await BankStatement.filter(account_blind=ours.blind, statement_ref=said.statement_ref).first()
        if known is not None and known.sha256 != ticket.sha256:
            raise StatementRefused(StatementFault.NUMBER_TAKEN)
        row = known or await _add(ticket, said, ours)
    return Received(row.id, row.entry_count, row.size, row.sha256, is_new=known is None)


async def _add(ticket: Ticket, said: Said, ours: Payer) -> BankStatement:
    actor = Actor.system("payouts.take_in_statement", Subject(SubjectKind.STAFF, ticket.staff_id))
    row = BankStatement(
        id=new_id(),
        statement_ref=said.statement_ref,
        account_mask=ours.mask,
        account_blind=ours.blind,
        currency=CURRENCY,
        opening_minor=said.opening.minor,
        closing_minor=said.closing.minor,
        day=said.day,
        entry_count=len(said.movements),
        sha256=ticket.sha256,
        size=ticket.size,
        state=StatementState.RECEIVED,
        uploader_id=ticket.staff_id,
    )
    row.job_id = await enqueue(BookStatement(row.id), actor=actor, subject=subject_of(row))
    await add_all([row])
    await add_all([_entry(row.id, number, each) for number, each in enumerate(said.movements, 1)])
    after: dict[str, object] = {
        "state": row.state, "day": row.day, "entries": row.entry_count, "opening_minor": row.opening_minor,
        "closing_minor": row.closing_minor, "sha256": row.sha256,
    }  # fmt: skip
    await record("payout:take_in_statement", subject_of(row), actor, after=after)
    return row


def _entry(statement_id: UUID, position: int, said: Movement) -> BankStatementEntry:
    return BankStatementEntry(
        id=new_id(),
        statement_id=statement_id,
        position=position,
        entry_ref=said.entry_ref,
        end_to_end_id=said.end_to_end_id,
        bank_ref=said.bank_ref,
        amount_minor=said.amount.minor,
        currency=said.amount.currency,
        direction=said.direction,
        is_return=said.is_return,
        reason_code=said.reason_code,
        state=EntryState.WAITING,
    )

"""Money that came in and fits nothing: kept in suspense, open until somebody of finance says what it was."""

from __future__ import annotations

from uuid import UUID

from domain.audit.entries import record
from domain.billing.lifecycle import EXCEPTION_LIFECYCLE
from domain.billing.models import Invoice, PremiumException
from domain.billing.postings import post_suspense
from domain.billing.reading import PREMIUM_EXCEPTION
from domain.billing.terms import PremiumExceptionAction, PremiumExceptionKind
from domain.billing.words import Word
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind


async def open_exception(
    kind: PremiumExceptionKind, word: Word, invoice: Invoice | None, actor: Actor
) -> PremiumException:
    """Keeps what was said of money that settles nothing, in the current transaction; the money goes into suspense.

    What contradicts an earlier word is kept without a posting: one reference is one payment, posted when it came first.
    """
    found = await PremiumException.create(
        kind=kind,
        state=EXCEPTION_LIFECYCLE.initial,
        invoice_id=invoice.id if invoice else None,
        named_number=word.known_number,
        source=word.source,
        reference=word.reference,
        amount_minor=word.amount.minor,
        currency=word.amount.currency,
        received_at=word.received_at,
        recorded_by=actor.label,
    )
    if kind is not PremiumExceptionKind.CONTRADICTION:
        await post_suspense(found, actor)
    after: dict[str, object] = {"kind": kind, "amount": str(word.amount), "reference": word.reference}
    await record("premium_exception:open", _subject_of(found), actor, after=after)
    return found


async def settle(exception_id: UUID, *, explanation: str, expected_version: int, actor: Actor) -> PremiumException:
    """Says what money was that fitted nothing, and what was done about it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        found = await lock_visible(PremiumException, PREMIUM_EXCEPTION, exception_id, actor)
        expect_version(found, expected_version)
        before = found.state
        found.state = EXCEPTION_LIFECYCLE.step(before, PremiumExceptionAction.SETTLE, actor)
        found.explanation, found.settler_id, found.settled_at = explanation, actor.staff_id, clock.now()
        await save_changes(found, "state", "explanation", "settler_id", "settled_at")
        await record(
            "premium_exception:settle", _subject_of(found), actor, before={"state": before},
            after={"state": found.state}, reason=explanation,
        )  # fmt: skip
    return found


def _subject_of(found: PremiumException) -> Subject:
    return Subject(SubjectKind.PREMIUM_EXCEPTION, found.id)

"""Registering many sales in one request: all of them or none, or each by itself, and what became of each is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, Invalid, Refusal, refuse_all
from domain.kernel.rows import add_all
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.issuing import seller_of
from domain.policies.many import sell_all
from domain.policies.models import Registration, RegistrationRow
from domain.policies.offers import Offer, Verdict, told
from domain.policies.selling import SELLERS
from domain.policies.terms import OnError, RegistrationSource, RegistrationState, RowOutcome

MOST = 100
"""Rows of one request, at most."""


async def register_batch(
    offers: Sequence[Offer], *, partner_id: UUID | None, on_error: OnError, actor: Actor
) -> Registration:
    """Sells many rows at once; a row that was sold before under its reference counts as good.

    Raises: Forbidden; NotFound, PartnerSuspended for the seller; Invalid for too many rows or none; with
    ALL_OR_NOTHING, Refusals with the faults of all rows, whose paths name the rows.
    """
    if not actor.has(*SELLERS):
        raise Forbidden(permission="policy:register")
    async with transaction():
        partner = await seller_of(partner_id or actor.partner_id, actor)
        if not 0 < len(offers) <= MOST:
            raise Invalid("csv_rows", str(MOST), path=("input", "rows"))
        verdicts = await sell_all(offers, partner, actor=actor)
        if on_error is OnError.ALL_OR_NOTHING:
            refuse_all(_of_rows(verdicts))
        registration = await _add(partner.id, verdicts, actor)
        await keep_rows(registration, list(enumerate(offers, 1)), verdicts)
        return registration


def _of_rows(verdicts: Sequence[Verdict]) -> list[Refusal]:
    """The faults of all rows, with the place of the row in their paths."""
    found = [(place, fault) for place, each in enumerate(verdicts) for fault in each.faults]
    for place, fault in found:
        fault.path = ("input", "rows", str(place), *fault.path[1:])
    return [fault for _, fault in found]


async def _add(partner_id: UUID, verdicts: Sequence[Verdict], actor: Actor) -> Registration:
    counts = Counter(each.outcome for each in verdicts)
    row = Registration(
        id=new_id(),
        partner_id=partner_id,
        source=RegistrationSource.REQUEST,
        state=RegistrationState.FINISHED,
        row_count=len(verdicts),
        registered_count=counts[RowOutcome.REGISTERED],
        found_count=counts[RowOutcome.FOUND],
        refused_count=counts[RowOutcome.REFUSED],
        finished_at=clock.now(),
    )
    await add_all([row])
    after: dict[str, object] = {"rows": len(verdicts), **{each.value.lower(): counts[each] for each in RowOutcome}}
    await record("registration:request", registration_subject(row.id), actor, after=after)
    return row


def registration_subject(registration_id: UUID) -> Subject:
    """The registration as other rooms name it."""
    return Subject(SubjectKind.REGISTRATION, registration_id)


async def keep_rows(
    registration: Registration, lines: Sequence[tuple[int, Offer]], verdicts: Sequence[Verdict]
) -> None:
    """Keeps what became of rows, in the transaction that sold them."""
    await add_all(
        [
            RegistrationRow(
                id=new_id(),
                registration_id=registration.id,
                partner_id=registration.partner_id,
                line=line,
                external_ref=offer.shown_ref,
                outcome=verdict.outcome,
                policy_id=verdict.policy_id,
                faults=told(verdict.faults),
            )
            for (line, offer), verdict in zip(lines, verdicts, strict=True)
        ]
    )

"""What bordereaux show."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.node import Node
from api.papers.types import Document
from api.partners.types import Partner
from api.reading import fields
from api.scalars import MoneyType
from domain.bordereaux.terms import BordereauAction, BordereauState
from domain.claim_bordereaux.reading import CLAIM_BORDEREAU
from domain.kernel.money import Currency

if TYPE_CHECKING:
    from api.jobs.types import Job


@fields.entity_type(CLAIM_BORDEREAU)
class ClaimBordereau(Node):
    """What was paid and came back on a partner's claims in a month, 理赔清单; its lines stand in a file."""

    bordereau_number: str = fields.bound("The number for people.")
    month: date = fields.bound("The first day of its month.")
    state: BordereauState = fields.bound("Where it stands.")
    available_actions: list[BordereauAction] = fields.bound(
        "What you may do with it in its state; to reopen it, have it generated again."
    )
    currency: Currency = fields.bound("The currency of its amounts.")
    line_count: int = fields.bound("How many lines it has, once they are written.")
    paid: MoneyType = fields.bound("What was paid in the month, less payments that came back in it.")
    recovered: MoneyType = fields.bound("What was recovered in the month, of salvage and of third parties.")
    paid_difference: MoneyType | None = fields.bound(
        "What that is above the ledger's payments; null until they were compared."
    )
    recovered_difference: MoneyType | None = fields.bound("What that is above the ledger's recoveries.")
    csv_link: str | None = fields.bound(
        "Where its file is fetched from as CSV, without signing in, for five minutes from now on; null until there is "
        "one."
    )
    opened_at: datetime = fields.bound("When it was asked for.")
    generated_at: datetime | None = fields.bound("When its lines were written.")
    validated_at: datetime | None = fields.bound("When its totals were found to be the ledger's.")
    submitted_at: datetime | None = fields.bound("When it was handed over.")
    answered_at: datetime | None = fields.bound("When the partner answered.")
    rejection_reason: str | None = fields.bound("Why the partner does not agree.")
    version: int = fields.bound("What `expectedVersion` is compared with.")
    partner: Partner | None = fields.bound("The partner.")
    document: Document | None = fields.bound("Its file.")
    job: Annotated[Job, strawberry.lazy("api.jobs.types")] | None = fields.bound(
        "The job that writes its lines, or wrote them last."
    )

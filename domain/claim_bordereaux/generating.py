"""Writes the file of a claims bordereau and compares its totals with the ledger's: equal ones may be handed over."""

from __future__ import annotations

from uuid import UUID

from domain.bordereaux.terms import BordereauAction, BordereauState
from domain.claim_bordereaux.comparing import in_the_ledger
from domain.claim_bordereaux.lines import Sheet, write_lines
from domain.claim_bordereaux.locks import move, subject_of
from domain.claim_bordereaux.models import ClaimBordereau
from domain.claim_bordereaux.notices import tell_finance
from domain.claim_bordereaux.rules import Amounts
from domain.documents.keeping import Store
from domain.documents.making import CSV, Edition, Stored, keep, put_file
from domain.documents.terms import PaperKind
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import lock_row
from domain.kernel.subject import Scope

LANGUAGE = "en"
"""Its columns are named as in the schema."""


async def write(bordereau_id: UUID, *, store: Store, actor: Actor, run: Run | None = None) -> bool:
    """Writes the file of an open bordereau and compares it with the ledger; whether that was still to be done.

    With other totals than the ledger's it stays generated, and finance is told what differs.

    Raises: StoreUnavailable.
    """
    async with transaction(run):
        found = await ClaimBordereau.get(id=bordereau_id)
    sheet, stored = None, None
    if found.state is BordereauState.OPEN:
        sheet = await write_lines(found, run=run)
        stored = await put_file(
            sheet.content, CSV, PaperKind.CLAIMS_BORDEREAU, found.bordereau_number, store=store
        )
    async with transaction(run, finishing=True) as tx:
        row = await lock_row(ClaimBordereau, bordereau_id)
        if row is None or sheet is None or stored is None or row.state is not BordereauState.OPEN:
            return False
        tx.made = subject_of(row)
        difference = sheet.total - await in_the_ledger(row)
        await _generated(row, sheet, stored, difference, actor)
        await _judge(row, difference, actor)
    return True


async def _generated(row: ClaimBordereau, sheet: Sheet, stored: Stored, difference: Amounts, actor: Actor) -> None:
    row.edition += 1
    edition = Edition(PaperKind.CLAIMS_BORDEREAU, subject_of(row), LANGUAGE, row.edition)
    row.document_id = await keep(edition, stored, scope=Scope(partner_id=row.partner_id), actor=actor)
    row.line_count, row.paid_minor, row.recovered_minor = sheet.count, sheet.total.paid, sheet.total.recovered
    row.paid_difference_minor, row.recovered_difference_minor = difference.paid, difference.recovered
    row.generated_at = clock.now()
    await move(
        row, BordereauAction.GENERATE, "edition", "document_id", "line_count", "paid_minor", "recovered_minor",
        "paid_difference_minor", "recovered_difference_minor", "generated_at", actor=actor, lines=sheet.count,
        paid_minor=row.paid_minor, recovered_minor=row.recovered_minor,
    )  # fmt: skip


async def _judge(row: ClaimBordereau, difference: Amounts, actor: Actor) -> None:
    if difference == Amounts():
        row.validated_at = clock.now()
        await move(row, BordereauAction.VALIDATE, "validated_at", actor=actor)
    else:
        await tell_finance(row, difference, actor)

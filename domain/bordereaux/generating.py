"""Writes the file of a bordereau and compares its totals with the ledger's: equal ones may be handed over."""

from __future__ import annotations

from uuid import UUID

from domain.bordereaux.comparing import in_the_ledger
from domain.bordereaux.lines import Sheet, write_lines
from domain.bordereaux.locks import move, subject_of
from domain.bordereaux.models import Bordereau
from domain.bordereaux.notices import tell_finance
from domain.bordereaux.rules import Amounts
from domain.bordereaux.terms import BordereauAction, BordereauState
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
        found = await Bordereau.get(id=bordereau_id)
    sheet, stored = None, None
    if found.state is BordereauState.OPEN:
        sheet = await write_lines(found, run=run)
        stored = await put_file(
            sheet.content, CSV, PaperKind.PREMIUM_BORDEREAU, found.bordereau_number, store=store
        )
    async with transaction(run, finishing=True) as tx:
        row = await lock_row(Bordereau, bordereau_id)
        if row is None or sheet is None or stored is None or row.state is not BordereauState.OPEN:
            return False
        tx.made = subject_of(row)
        difference = sheet.total - await in_the_ledger(row)
        await _generated(row, sheet, stored, difference, actor)
        await _judge(row, difference, actor)
    return True


async def _generated(row: Bordereau, sheet: Sheet, stored: Stored, difference: Amounts, actor: Actor) -> None:
    row.edition += 1
    edition = Edition(PaperKind.PREMIUM_BORDEREAU, subject_of(row), LANGUAGE, row.edition)
    row.document_id = await keep(edition, stored, scope=Scope(partner_id=row.partner_id), actor=actor)
    row.line_count, row.gross_minor = sheet.count, sheet.total.gross
    row.net_minor, row.tax_minor, row.commission_minor = sheet.total.net, sheet.total.tax, sheet.total.commission
    row.net_difference_minor, row.tax_difference_minor = difference.net, difference.tax
    row.commission_difference_minor, row.generated_at = difference.commission, clock.now()
    await move(
        row, BordereauAction.GENERATE, "edition", "document_id", "line_count", "gross_minor", "net_minor", "tax_minor",
        "commission_minor", "net_difference_minor", "tax_difference_minor", "commission_difference_minor",
        "generated_at", actor=actor, lines=sheet.count, gross_minor=row.gross_minor,
        commission_minor=row.commission_minor,
    )  # fmt: skip


async def _judge(row: Bordereau, difference: Amounts, actor: Actor) -> None:
    if difference == Amounts():
        row.validated_at = clock.now()
        await move(row, BordereauAction.VALIDATE, "validated_at", actor=actor)
    else:
        await tell_finance(row, difference, actor)

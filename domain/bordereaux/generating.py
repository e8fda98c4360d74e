"""Writes the file of a bordereau and compares its totals with the ledger's: equal ones may be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.bordereaux.comparing import in_the_ledger
from domain.bordereaux.kinds import B, Kind
from domain.bordereaux.locks import move
from domain.bordereaux.notices import tell_finance
from domain.bordereaux.terms import BordereauAction, BordereauState, Totals
from domain.documents.keeping import Store
from domain.documents.making import CSV, Edition, Stored, keep, put_file
from domain.documents.tables import Table
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import lock_row
from domain.kernel.subject import Scope

LANGUAGE = "en"
"""Its columns are named as in the schema."""
PAGE = 2_000
"""Policies or claims that are read at once."""


@dataclass
class Sheet:
    """The file of a bordereau while it is written. Units: `total` in minor units of its currency."""

    table: Table
    total: Totals
    count: int = 0

    @property
    def content(self) -> bytes:
        """The file."""
        return self.table.content


async def write(
    kind: Kind[B], bordereau_id: UUID, *, store: Store, actor: Actor, run: Run | None = None
) -> bool:
    """Writes the file of an open bordereau and compares it with the ledger; whether that was still to be done.

    With other totals than the ledger's it stays generated, and finance is told what differs.

    Raises: StoreUnavailable.
    """
    async with transaction(run):
        found = await kind.model.get(id=bordereau_id)
    sheet, stored = None, None
    if found.state is BordereauState.OPEN:
        sheet = await write_lines(kind, found, run=run)
        stored = await put_file(sheet.content, CSV, kind.paper, found.bordereau_number, store=store)
    async with transaction(run, finishing=True) as tx:
        row = await lock_row(kind.model, bordereau_id)
        if row is None or sheet is None or stored is None or row.state is not BordereauState.OPEN:
            return False
        tx.made = kind.subject_of(row)
        difference = await _generated(kind, row, sheet, stored, actor)
        await _judge(kind, row, difference, actor)
    return True


async def write_lines(kind: Kind[B], bordereau: B, *, run: Run | None = None, page: int = PAGE) -> Sheet:
    """Writes all lines of a bordereau; no transaction may be open meanwhile."""
    sheet = Sheet(Table(kind.header), kind.amounts_of(()))
    async for rows in kind.pages(bordereau, run, page):
        for cells, amounts in rows:
            sheet.table.add([cells])
            sheet.total += amounts
        sheet.count += len(rows)
        if run is not None:
            await run.report(sheet.count, None, "lines", f"{kind.name.upper()}_LINES")
    return sheet


async def _generated(kind: Kind[B], row: B, sheet: Sheet, stored: Stored, actor: Actor) -> Totals:
    difference = sheet.total - await in_the_ledger(kind, row)
    row.edition += 1
    edition = Edition(kind.paper, kind.subject_of(row), LANGUAGE, row.edition)
    row.document_id = await keep(edition, stored, scope=Scope(partner_id=row.partner_id), actor=actor)
    row.line_count, row.generated_at = sheet.count, clock.now()
    row.update_from_dict(amounts := sheet.total.columns(difference))
    told: dict[str, Any] = {name: amounts[name] for name in kind.told}
    await move(
        kind, row, BordereauAction.GENERATE, "edition", "document_id", "line_count", "generated_at", *amounts,
        actor=actor, lines=sheet.count, **told,
    )  # fmt: skip
    return difference


async def _judge(kind: Kind[B], row: B, difference: Totals, actor: Actor) -> None:
    if any(difference.parts.values()):
        await tell_finance(kind, row, difference, actor)
    else:
        row.validated_at = clock.now()
        await move(kind, row, BordereauAction.VALIDATE, "validated_at", actor=actor)

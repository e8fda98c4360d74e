"""Claims bordereaux in the situations that tests start from, made by the verbs themselves."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from pathlib import Path
from uuid import UUID

from domain.bordereaux import answering, generating, opening
from domain.claim_bordereaux.claims import CLAIMS
from domain.claim_bordereaux.models import ClaimBordereau
from domain.documents.keeping import Store
from domain.documents.models import Document
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Currency
from gateways.store import FolderStore
from tests.factories.bordereaux import month_ago
from tests.factories.insured import staff

WRITER = Actor.system("claim_bordereaux.generate")


async def claims_open(partner_id: UUID, month: date | None = None) -> ClaimBordereau:
    """One that finance asked for, of last month or another."""
    return await opening.generate(
        CLAIMS, partner_id, month=month or month_ago(), currency=Currency.CNY, actor=await staff(Role.FINANCE)
    )


async def claims_written(
    partner_id: UUID, month: date | None = None, *, store: Store | None = None
) -> ClaimBordereau:
    """The same with its lines written and compared; its file is thrown away without a store."""
    row = await claims_open(partner_id, month)
    with tempfile.TemporaryDirectory() as folder:
        await generating.write(CLAIMS, row.id, store=store or FolderStore(Path(folder)), actor=WRITER)
    return await ClaimBordereau.get(id=row.id)


async def claims_submitted(partner_id: UUID, month: date | None = None) -> ClaimBordereau:
    """The same, handed over to its partner."""
    row = await claims_written(partner_id, month)
    return await answering.submit(CLAIMS, row.id, expected_version=row.version, actor=await staff(Role.FINANCE))


async def claim_lines(row: ClaimBordereau, store: Store) -> list[dict[str, str]]:
    """The lines of its file, by the names of its columns."""
    document = await Document.get(id=row.document_id)
    text = (await store.get(document.storage_key)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))

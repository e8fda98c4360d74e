"""Sales that came together, for the oracle's database: requests, and files that wait or were worked off."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from domain.kernel.actor import Actor
from domain.policies.batches import register_batch
from domain.policies.terms import OnError
from domain.policies.uploading import receive, register_upload
from tests.factories.insured import version_on_sale
from tests.factories.offers import file_of, file_row, in_chunks, offer
from tests.factories.papers import kept_in
from tests.factories.working import work_off


async def seed_registrations(partners: Sequence[Actor]) -> None:
    """Each partner has sold some rows of a request and of a file, and handed in another file."""
    version_id = await version_on_sale()
    with tempfile.TemporaryDirectory() as folder:
        for number, partner in enumerate(partners):
            await _request(partner, version_id)
            await _file(partner, version_id, Path(folder), number * 10)


async def _request(partner: Actor, version_id: UUID) -> None:
    rows = [offer("S-1", version_id), offer("S-2", version_id, brand=" ", serial_number="?" * 41), offer("S-3", None)]
    await register_batch(rows, partner_id=None, on_error=OnError.EACH_BY_ITSELF, actor=partner)


async def _file(partner: Actor, version_id: UUID, folder: Path, first: int) -> None:
    store = kept_in(folder)
    rows = [file_row(first), file_row(first + 1, phone="1"), file_row(first + 2)]
    sold, waiting = [
        await receive(in_chunks(file_of(some)), name=f"{len(some)}.csv", store=store, actor=partner)
        for some in (rows, rows[:1])
    ]
    assert waiting.is_new
    await register_upload(sold.registration_id, version_id=version_id, actor=partner)
    await work_off("policies.register_upload", most=1)
    await work_off("policies.register_part")
    await work_off("policies.register_upload")

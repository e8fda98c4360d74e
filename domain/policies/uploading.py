"""Takes in a file of sales as it arrives, and has its rows sold when its partner says so.

Its rows hold what customers are protected by law for, so they are sealed before they are stored. The same file under
the same name is taken in once.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.documents.keeping import Store
from domain.jobs.queue import enqueue
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns, transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import add_all, get_visible, lock_visible, save_changes
from domain.kernel.sealing import seal
from domain.kernel.subject import Scope
from domain.policies.batches import registration_subject
from domain.policies.cutting import FILE, Cutter, Piece
from domain.policies.issuing import seller_of
from domain.policies.jobs import RegisterUpload
from domain.policies.lifecycle import REGISTRATION_LIFECYCLE
from domain.policies.models import Registration, RegistrationPart
from domain.policies.reading import REGISTRATION
from domain.policies.selling import SELLERS
from domain.policies.sheets import UNFIT, VERSION, read_header
from domain.policies.terms import RegistrationAction, RegistrationSource
from domain.products.models import ProductVersion
from domain.products.reading import PRODUCT_VERSION

MAX_BYTES = 64 * 1024 * 1024
MAX_FILE_NAME = 100
PLACE = "registration:part"
SEALED = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was taken in, now or before. Units: `size` in bytes."""

    registration_id: UUID
    row_count: int
    size: int
    sha256: str
    is_new: bool


async def receive(chunks: AsyncIterator[bytes], *, name: str, store: Store, actor: Actor) -> Received:
    """Takes in a file of sales while it arrives, piece by piece; nothing is sold yet.

    Raises: Forbidden for anybody but a partner; PartnerSuspended; Invalid for a name or a file that does not fit;
    StoreUnavailable.
    """
    if not actor.has(Role.PARTNER):
        raise Forbidden(permission="registration:upload")
    if not 0 < len(name.strip()) <= MAX_FILE_NAME or UNFIT.search(name):
        raise Invalid("length", str(MAX_FILE_NAME), path=("name",))
    async with transaction():
        partner = await seller_of(actor.partner_id, actor)
    intake = _Intake(new_id(), store)
    async for chunk in chunks:
        await intake.take(chunk)
    header = await intake.close()
    async with transaction():
        sha256 = intake.digest.hexdigest()
        await take_turns(f"registration:{partner.id}:{sha256}:{name}")
        known = await Registration.filter(partner_id=partner.id, sha256=sha256, file_name=name).first()
        if known is None:
            await _add(intake, partner.id, name, header, actor)
    registration_id = known.id if known else intake.registration_id
    return Received(registration_id, intake.cutter.count, intake.size, sha256, is_new=known is None)


class _Intake:
    """A file that is on its way in: its pieces go to the store as they come."""

    def __init__(self, registration_id: UUID, store: Store) -> None:
        self.registration_id, self.store = registration_id, store
        self.cutter, self.digest, self.size = Cutter(), hashlib.sha256(), 0
        self.parts: list[RegistrationPart] = []

    async def take(self, chunk: bytes) -> None:
        """Takes the next bytes.

        Raises: Invalid for a file that is too large, and for rows that do not fit.
        """
        self.size += len(chunk)
        if self.size > MAX_BYTES:
            raise Invalid("csv_size", str(MAX_BYTES), path=FILE)
        self.digest.update(chunk)
        await self._keep(self.cutter.feed(chunk))

    async def close(self) -> tuple[str, ...]:
        """Takes the end of the file; the names of its columns."""
        await self._keep(self.cutter.end())
        return read_header(self.cutter.header or b"")

    async def _keep(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            read_header(self.cutter.header or b"")
            position, part_id = len(self.parts) + 1, new_id()
            key = f"registration/{self.registration_id.hex}/{position}.sealed"
            try:
                text = piece.kept.decode()
            except UnicodeDecodeError:
                raise Invalid("csv_text", path=FILE) from None
            await self.store.put(key, seal(PLACE, part_id, text), SEALED)
            self.parts.append(
                RegistrationPart(
                    id=part_id,
                    registration_id=self.registration_id,
                    position=position,
                    first_line=piece.first_line,
                    row_count=len(piece.rows),
                    storage_key=key,
                )
            )


async def _add(intake: _Intake, partner_id: UUID, name: str, header: tuple[str, ...], actor: Actor) -> None:
    row = Registration(
        id=intake.registration_id,
        partner_id=partner_id,
        source=RegistrationSource.UPLOAD,
        state=REGISTRATION_LIFECYCLE.initial,
        file_name=name,
        sha256=intake.digest.hexdigest(),
        size=intake.size,
        header=",".join(header),
        row_count=intake.cutter.count,
    )
    await add_all([row])
    await add_all(intake.parts)
    after: dict[str, object] = {"rows": row.row_count, "size": row.size, "sha256": row.sha256}
    await record("registration:receive", registration_subject(row.id), actor, after=after)


async def register_upload(registration_id: UUID, *, version_id: UUID | None, actor: Actor) -> Registration:
    """Has the rows of a file sold by jobs; `version_id` counts for rows that name no version.

    Raises: Forbidden; NotFound for a file or version missing or out of sight; IllegalStep for a file whose rows are
    sold already, or being sold; Invalid without a version where the file has no column for it.
    """
    if not actor.has(*SELLERS):
        raise Forbidden(permission="registration:register")
    async with transaction():
        row = await lock_visible(Registration, REGISTRATION, registration_id, actor)
        before = row.state
        row.state = REGISTRATION_LIFECYCLE.step(before, RegistrationAction.REGISTER, actor)
        if version_id is not None:
            row.product_version_id = (await get_visible(ProductVersion, PRODUCT_VERSION, version_id, actor)).id
        elif VERSION not in (row.header or "").split(","):
            raise Invalid("required", path=("input", "productVersionId"))
        subject, scope = registration_subject(row.id), Scope(partner_id=row.partner_id)
        work = RegisterUpload(registration_id=row.id)
        row.job_id = await enqueue(work, actor=actor, subject=subject, scope=scope)
        await save_changes(row, "state", "product_version_id", "job_id")
        await record(
            "registration:register", subject, actor, before={"state": before}, after={"state": row.state}
        )
        return row

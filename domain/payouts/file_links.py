"""Links to payment files: each is for the one of finance that it was shown to, and good for five minutes."""

from __future__ import annotations

import hashlib
from uuid import UUID

from domain.audit.entries import record
from domain.documents.fetching import File
from domain.documents.keeping import NotStored, Store
from domain.documents.links import LIFE, is_signed, is_yet_to_come, seconds_from_now, sign
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.sealing import CannotUnseal, unseal_bytes
from domain.kernel.settings import settings
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts.models import PaymentFile
from domain.payouts.terms import PaymentFileState

PATH = "/files/payments"
PURPOSE = "payment_file"
PLACE = "payment_file"
MEDIA = "application/xml"
FETCHERS = (Role.FINANCE, Role.FINANCE_APPROVER)
"""Who may have a payment file, which holds names and accounts in plain."""


def link_to(file_id: str, state: str, viewer: Actor) -> str | None:
    """The address from which this viewer may fetch a file for the next five minutes, by its public id."""
    if state != PaymentFileState.READY or viewer.staff_id is None or not viewer.has(*FETCHERS):
        return None
    name, until = viewer.staff_id.hex, seconds_from_now(LIFE)
    address = f"{settings().public_url.rstrip('/')}{PATH}/{file_id}"
    return f"{address}?viewer={name}&until={until}&signature={sign(PURPOSE, file_id, name, until)}"


def viewer_of(file_id: str, viewer: str, until: str, signature: str) -> Subject | None:
    """Whom we signed a link to this file for, while its time is not over; None for whatever we did not sign."""
    if not is_signed(signature, PURPOSE, file_id, viewer, until) or not is_yet_to_come(until):
        return None
    return Subject(SubjectKind.STAFF, UUID(viewer))


async def fetch_payments(file_id: UUID, *, store: Store, actor: Actor, noted: bool = True) -> File | None:
    """A payment file as it was written, or None when there is none for this actor; the audit tells, if `noted`.

    Raises: NotStored when the store has it no more, or has something else under its key; StoreUnavailable.
    """
    async with transaction():
        row = await PaymentFile.filter(id=file_id).first()
    if row is None or row.storage_key is None or not actor.has(*FETCHERS):
        return None
    content = _opened(row.id, await store.get(row.storage_key))
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise NotStored("the file is not the one that was written")
    if noted:
        async with transaction():
            await record("payout:fetch_file", Subject(SubjectKind.PAYMENT_FILE, row.id), actor)
    return File(f"pain001-{row.message_id}.xml", MEDIA, content)


def _opened(file_id: UUID, sealed: bytes) -> bytes:
    try:
        return unseal_bytes(PLACE, file_id, sealed)
    except CannotUnseal:
        raise NotStored("the file is not the one that was written") from None

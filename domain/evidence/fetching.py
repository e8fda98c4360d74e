"""Hands out what was made of a file, to one who sees its row at this moment."""

from __future__ import annotations

import hashlib
from uuid import UUID

from domain.audit.entries import record
from domain.documents.fetching import File
from domain.documents.keeping import NotStored, Store
from domain.evidence.checking import CLEAN
from domain.evidence.models import EvidenceFile
from domain.evidence.reading import EVIDENCE_FILE
from domain.evidence.rules import shown_name
from domain.evidence.terms import MEDIA, FileState
from domain.evidence.tickets import subject_of
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import NotFound
from domain.kernel.rows import get_visible
from domain.kernel.sealing import CannotUnseal, unseal_bytes

TYPES = {media: each for each, media in MEDIA.items()}


async def fetch_file(file_id: UUID, *, store: Store, actor: Actor, noted: bool = True) -> File | None:
    """A released file under its own name, or None when there is none that this actor sees; the audit tells, if `noted`.

    Raises: NotStored when the store has it no more, or has something else under its key; StoreUnavailable.
    """
    async with transaction():
        try:
            row = await get_visible(EvidenceFile, EVIDENCE_FILE, file_id, actor)
        except NotFound:
            return None
    if row.state is not FileState.RELEASED or row.storage_key is None or row.content_type is None:
        return None
    content = _opened(row.id, await store.get(row.storage_key))
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise NotStored("the file is not the one that was released")
    if noted:
        async with transaction():
            await record("evidence:fetch", subject_of(row), actor)
    return File(shown_name(row.file_name, TYPES[row.content_type]), row.content_type, content)


def _opened(file_id: UUID, sealed: bytes) -> bytes:
    try:
        return unseal_bytes(CLEAN, file_id, sealed)
    except CannotUnseal:
        raise NotStored("the file is not the one that was released") from None

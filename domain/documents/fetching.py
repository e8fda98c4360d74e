"""Hands out the file of a document, as it was made, to whoever holds a link to it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from uuid import UUID

from domain.audit.entries import record
from domain.documents.keeping import NotStored, Store
from domain.documents.making import ENDINGS
from domain.documents.models import Document
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.subject import Subject, SubjectKind

UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class File:
    """A file with the name under which it is saved, of ASCII letters and digits."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


async def fetch_file(document_id: UUID, *, store: Store, actor: Actor, noted: bool = True) -> File | None:
    """The file of a document, or None when there is no such document; the audit tells that it was fetched, if `noted`.

    Raises: NotStored when the store has it no more, or has something else under its key; StoreUnavailable.
    """
    async with transaction():
        document = await Document.filter(id=document_id).first()
    if document is None:
        return None
    content = await store.get(document.storage_key)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise NotStored("the file is not the one that was made")
    if noted:
        async with transaction():
            await record("document:fetch", Subject(SubjectKind.DOCUMENT, document.id), actor)
    return File(file_name(document), document.content_type, content)


def file_name(document: Document) -> str:
    """Under which name it is saved: its number, language and edition."""
    name = f"{UNSAFE.sub('-', document.document_number)}-{document.language}-{document.edition}"
    return f"{name}.{ENDINGS[document.content_type]}"

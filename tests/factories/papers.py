"""Documents in the situations that tests start from, set by the real renderer and kept in a folder of the test."""

from __future__ import annotations

import io
import re
from pathlib import Path
from uuid import UUID

from pypdf import PdfReader

from domain.documents.keeping import use_renderer, use_store
from domain.documents.models import Document
from domain.kernel.actor import Actor
from domain.policies import documenting
from gateways.pdf import PdfRenderer
from gateways.store import FolderStore

PRINTER = Actor.system("policies.make_documents")
RENDERER = PdfRenderer()


def kept_in(folder: Path) -> FolderStore:
    """Lets this process keep its files in a folder."""
    store = FolderStore(folder)
    use_store(store)
    use_renderer(RENDERER)
    return store


async def documents_made(policy_id: UUID, store: FolderStore) -> dict[str, Document]:
    """The documents of a policy by language."""
    await documenting.make_documents(policy_id, renderer=RENDERER, store=store, actor=PRINTER)
    return {each.language: each for each in await Document.filter(subject_id=policy_id)}


def pages_of(content: bytes) -> list[str]:
    """What stands on each page of a PDF, without its spaces and ends of lines."""
    return [re.sub(r"\s+", "", page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def text_of(content: bytes) -> str:
    """What stands in a PDF, without its spaces and ends of lines."""
    return "".join(pages_of(content))


def joined(text: str) -> str:
    """A text as `text_of` gives it."""
    return re.sub(r"\s+", "", text)

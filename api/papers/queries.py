"""Queries of documents."""

from __future__ import annotations

import strawberry

from api.papers.types import Document
from api.reading import fields


@strawberry.type
class PapersQueries:
    """Reads of documents."""

    document: Document | None = fields.by_id("One document.")

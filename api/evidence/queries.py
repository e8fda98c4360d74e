"""Queries of evidence."""

from __future__ import annotations

import strawberry

from api.evidence.types import EvidenceFile
from api.reading import fields


@strawberry.type
class EvidenceQueries:
    """Reads of evidence."""

    evidence_file: EvidenceFile | None = fields.by_id("One file that was handed in.")

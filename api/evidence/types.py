"""What evidence shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.enums import described
from api.node import Node
from api.reading import fields
from domain.evidence.reading import EVIDENCE_FILE
from domain.evidence.terms import FileState, FileType, Unfitness
from domain.kernel.subject import SubjectKind

if TYPE_CHECKING:
    from api.claims.types import ClaimDocument

for _kind in (FileState, FileType, SubjectKind, Unfitness):
    described(_kind)


@fields.entity_type(EVIDENCE_FILE)
class EvidenceFile(Node):
    """A file that was handed in 证明材料; what came in is kept apart, and only what was made of it is given out."""

    state: FileState = fields.bound("Where it stands.")
    purpose: str = fields.bound("What it shows; of a claim's papers a `DocumentKind`.")
    file_name: str = fields.bound("Its name, as its sender gave it.")
    file_type: FileType = fields.bound("The type that it was announced as.")
    announced_size: int = fields.bound("The size that it was announced with, in bytes.")
    ticket_until: datetime = fields.bound("Until when it may be sent.")
    created_at: datetime = fields.bound("When it was announced.")
    received_at: datetime | None = fields.bound("When it came in.")
    checked_at: datetime | None = fields.bound("When it was released or refused.")
    unfitness: Unfitness | None = fields.bound("Why it was refused.")
    is_scanned: bool = fields.bound("Whether a scanner looked at it.")
    content_type: str | None = fields.bound("The media type of what is given out; null until it is released.")
    size: int | None = fields.bound("The size of what is given out, in bytes; null until it is released.")
    sha256: str | None = fields.bound("The SHA-256 of what is given out, in hex; null until it is released.")
    link: str | None = fields.bound(
        "Where you may fetch it for five minutes from now on, as long as you see it; null until it is released. The "
        "address is yours alone: do not pass it on."
    )
    version: int = fields.bound("How often it was changed: what `expectedVersion` is compared with.")
    uploader_kind: SubjectKind = fields.bound("Whether a customer, a partner or a member of staff handed it in.")
    subject_kind: SubjectKind = fields.bound("The kind of the row that it is about.")
    subject: Node | None = fields.bound("The row that it is about; null when that is out of sight.")
    claim_document: Annotated[ClaimDocument, strawberry.lazy("api.claims.types")] | None = fields.bound(
        "The paper that it is for, where that was asked for."
    )

"""The rows of documents. `migrations/sql/documents.sql` sees to it that none is changed or deleted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.documents.terms import PaperKind
from domain.kernel import clock, columns
from domain.kernel.subject import SubjectKind


class Document(Model):
    """One paper about one row, in one language, as it was given out.

    `document_number` is the number of what it is about, for people; `edition` counts its makings. `storage_key` leads
    to the file, whose `size` and `sha256` are kept here; `verification_code` stands on the paper.
    Units: `size` in bytes.
    """

    id: UUID = columns.key()
    kind: PaperKind = columns.choice(PaperKind)
    subject_kind: SubjectKind = columns.choice(SubjectKind)
    subject_id: UUID = columns.reference()
    customer_id: UUID | None = columns.maybe_reference()
    partner_id: UUID | None = columns.maybe_reference()
    document_number: str = columns.text(32)
    language: str = columns.text(8)
    edition: int = columns.whole()
    content_type: str = columns.text(64)
    size: int = columns.whole()
    sha256: str = columns.text(64)
    storage_key: str = columns.text(200)
    verification_code: str = columns.text(32)
    made_at: datetime = columns.instant(clock.now)

    class Meta:
        table = "document"
        constraints = (
            UniqueConstraint(
                fields=("subject_kind", "subject_id", "kind", "language", "edition"), name="document_edition_key"
            ),
            UniqueConstraint(fields=("verification_code",), name="document_verification_code_key"),
            CheckConstraint(check="language IN ('zh', 'en')", name="document_language"),
            CheckConstraint(check="edition > 0 AND size > 0", name="document_counts"),
        )
        indexes = (
            Index(fields=("subject_id", "id"), name="document_subject"),
            Index(fields=("customer_id", "id"), name="document_customer"),
            Index(fields=("partner_id", "id"), name="document_partner"),
        )

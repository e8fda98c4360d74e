"""What documents show."""

from __future__ import annotations

from datetime import datetime

from api.enums import described
from api.node import Node
from api.reading import fields
from domain.customers.terms import Language
from domain.documents.reading import DOCUMENT, STAFF_WHO_SEE
from domain.documents.terms import PaperKind
from domain.kernel.actor import Role
from domain.kernel.subject import SubjectKind

for _kind in (Language, PaperKind, SubjectKind):
    described(_kind)


@fields.entity_type(DOCUMENT)
class Document(Node):
    """A paper that was given out 单证, as it was made; it never changes."""

    kind: PaperKind = fields.bound("What it is.")
    document_number: str = fields.bound("The number on it, for people.")
    language: Language = fields.bound("The language it is written in.")
    edition: int = fields.bound("Which making of it, from 1 on.")
    content_type: str = fields.bound("The media type of its file.")
    size: int = fields.bound("The size of its file, in bytes.")
    sha256: str = fields.bound("The SHA-256 of its file, in hex.")
    verification_code: str = fields.bound("The code on it, by which `/verify/{code}` tells whether it is genuine.")
    link: str = fields.bound(
        "Where its file is fetched from, without signing in, for five minutes from now on. Not for partners: the file "
        "names the customer in full.",
        roles=(Role.CUSTOMER, *STAFF_WHO_SEE),
    )
    made_at: datetime = fields.bound("When it was made.")
    subject_kind: SubjectKind = fields.bound("The kind of the row that it is about.")
    subject: Node | None = fields.bound("The row that it is about; null when that is out of sight.")

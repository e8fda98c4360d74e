"""Links to files that were handed in: each is for the one reader that it was shown to, and good for five minutes."""

from __future__ import annotations

from uuid import UUID

from domain.documents.links import LIFE, is_signed, is_yet_to_come, seconds_from_now, sign
from domain.evidence.terms import FileState
from domain.kernel.actor import Actor
from domain.kernel.settings import settings
from domain.kernel.subject import Subject, SubjectKind

PATH = "/files/papers"
PURPOSE = "evidence"
VIEWERS = {"customer": SubjectKind.CUSTOMER, "partner": SubjectKind.PARTNER, "staff": SubjectKind.STAFF}


def link_to(file_id: str, state: str, viewer: Actor) -> str | None:
    """The address from which this viewer may fetch a released file for the next five minutes, by its public id."""
    party = viewer.party
    if state != FileState.RELEASED or party is None:
        return None
    name, until = f"{party.kind.lower()}-{party.id.hex}", seconds_from_now(LIFE)
    address = f"{settings().public_url.rstrip('/')}{PATH}/{file_id}"
    return f"{address}?viewer={name}&until={until}&signature={sign(PURPOSE, file_id, name, until)}"


def viewer_of(file_id: str, viewer: str, until: str, signature: str) -> Subject | None:
    """Whom we signed a link to this file for, while its time is not over; None for whatever we did not sign."""
    if not is_signed(signature, PURPOSE, file_id, viewer, until) or not is_yet_to_come(until):
        return None
    kind, _, identity = viewer.partition("-")
    return Subject(VIEWERS[kind], UUID(identity))

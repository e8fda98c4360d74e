"""Links to files: signed, and good for five minutes. Whoever is shown the row is shown the link, and nobody else."""

from __future__ import annotations

import hmac
from datetime import timedelta

from domain.kernel import clock
from domain.kernel.settings import settings

LIFE = timedelta(minutes=5)
PATH = "/files"
DIGITS = 12


def link_to(document_id: str) -> str:
    """The address from which the file of a document may be fetched for the next five minutes, by its public id."""
    until = str(int((clock.now() + LIFE).timestamp()))
    address = f"{settings().public_url.rstrip('/')}{PATH}/{document_id}"
    return f"{address}?until={until}&signature={_sign(document_id, until)}"


def is_genuine(document_id: str, until: str, signature: str) -> bool:
    """Whether we signed a link to this document and its time is not over. Units: `until` in seconds of Unix time."""
    if not hmac.compare_digest(_sign(document_id, until).encode(), signature.encode()):
        return False
    return until.isascii() and until.isdigit() and len(until) <= DIGITS and int(until) >= clock.now().timestamp()


def _sign(document_id: str, until: str) -> str:
    secret = settings().link_secret.get_secret_value()
    return hmac.new(secret.encode(), f"{document_id}.{until}".encode(), "sha256").hexdigest()

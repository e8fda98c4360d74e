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
    until = seconds_from_now(LIFE)
    address = f"{settings().public_url.rstrip('/')}{PATH}/{document_id}"
    return f"{address}?until={until}&signature={sign(document_id, until)}"


def is_genuine(document_id: str, until: str, signature: str) -> bool:
    """Whether we signed a link to this document and its time is not over. Units: `until` in seconds of Unix time."""
    return is_signed(signature, document_id, until) and is_yet_to_come(until)


def seconds_from_now(life: timedelta) -> str:
    """When something that begins now is over, as a link tells it. Units: seconds of Unix time."""
    return str(int((clock.now() + life).timestamp()))


def is_yet_to_come(until: str) -> bool:
    """Whether a time that a link tells is not over; a text that is no such time is."""
    return until.isascii() and until.isdigit() and len(until) <= DIGITS and int(until) >= clock.now().timestamp()


def sign(*parts: str) -> str:
    """What shows that we made something of these parts, none of which holds a dot that could be another's."""
    secret = settings().link_secret.get_secret_value()
    return hmac.new(secret.encode(), ".".join(parts).encode(), "sha256").hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Whether we signed these parts; it takes as long for a wrong signature as for a right one."""
    return hmac.compare_digest(sign(*parts).encode(), signature.encode())

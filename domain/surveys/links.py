"""The link in an invitation: it names the survey and shows that we made it, and tells nothing of anybody."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from domain.documents.links import is_signed, sign
from domain.kernel.settings import settings

PATH = "/survey"
PURPOSE = "survey"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}([0-9a-f]{64})")


def link_to(survey_id: UUID) -> str:
    """Where the customer answers without signing in. Until when that counts stands with the survey."""
    return f"{settings().public_url.rstrip('/')}{PATH}/{token_of(survey_id)}"


def token_of(survey_id: UUID) -> str:
    """What a link names its survey by."""
    return _name(survey_id) + sign(PURPOSE, survey_id.hex)


def named_by(token: str) -> UUID | None:
    """The survey that we made this token for, in constant time for each that looks like one; None for any other."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    survey_id = UUID(bytes=urlsafe_b64decode(f"{token[:22]}=="))
    is_ours = is_signed(found[1], PURPOSE, survey_id.hex) and token.startswith(_name(survey_id))
    return survey_id if is_ours else None


def _name(survey_id: UUID) -> str:
    return urlsafe_b64encode(survey_id.bytes).decode().rstrip("=")

"""Words of the staff room."""

from __future__ import annotations

from enum import StrEnum


class AuthorityKind(StrEnum):
    """What an authority limit (授权额度) is for."""

    CLAIM_DECISION = "CLAIM_DECISION"
    PAYOUT_APPROVAL = "PAYOUT_APPROVAL"

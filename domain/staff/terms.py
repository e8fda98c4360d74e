"""Words of the staff room."""

from __future__ import annotations

from enum import StrEnum


class AuthorityKind(StrEnum):
    """What an authority limit (授权额度) is for."""

    CLAIM_DECISION = "CLAIM_DECISION"
    """核赔: to decide a claim."""
    PAYOUT_APPROVAL = "PAYOUT_APPROVAL"
    """付款审批: to approve a payout."""

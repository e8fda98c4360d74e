"""Words of the staff room."""

from __future__ import annotations

from enum import StrEnum


class AuthorityKind(StrEnum):
    """What an authority limit (授权额度) is for."""

    CLAIM_DECISION = "CLAIM_DECISION"
    """核赔: to decide a claim."""
    PAYOUT_APPROVAL = "PAYOUT_APPROVAL"
    """付款审批: to approve a payout."""


class Presence(StrEnum):
    """Whether somebody works here 在职状态."""

    ACTIVE = "ACTIVE"
    """在职: works here, and may sign in."""
    LEFT = "LEFT"
    """离职: left, and may not."""


class PresenceAction(StrEnum):
    """What is done when somebody leaves or comes back."""

    LEAVE = "LEAVE"
    """离职."""
    RETURN = "RETURN"
    """复职."""


class ChangeKind(StrEnum):
    """What a change of staff (人员权限变更) is of."""

    ROLES = "ROLES"
    """角色: what somebody may be."""
    LIMIT = "LIMIT"
    """额度: up to which amount somebody may decide."""


class ChangeState(StrEnum):
    """Where a change of staff stands."""

    PROPOSED = "PROPOSED"
    """待复核: waits for a second administrator."""
    CONFIRMED = "CONFIRMED"
    """已生效: counts."""
    REJECTED = "REJECTED"
    """已驳回: was turned down or taken back."""


class ChangeAction(StrEnum):
    """What may be done with a proposed change."""

    CONFIRM = "CONFIRM"
    """复核通过."""
    REJECT = "REJECT"
    """驳回."""

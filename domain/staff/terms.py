"""Words of the staff room."""

from __future__ import annotations

from enum import StrEnum


class AuthorityKind(StrEnum):
    """What an authority limit (授权额度) is for."""

    CLAIM_DECISION = "CLAIM_DECISION"
    """核赔: to decide a claim."""
    PAYOUT_APPROVAL = "PAYOUT_APPROVAL"
    """付款审批: to approve a payout."""
    UNDERWRITING = "UNDERWRITING"
    """核保: to decide an application, by its sum insured."""


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


class ProductGrade(StrEnum):
    """How hard a product is to understand 产品分级, and up to which grade somebody may sell 销售资质等级.

    Source: NFRA Order 2025-7 arts. 32-35 (suitability), in force from 2026-02-01.
    """

    P1 = "P1"
    """简单产品: plain terms and one peril or few; whoever is qualified at all may sell it."""
    P2 = "P2"
    """标准产品: the usual limits, deductibles and waiting days."""
    P3 = "P3"
    """复杂产品: terms that need explaining one by one."""

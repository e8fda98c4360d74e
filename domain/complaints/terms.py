"""The words of complaints: states, actions, channels, results and what a complaint may be about."""

from __future__ import annotations

from enum import StrEnum


class ComplaintState(StrEnum):
    """Where a complaint stands (投诉状态)."""

    RECEIVED = "RECEIVED"
    """已收到: it came in, through any channel."""
    ACCEPTED = "ACCEPTED"
    """已受理: taken up; the complainant was told."""
    NOT_ACCEPTED = "NOT_ACCEPTED"
    """不予受理: not taken up, with a reason."""
    INVESTIGATING = "INVESTIGATING"
    """调查中: somebody who is not its subject looks into it."""
    RESPONSE_PENDING_APPROVAL = "RESPONSE_PENDING_APPROVAL"
    """答复待审批: a reply is drafted and waits for compliance."""
    REPLIED = "REPLIED"
    """已答复: the reply was sent."""
    REVIEW_REQUESTED = "REVIEW_REQUESTED"
    """申请核查: the complainant asked for a review of the reply."""
    REVIEWED = "REVIEWED"
    """已核查: the review is done."""
    CLOSED = "CLOSED"
    """已办结: nothing is open."""
    WITHDRAWN = "WITHDRAWN"
    """已撤回: taken back by the complainant."""


class ComplaintAction(StrEnum):
    """What can be done to a complaint."""

    ACCEPT = "ACCEPT"
    """受理: take it up."""
    REFUSE = "REFUSE"
    """不予受理: do not take it up."""
    ASSIGN = "ASSIGN"
    """分配: give it to somebody without an interest in it."""
    DRAFT_REPLY = "DRAFT_REPLY"
    """拟稿: write findings and reply."""
    RETURN_REPLY = "RETURN_REPLY"
    """退回: send the draft back."""
    APPROVE_REPLY = "APPROVE_REPLY"
    """批准答复: let the reply go out."""
    EXTEND = "EXTEND"
    """延期: give the reply more time."""
    REQUEST_REVIEW = "REQUEST_REVIEW"
    """申请核查: ask for the reply to be reviewed."""
    COMPLETE_REVIEW = "COMPLETE_REVIEW"
    """完成核查: say what the review found."""
    CLOSE = "CLOSE"
    """办结: end it."""
    WITHDRAW = "WITHDRAW"
    """撤回: take it back."""


class ComplaintChannel(StrEnum):
    """How a complaint came in (投诉渠道)."""

    PHONE = "PHONE"
    """电话."""
    MAIL = "MAIL"
    """电子邮件."""
    APP = "APP"
    """在线."""
    STORE = "STORE"
    """门店."""
    PARTNER = "PARTNER"
    """合作方转交."""
    REGULATOR = "REGULATOR"
    """监管转办: handed over by the regulator, goes first."""


class ComplaintCategory(StrEnum):
    """What a complaint is about (投诉类别)."""

    CLAIM_DECISION = "CLAIM_DECISION"
    """理赔决定."""
    CLAIM_DELAY = "CLAIM_DELAY"
    """理赔时效."""
    SALES = "SALES"
    """销售行为."""
    SERVICE = "SERVICE"
    """服务态度."""
    PREMIUM = "PREMIUM"
    """保费与退费."""
    PRIVACY = "PRIVACY"
    """个人信息."""


class ComplaintResult(StrEnum):
    """What came out of it (处理结果)."""

    UPHELD = "UPHELD"
    """投诉成立."""
    PARTLY_UPHELD = "PARTLY_UPHELD"
    """部分成立."""
    REJECTED = "REJECTED"
    """不成立."""
    MEDIATED = "MEDIATED"
    """调解达成."""


class ComplaintLimit(StrEnum):
    """Limits of time in complaints; their days are dated settings."""

    REPLY = "complaint.reply"
    """处理期限: from receipt to the reply, when the case is clear."""
    REPLY_COMPLEX = "complaint.reply_complex"
    """复杂情形: the same after a first extension."""
    REPLY_SPECIAL = "complaint.reply_special"
    """特别复杂情形: the same after a second extension."""
    REVIEW_REQUEST = "complaint.review_request"
    """申请核查期限: from the reply to the request of a review."""
    REVIEW = "complaint.review"
    """核查期限: from the request to the review's end."""

"""The words of inquiries: states, actions, channels, topics and the parts of a conversation."""

from __future__ import annotations

from enum import StrEnum


class InquiryState(StrEnum):
    """Where an inquiry stands (咨询状态)."""

    NEW = "NEW"
    """待受理: it came in and waits for somebody."""
    IN_PROGRESS = "IN_PROGRESS"
    """处理中: somebody of the service has it in hand."""
    ESCALATED = "ESCALATED"
    """已转专员: a specialist answers it by a promised time."""
    ANSWERED = "ANSWERED"
    """已答复: the answer was given."""
    CLOSED = "CLOSED"
    """已关闭: nothing is open."""
    CONVERTED = "CONVERTED"
    """已转办: it became an application, a claim or a complaint."""


class InquiryAction(StrEnum):
    """What can be done to an inquiry."""

    TAKE_UP = "TAKE_UP"
    """受理: take it into one's own hands."""
    IDENTIFY = "IDENTIFY"
    """确认客户: say which customer asked."""
    ESCALATE = "ESCALATE"
    """转专员: hand it to a specialist, with a promised time."""
    ANSWER = "ANSWER"
    """答复: answer it."""
    NOTE = "NOTE"
    """备注: write something down for colleagues."""
    HASTEN = "HASTEN"
    """加急: bring it into the green channel."""
    FOLLOW_UP = "FOLLOW_UP"
    """追问: ask further."""
    CLOSE = "CLOSE"
    """关闭: end it."""
    REOPEN = "REOPEN"
    """重新打开: take it up again."""
    CONVERT = "CONVERT"
    """转办: turn it into what it leads to."""


class InquiryChannel(StrEnum):
    """How an inquiry came in (咨询渠道)."""

    PHONE = "PHONE"
    """电话."""
    MAIL = "MAIL"
    """电子邮件."""
    CHAT = "CHAT"
    """在线聊天."""
    STORE = "STORE"
    """门店."""
    APP = "APP"
    """应用程序."""
    PARTNER = "PARTNER"
    """合作方."""


class InquiryTopic(StrEnum):
    """What an inquiry is about (咨询类别)."""

    PRODUCT = "PRODUCT"
    """产品与投保."""
    POLICY = "POLICY"
    """保单与批改."""
    CLAIM = "CLAIM"
    """理赔."""
    PREMIUM = "PREMIUM"
    """保费与发票."""
    SERVICE = "SERVICE"
    """服务."""
    OTHER = "OTHER"
    """其他."""


class EntryKind(StrEnum):
    """What one part of a conversation is (沟通记录)."""

    QUESTION = "QUESTION"
    """提问: the words of whoever asks."""
    ANSWER = "ANSWER"
    """答复: the words of the insurer."""
    NOTE = "NOTE"
    """备注: the words of a colleague, never shown to whoever asked."""


class InquiryLimit(StrEnum):
    """Limits of time in inquiries; their days are dated settings."""

    CLOSING = "inquiry.closing"
    """自动关闭: from the answer to the end by itself."""
    REOPENING = "inquiry.reopening"
    """可重新打开: from the end to the last day on which it is taken up again."""


class Arrival(StrEnum):
    """What became of a letter (来信处理结果)."""

    OPENED = "OPENED"
    """新咨询: it opened an inquiry."""
    ADDED = "ADDED"
    """追问: it went on with one."""
    KNOWN = "KNOWN"
    """重复: it had arrived before."""
    AUTOMATIC = "AUTOMATIC"
    """自动回复: a machine wrote it and nobody asks anything."""

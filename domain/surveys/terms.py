"""The words of surveys: states, actions and why somebody is not asked."""

from __future__ import annotations

from enum import StrEnum


class SurveyState(StrEnum):
    """Where the survey of a claim stands (满意度调查状态)."""

    QUEUED = "QUEUED"
    """待发送: the letter waits for the next hour at which it may be sent."""
    SENT = "SENT"
    """已邀请: the customer was asked."""
    RESPONDED = "RESPONDED"
    """已回复: the customer answered."""
    EXPIRED = "EXPIRED"
    """已过期: nobody answered in time."""
    SKIPPED = "SKIPPED"
    """已跳过: the customer is not asked about this claim."""


class SurveyAction(StrEnum):
    """What is done with a survey."""

    SEND = "SEND"
    """发送邀请: ask the customer."""
    SKIP = "SKIP"
    """跳过: do not ask."""
    ANSWER = "ANSWER"
    """评价: say how satisfied one is."""
    EXPIRE = "EXPIRE"
    """过期: end what was not answered."""


class SkipReason(StrEnum):
    """Why a customer is not asked about a claim (跳过原因)."""

    ASKED_LATELY = "ASKED_LATELY"
    """近期已调查: was asked about another claim in the last 30 days."""
    OPTED_OUT = "OPTED_OUT"
    """客户已拒绝: took back the consent to letters that are not about a contract."""
    CLAIM_REOPENED = "CLAIM_REOPENED"
    """赔案重新立案: the claim is not over any more."""

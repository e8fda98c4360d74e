"""Why inquiries says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class InHandsOfAnother(Refusal):
    """Only whoever has an inquiry in hand answers it."""

    code = "IN_HANDS_OF_ANOTHER"
    english = "This inquiry is in the hands of somebody else."
    chinese = "该咨询由他人处理。"


@dataclass(eq=False)
class NoSpecialist(Refusal):
    """An inquiry is handed to somebody who is active and knows the matter."""

    code = "NO_SPECIALIST"
    english = "This member of staff is no specialist for inquiries."
    chinese = "该员工不是可转交的专员。"


@dataclass(eq=False)
class PromisedTimeOver(Refusal):
    """What is promised lies ahead."""

    code = "PROMISED_TIME_OVER"
    english = "The promised time must be in the future."
    chinese = "承诺答复时间必须晚于现在。"


@dataclass(eq=False)
class ReopenedTooLate(Refusal):
    """An inquiry is taken up again within its time after the end."""

    until: datetime
    code = "REOPENED_TOO_LATE"
    english = "This inquiry could be reopened until {until}; please open a new one."
    chinese = "该咨询可重新打开的期限已于 {until} 届满，请另行咨询。"


@dataclass(eq=False)
class AnswerStillNew(Refusal):
    """An answer may be followed up for some days before the inquiry ends by itself."""

    until: datetime
    code = "ANSWER_STILL_NEW"
    english = "This inquiry stays open until {until}."
    chinese = "该咨询将保留至 {until}。"


@dataclass(eq=False)
class AskerUnknown(Refusal):
    """What an inquiry turns into needs a customer."""

    code = "ASKER_UNKNOWN"
    english = "Say first which customer asked."
    chinese = "请先确认咨询人对应的客户。"


@dataclass(eq=False)
class AskerKnown(Refusal):
    """The customer who asked was named already."""

    code = "ASKER_KNOWN"
    english = "The customer who asked is known already."
    chinese = "该咨询已关联客户。"


@dataclass(eq=False)
class ConversationFull(Refusal):
    """A conversation has an end."""

    most: int
    code = "CONVERSATION_FULL"
    english = "A conversation has at most {most} parts; please open a new inquiry."
    chinese = "一次咨询最多 {most} 条记录，请另行咨询。"


@dataclass(eq=False)
class AlreadyUrgent(Refusal):
    """There is one green channel."""

    code = "ALREADY_URGENT"
    english = "This inquiry is in the green channel already."
    chinese = "该咨询已在绿色通道。"

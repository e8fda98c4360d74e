"""Why evidence says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class TooManyFiles(Refusal):
    """As many files as one matter may have are there or on their way."""

    limit: int
    code = "TOO_MANY_FILES"
    english = "No more files can be handed in here; the limit is {limit}."
    chinese = "上传文件数量已达上限（{limit} 个）。"


@dataclass(eq=False)
class TicketUnknown(Refusal):
    """The ticket was not given by us, or its minutes are over."""

    code = "TICKET_UNKNOWN"
    english = "This upload address is not valid, or no longer; ask for a new one."
    chinese = "上传地址无效或已过期，请重新获取。"


@dataclass(eq=False)
class TicketUsed(Refusal):
    """Another file came in by this ticket."""

    code = "TICKET_USED"
    english = "Another file was handed in here already; ask for a new address."
    chinese = "该上传地址已被使用，请重新获取。"

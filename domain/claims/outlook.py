"""What happens to a claim next, whose turn it is, and by when: told to whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.claims.terms import ClaimState


class Turn(StrEnum):
    """Whose turn it is with a claim."""

    INSURER = "INSURER"
    """保险公司."""
    CUSTOMER = "CUSTOMER"
    """客户."""
    NOBODY = "NOBODY"
    """无."""


class ClaimStep(StrEnum):
    """What happens to a claim next 下一步."""

    REGISTER = "REGISTER"
    """审核报案."""
    ASSESS = "ASSESS"
    """定损."""
    SEND_PAPERS = "SEND_PAPERS"
    """补充材料."""
    DECIDE = "DECIDE"
    """核定."""
    AGREE = "AGREE"
    """确认赔付金额."""
    PAY = "PAY"
    """支付赔款."""
    CLOSE = "CLOSE"
    """结案."""
    NOTHING = "NOTHING"
    """无后续事项."""


@dataclass(frozen=True, slots=True)
class _Outlook:
    turn: Turn
    step: ClaimStep
    en: str
    zh: str


_DECIDED = _Outlook(
    Turn.NOBODY, ClaimStep.CLOSE,
    "Everything was said; the claim closes by itself. Whoever disagrees may complain.",
    "已全部答复，赔案将自动结案；如有异议，可以投诉。",
)  # fmt: skip
_DECIDING = _Outlook(Turn.INSURER, ClaimStep.DECIDE, "We decide on the claim.", "我们正在核定赔案。")
_OVER = _Outlook(Turn.NOBODY, ClaimStep.NOTHING, "Nothing is left to do.", "无后续事项。")
_PAYING = _Outlook(Turn.INSURER, ClaimStep.PAY, "We pay the agreed amount.", "我们将支付赔款。")
_AGREEING = _Outlook(
    Turn.CUSTOMER, ClaimStep.AGREE, "The customer agrees to the amount, or objects.", "请客户确认赔付金额或提出异议。"
)

_OUTLOOKS = {
    ClaimState.NOTIFIED: _Outlook(
        Turn.INSURER, ClaimStep.REGISTER, "We look at the report and register it.", "我们将审核报案并立案。"
    ),
    ClaimState.NOT_REGISTERED: _DECIDED,
    ClaimState.REGISTERED: _Outlook(
        Turn.INSURER, ClaimStep.ASSESS, "We assess the loss and decide.", "我们将定损并核定。"
    ),
    ClaimState.DOCS_REQUESTED: _Outlook(
        Turn.CUSTOMER, ClaimStep.SEND_PAPERS, "The customer sends the papers that are missing.", "请客户补充所缺材料。"
    ),
    ClaimState.ASSESSING: _DECIDING,
    ClaimState.DECISION_PENDING: _DECIDING,
    ClaimState.REOPENED: _DECIDING,
    ClaimState.APPROVED: _AGREEING,
    ClaimState.PARTIALLY_APPROVED: _AGREEING,
    ClaimState.DECLINED: _DECIDED,
    ClaimState.AGREED: _PAYING,
    ClaimState.PAYMENT_PENDING: _PAYING,
    ClaimState.PAID: _DECIDED,
    ClaimState.CLOSED: _OVER,
    ClaimState.WITHDRAWN: _OVER,
}  # fmt: skip
BY_DECISION = (ClaimStep.ASSESS, ClaimStep.DECIDE)


def outlook(
    state: str, decision_due_at: str, paused_at: str | None, pay_due_at: str | None, language: str
) -> dict[str, object]:
    """What happens next to a claim in this state. A date is told where a limit runs; none while it stands still.

    Shape: `{"turn", "step", "by", "message"}`, instants as they are told. Source: Insurance Law Art. 23.
    """
    found = _OUTLOOKS[ClaimState(state)]
    by: str | None = None
    if found.step in BY_DECISION and paused_at is None:
        by = decision_due_at
    elif found.step is ClaimStep.PAY:
        by = pay_due_at
    message = found.zh if language.startswith("zh") else found.en
    return {"turn": found.turn, "step": found.step, "by": by, "message": message}

"""What Python adds to a claim that is read: why actions are blocked, and the steps of the calculation."""

from __future__ import annotations

from domain.claims.terms import ClaimAction, ClaimState

_LINES_MISSING = ("LINES_MISSING", "Assess at least one line first.", "请先录入定损明细。")
_NOTHING_PAYABLE = (
    "NOTHING_PAYABLE",
    "The contract pays nothing for this loss; decline it with the reason.",
    "按合同本次应赔金额为零,请以拒赔处理并说明理由。",
)
_SECOND_NOTICE = (
    "SECOND_NOTICE",
    "The missing documents were asked for already; a manager must give the reason for a second notice.",
    "已一次性告知所缺材料,再次通知须由理赔经理说明理由。",
)


def action_blocks(
    state: str,
    has_lines: bool,  # noqa: FBT001 - columns in the order of their declaration
    has_asked_for_documents: bool,  # noqa: FBT001
    is_payable: bool,  # noqa: FBT001
    language: str,
) -> list[dict[str, str]]:
    """The blocked actions of a claim, each with a stable code and a sentence in the reader's language.

    Shape: a list of `{"action", "code", "message"}`.
    """
    found: list[tuple[ClaimAction, tuple[str, str, str]]] = []
    match ClaimState(state):
        case ClaimState.ASSESSING if not has_lines:
            found = [(ClaimAction.PROPOSE, _LINES_MISSING)]
        case ClaimState.DECISION_PENDING if not is_payable:
            nothing = (ClaimAction.SECOND, ClaimAction.APPROVE, ClaimAction.APPROVE_IN_PART)
            found = [(action, _NOTHING_PAYABLE) for action in nothing]
        case ClaimState.REGISTERED if has_asked_for_documents:
            found = [(ClaimAction.REQUEST_DOCUMENTS, _SECOND_NOTICE)]
        case _:
            pass
    index = 2 if language.startswith("zh") else 1
    return [{"action": action, "code": reason[0], "message": reason[index]} for action, reason in found]


def calculation_steps(stored: list[dict[str, str]] | None) -> list[dict[str, str]]:
    """The steps that led to the payable amount; none before a proposal. Shape: see `Claim.calculation`."""
    return stored or []

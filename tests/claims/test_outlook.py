"""What happens to a claim next, and by when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.outlook import ClaimStep, Turn, outlook
from domain.claims.reading import CLAIM
from domain.claims.terms import ClaimState
from domain.kernel import clock
from domain.kernel.actor import Role
from tests.factories.claims import claim_approved, claim_awaiting_documents, claim_payment_pending, claim_registered
from tests.factories.readers import rows_seen

S = ClaimState
DECIDE_BY, PAY_BY = "2026-05-01T00:00:00.000Z", "2026-06-01T00:00:00.000Z"


def _day(told: str) -> date:
    return clock.day_of(datetime.fromisoformat(told))


@pytest.mark.parametrize(
    ("state", "turn", "step", "by"),
    [
        (S.NOTIFIED, Turn.INSURER, ClaimStep.REGISTER, None),
        (S.NOT_REGISTERED, Turn.NOBODY, ClaimStep.CLOSE, None),
        (S.REGISTERED, Turn.INSURER, ClaimStep.ASSESS, DECIDE_BY),
        (S.DOCS_REQUESTED, Turn.CUSTOMER, ClaimStep.SEND_PAPERS, None),
        (S.ASSESSING, Turn.INSURER, ClaimStep.DECIDE, DECIDE_BY),
        (S.DECISION_PENDING, Turn.INSURER, ClaimStep.DECIDE, DECIDE_BY),
        (S.REOPENED, Turn.INSURER, ClaimStep.DECIDE, DECIDE_BY),
        (S.APPROVED, Turn.CUSTOMER, ClaimStep.AGREE, None),
        (S.PARTIALLY_APPROVED, Turn.CUSTOMER, ClaimStep.AGREE, None),
        (S.DECLINED, Turn.NOBODY, ClaimStep.CLOSE, None),
        (S.AGREED, Turn.INSURER, ClaimStep.PAY, PAY_BY),
        (S.PAYMENT_PENDING, Turn.INSURER, ClaimStep.PAY, PAY_BY),
        (S.PAID, Turn.NOBODY, ClaimStep.CLOSE, None),
        (S.CLOSED, Turn.NOBODY, ClaimStep.NOTHING, None),
        (S.WITHDRAWN, Turn.NOBODY, ClaimStep.NOTHING, None),
    ],
)
def test_each_state_says_whose_turn_it_is(state: S, turn: Turn, step: ClaimStep, by: str | None) -> None:
    found = outlook(state, DECIDE_BY, None, PAY_BY, "en")
    assert (found["turn"], found["step"], found["by"]) == (turn, step, by)


@pytest.mark.parametrize("state", list(S))
def test_the_customer_is_waited_for_only_where_the_customer_can_act(state: S) -> None:
    mine = {each.action for each in CLAIM_LIFECYCLE.steps if state in each.sources and Role.CUSTOMER in each.roles}
    if outlook(state, DECIDE_BY, None, PAY_BY, "en")["turn"] is Turn.CUSTOMER:
        assert mine


@pytest.mark.parametrize("state", [S.REGISTERED, S.ASSESSING])
def test_no_date_is_told_while_the_time_to_decide_stands_still(state: S) -> None:
    assert outlook(state, DECIDE_BY, "2026-04-30T00:00:00.000Z", None, "zh-CN")["by"] is None


async def test_the_dates_are_those_of_the_law(database: str) -> None:
    registered, asked, approved, pending = [
        await claim_registered(), await claim_awaiting_documents(), await claim_approved(),
        await claim_payment_pending(),
    ]  # fmt: skip
    told = {}
    for case in (registered, asked, approved, pending):
        (row,) = await rows_seen(CLAIM, case.customer)
        told[row["state"]] = (row["outlook"]["step"], row["outlook"]["by"])
    in_thirty, in_ten = (clock.today() + timedelta(days=days) for days in (30, 10))
    assert {state: step for state, (step, _) in told.items()} == {
        "REGISTERED": "ASSESS", "DOCS_REQUESTED": "SEND_PAPERS", "APPROVED": "AGREE", "PAYMENT_PENDING": "PAY"
    }  # fmt: skip
    assert _day(told["REGISTERED"][1]) == in_thirty
    assert _day(told["PAYMENT_PENDING"][1]) == in_ten
    assert told["DOCS_REQUESTED"][1] is told["APPROVED"][1] is None

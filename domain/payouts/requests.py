"""Requesting a payout: what another room's decision causes, in that decision's transaction. Pays nothing yet."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from domain.audit.entries import record
from domain.kernel.actor import Actor
from domain.kernel.database import current, fetch_one
from domain.kernel.ids import new_id
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.ledger.posting import post
from domain.payouts.attempts import add_attempt
from domain.payouts.models import Payout
from domain.payouts.refusals import PayoutRequestedAlready
from domain.payouts.rules import granted_lines
from domain.payouts.terms import HoldReason, PayoutState

LIVE = """
SELECT id FROM payout
WHERE subject_kind = $1 AND subject_id = $2 AND decision_no = $3 AND instalment = $4 AND state <> 'REVERSED'
"""


async def request_payout(
    *,
    source: Subject,
    decision_no: int,
    amount: Money,
    scope: Scope,
    barred: Collection[UUID],
    actor: Actor,
    instalment: int = 1,
    stop: HoldReason | None = None,
) -> Payout:
    """Asks for the payment of what was decided; `barred` decided it and may neither make nor approve the payout.

    With a `stop` it is not sent before that is lifted.

    The caller holds the source's lock. A claim is an expense from here on, owed until it is paid; whoever requests a
    refund posts what is owed itself.

    Raises: NoTransaction; Invalid for an amount that is not above zero; PayoutRequestedAlready.
    """
    current()
    if amount.minor <= 0:
        raise Invalid("min", "0.01", path=("input", "amount"))
    if await fetch_one(LIVE, source.kind, source.id, decision_no, instalment) is not None:
        raise PayoutRequestedAlready
    payout = await Payout.create(
        id=new_id(),
        subject_kind=source.kind,
        subject_id=source.id,
        decision_no=decision_no,
        instalment=instalment,
        customer_id=scope.customer_id,
        partner_id=scope.partner_id,
        state=PayoutState.DRAFT,
        amount_minor=amount.minor,
        currency=amount.currency,
        barred=sorted(str(each) for each in barred),
        stop=stop,
    )
    await add_attempt(payout)
    if source.kind is SubjectKind.CLAIM:
        lines, key = granted_lines(amount), f"payout:{payout.id}:granted"
        await post(kind="claim:granted", subject=source, lines=lines, actor=actor, key=key)
    after: dict[str, object] = {
        "state": payout.state, "source": source.id, "amount_minor": amount.minor, "currency": amount.currency,
        "stop": stop,
    }  # fmt: skip
    await record("payout:request", Subject(SubjectKind.PAYOUT, payout.id), actor, after=after)
    return payout

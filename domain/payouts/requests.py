"""Requesting a payout: what another room's decision causes, in that decision's transaction. Pays nothing yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
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

GRANTED = {SubjectKind.CLAIM: "claim:granted", SubjectKind.REPAIR_ORDER: "repair:granted"}
"""How the expense of a claim, or of its repair, is called in the ledger."""
LIVE = """
SELECT id FROM payout
WHERE subject_kind = $1 AND subject_id = $2 AND decision_no = $3 AND instalment = $4
  AND state NOT IN ('REVERSED', 'CANCELLED')
"""


@dataclass(frozen=True, slots=True)
class ToPartner:
    """Which partner is paid; `matter_id` is what the payout belongs to beside its source."""

    partner_id: UUID
    matter_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ToCustomer:
    """The customer of the scope is paid; `matter_id` is what the payout belongs to beside its source."""

    matter_id: UUID


async def request_payout(
    *,
    source: Subject,
    decision_no: int,
    amount: Money,
    scope: Scope,
    barred: Collection[UUID],
    actor: Actor,
    instalment: int = 1,
    to: ToPartner | ToCustomer | None = None,
    stop: HoldReason | None = None,
) -> Payout:
    """Asks for the payment of what was decided; `barred` decided it and may neither make nor approve the payout.

    It goes to the customer of the scope, or to a partner. With a `stop` it is not sent before that is lifted.

    The caller holds the source's lock. A claim and a repair are an expense from here on, owed until they are paid;
    whoever requests another payout posts what is owed itself.

    Raises: NoTransaction; Invalid for an amount that is not above zero; PayoutRequestedAlready.
    """
    current()
    if amount.minor <= 0:
        raise Invalid("min", "0.01", path=("input", "amount"))
    payout = await _add(
        Payout(
            id=new_id(),
            subject_kind=source.kind,
            subject_id=source.id,
            decision_no=decision_no,
            instalment=instalment,
            customer_id=None if isinstance(to, ToPartner) else scope.customer_id,
            partner_id=scope.partner_id,
            payee_partner_id=to.partner_id if isinstance(to, ToPartner) else None,
            matter_id=to.matter_id if to else None,
            state=PayoutState.DRAFT,
            amount_minor=amount.minor,
            currency=amount.currency,
            barred=sorted(str(each) for each in barred),
            stop=stop,
        ),
        actor,
    )
    if (granted := GRANTED.get(source.kind)) is not None:
        lines, key = granted_lines(amount), f"payout:{payout.id}:granted"
        await post(kind=granted, subject=source, lines=lines, actor=actor, key=key)
    return payout


async def request_again(returned: Payout, *, stop: HoldReason | None, actor: Actor) -> Payout:
    """Asks anew for the payment of a payout that came back, which is locked behind its source.

    It is owed since it came back, so that nothing is posted; who decided the source is kept away from this one, too.

    Raises: PayoutRequestedAlready.
    """
    same = (
        "subject_kind", "subject_id", "decision_no", "instalment", "customer_id", "partner_id", "payee_partner_id",
        "matter_id", "amount_minor", "currency", "barred",
    )  # fmt: skip
    kept = {name: getattr(returned, name) for name in same}
    return await _add(Payout(id=new_id(), state=PayoutState.DRAFT, stop=stop, **kept), actor)


async def _add(payout: Payout, actor: Actor) -> Payout:
    key = (payout.subject_kind, payout.subject_id, payout.decision_no, payout.instalment)
    if await fetch_one(LIVE, *key) is not None:
        raise PayoutRequestedAlready
    await payout.save(force_create=True)
    await add_attempt(payout)
    after: dict[str, object] = {
        "state": payout.state, "source": payout.subject_id, "amount_minor": payout.amount_minor,
        "currency": payout.currency, "stop": payout.stop,
    }  # fmt: skip
    await record("payout:request", Subject(SubjectKind.PAYOUT, payout.id), actor, after=after)
    return payout

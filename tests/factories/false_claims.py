"""Claims that risk found false, made by the verbs themselves."""

from __future__ import annotations

from domain.claims import assessment, decision, screening
from domain.claims.models import Claim, Referral
from domain.claims.terms import DeclineCode, ReferralState
from domain.kernel.actor import Actor, Role
from domain.repairs import unpaid
from tests.factories.claims import Case
from tests.factories.insured import staff
from tests.factories.repairs import Repair, order_invoiced


async def found_false(case: Case, risk: Actor | None = None) -> Claim:
    """Referred by its handler, and confirmed by risk."""
    row = await case.reread()
    await screening.refer(row.id, reason="odd", expected_version=row.version, actor=case.handler)
    found = await Referral.get(claim_id=row.id, state=ReferralState.OPEN)
    judge = risk or await staff(Role.RISK)
    await screening.confirm(found.id, judgement="false", expected_version=1, actor=judge)
    return await case.reread()


async def declined(case: Case) -> Claim:
    """Proposed, and declined for fraud."""
    row = await case.reread()
    await assessment.propose(row.id, reason="r", expected_version=row.version, actor=case.handler)
    return await decided_false(case)


async def decided_false(case: Case) -> Claim:
    """Declined for fraud, as proposed."""
    row = await case.reread()
    return await decision.decline(
        row.id, code=DeclineCode.FRAUD, clause="Art. 27", reason="r", expected_version=row.version,
        actor=case.handler,
    )  # fmt: skip


async def repair_of_fraud() -> Repair:
    """Invoiced, for a claim that was declined for fraud since."""
    repair = await order_invoiced()
    await found_false(repair.case)
    await declined(repair.case)
    return repair


async def repair_unpaid() -> Repair:
    """Its repairer had a part in the fraud."""
    repair = await repair_of_fraud()
    await unpaid.refuse_payment(
        repair.id, reason="never repaired", expected_version=await repair.version(), actor=repair.case.manager
    )
    return repair

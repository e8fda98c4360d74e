"""Suspicions in every state for the seeded world, and a standard of days to come."""

from __future__ import annotations

from datetime import timedelta

from domain.claims import rescinding, screening
from domain.claims.lifecycle import OVER
from domain.claims.models import Claim, Referral
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.risk import screening as standards
from domain.risk.terms import FraudCode, FraudMeasure
from tests.factories.claims import claim_payment_pending
from tests.factories.false_claims import found_false, repair_unpaid

JUDGED = (screening.clear, screening.confirm)


async def seed_fraud(risk: Actor) -> None:
    """Some claims screened by themselves, some referred by hand and judged either way or not yet."""
    await _found_false(risk)
    open_claims = await Claim.exclude(state__in=OVER).order_by("id")
    for each in open_claims[::2]:
        await screening.screen_reported(each.id, actor=Actor.system("claims.screen"))
    for each in open_claims[1:12:2]:
        await screening.refer(each.id, reason="odd photo", expected_version=each.version, actor=risk)
    for number, referral in enumerate(await Referral.filter(state="OPEN").order_by("id")):
        if number % 3:
            await JUDGED[number % 3 - 1](referral.id, judgement="as seen", expected_version=1, actor=risk)
    for days in (1, 30):
        await standards.set_standard(
            [FraudMeasure(each, 10, 2) for each in FraudCode], refer_at=40,
            applies_from=clock.today() + timedelta(days=days), reason="as found", actor=risk,
        )  # fmt: skip


async def _found_false(risk: Actor) -> None:
    """Claims that were granted before risk found them false, one declined for it; and a repair that is not paid."""
    false = [await claim_payment_pending() for _ in range(2)]
    for each in false:
        await found_false(each, risk)
    claim, manager = await false[0].reread(), false[0].manager
    await rescinding.rescind(
        claim.id, clause="Art. 27", reason="false", expected_version=claim.version, actor=manager
    )
    await repair_unpaid()

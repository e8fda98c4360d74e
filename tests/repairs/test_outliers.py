"""Estimates that ask far more than other repairers do for the same work."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.claims.models import Claim
from domain.kernel import clock
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.repairs import estimating
from domain.repairs.models import EstimateLine, RepairOrder
from domain.repairs.outliers import LEAST_OTHERS, dearest_of_median
from domain.risk.models import FraudSignal
from domain.risk.terms import FraudCode
from tests.factories.repairs import Repair, order_estimated, shop

pytestmark = pytest.mark.usefixtures("database")


async def others(number: int = LEAST_OTHERS) -> None:
    """Estimates of one other repairer for the same work."""
    place = await shop(name="别家")
    for _ in range(number):
        await order_estimated(place=place)


async def dearer(percent: int) -> Repair:
    """An estimate whose lines ask this share of what the others do."""
    repair = await order_estimated()
    for line in await EstimateLine.filter(order_id=repair.id):
        price = line.price_minor * percent // 100
        await EstimateLine.filter(id=line.id).update(
            price_minor=price, bill_minor=price * line.quantity, off_card_reason="original part"
        )
    return repair


async def measured(repair: Repair) -> Decimal | None:
    async with transaction():
        return await dearest_of_median(await repair.now())


async def test_the_dearest_line_is_measured_against_the_median_of_others() -> None:
    await others()
    assert await measured(await dearer(100)) == Decimal("100.0")
    assert await measured(await dearer(160)) == Decimal("160.0")


async def test_too_few_others_other_brands_and_old_ones_are_no_measure() -> None:
    await others(LEAST_OTHERS - 1)
    repair = await dearer(300)
    assert await measured(repair) is None
    await others(1)
    assert await measured(repair) == Decimal("300.0")
    await RepairOrder.exclude(id=repair.id).update(estimated_at=clock.now() - timedelta(days=400))
    assert await measured(repair) is None
    await RepairOrder.exclude(id=repair.id).update(estimated_at=clock.now(), brand="Other")
    assert await measured(repair) is None


async def test_an_outlier_is_a_signal_once_the_estimate_is_approved_and_refuses_nothing() -> None:
    await others()
    repair = await dearer(200)
    await repair.by_handler(estimating.approve)
    signal = await FraudSignal.get(subject_id=repair.case.claim.id, code=FraudCode.REPAIRER_OUTLIER)
    assert signal.evidence == "200.0"
    claim = await Claim.get(id=repair.case.claim.id)
    assert (claim.fraud_score, Money(claim.paid_minor, claim.currency).minor) == (20, 0)


async def test_an_ordinary_estimate_gives_none() -> None:
    await others()
    repair = await dearer(100)
    await repair.by_handler(estimating.approve)
    assert await FraudSignal.filter(code=FraudCode.REPAIRER_OUTLIER).count() == 0

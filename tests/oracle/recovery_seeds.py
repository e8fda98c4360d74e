"""What came back of paid claims, in many states, for customers of both books and for another."""

from __future__ import annotations

from datetime import timedelta

from domain.kernel import clock
from domain.products.terms import Peril
from domain.recoveries import receipts, salvaging, subrogating
from tests.factories import recoveries as made
from tests.factories.claims import Case, loss
from tests.factories.insured import Insured


async def seed_recoveries(covered: list[Insured]) -> None:
    """Each policy's customer was left some salvage and is owed a part of some; the rest came, ended or was given up."""
    for each in covered:
        left = await made.salvage_received(await _case(each, 0))
        await left.do(salvaging.leave_to_customer, reason="it is worth little")
        await made.subrogation_receipted(await _case(each, 1), "50.00", "80.00")
        shared = await made.salvage_sold(await _case(each, 9), "400.00")
        await shared.judge(receipts.confirm)
    sold = await made.salvage_sold()
    await sold.judge(receipts.confirm)
    refused = await made.salvage_sold()
    await refused.judge(receipts.refuse, reason="not on the list")
    scrapped = await made.salvage_expected()
    await scrapped.do(salvaging.scrap, reason="burnt")
    await made.salvage_expected(scrapped.case, serial_number=None)
    closed = await made.subrogation_recovered()
    await closed.do(subrogating.close, reason="insolvent")
    waived = await made.subrogation_opened(closed.case, "100.00")
    await waived.do(subrogating.waive, reason="too little", actor=waived.case.manager)
    await made.subrogation_opened(closed.case, "200.00")


async def _case(covered: Insured, number: int) -> Case:
    """A small paid claim of a day of its own, within the days of the cover."""
    on = clock.today() - timedelta(days=20 + number)
    reported = loss(cause=Peril.DROP, on=on, place=f"no. {number}")
    return await made.claim_settled(covered, bill="300.00", reported=reported)

"""Commission statements in every state for the seeded world: two months of all partners, one of them approved."""

from __future__ import annotations

from datetime import timedelta

from domain.commissions import closing, settling
from domain.commissions.models import CommissionStatement
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.days import months_after
from tests.factories.insured import staff

CLOSER = Actor.system("commissions.close")


async def seed_statements() -> None:
    """What was earned by now is closed as if the month were over; the first is approved, another one paid."""
    with clock.at(clock.start_of(months_after(clock.today().replace(day=1), 1)) + timedelta(hours=5)):
        await closing.close_months(actor=CLOSER)
    manager = await staff(Role.FINANCE_APPROVER)
    due = await CommissionStatement.filter(payable_minor__gt=0).order_by("id")
    for number, each in enumerate(due):
        await settling.approve(each.id, expected_version=each.version, actor=manager)
        if number:
            await settling.record_paid(each.id, actor=Actor.system("commissions.record_paid"))

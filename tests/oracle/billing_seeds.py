"""Invoices in every state for the seeded world, with payments, exceptions and policies that lapsed for them."""

from __future__ import annotations

from domain.billing import exceptions, paying, voiding, watching
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.policies import lapsing
from tests.factories.billing import Billed, invoiced, invoiced_ago, paid
from tests.factories.insured import OFFICE, Insured


async def seed_billing(policies: list[Insured], finance: Actor, underwriter: Actor) -> None:
    """For each customer: an invoice begun, one paid, one taken back, and money that fitted nothing; two policies lapse.

    The second of the two is put in force again.
    """
    for turn, covered in enumerate(policies):
        begun = await invoiced(covered=covered)
        await paid(begun, f"G-{turn}", "41.67")
        whole = await invoiced("120.00", 1 + turn, covered=covered)
        number = whole.invoice.invoice_number
        await paying.record_payment(
            reference=f"B-{turn}", invoice_number=number, amount=Money.of("120.00"), actor=finance
        )
        voided = await invoiced("99.99", 3, covered=covered)
        await voiding.void(voided.invoice.id, reason="a mistake", expected_version=1, actor=finance)
        await _misfits(turn, begun, finance)
        await _lapsed(turn, covered, underwriter)


async def _misfits(turn: int, begun: Billed, finance: Actor) -> None:
    await paid(begun, f"G-{turn}", "1.00")
    await paid(begun, f"W-{turn}", "1.00")
    taken = await paying.record_payment(
        reference=f"U-{turn}", invoice_number="rent", amount=Money.of("9.00"), actor=finance
    )
    assert taken.exception is not None
    if turn:
        await exceptions.settle(taken.exception.id, explanation="given back", expected_version=1, actor=finance)


async def _lapsed(turn: int, covered: Insured, underwriter: Actor) -> None:
    """An invoice of long ago that nobody paid; for the second customer it is paid at last."""
    late = await invoiced_ago(40, "30.00", 1, covered=covered)
    await watching.watch(actor=OFFICE)
    await lapsing.lapse(covered.policy_id, actor=OFFICE)
    if turn:
        await paid(late, f"L-{turn}", "30.00")
        policy = await late.policy()
        await lapsing.reinstate(policy.id, reason="paid", expected_version=policy.version, actor=underwriter)

"""Claims whose amount is not settled in time, and the money that is advanced toward them."""

from __future__ import annotations

from datetime import timedelta

from domain.claims import advance_watching, advancing, assessment
from domain.claims.assessment import AssessedLine
from domain.claims.models import Advance
from domain.customers import changes
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.payouts import approval, execution, making, news, reversal
from domain.payouts.bank import BankStatus, Receipt
from domain.payouts.models import Payout
from domain.payouts.rules import approvers_needed
from tests.factories.claims import BILL, Case, claim_assessing
from tests.factories.insured import staff
from tests.factories.payouts import ACCOUNT, approver

SYSTEM = Actor.system("claims.look_at_advance")


class PromptBank:
    """A bank that settles at once."""

    async def pay(self, request_no: str, amount: Money, account: str, name: str) -> Receipt:
        """Pays."""
        return Receipt(request_no, BankStatus.SETTLED, amount, bank_ref=f"B{request_no[-6:]}")

    async def find(self, request_no: str) -> Receipt | None:
        """Knows nothing."""
        return None

    async def list(self, day: object) -> list[Receipt]:
        """Nothing."""
        return []


async def claim_open_for(days: int, *, lines: tuple[AssessedLine, ...] = BILL) -> Case:
    """Reported so many days ago with an account to pay to, and still being assessed."""
    with clock.at(clock.now() - timedelta(days=days)):
        case = await claim_assessing()
        customer = await Customer.get(id=case.claim.customer_id)
        await changes.change_bank_account(
            customer.id, bank_account=ACCOUNT, expected_version=customer.version, actor=case.customer
        )
        if lines:
            case.claim = await assessment.set_lines(
                case.claim.id, lines=lines, expected_version=case.claim.version, actor=case.handler
            )
    return case


async def advance_proposed(*, lines: tuple[AssessedLine, ...] = BILL) -> tuple[Case, Advance]:
    """Sixty days are over: an advance waits for a manager."""
    case = await claim_open_for(61, lines=lines)
    await advance_watching.look(case.claim.id, actor=SYSTEM)
    return case, await Advance.get(claim_id=case.claim.id)


async def advance_granted(amount: str = "500.00") -> tuple[Case, Advance]:
    """Granted by the manager; its payout is requested."""
    case, found = await advance_proposed()
    advance = await advancing.approve(
        found.id, amount=Money.of(amount), reason="as far as known", expected_version=found.version, actor=case.manager
    )
    case.claim = await case.reread()
    return case, advance


async def settle(payout: Payout) -> None:
    """Brings a payout through finance to a bank that pays; its room is not told yet."""
    row = await making.make_ready(payout.id, expected_version=payout.version, actor=await staff(Role.FINANCE))
    for _ in range(approvers_needed(Money(row.amount_minor, row.currency))):
        row = await approval.approve(row.id, expected_version=row.version, actor=await approver())
    await execution.execute(row.id, 1, bank=PromptBank(), actor=Actor.system("payouts.execute"))
    assert (await news.settled(row.id)).amount.minor == row.amount_minor


async def send_back(payout_id: object) -> None:
    """Says that a settled payment came back."""
    row = await Payout.get(id=payout_id)
    await reversal.reverse(row.id, reason="closed", expected_version=row.version, actor=await staff(Role.FINANCE))

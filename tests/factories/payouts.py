"""Payouts in the situations that tests start from, made by the verbs themselves."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from domain.customers import introduction
from domain.customers.models import Customer
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.money import Money
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.payouts import approval, making
from domain.payouts.bank import BankRefused, BankStatus, Receipt
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.requests import request_payout
from domain.payouts.rules import approvers_needed
from domain.staff.models import AuthorityLimit, Staff
from domain.staff.terms import AuthorityKind
from tests.factories.insured import partner_with_a_book, person, staff

ACCOUNT = "6222020200112233446"
OTHER_ACCOUNT = "6222020200112233453"
OFFICE = Actor.system("factory")


class PromptBank:
    """A bank that settles at once, or refuses if told so."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses

    async def pay(self, request_no: str, amount: Money, account: str, name: str) -> Receipt:
        """Pays, or refuses for good."""
        if self.refuses:
            raise BankRefused("ACCOUNT_CLOSED")
        return Receipt(request_no, BankStatus.SETTLED, amount, bank_ref=f"B{request_no[-6:]}")

    async def find(self, request_no: str) -> Receipt | None:
        """Knows nothing."""
        return None

    async def list(self, day: object) -> list[Receipt]:
        """Nothing."""
        return []


@dataclass
class Payment:
    """A payout with the people around it."""

    payout: Payout
    customer: Actor
    decider: Actor
    maker: Actor
    approvers: list[Actor]

    async def reread(self) -> Payout:
        """The payout as it stands in the database."""
        return await Payout.get(id=self.payout.id)

    async def attempt(self) -> PayoutAttempt:
        """Its newest attempt."""
        return await PayoutAttempt.get(payout_id=self.payout.id, attempt=(await self.reread()).attempt)


async def approver(limit: str = "1000000.00") -> Actor:
    """Somebody who releases payouts up to `limit`."""
    found = await staff(Role.FINANCE_APPROVER)
    money = Money.of(limit)
    await AuthorityLimit.create(
        staff_id=found.staff_id, kind=AuthorityKind.PAYOUT_APPROVAL, limit_minor=money.minor, currency=money.currency
    )
    return found


async def customer_with_account(account: str | None = ACCOUNT) -> UUID:
    """A customer who said where money goes."""
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    return await introduction.introduce(person(bank_account=account), partner.partner_id, actor=partner)


async def staff_with_mail_of(customer_id: UUID, mail: str, role: Role) -> Actor:
    """A member of staff with the customer's mail address."""
    assert await Customer.filter(id=customer_id).exists()
    row = await Staff.create(name="Both", email=mail, roles=[role])
    return Actor(frozenset({role}), staff_id=row.id)


async def payout_requested(
    amount: str = "1500.00",
    *,
    customer_id: UUID | None = None,
    kind: SubjectKind = SubjectKind.CLAIM,
    decided_by: Actor | None = None,
) -> Payment:
    """Asked for by a decision about some claim."""
    payee = customer_id or await customer_with_account()
    decider = decided_by or await staff(Role.CLAIMS_MANAGER)
    assert decider.staff_id is not None
    async with transaction():
        payout = await request_payout(
            source=Subject(kind, new_id()),
            decision_no=1,
            amount=Money.of(amount),
            scope=Scope(customer_id=payee, partner_id=uuid4()),
            barred=[decider.staff_id],
            actor=decider,
        )
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=payee)
    return Payment(payout, customer, decider, await staff(Role.FINANCE), [await approver() for _ in range(3)])


async def payout_ready(amount: str = "1500.00", **options: UUID) -> Payment:
    """Made ready by finance."""
    payment = await payout_requested(amount, **options)  # type: ignore[arg-type]
    payment.payout = await making.make_ready(
        payment.payout.id, expected_version=payment.payout.version, actor=payment.maker
    )
    return payment


async def payout_approved(amount: str = "1500.00", **options: UUID) -> Payment:
    """Released by as many people as it needs."""
    payment = await payout_ready(amount, **options)
    for each in payment.approvers[: approvers_needed(Money.of(amount))]:
        payment.payout = await approval.approve(
            payment.payout.id, expected_version=payment.payout.version, actor=each
        )
    return payment

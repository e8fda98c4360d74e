"""Applications on their way from a draft to a policy, made by the verbs and the jobs themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.applications import disclosing, drafting, submitting
from domain.applications.disclosing import Shown
from domain.applications.drafting import Applicant, Wanted
from domain.applications.models import Application, UnderwritingFlag
from domain.applications.terms import NEEDED_CONSENTS, DisclosureChannel, FlagCode
from domain.billing.models import Instalment, Invoice
from domain.customers import consents, identity
from domain.customers.terms import ConsentChannel, Language
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.money import Money
from domain.quotes import advising
from domain.risk.terms import DeclaredUse
from domain.staff.terms import AuthorityKind
from tests.factories.billing import called
from tests.factories.identity import AlwaysMatches, known, signed_in
from tests.factories.insured import WEAR, device, partner_with_a_book, staff, version_on_sale
from tests.factories.recommendations import needs, thing
from tests.factories.working import work_off

SUPPLIED = "the receipt is enclosed"


@dataclass(frozen=True)
class Applied:
    """An application, whom it concerns and what it is for."""

    id: UUID
    customer: Actor
    partner: Actor
    version_id: UUID

    async def now(self) -> Application:
        """The application as it is now."""
        return await Application.get(id=self.id)

    async def version(self) -> int:
        """Its version now."""
        return (await self.now()).version

    async def flags(self) -> dict[FlagCode, UnderwritingFlag]:
        """What underwriting found."""
        return {each.code: each for each in await UnderwritingFlag.filter(application_id=self.id)}

    async def invoice(self) -> Invoice:
        """The invoice issued for it."""
        return await Invoice.get(subject_id=self.id)

    async def pay(self, reference: str = "R-1", number: int = 1) -> None:
        """The gateway tells that an instalment was paid."""
        invoice = await self.invoice()
        part = await Instalment.get(invoice_id=invoice.id, number=number)
        await called(
            {
                "reference": reference, "invoiceNumber": invoice.invoice_number,
                "amount": f"{part.amount_minor / 100:.2f}", "currency": "CNY", "paidAt": clock.now().isoformat(),
            }
        )  # fmt: skip


async def underwriter(limit: str = "50000.00") -> Actor:
    """An underwriter who may decide sums insured up to a limit."""
    return await staff(Role.UNDERWRITER, limit, kind=AuthorityKind.UNDERWRITING)


def wanted(version_id: UUID, recommendation_id: UUID | None = None, **changes: Any) -> Wanted:
    """A cover for a new phone of 3,000.00 for private use, paid at once; `changes` are of the device."""
    use = changes.pop("declared_use", DeclaredUse.PRIVATE)
    count = changes.pop("instalments", 1)
    return Wanted(version_id, device(**changes), use, recommendation_id, count)


async def drafted(*, terms: dict[str, Any] | None = None, partner: Actor | None = None, **changes: Any) -> Applied:
    """Drafted by a customer who was advised and chose; `changes` are of what is wanted, `terms` of the product's."""
    seller = partner or await partner_with_a_book()
    row = await known(seller)
    customer = signed_in(row.id)
    version_id = await version_on_sale(**(terms or {}))
    use, price = changes.get("declared_use", DeclaredUse.PRIVATE), changes.get("price")
    asked = thing(**({"price": price} if price else {}))
    advice = await advising.advise(needs(declared_use=use), asked, customer_id=row.id, actor=customer)
    reason = "I want it all the same"
    await advising.choose(advice.id, version_id=version_id, reason=reason, expected_version=1, actor=customer)
    application = await drafting.draft(wanted(version_id, advice.id, **changes), applicant=Applicant(), actor=customer)
    return Applied(application.id, customer, seller, version_id)


async def priced(**changes: Any) -> Applied:
    """The same, priced."""
    applied = await drafted(**changes)
    await drafting.quote(applied.id, expected_version=1, actor=applied.customer)
    return applied


async def disclosed(**changes: Any) -> Applied:
    """The same, with the exclusions shown and all consents given."""
    applied = await priced(**changes)
    shown = Shown([WEAR.code], Language.ZH, DisclosureChannel.SCREEN)
    await disclosing.disclose(applied.id, shown=shown, expected_version=2, actor=applied.customer)
    customer_id = applied.customer.customer_id
    assert customer_id is not None
    await consents.give(
        customer_id, purposes=NEEDED_CONSENTS, channel=ConsentChannel.APP, actor=applied.customer
    )
    return applied


async def submitted(**changes: Any) -> Applied:
    """The same, handed in; who applies is being checked."""
    applied = await disclosed(**changes)
    await submitting.submit(applied.id, expected_version=3, actor=applied.customer)
    return applied


async def identified(applied: Applied) -> None:
    """The register answers that it is who it says; the underwriting waits for a worker."""
    customer_id = applied.customer.customer_id
    assert customer_id is not None
    await identity.verify(customer_id, gateway=AlwaysMatches(), actor=Actor.system("customers.verify_identity"))
    await work_off("customers.identity_checked")


async def underwritten(**changes: Any) -> Applied:
    """The same, known and underwritten."""
    applied = await submitted(**changes)
    await identified(applied)
    await work_off("applications.underwrite")
    return applied


async def referred(**changes: Any) -> Applied:
    """The same, left to a person since the sum insured is above what is accepted without one."""
    changes = {"price": changes.pop("price", None) or Money.of("12000.00"), **changes}
    return await underwritten(**changes)


async def billed(**changes: Any) -> Applied:
    """The same, accepted by itself and invoiced."""
    applied = await underwritten(**changes)
    await work_off("applications.bill")
    return applied


async def issued(**changes: Any) -> Applied:
    """The same, with its first premium paid and the policy issued."""
    applied = await billed(**changes)
    await applied.pay()
    await work_off("billing.instalment_paid")
    await work_off("applications.issue")
    return applied

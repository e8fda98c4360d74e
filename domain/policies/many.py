"""Sells many rows of one partner in one transaction: judged by the rules of a single sale, written together.

What is looked up is looked up for all of them at once, so that a hundred rows cost as many statements as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.customers.details import CustomerDetails
from domain.customers.introduction import Book, open_book
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import take_turns
from domain.kernel.refusals import NotFound, Refusal
from domain.kernel.rows import get_visible
from domain.partners.models import Partner
from domain.policies.covers import device_key, taken_perils
from domain.policies.issuing import perils_of
from domain.policies.models import Policy
from domain.policies.offers import Offer, Verdict, form_faults, refusing
from domain.policies.pricing import DEVICE
from domain.policies.refusals import DeviceCovered, ExternalRefTaken, PartnerSuspended
from domain.policies.selling import Device, Sale, Terms, agreed_terms
from domain.policies.terms import RowOutcome
from domain.policies.writing import issue_all
from domain.products.models import ProductPeril, ProductVersion
from domain.products.reading import PRODUCT_VERSION
from domain.products.tariffs import Tariff, tariff_of

REF = ("input", "externalRef")


@dataclass(frozen=True, slots=True)
class _OnOffer:
    """A version that is asked for: what it insures, and by which tariff the partner sells it."""

    version: ProductVersion
    tariff: Tariff
    perils: Sequence[ProductPeril]


@dataclass(slots=True)
class _Round:
    """The rows of one transaction by their places, and what is known of them by now."""

    partner: Partner
    offers: Sequence[Offer]
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    terms: dict[int, Terms] = field(default_factory=dict)
    twins: dict[int, int] = field(default_factory=dict)

    @property
    def open(self) -> list[tuple[int, Offer, Device, CustomerDetails]]:
        """The rows that nothing was decided of."""
        return [
            (place, each, each.device, each.customer)
            for place, each in enumerate(self.offers)
            if place not in self.verdicts and place not in self.twins and each.device and each.customer
        ]

    def refuse(self, place: int, faults: Iterable[Refusal]) -> None:
        """Refuses a row, if there is a reason."""
        found = tuple(faults)
        if found:
            self.verdicts[place] = refusing(*found)


async def sell_all(offers: Sequence[Offer], partner: Partner, *, actor: Actor) -> list[Verdict]:
    """Sells the good rows of many in the current transaction; what became of each, in their order.

    A row that was sold before under its reference is found again. Nothing is raised of a row that is refused.
    Source: Insurance Law Art. 13, 17; Measures 二(三).
    """
    rows = _Round(partner, offers)
    on_offer = await _versions(rows, actor)
    for place, offer in enumerate(offers):
        rows.refuse(place, _not_found(offer, on_offer) or form_faults(offer))
    await _wait_for_others(rows)
    await _find_again(rows)
    if not partner.active:
        for place, *_ in rows.open:
            rows.refuse(place, [PartnerSuspended()])
    _judge(rows, on_offer)
    await _sell(rows, on_offer, actor)
    return [rows.verdicts[rows.twins.get(place, place)] for place in range(len(offers))]


async def _wait_for_others(rows: _Round) -> None:
    """Lets rows about the same device or reference wait for each other, until the commit."""
    keys = [device_key(offer.serial_number) for _, offer, *_ in rows.open]
    keys += [f"policy:ref:{rows.partner.id}:{offer.external_ref}" for _, offer, *_ in rows.open]
    await take_turns(*keys)


async def _find_again(rows: _Round) -> None:
    """Finds what was sold before, and refuses what only bears the same reference."""
    refs = [offer.external_ref for _, offer, *_ in rows.open]
    before = {each.external_ref: each for each in await Policy.filter(
        partner_id=rows.partner.id, external_ref__in=refs
    )}  # fmt: skip
    for place, offer, *_ in rows.open:
        policy = before.get(offer.external_ref)
        if policy is None:
            continue
        same = (policy.serial_number, policy.product_version_id) == (offer.serial_number, offer.version_id)
        rows.verdicts[place] = (
            Verdict(RowOutcome.FOUND, policy.id) if same else refusing(ExternalRefTaken(path=REF))
        )


async def _versions(rows: _Round, actor: Actor) -> Mapping[UUID | None, _OnOffer]:
    """The versions that are asked for and in sight: a worker sees what the partner does whose rows it sells."""
    eyes = Actor(frozenset({Role.PARTNER}), partner_id=rows.partner.id) if actor.has(Role.SYSTEM) else actor
    found: dict[UUID | None, _OnOffer] = {}
    for version_id in sorted({offer.version_id for offer in rows.offers if offer.version_id}):
        try:
            version = await get_visible(ProductVersion, PRODUCT_VERSION, version_id, eyes)
        except NotFound:
            continue
        tariff = await tariff_of(version, rows.partner, clock.today())
        found[version_id] = _OnOffer(version, tariff, await perils_of(version))
    return found


def _not_found(offer: Offer, on_offer: Mapping[UUID | None, _OnOffer]) -> list[Refusal]:
    """A version that is missing or out of sight hides whatever else is wrong with its row."""
    if offer.version_id is None or offer.version_id in on_offer:
        return []
    return [NotFound(kind="ProductVersion", path=("input", "productVersionId"))]


def _judge(rows: _Round, on_offer: Mapping[UUID | None, _OnOffer]) -> None:
    """Rates what a version insures today, and refuses the rest."""
    today = clock.today()
    for place, offer, device, _ in rows.open:
        found = on_offer[offer.version_id]
        try:
            rows.terms[place] = agreed_terms(found.version, found.tariff, device, today)
        except Refusal as refusal:
            rows.refuse(place, [refusal])


async def _sell(rows: _Round, on_offer: Mapping[UUID | None, _OnOffer], actor: Actor) -> None:
    """Introduces the customers of the rows that may be sold and issues their policies."""
    book = await open_book([customer for *_, customer in rows.open], rows.partner.id, actor=actor)
    taken = await taken_perils([offer.serial_number for _, offer, *_ in rows.open])
    sales = _choose(rows, on_offer, taken, book)
    await book.enter(actor)
    if not sales:
        return
    policies = await issue_all(list(sales.values()), invoiced=False, actor=actor)
    for place, policy in zip(sales, policies, strict=True):
        rows.verdicts[place] = Verdict(RowOutcome.REGISTERED, policy.id)


def _choose(
    rows: _Round, on_offer: Mapping[UUID | None, _OnOffer], taken: dict[str, set[str]], book: Book
) -> dict[int, Sale]:
    """The rows to sell, by their places. Each device is covered once, and each reference names one sale, among the
    rows themselves too; a row that is refused takes neither from the next one.
    """
    chosen: dict[str, int] = {}
    sales: dict[int, Sale] = {}
    for place, offer, device, customer in rows.open:
        first = chosen.get(offer.external_ref)
        if first is not None:
            _compare(rows, place, first)
            continue
        found = on_offer[offer.version_id]
        perils = {each.peril.value for each in found.perils}
        person = _buyer(rows, place, perils & taken.get(offer.serial_number, set()), (book, customer))
        if person is None:
            continue
        chosen[offer.external_ref] = place
        taken.setdefault(offer.serial_number, set()).update(perils)
        sales[place] = Sale(
            found.version, found.perils, rows.partner.id, person, device, rows.terms[place], offer.external_ref
        )
    return sales


def _buyer(
    rows: _Round, place: int, covered: set[str], introduction: tuple[Book, CustomerDetails]
) -> UUID | None:
    """Who buys, if nothing covers the device and the book knows nobody else by this phone; else the row is refused."""
    book, customer = introduction
    if covered:
        rows.refuse(place, [DeviceCovered(perils=tuple(sorted(covered)), path=(*DEVICE, "serialNumber"))])
        return None
    person = book.meet(customer)
    rows.refuse(place, person.refused)
    return None if person.refused else person.customer_id


def _compare(rows: _Round, place: int, first: int) -> None:
    """A row whose reference came before among the others: the same sale, or another one."""
    one, other = rows.offers[place], rows.offers[first]
    if (one.serial_number, one.version_id) == (other.serial_number, other.version_id):
        rows.twins[place] = first
    else:
        rows.refuse(place, [ExternalRefTaken(path=REF)])

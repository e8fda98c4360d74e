"""Consent: given for one purpose at a time, kept with the text that was shown, and taken back as easily."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from domain.audit.entries import record
from domain.customers.consent_texts import is_good, present_text
from domain.customers.jobs import IdentityChecked
from domain.customers.models import Consent, Customer
from domain.customers.reading import CUSTOMER
from domain.customers.refusals import ConsentTextOutdated, NoConsent
from domain.customers.terms import ConsentChannel, ConsentPurpose, IdentityState, Language
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import current, transaction
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import lock_visible, save_changes
from domain.kernel.subject import Scope, Subject, SubjectKind

TAKERS = (Role.CUSTOMER, Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE)
"""The customer, and those whom he or she may tell; who may be told of a consent may be told that it is taken back."""


async def missing_consents(customer_id: UUID, purposes: Iterable[ConsentPurpose]) -> list[ConsentPurpose]:
    """Which of these purposes the customer has not consented to, or not to what their texts say now.

    Read in the current transaction. Raises: NoTransaction.
    """
    current()
    wanted = set(purposes)
    live = Consent.filter(customer_id=customer_id, purpose__in=sorted(wanted), withdrawn_at=None)
    given = {each.purpose for each in await live if is_good(each.purpose, each.text_version)}
    return [each for each in ConsentPurpose if each in wanted - given]


async def took_back(customer_id: UUID, purpose: ConsentPurpose) -> bool:
    """Whether the customer took a consent back and has not given it anew; not of one who was never asked for it.

    Read in the current transaction. Raises: NoTransaction.
    """
    current()
    given = await Consent.filter(customer_id=customer_id, purpose=purpose)
    return bool(given) and all(each.withdrawn_at is not None for each in given)


async def give(
    customer_id: UUID,
    *,
    purposes: Iterable[ConsentPurpose],
    channel: ConsentChannel,
    actor: Actor,
    language: Language | None = None,
    versions: Mapping[ConsentPurpose, int] | None = None,
) -> None:
    """Writes down that the customer consents to each of these purposes; what was consented to already stays.

    `versions` are those of the texts that were shown, the present ones if nothing is said; `language` is that of the
    customer's letters if none is given.

    Raises: Forbidden, NotFound; ConsentTextOutdated for a text that is not the present one; Invalid for the channel of
    another. Source: PIPL Art. 14, 29.
    """
    async with transaction():
        shown = versions or {}
        await give_within(
            customer_id, purposes=purposes, channel=channel, language=language, versions=shown, actor=actor
        )


async def give_within(
    customer_id: UUID,
    *,
    purposes: Iterable[ConsentPurpose],
    channel: ConsentChannel,
    actor: Actor,
    language: Language | None = None,
    versions: Mapping[ConsentPurpose, int] | None = None,
) -> None:
    """The same inside the caller's transaction: how an application takes the consents that it needs.

    Raises: NoTransaction; as above.
    """
    if not actor.has(*TAKERS):
        raise Forbidden(permission="consent:give")
    row = await lock_visible(Customer, CUSTOMER, customer_id, actor)
    _expect_channel(channel, actor)
    wanted = _in_order(purposes)
    _expect_present(wanted, versions or {})
    known = {(each.purpose, each.text_version) for each in await Consent.filter(customer_id=row.id, withdrawn_at=None)}
    new = [each for each in wanted if (each, present_text(each).version) not in known]
    for purpose in new:
        await _add(row, purpose, channel, language or row.language, actor)
    if new:
        after: dict[str, object] = {"purposes": new, "channel": channel}
        await record("customer:give_consent", Subject(SubjectKind.CUSTOMER, row.id), actor, after=after)


def _in_order(purposes: Iterable[ConsentPurpose]) -> list[ConsentPurpose]:
    wanted = set(purposes)
    if not wanted:
        raise Invalid("required", path=("input", "consents"))
    return [each for each in ConsentPurpose if each in wanted]


def _expect_channel(channel: ConsentChannel, actor: Actor) -> None:
    if actor.has(Role.CUSTOMER) != (channel is ConsentChannel.APP):
        raise Invalid("channel_of_customers", path=("input", "channel"))


def _expect_present(wanted: list[ConsentPurpose], versions: Mapping[ConsentPurpose, int]) -> None:
    for each in wanted:
        if versions.get(each, present_text(each).version) != present_text(each).version:
            raise ConsentTextOutdated(purpose=each, path=("input", "consents"))


async def _add(
    row: Customer, purpose: ConsentPurpose, channel: ConsentChannel, language: Language, actor: Actor
) -> None:
    await Consent.create(
        customer_id=row.id,
        partner_id=row.partner_id,
        purpose=purpose,
        text_version=present_text(purpose).version,
        language=language,
        channel=channel,
        taken_by=actor.label,
    )


async def withdraw(
    customer_id: UUID, *, purpose: ConsentPurpose, reason: str | None = None, actor: Actor
) -> None:
    """Takes a consent back, for the time to come; no reason is asked for, and what was done before stands.

    A check of the identity that is under way is called off with the consent to it.

    Raises: Forbidden, NotFound; NoConsent when there is none. Source: PIPL Art. 15, 16.
    """
    if not actor.has(*TAKERS):
        raise Forbidden(permission="consent:withdraw")
    async with transaction():
        row = await lock_visible(Customer, CUSTOMER, customer_id, actor)
        live = await Consent.filter(customer_id=row.id, purpose=purpose, withdrawn_at=None).order_by("id")
        if not live:
            raise NoConsent(purpose=purpose, path=("input", "purpose"))
        for each in live:
            each.withdrawn_at, each.withdrawn_by, each.withdrawal_reason = clock.now(), actor.label, reason
            await each.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
        after: dict[str, object] = {"purpose": purpose}
        await record(
            "customer:withdraw_consent", Subject(SubjectKind.CUSTOMER, row.id), actor, after=after, reason=reason
        )
        if purpose is ConsentPurpose.IDENTITY_CHECK and row.identity_state is IdentityState.CHECKING:
            await _call_off(row, actor)


async def _call_off(row: Customer, actor: Actor) -> None:
    """Ends a check that may not go on; whoever waits for its result is told that there will be none."""
    row.identity_state, row.identity_checked_at = IdentityState.UNVERIFIED, None
    await save_changes(row, "identity_state", "identity_checked_at")
    subject, scope = Subject(SubjectKind.CUSTOMER, row.id), Scope(row.id, row.partner_id)
    await enqueue(IdentityChecked(row.id), actor=actor, subject=subject, scope=scope)

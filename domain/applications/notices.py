"""How applications speaks to the applicant, to the seller and to underwriters, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.applications.locks import subject_of
from domain.applications.models import Application
from domain.applications.reading import APPLICATION
from domain.customers.contacts import recipient_of
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.subject import Scope
from domain.notifications.outbox import notify
from domain.partners.announcing import News, announce
from domain.partners.terms import WebhookEvent
from domain.service_levels.clocks import Matter
from domain.staff.contacts import in_charge
from domain.staff.letters import write_to_staff
from domain.staff.models import Staff


def scope_of(application: Application) -> Scope:
    """Whom the application concerns."""
    return Scope(customer_id=application.customer_id, partner_id=application.partner_id)


def waiting(application: Application) -> Matter:
    """What is promised to an applicant is measured by."""
    return Matter(subject_of(application), scope_of(application))


async def tell_applicant(application: Application, template: str, actor: Actor, **parameters: str) -> None:
    """Notifies the applicant, in the current transaction."""
    await notify(
        template=template,
        recipient=await recipient_of(application.customer_id),
        parameters={"application_number": application.application_number, **parameters},
        subject=subject_of(application),
        scope=scope_of(application),
        actor=actor,
    )


async def tell_underwriters(application: Application, actor: Actor) -> None:
    """Tells all underwriters that an application waits for one of them."""
    people = await in_charge(None, Role.UNDERWRITER)
    await _tell_staff(application, people, "APPLICATION_REFERRED_TO_YOU", actor)


async def tell_seller(application: Application, actor: Actor, *, outcome: str) -> None:
    """Tells the member of staff who sold it what came of it; a partner's system is told that it was decided."""
    number = application.application_number
    news = News(
        subject_of(application), public_id(APPLICATION.prefix, application.id), number, application.partner_id
    )
    await announce(WebhookEvent.APPLICATION_DECIDED, news, actor=actor)
    if application.seller_id is not None:
        sellers = await Staff.filter(id=application.seller_id, active=True)
        await _tell_staff(application, sellers, "APPLICATION_DECIDED", actor, outcome=outcome)


async def _tell_staff(
    application: Application, people: Iterable[Staff], template: str, actor: Actor, **parameters: str
) -> None:
    await write_to_staff(
        people,
        template=template,
        parameters={"application_number": application.application_number, **parameters},
        subject=subject_of(application),
        actor=actor,
    )

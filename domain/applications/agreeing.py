"""The applicant agrees to other terms: to the higher premium, or to a guarantee where that was offered instead."""

from __future__ import annotations

from uuid import UUID

from domain.applications.deciding import accepted
from domain.applications.locks import take
from domain.applications.models import Application
from domain.applications.refusals import GuaranteeNotOffered, OwnSale
from domain.applications.terms import ApplicationAction, OfferChoice
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import Invalid


async def agree(
    application_id: UUID,
    *,
    choice: OfferChoice,
    guarantor_name: str | None = None,
    expected_version: int,
    actor: Actor,
) -> Application:
    """Agrees to what was offered; with a guarantee the premium stays as it was priced.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, TermsOver; OwnSale for who offered it; GuaranteeNotOffered;
    Invalid for a guarantee without the guarantor's name, or a name without one; DeviceCovered.
    """
    async with transaction():
        found = await take(application_id, ApplicationAction.AGREE, expected_version=expected_version, actor=actor)
        application = found.application
        if actor.staff_id is not None and actor.staff_id == application.decided_by:
            raise OwnSale
        _check(application, choice, guarantor_name)
        if choice is OfferChoice.SURCHARGE:
            application.premium_minor = application.offered_premium_minor
        application.choice, application.guarantor_name = choice, guarantor_name
        await accepted(application, actor)
        await found.write(
            "premium_minor", "choice", "guarantor_name", "expires_on", actor=actor, choice=choice,
            premium_minor=application.premium_minor,
        )  # fmt: skip
    return application


def _check(application: Application, choice: OfferChoice, guarantor_name: str | None) -> None:
    if choice is OfferChoice.GUARANTEE and not application.guarantee_offered:
        raise GuaranteeNotOffered(path=("input", "choice"))
    if choice is OfferChoice.GUARANTEE and guarantor_name is None:
        raise Invalid("required", path=("input", "guarantorName"))
    if choice is OfferChoice.SURCHARGE and guarantor_name is not None:
        raise Invalid("one_of", OfferChoice.GUARANTEE, path=("input", "choice"))

"""Drawing what is not insured to the applicant's attention, and keeping that it was (说明义务)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.applications.locks import take
from domain.applications.models import Application, Disclosure
from domain.applications.refusals import NoSuchExclusion
from domain.applications.terms import ApplicationAction, DisclosureChannel
from domain.customers.terms import Language
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Refusal, refuse_all
from domain.products.models import ProductExclusion


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown to an applicant: exclusions by their codes, in which language and how."""

    codes: Sequence[str]
    language: Language
    channel: DisclosureChannel


async def disclose(application_id: UUID, *, shown: Shown, expected_version: int, actor: Actor) -> Application:
    """Keeps that exclusions were shown and understood, in the words in which they stand today; each once.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Refusals with each NoSuchExclusion.
    Source: Insurance Law Art. 17.
    """
    async with transaction():
        found = await take(application_id, ApplicationAction.DISCLOSE, expected_version=expected_version, actor=actor)
        application = found.application
        excluded = {each.code: each for each in await exclusions_of(application)}
        unknown: list[Refusal] = [
            NoSuchExclusion(code, path=("input", "exclusions")) for code in shown.codes if code not in excluded
        ]
        refuse_all(unknown)
        known = await shown_codes(application)
        new = [excluded[code] for code in dict.fromkeys(shown.codes) if code not in known]
        await Disclosure.bulk_create(_evidence(application, each, shown, actor) for each in new)
        codes = [each.code for each in new]
        await found.write(actor=actor, exclusions=codes, language=shown.language, channel=shown.channel)
    return application


async def exclusions_of(application: Application) -> list[ProductExclusion]:
    """What the product that is applied for excludes."""
    return await ProductExclusion.filter(product_version_id=application.product_version_id).order_by("code")


async def shown_codes(application: Application) -> set[str]:
    """Which exclusions of the product that is applied for were shown."""
    rows = Disclosure.filter(application_id=application.id, product_version_id=application.product_version_id)
    return {each.code for each in await rows}


def _evidence(application: Application, exclusion: ProductExclusion, shown: Shown, actor: Actor) -> Disclosure:
    return Disclosure(
        id=new_id(),
        application_id=application.id,
        customer_id=application.customer_id,
        partner_id=application.partner_id,
        seller_id=application.seller_id,
        product_version_id=application.product_version_id,
        code=exclusion.code,
        text=exclusion.text_zh if shown.language is Language.ZH else exclusion.text_en,
        level=exclusion.disclosure,
        language=shown.language,
        channel=shown.channel,
        shown_by=actor.label,
    )

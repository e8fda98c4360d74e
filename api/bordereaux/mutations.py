"""Changes of bordereaux: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.bordereaux.inputs import (
    BordereauAcknowledgeInput,
    BordereauGenerateInput,
    BordereauRejectInput,
    BordereauSubmitInput,
)
from api.bordereaux.types import Bordereau
from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from domain.access.terms import ApiScope
from domain.bordereaux import answering, opening
from domain.bordereaux.lifecycle import BORDEREAU_LIFECYCLE
from domain.bordereaux.premiums import PREMIUMS
from domain.bordereaux.reading import BORDEREAU
from domain.bordereaux.terms import BordereauAction
from domain.kernel.actor import Actor
from domain.kernel.money import Currency
from domain.partners.reading import PARTNER


@change(*takers(BORDEREAU_LIFECYCLE, BordereauAction.REOPEN), bordereau=Bordereau)
async def bordereau_generate(given: BordereauGenerateInput, actor: Actor) -> Changed:
    """Has the bordereau of a partner's month made 生成保费清单 by a job: `bordereau.job` tells how far it is.

    One whose totals are not the ledger's is made anew, and after a rejection another one is made.
    """
    bordereau = await opening.generate(
        PREMIUMS,
        row_id(PARTNER.prefix, given.partner_id),
        month=given.month,
        currency=value_of(given.currency) or Currency.CNY,
        actor=actor,
    )
    return changed(bordereau=bordereau.id)


@change(*takers(BORDEREAU_LIFECYCLE, BordereauAction.SUBMIT), bordereau=Bordereau)
async def bordereau_submit(given: BordereauSubmitInput, actor: Actor) -> Changed:
    """Hands a bordereau whose totals are the ledger's to its partner 提交保费清单, who reads it from now on."""
    bordereau = await answering.submit(
        PREMIUMS, row_id(BORDEREAU.prefix, given.bordereau_id), expected_version=given.expected_version, actor=actor
    )
    return changed(bordereau=bordereau.id)


@change(*takers(BORDEREAU_LIFECYCLE, BordereauAction.ACKNOWLEDGE), scope=ApiScope.SELL, bordereau=Bordereau)
async def bordereau_acknowledge(given: BordereauAcknowledgeInput, actor: Actor) -> Changed:
    """Agrees to a bordereau 确认保费清单."""
    bordereau = await answering.acknowledge(
        PREMIUMS, row_id(BORDEREAU.prefix, given.bordereau_id), expected_version=given.expected_version, actor=actor
    )
    return changed(bordereau=bordereau.id)


@change(*takers(BORDEREAU_LIFECYCLE, BordereauAction.REJECT), scope=ApiScope.SELL, bordereau=Bordereau)
async def bordereau_reject(given: BordereauRejectInput, actor: Actor) -> Changed:
    """Does not agree to a bordereau 退回保费清单, for good; finance may have another one made for its month."""
    bordereau = await answering.reject(
        PREMIUMS,
        row_id(BORDEREAU.prefix, given.bordereau_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(bordereau=bordereau.id)


@strawberry.type
class BordereauxMutations:
    """Changes of bordereaux."""

    bordereau_generate = bordereau_generate
    bordereau_submit = bordereau_submit
    bordereau_acknowledge = bordereau_acknowledge
    bordereau_reject = bordereau_reject

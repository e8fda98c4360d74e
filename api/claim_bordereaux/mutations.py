"""Changes of claims bordereaux: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.claim_bordereaux.inputs import (
    ClaimBordereauAcknowledgeInput,
    ClaimBordereauGenerateInput,
    ClaimBordereauRejectInput,
    ClaimBordereauSubmitInput,
)
from api.claim_bordereaux.types import ClaimBordereau
from api.inputs import row_id, value_of
from domain.access.terms import ApiScope
from domain.bordereaux import answering, opening
from domain.bordereaux.terms import BordereauAction
from domain.claim_bordereaux.claims import CLAIMS
from domain.claim_bordereaux.lifecycle import CLAIM_BORDEREAU_LIFECYCLE
from domain.claim_bordereaux.reading import CLAIM_BORDEREAU
from domain.kernel.actor import Actor
from domain.kernel.money import Currency
from domain.partners.reading import PARTNER


@change(*takers(CLAIM_BORDEREAU_LIFECYCLE, BordereauAction.REOPEN), bordereau=ClaimBordereau)
async def claim_bordereau_generate(given: ClaimBordereauGenerateInput, actor: Actor) -> Changed:
    """Has the claims bordereau of a partner's month made 生成理赔清单 by a job: `bordereau.job` tells how far it is.

    One whose totals are not the ledger's is made anew, and after a rejection another one is made.
    """
    bordereau = await opening.generate(
        CLAIMS,
        row_id(PARTNER.prefix, given.partner_id),
        month=given.month,
        currency=value_of(given.currency) or Currency.CNY,
        actor=actor,
    )
    return changed(bordereau=bordereau.id)


@change(*takers(CLAIM_BORDEREAU_LIFECYCLE, BordereauAction.SUBMIT), bordereau=ClaimBordereau)
async def claim_bordereau_submit(given: ClaimBordereauSubmitInput, actor: Actor) -> Changed:
    """Hands a claims bordereau whose totals are the ledger's to its partner 提交理赔清单, who reads it from now on."""
    bordereau = await answering.submit(
        CLAIMS,
        row_id(CLAIM_BORDEREAU.prefix, given.claim_bordereau_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(bordereau=bordereau.id)


@change(*takers(CLAIM_BORDEREAU_LIFECYCLE, BordereauAction.ACKNOWLEDGE), scope=ApiScope.SELL, bordereau=ClaimBordereau)
async def claim_bordereau_acknowledge(given: ClaimBordereauAcknowledgeInput, actor: Actor) -> Changed:
    """Agrees to a claims bordereau 确认理赔清单."""
    bordereau = await answering.acknowledge(
        CLAIMS,
        row_id(CLAIM_BORDEREAU.prefix, given.claim_bordereau_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(bordereau=bordereau.id)


@change(*takers(CLAIM_BORDEREAU_LIFECYCLE, BordereauAction.REJECT), scope=ApiScope.SELL, bordereau=ClaimBordereau)
async def claim_bordereau_reject(given: ClaimBordereauRejectInput, actor: Actor) -> Changed:
    """Does not agree to a claims bordereau 退回理赔清单, for good; finance may have another one made for its month."""
    bordereau = await answering.reject(
        CLAIMS,
        row_id(CLAIM_BORDEREAU.prefix, given.claim_bordereau_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(bordereau=bordereau.id)


@strawberry.type
class ClaimBordereauxMutations:
    """Changes of claims bordereaux."""

    claim_bordereau_generate = claim_bordereau_generate
    claim_bordereau_submit = claim_bordereau_submit
    claim_bordereau_acknowledge = claim_bordereau_acknowledge
    claim_bordereau_reject = claim_bordereau_reject

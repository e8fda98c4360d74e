"""Claims bordereaux through the schema, as each kind of caller."""

from __future__ import annotations

from typing import Any

from domain.claim_bordereaux.models import ClaimBordereau
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from gateways.store import FolderStore
from tests.face.conftest import Face
from tests.face.inputs import document
from tests.factories.bordereaux import month_ago
from tests.factories.claim_bordereaux import claims_submitted, claims_written
from tests.factories.insured import insured, staff

LIST = """{claimBordereaux(first: 5) {totalCount nodes {
  bordereauNumber month state availableActions lineCount paid {amount} recovered {amount} paidDifference {amount}
  csvLink
}}}"""


def given(row: ClaimBordereau, **more: Any) -> dict[str, Any]:
    return {"claimBordereauId": public_id("cbx", row.id), "expectedVersion": row.version, **more}


async def done(face: Face, name: str, actor: Actor, input_: dict[str, Any]) -> None:
    assert (await face.data(document(name), actor, input=input_))[name] == {"errors": []}


async def test_finance_makes_and_hands_over_and_the_partner_agrees(face: Face, store: FolderStore) -> None:
    covered, finance = await insured(), await staff(Role.FINANCE)
    wanted = {"partnerId": public_id("par", covered.partner_id), "month": month_ago(2).isoformat()}
    await done(face, "claimBordereauGenerate", finance, wanted)
    row = await claims_written(covered.partner_id, store=store)
    assert (await face.data(LIST, covered.partner))["claimBordereaux"]["totalCount"] == 0
    await done(face, "claimBordereauSubmit", finance, given(row))
    (shown,) = (await face.data(LIST, covered.partner))["claimBordereaux"]["nodes"]
    assert (shown["state"], shown["availableActions"]) == ("SUBMITTED", ["ACKNOWLEDGE", "REJECT"])
    assert shown["csvLink"] is not None
    await done(face, "claimBordereauAcknowledge", covered.partner, given(await ClaimBordereau.get(id=row.id)))
    other = await claims_submitted(covered.partner_id, month_ago(3))
    await done(face, "claimBordereauReject", covered.partner, given(other, reason="one is missing"))


async def test_customers_and_other_partners_see_none(face: Face) -> None:
    covered = await insured()
    await claims_submitted(covered.partner_id)
    for actor in (covered.customer, (await insured()).partner, Actor.anonymous(), await staff(Role.CLAIMS_HANDLER)):
        assert (await face.data(LIST, actor))["claimBordereaux"]["totalCount"] == 0

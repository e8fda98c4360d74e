"""Webhooks through the schema: who may keep endpoints, what is told once, and who reads what was told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.partners import delivering
from domain.partners.models import WebhookDelivery, WebhookEndpoint
from domain.partners.reading import WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from tests.face.conftest import Face
from tests.factories.insured import OFFICE, partner_with_a_book, sold, staff
from tests.factories.readers import rows_seen
from tests.factories.webhooks import URL, Answers, called_at

ADD = """
mutation Add($input: WebhookAddInput!) {
  webhookAdd(input: $input) { secret endpoint { id url events active version partner { code } } errors { code path } }
}
"""
ROTATE = """
mutation Rotate($input: WebhookRotateSecretInput!) {
  webhookRotateSecret(input: $input) { secret endpoint { version formerUntil } errors { code } }
}
"""
REMOVE = """
mutation Remove($input: WebhookRemoveInput!) {
  webhookRemove(input: $input) { endpoint { active version } errors { code message } }
}
"""
TOLD = """
{ webhookEndpoints(first: 5) { totalCount nodes { id deliveries(first: 5, where: {state: {eq: QUEUED}}) {
  totalCount nodes { id event state attempts lastStatus lastFault subjectKind subject { id } endpoint { url } }
} } } }
"""


async def others() -> list[Actor]:
    """Those of the five callers who may not, of whom the partner may but sees only its own."""
    return [
        Actor.anonymous(), Actor(frozenset({Role.CUSTOMER}), customer_id=uuid4()),
        Actor(frozenset({Role.REPAIRER}), partner_id=uuid4()), await staff(Role.CUSTOMER_SERVICE),
    ]  # fmt: skip


def of_endpoint(row: WebhookEndpoint, **changes: Any) -> dict[str, Any]:
    return {"endpointId": public_id("whk", row.id), "reason": "yearly", "expectedVersion": row.version, **changes}


async def test_the_partner_itself_and_administration_add_an_endpoint(face: Face) -> None:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    given = {"partnerId": public_id("par", partner.partner_id), "url": URL, "events": ["POLICY_ISSUED"]}
    for actor in await others():
        assert await face.codes(ADD, actor, input=given) == ["FORBIDDEN"]
    stranger = (await face.data(ADD, await partner_with_a_book(), input=given))["webhookAdd"]
    assert stranger["errors"] == [{"code": "NOT_FOUND", "path": None}]
    for actor in (partner, await staff(Role.ADMIN)):
        done = (await face.data(ADD, actor, input=given))["webhookAdd"]
        assert (done["errors"], done["secret"][:6], done["endpoint"]["events"]) == ([], "whsec_", ["POLICY_ISSUED"])
        assert (done["endpoint"]["url"], done["endpoint"]["active"], done["endpoint"]["version"]) == (URL, True, 1)
    wrong = (await face.data(ADD, partner, input=given | {"url": "https://10.0.0.1/"}))["webhookAdd"]
    assert (wrong["secret"], wrong["endpoint"]) == (None, None)
    assert wrong["errors"] == [{"code": "VALIDATION", "path": ["input", "url"]}]


@pytest.mark.parametrize(("text", "name"), [(ROTATE, "webhookRotateSecret"), (REMOVE, "webhookRemove")])
async def test_who_may_add_may_change_and_sees_only_its_own(face: Face, text: str, name: str) -> None:
    partner = await partner_with_a_book()
    row = WebhookEndpoint()
    for actor in (partner, await staff(Role.ADMIN)):
        row = await WebhookEndpoint.get(id=(await called_at(partner)).endpoint_id)
        for other in await others():
            assert await face.codes(text, other, input=of_endpoint(row)) == ["FORBIDDEN"]
        unseen = (await face.data(text, await partner_with_a_book(), input=of_endpoint(row)))[name]
        assert [each["code"] for each in unseen["errors"]] == ["NOT_FOUND"]
        stale = (await face.data(text, actor, input=of_endpoint(row, expectedVersion=7)))[name]
        assert [each["code"] for each in stale["errors"]] == ["CONFLICT"]
        done = (await face.data(text, actor, input=of_endpoint(row)))[name]
        assert (done["errors"], done["endpoint"]["version"]) == ([], 2)
        assert done.get("secret", "whsec_").startswith("whsec_")
    again = await face.data(REMOVE, partner, input=of_endpoint(row, expectedVersion=2))
    codes = [each["code"] for each in again["webhookRemove"]["errors"]]
    assert codes == (["WEBHOOK_REMOVED"] if name == "webhookRemove" else [])


async def test_a_partner_and_administration_read_what_was_told_in_one_statement(face: Face) -> None:
    partner = await partner_with_a_book()
    await called_at(partner)
    policy = await sold(partner=partner)
    row = await WebhookDelivery.get()
    await delivering.deliver(row.id, sender=Answers(503), actor=OFFICE)
    (endpoint,) = (await face.data(TOLD, partner))["webhookEndpoints"]["nodes"]
    assert endpoint["deliveries"] == {"totalCount": 1, "nodes": [{
        "id": public_id("whd", row.id), "event": "POLICY_ISSUED", "state": "QUEUED", "attempts": 1, "lastStatus": 503,
        "lastFault": "STATUS", "subjectKind": "POLICY", "subject": {"id": public_id("pol", policy.id)},
        "endpoint": {"url": URL},
    }]}  # fmt: skip
    assert await face.statements(TOLD, partner) == 1
    admin = (await face.data(TOLD, await staff(Role.ADMIN)))["webhookEndpoints"]
    assert admin["nodes"][0]["deliveries"]["nodes"][0]["subject"] is None  # business data is not administration's
    assert (await face.data(TOLD, await partner_with_a_book()))["webhookEndpoints"]["totalCount"] == 0


@pytest.mark.parametrize("entity", [WEBHOOK_ENDPOINT, WEBHOOK_DELIVERY], ids=["endpoint", "delivery"])
async def test_nobody_else_reads_them_and_nobody_a_secret(database: str, entity: Any) -> None:
    partner = await partner_with_a_book()
    told = await called_at(partner)
    await sold(partner=partner)
    for role in sorted(set(Role) - {Role.PARTNER, Role.ADMIN, Role.SYSTEM}):
        assert await rows_seen(entity, Actor(frozenset({role}), staff_id=uuid4(), customer_id=uuid4())) == []
    assert await rows_seen(entity, await partner_with_a_book()) == []
    (seen,) = await rows_seen(entity, partner)
    assert seen == (await rows_seen(entity, await staff(Role.ADMIN)))[0]
    assert told.secret not in str(seen) and not any("secret" in name or "sealed" in name for name in seen)

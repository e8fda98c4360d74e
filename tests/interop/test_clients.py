"""Other people's clients and audits against the API as it runs; they need Node, which pip installs."""

from __future__ import annotations

import pytest

from domain.access.passwords import set_password
from domain.kernel.actor import Actor, Role
from domain.staff.models import Staff
from tests.factories.claims import claim_notified
from tests.factories.insured import staff
from tests.interop.tools import Node

pytestmark = pytest.mark.interop
PASSWORD = "a password of tests"


def test_every_audit_of_graphql_over_http_is_ok(node: Node, url: str) -> None:
    told = node.told("audit.mjs", url)
    assert told["found"] == []
    assert told["count"] == 61


async def test_urql_and_apollo_sign_in_list_and_understand_what_is_refused(
    node: Node, url: str, database: str
) -> None:
    for _ in range(3):
        await claim_notified()
    handler = await staff(Role.CLAIMS_HANDLER)
    assert handler.staff_id is not None
    await set_password(handler.staff_id, password=PASSWORD, actor=Actor.system("test"))
    person = await Staff.get(id=handler.staff_id)
    told = node.told("clients.mjs", url, person.email, PASSWORD)
    for client in ("urql", "apollo"):
        assert told[client] == {
            "nodes": 2,
            "refused": [{"__typename": "NotFoundError", "code": "NOT_FOUND"}],
            "wrong": ["BAD_USER_INPUT"],
        }, client

"""First notices through the schema, as each kind of caller."""

from __future__ import annotations

from typing import Any

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.policies.models import Policy
from tests.face.conftest import Face, face, untouched
from tests.factories.insured import insured, staff

__all__ = ["face"]

pytestmark = pytest.mark.usefixtures("database")
NOTICE = "firstNotice {id version state place duplicateOf {claimNumber} availableActions}"
MINE = "{firstNotices(first: 5, where: {state: {eq: DRAFT}}) {totalCount nodes {id cause serialNumber version}}}"
URGENT = """{claims(first: 5, orderBy: {by: URGENCY, direction: ASC}) {nodes {
  claimNumber emergency firstNotices {id}}}}"""


def mutation(name: str, shown: str = NOTICE) -> str:
    kind = name[0].upper() + name[1:]
    return f"mutation($input: {kind}Input!) {{{name}(input: $input) {{{shown} errors {{code path}}}}}}"


async def done(face: Face, name: str, actor: Actor, given: dict[str, Any], shown: str = NOTICE) -> dict[str, Any]:
    answered: dict[str, Any] = (await face.data(mutation(name, shown), actor, input=given))[name]
    return answered


async def test_a_customer_begins_on_one_device_and_submits_on_another(face: Face) -> None:
    covered = await insured()
    serial = (await Policy.get(id=covered.policy_id)).serial_number
    begun = await done(face, "firstNoticeBegin", covered.customer, {"serialNumber": serial.lower()})
    assert begun["errors"] == []
    (left,) = (await face.data(MINE, covered.customer))["firstNotices"]["nodes"]
    assert left == {"id": begun["firstNotice"]["id"], "cause": None, "serialNumber": serial, "version": 1}
    parts = {"cause": "DROP", "place": "at home", "lossOn": clock.today().isoformat(), "emergency": "DISASTER"}
    given = {"firstNoticeId": left["id"], "expectedVersion": 1, "parts": parts}
    filled = await done(face, "firstNoticeUpdate", covered.customer, given)
    assert (filled["firstNotice"]["place"], filled["firstNotice"]["version"]) == ("at home", 2)
    given = {"firstNoticeId": left["id"], "expectedVersion": 2}
    missing = await done(face, "firstNoticeSubmit", covered.customer, given)
    assert missing["firstNotice"] is None
    assert [each["path"] for each in missing["errors"]] == [
        ["input", "parts", "description"], ["input", "parts", "claimed"],
    ]  # fmt: skip
    given["parts"] = {"description": "It slipped.", "claimed": {"amount": "900.00"}}
    submitted = await done(
        face, "firstNoticeSubmit", covered.customer, given, NOTICE + " claim {claimNumber emergency state}"
    )
    assert submitted["claim"]["state"] == "NOTIFIED"
    assert submitted["firstNotice"]["availableActions"] == []
    (first,) = (await face.data(URGENT, await staff(Role.CLAIMS_HANDLER)))["claims"]["nodes"]
    assert first == {"claimNumber": submitted["claim"]["claimNumber"], "emergency": "DISASTER", "firstNotices": []}


async def test_one_that_is_given_up_is_listed_no_more_and_submitted_no_more(face: Face) -> None:
    covered = await insured()
    begun = await done(
        face, "firstNoticeBegin", covered.partner, {"policyId": public_id("pol", covered.policy_id)}
    )
    given = {"firstNoticeId": begun["firstNotice"]["id"], "expectedVersion": 1}
    assert (await done(face, "firstNoticeAbandon", covered.partner, given))["firstNotice"]["state"] == "ABANDONED"
    assert (await face.data(MINE, covered.partner))["firstNotices"]["totalCount"] == 0
    given["expectedVersion"] = 2
    refused = await done(face, "firstNoticeSubmit", covered.partner, given)
    assert [each["code"] for each in refused["errors"]] == ["ILLEGAL_STATE"]


async def test_each_caller_sees_what_is_to_be_seen_of_it(face: Face) -> None:
    covered, other = await insured(), await insured()
    begun = await done(face, "firstNoticeBegin", covered.customer, {"policyId": public_id("pol", covered.policy_id)})
    given = {"firstNoticeId": begun["firstNotice"]["id"], "expectedVersion": 1, "parts": {"place": "x"}}
    for stranger in (other.customer, covered.partner):
        async with untouched():
            refused = await done(face, "firstNoticeUpdate", stranger, given)
            assert [each["code"] for each in refused["errors"]] == ["NOT_FOUND"]
            assert (await face.data(MINE, stranger))["firstNotices"]["totalCount"] == 0
    service = await staff(Role.CUSTOMER_SERVICE)
    assert (await face.data(MINE, service))["firstNotices"]["totalCount"] == 1
    assert (await done(face, "firstNoticeUpdate", service, given))["errors"] == []

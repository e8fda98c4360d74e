"""Selling, reading and taking back through the schema, as each kind of caller."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.policies.models import Policy
from tests.face.conftest import Face
from tests.factories.insured import Insured, insured, partner_with_a_book, staff, version_on_sale

REGISTER = """
mutation Sell($input: PolicyRegisterInput!) {
  policyRegister(input: $input) {
    policy {
      id policyNumber state premium { amount currency } statuses device { serialNumber price { amount } warrantyUntil }
      covers { peril live limit { amount } } customer { fullName phone } productVersion { months } commission { amount }
    }
    errors { __typename code path message }
  }
}
"""
CANCEL = """
mutation TakeBack($input: PolicyCancelInput!) {
  policyCancel(input: $input) {
    policy { state refund { amount } availableActions version notifications { template } }
    errors { __typename code path }
  }
}
"""
ONE = "query One($by: PolicyBy!) { policy(by: $by) { id policyNumber loss: lossReported } }"
LIST = """
query Book($where: PolicyWhere, $by: PolicyOrderBy = ISSUED_AT) {
  policies(first: 10, where: $where, orderBy: {by: $by, direction: DESC}) {
    totalCount
    nodes {
      policyNumber customer { fullName policies(first: 2) { nodes { id } } } partner { code }
      claims(first: 5) { nodes { claimNumber } } covers { peril policy { id } } reminders { daysBefore }
    }
  }
}
"""


def sale(version_id: Any, **changes: Any) -> dict[str, Any]:
    return {
        "productVersionId": public_id("pvn", version_id),
        "device": {
            "category": "PHONE", "brand": "Acme", "model": "One", "serialNumber": f"sn{uuid4().hex[:12]}",
            "purchasedOn": clock.today().isoformat(), "price": {"amount": "3000.00"}, **changes.pop("device", {}),
        },
        "customer": {"fullName": "Li Si", "phone": "13812345678", "mail": "li@example.com"},
        **changes,
    }  # fmt: skip


async def test_a_partner_sells_and_reads_what_it_sold_in_the_answer(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    answer = await face.data(REGISTER, partner, input=sale(version_id, device={"serialNumber": "sn42"}))
    policy = answer["policyRegister"]["policy"]
    assert answer["policyRegister"]["errors"] == []
    assert (policy["state"], policy["premium"]) == ("IN_FORCE", {"amount": "180.00", "currency": "CNY"})
    assert policy["device"] == {"serialNumber": "SN42", "price": {"amount": "3000.00"}, "warrantyUntil": None}
    assert {cover["peril"] for cover in policy["covers"]} == {"DROP", "SCREEN", "LIQUID", "THEFT", "BREAKDOWN"}
    assert policy["customer"] == {"fullName": "L**", "phone": "138****5678"}
    assert (policy["productVersion"]["months"], policy["commission"]["amount"]) == (12, "16.98")


async def test_what_breaks_a_bound_is_refused_with_its_path_before_anything_is_sold(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    asked = sale(version_id, device={"brand": "x" * 61, "serialNumber": "x" * 41, "price": {"amount": "1.001"}})
    answer = (await face.data(REGISTER, partner, input=asked))["policyRegister"]
    assert answer["policy"] is None
    assert {(error["__typename"], error["path"][-1]) for error in answer["errors"]} == {
        ("ValidationError", "brand"), ("ValidationError", "serialNumber"), ("ValidationError", "amount"),
    }  # fmt: skip
    assert await Policy.all().count() == 0


async def test_a_refused_sale_names_its_code_and_the_input_at_fault(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    taken = sale(version_id, device={"serialNumber": "SN7"})
    await face.data(REGISTER, partner, input=taken)
    for asked, code, path in (
        (taken, "DEVICE_COVERED", ["input", "device", "serialNumber"]),
        (sale(version_id, device={"category": "WATCH"}), "NOT_RATED", None),
        (sale(uuid4()), "NOT_FOUND", None),
        (sale(version_id, productVersionId="nonsense"), "NOT_FOUND", None),
        (sale(version_id, partnerId=public_id("par", uuid4())), "NOT_FOUND", None),
    ):
        answer = (await face.data(REGISTER, partner, input=asked))["policyRegister"]
        assert [(error["code"], error["path"]) for error in answer["errors"]] == [(code, path)]
    assert await Policy.all().count() == 1


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.CUSTOMER, Role.UNDERWRITER, Role.ADMIN])
async def test_who_does_not_sell_is_refused_before_the_verb(face: Face, role: Role) -> None:
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in {Role.UNDERWRITER, Role.ADMIN} else None)
    assert await face.codes(REGISTER, actor, input=sale(uuid4())) == ["FORBIDDEN"]


async def test_a_policy_is_found_by_id_and_by_number_by_whoever_sees_it(face: Face) -> None:
    covered, stranger = await insured(), await insured()
    policy = await Policy.get(id=covered.policy_id)
    by_id, by_number = {"id": public_id("pol", policy.id)}, {"number": policy.policy_number}
    for actor in (covered.customer, covered.partner, await staff(Role.CUSTOMER_SERVICE)):
        for by in (by_id, by_number):
            found = (await face.data(ONE, actor, by=by))["policy"]
            assert found == {"id": by_id["id"], "policyNumber": policy.policy_number, "loss": False}
    for actor in (stranger.customer, stranger.partner, await staff(Role.HR), Actor.anonymous()):
        for by in (by_id, by_number, {"number": "PL0"}, {"id": "pol_1"}):
            assert (await face.data(ONE, actor, by=by))["policy"] is None


@pytest.mark.parametrize("by", ["ISSUED_AT", "RECORDED"])
async def test_a_list_with_everything_below_it_costs_one_statement(face: Face, by: str) -> None:
    covered = await insured()
    await insured()
    policy = await Policy.get(id=covered.policy_id)
    compliance = await staff(Role.COMPLIANCE)
    assert await face.statements(LIST, compliance, by=by) == 1
    assert (await face.data(LIST, compliance, by=by))["policies"]["totalCount"] == 2
    for where in (
        {"policyNumber": {"eq": policy.policy_number}},
        {"serialNumber": {"in": [policy.serial_number, "other"]}},
        {"customerId": {"eq": public_id("cus", policy.customer_id)}, "state": {"eq": "IN_FORCE"}},
        {"partnerId": {"eq": public_id("par", policy.partner_id)}, "issuedAt": {"since": "2020-01-01T00:00:00Z"}},
    ):
        found = (await face.data(LIST, compliance, by=by, where=where))["policies"]["nodes"]
        assert [row["policyNumber"] for row in found] == [policy.policy_number]
    assert (await face.data(LIST, covered.partner, by=by))["policies"]["totalCount"] == 1


async def test_a_customer_may_not_ask_for_the_commission(face: Face) -> None:
    covered = await insured()
    text = "query Mine { policies { nodes { commission { amount } } } }"
    assert await face.codes(text, covered.customer) == ["FORBIDDEN"]
    assert (await face.data(text, covered.partner))["policies"]["nodes"] == [{"commission": {"amount": "16.98"}}]


async def test_the_customer_takes_a_policy_back_and_reads_what_became_of_it(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    await face.data(REGISTER, partner, input=sale(version_id))
    policy = await Policy.get()
    covered = Insured(policy.id, policy.customer_id, policy.partner_id)
    asked = {"policyId": public_id("pol", policy.id), "reason": "changed my mind", "expectedVersion": 1}
    for expected, code in (({**asked, "expectedVersion": 9}, "CONFLICT"), ({**asked, "reason": " "}, "VALIDATION")):
        answer = (await face.data(CANCEL, covered.customer, input=expected))["policyCancel"]
        assert [error["code"] for error in answer["errors"]] == [code]
    stranger = (await face.data(CANCEL, (await insured()).customer, input=asked))["policyCancel"]
    assert [error["code"] for error in stranger["errors"]] == ["NOT_FOUND"]
    assert await face.codes(CANCEL, partner, input=asked) == ["FORBIDDEN"]
    done = (await face.data(CANCEL, covered.customer, input=asked))["policyCancel"]
    assert done["errors"] == []
    assert done["policy"]["notifications"] == [{"template": "POLICY_ISSUED"}, {"template": "POLICY_CANCELLED"}]
    assert (done["policy"]["state"], done["policy"]["refund"]["amount"]) == ("CANCELLED", "180.00")
    assert (done["policy"]["availableActions"], done["policy"]["version"]) == ([], 2)

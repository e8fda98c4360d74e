"""The documented operations tell one story: a sale, a loss, its decision and payout, and a complaint about it.

Each is valid, is run by the people it is for, and each query costs one statement.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationType

from api.documents import DocumentStore
from api.schema import SCHEMA
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.kernel.settings import Documents
from domain.staff.models import AuthorityLimit
from domain.staff.terms import AuthorityKind
from tests.face.conftest import Face
from tests.factories.insured import handler, manager, staff

FOLDER = Path(__file__).parents[1] / "operations"
OPERATIONS = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.graphql"))}
CARD = "6222021234567890128"
MASK = "***************0128"
IDENTITY = "11010519491231002X"


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_valid_and_within_the_limits(name: str) -> None:
    document = DocumentStore(SCHEMA._schema, Documents.OPEN).check(OPERATIONS[name])
    assert len(document.operations) == 1


@dataclass
class Story:
    """Runs operations by name and remembers which were run."""

    face: Face
    run: set[str] = field(default_factory=set)

    async def ask(self, name: str, actor: Actor, **variables: Any) -> Any:
        """A query: its one root field, for one statement."""
        self.run.add(name)
        operation = self.face.store.by_text(OPERATIONS[name]).operation(None)
        assert operation.kind is OperationType.QUERY
        before = self.face.reading.statements
        data = await self.face.data(OPERATIONS[name], actor, **variables)
        assert self.face.reading.statements - before == 1, name
        (found,) = data.values()
        return found

    async def change(self, name: str, actor: Actor, /, **given: Any) -> Any:
        """A mutation that is done: the row that it shows."""
        payload = await self.payload(name, actor, **given)
        assert payload["errors"] == [], name
        return next(iter(payload.values()))

    async def payload(self, name: str, actor: Actor, /, **given: Any) -> Any:
        """A mutation's whole payload, for one statement of reading."""
        self.run.add(name)
        before = self.face.reading.statements
        data = await self.face.data(OPERATIONS[name], actor, input=given)
        assert self.face.reading.statements - before == 1, name
        (found,) = data.values()
        return found


async def approver(limit: str) -> Actor:
    """Somebody who may approve payouts up to a limit."""
    found = await staff(Role.FINANCE_APPROVER)
    await AuthorityLimit.create(
        staff_id=found.staff_id,
        kind=AuthorityKind.PAYOUT_APPROVAL,
        limit_minor=Money.of(limit).minor,
        currency=Money.of(limit).currency,
    )
    return found


def terms() -> dict[str, Any]:
    """A year of cover against falls."""
    return {
        "grade": "P2",
        "perClaimLimit": {"amount": "2500.00"},
        "months": 12,
        "baseRate": "0.05",
        "minimumPremium": {"amount": "15.00"},
        "deductible": {"amount": "200.00"},
        "perils": [{"peril": "DROP"}, {"peril": "SCREEN", "limit": {"amount": "800.00"}}],
        "exclusions": [{"code": "5.2", "textZh": "外观损伤", "textEn": "Cosmetic damage"}],
        "relativities": [{"dimension": "category", "key": "PHONE", "factor": "1.2"}],
    }


def device() -> dict[str, Any]:
    """A phone that was bought today."""
    return {
        "category": "PHONE",
        "brand": "Acme",
        "model": "One",
        "serialNumber": "SN0000000001",
        "purchasedOn": clock.today().isoformat(),
        "price": {"amount": "2999.00"},
    }


def policyholder() -> dict[str, Any]:
    """Somebody with everything that may be known."""
    return {
        "fullName": "张三",
        "phone": "13812345678",
        "mail": "zhang@example.com",
        "identityNumber": IDENTITY,
        "address": "上海市浦东新区世纪大道1号",
    }


async def released(story: Story, draft: Any, underwriter: Actor, compliance: Actor) -> None:
    """A draft on its way through the review, sent back once."""
    version: dict[str, Any] = {"productVersionId": draft["id"], "expectedVersion": draft["version"]}

    async def step(name: str, actor: Actor, **given: Any) -> Any:
        found = await story.change(name, actor, **version, **given)
        version["expectedVersion"] = found["version"]
        return found

    assert (await step("product-submit", underwriter))["availableActions"] == []
    back = await step("product-return", compliance, reason="5.2 is vague")
    assert (back["state"], back["reviewFinding"]) == ("DRAFT", "5.2 is vague")
    clearer = {"code": "5.2", "textZh": "仅影响外观的损伤", "textEn": "Damage to the looks only", "disclosure": "KEY"}
    revised = await step("product-revise", underwriter, terms=terms() | {"exclusions": [clearer]})
    assert [each["text"] for each in revised["exclusions"]] == ["Damage to the looks only"]
    await step("product-submit", underwriter)
    assert (await step("product-put-on-sale", compliance, reason="checked"))["state"] == "ON_SALE"


async def sold(story: Story) -> tuple[Actor, Any]:
    """A partner, and the policy that it sold a month ago on a product of these days."""
    underwriter, compliance = await staff(Role.UNDERWRITER), await staff(Role.COMPLIANCE)
    names = {"nameZh": "全保", "nameEn": "Full cover"}
    draft = await story.change(
        "product-draft", underwriter, code="FULL", kind="ACCIDENTAL_DAMAGE", terms=terms(), **names
    )
    await released(story, draft, underwriter, compliance)
    shop = await story.change(
        "partner-introduce", await staff(Role.SALES), code="SHOP", name="数码🧸商店", kind="RETAILER",
        commissionRate="0.1", licenseNumber="31000020260117", licensedUntil="2099-12-31",
    )  # fmt: skip
    agreed = {"partnerId": shop["id"], "productId": draft["product"]["id"], "rate": "0.12", "reason": "first year"}
    today = clock.today().isoformat()
    assert (await story.change("commission-set", underwriter, **agreed, startsOn=today))["rate"] == "0.120000"
    assert shop["name"] == "数码🧸商店"
    partner = Actor(frozenset({Role.PARTNER}), partner_id=own(shop["id"]))
    policy = await story.change(
        "policy-register", partner, productVersionId=draft["id"], device=device(), customer=policyholder()
    )
    assert policy["customer"] | {"id": ""} == {"id": "", "fullName": "张**", "phone": "138****5678"}
    return partner, policy


def own(text: str) -> Any:
    """The row's own id behind a public one."""
    from uuid import UUID  # noqa: PLC0415 - only here

    return UUID(hex=text.split("_")[1])


async def test_the_story_from_the_sale_to_the_reply(face: Face) -> None:
    story = Story(face)
    month_ago = clock.now() - timedelta(days=30)
    with clock.at(month_ago):
        partner, policy = await sold(story)
        customer = Actor(frozenset({Role.CUSTOMER}), customer_id=own(policy["customer"]["id"]))
        me = await story.ask("me", customer)
        account = {"customerId": me["id"], "bankAccount": CARD, "expectedVersion": me["version"]}
        assert (await story.change("customer-change-bank-account", customer, **account))["bankAccount"] == MASK
    claim, adjuster = await decided(story, customer, policy)
    payout = await paid_out(story, customer, claim)
    await seen(story, {"claim": claim, "policy": policy, "payout": payout}, customer, partner, adjuster)
    await complained(story, customer, claim)
    admin = await staff(Role.ADMIN)
    assert (await story.ask("jobs", admin, first=50))["totalCount"] > 0
    paused = await story.payload("queue-pause", admin, queue="MONEY", reason="the bank is down")
    assert paused["query"]["queues"]["nodes"] == [{"queue": "MONEY", "paused": True}]
    assert story.run == set(OPERATIONS)


async def decided(story: Story, customer: Actor, policy: Any) -> tuple[Any, Actor]:
    """A loss, reported, assessed, refused above the handler's limit, approved by a manager."""
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    loss = {"lossOn": yesterday, "cause": "DROP", "place": "上海", "description": "手机跌落"}
    asked = {"policyId": policy["id"], "claimed": {"amount": "1860.00"}}
    claim = await story.change("claim-report", customer, **asked, **loss)
    adjuster, boss = await handler("1000.00"), await manager()
    todo = await story.ask("claims-to-do", adjuster, state="NOTIFIED", first=10)
    assert [each["id"] for each in todo["nodes"]] == [claim["id"]]

    async def step(name: str, actor: Actor, **given: Any) -> Any:
        nonlocal claim
        found = await story.change(name, actor, claimId=claim["id"], expectedVersion=claim["version"], **given)
        claim = found
        return found

    assert (await step("claim-register", adjuster))["reserve"] == {"amount": "1860.00", "currency": "CNY"}
    await step("claim-request-documents", adjuster, documents=[{"kind": "DAMAGE_PHOTOS", "note": "整机"}])
    await step("claim-receive-documents", adjuster, documents=["DAMAGE_PHOTOS"])
    started = await step("claim-start-assessment", adjuster)
    assert [(each["action"], each["code"]) for each in started["actionBlocks"]] == [("PROPOSE", "LINES_MISSING")]
    film = {"description": "保护膜", "bill": {"amount": "160.00"}, "exclusion": "CONSUMABLE"}
    await step("claim-set-lines", adjuster, lines=[{"description": "主板", "bill": {"amount": "1700.00"}}, film])
    proposed = await step("claim-propose", adjuster, reason="按维修报价")
    assert proposed["payable"] == {"amount": "1500.00", "currency": "CNY"}
    assert proposed["calculation"][0]["rule"] == "NOT_COVERED"
    given = {"claimId": claim["id"], "expectedVersion": claim["version"]}
    refused = await story.payload("claim-approve", adjuster, **given)
    assert refused["claim"] is None
    assert [(each["__typename"], each["limit"]["amount"]) for each in refused["errors"]] == [("LimitError", "1000.00")]
    assert (await step("claim-approve", boss))["state"] == "APPROVED"
    agreed = await step("claim-agree", customer)
    assert agreed["state"] == "PAYMENT_PENDING"
    return agreed, adjuster


async def paid_out(story: Story, customer: Actor, claim: Any) -> Any:
    """The payout, made ready by one and approved by another."""
    maker, checker = await staff(Role.FINANCE), await approver("5000.00")
    todo = await story.ask("payouts-to-do", maker, state="DRAFT")
    (payout,) = todo["nodes"]
    assert payout["source"]["claimNumber"] is not None
    made = await story.change(
        "payout-make-ready", maker, payoutId=payout["id"], expectedVersion=payout["version"]
    )
    approved = await story.payload(
        "payout-approve", checker, payoutId=made["id"], expectedVersion=made["version"]
    )
    assert approved["errors"] == []
    assert approved["payout"]["state"] == "APPROVED"
    assert "payouts.execute" in {each["kind"] for each in approved["query"]["jobs"]["nodes"]}
    balances = await story.ask("ledger-balances", maker)
    assert {each["balance"]["currency"] for each in balances["nodes"]} == {"CNY"}
    assert sum(Money.of(each["balance"]["amount"]).minor for each in balances["nodes"]) == 0
    return made


async def seen(story: Story, rows: dict[str, Any], customer: Actor, partner: Actor, adjuster: Actor) -> None:
    """What each of them reads afterwards."""
    claim, policy, payout = rows["claim"], rows["policy"], rows["payout"]
    read = await story.ask("claim", customer, id=claim["id"])
    assert [each["id"] for each in read["payouts"]] == [payout["id"]]
    assert {each["template"] for each in read["notifications"]} >= {"CLAIM_RECEIVED", "CLAIM_APPROVED"}
    assert read["customer"]["bankAccount"] == MASK
    theirs = await story.ask("claim", partner, id=claim["id"])
    assert (theirs["payouts"], theirs["notifications"]) == ([], [])
    book = await story.ask("policies-of-partner", partner, first=5)
    assert [each["policyNumber"] for each in book["nodes"]] == [policy["policyNumber"]]
    assert (await story.ask("policy", customer, number=policy["policyNumber"]))["id"] == policy["id"]
    ids = [claim["id"], policy["id"], payout["id"], "nonsense", public_id("clm", own(policy["id"]))]
    nodes = await story.ask("node", adjuster, ids=ids)
    assert [each and each["__typename"] for each in nodes] == ["Claim", "Policy", "Payout", None, None]
    given = {"customerId": public_id("cus", customer.customer_id), "field": "PHONE", "reason": "回访"}  # type: ignore[arg-type]
    plain = await story.payload("customer-reveal", adjuster, **given)
    assert (plain["value"], plain["customer"]["phone"]) == ("13812345678", "138****5678")
    entries = await story.ask("audit-of-row", await staff(Role.COMPLIANCE), id=claim["id"])
    assert entries["nodes"][0]["action"] == "claim:agree"


async def complained(story: Story, customer: Actor, claim: Any) -> None:
    """A complaint about the claim, answered."""
    service, investigator = await staff(Role.CUSTOMER_SERVICE), await staff(Role.CUSTOMER_SERVICE)
    compliance = await staff(Role.COMPLIANCE)
    complaint = await story.change(
        "complaint-receive",
        customer,
        customerId=public_id("cus", customer.customer_id),  # type: ignore[arg-type]
        channel="APP",
        category="CLAIM_DELAY",
        description="太慢了",
        subjectId=claim["id"],
    )
    number = complaint["complaintNumber"]
    assert complaint["subject"] == {"__typename": "Claim", "id": claim["id"]}

    async def step(name: str, actor: Actor, **given: Any) -> Any:
        nonlocal complaint
        target = {"complaintId": complaint["id"], "expectedVersion": complaint["version"]}
        complaint = await story.change(name, actor, **target, **given)
        return complaint

    await step("complaint-accept", service)
    await step("complaint-assign", service, assigneeId=public_id("stf", investigator.staff_id))  # type: ignore[arg-type]
    await step("complaint-draft-reply", investigator, result="UPHELD", text="抱歉。", rootCause="排班不足")
    before = await story.ask("complaint", customer, number=number)
    assert (before["result"], before["reply"]) == (None, None)
    await step("complaint-approve-reply", compliance)
    after = await story.ask("complaint", customer, number=number)
    assert (after["result"], after["reply"]) == ("UPHELD", "抱歉。")

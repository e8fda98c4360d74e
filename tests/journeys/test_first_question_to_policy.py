"""From a letter to a policy in force, over HTTP and mail: asked, handed over, answered in time, advised, applied for,
referred, offered on other terms, agreed to, paid in instalments, issued, and its paper read in both languages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from api.mail import PATH as MAIL_PATH
from api.premium import PATH as PREMIUM_PATH
from domain.customers import changes
from domain.customers.identity_register import use_register
from domain.customers.models import Customer
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.ledger.models import LedgerLine
from domain.notifications.mailing import use_mailer
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState
from domain.staff.models import Staff
from domain.staff.terms import ProductGrade
from tests.customers.conftest import Register, register
from tests.face.conftest import Face, running
from tests.factories import billing
from tests.factories.applications import underwriter
from tests.factories.identity import NUMBER
from tests.factories.insured import WEAR, Insured, insured, staff
from tests.factories.mail_server import MailServer, mail_server
from tests.factories.papers import joined, kept_in, text_of
from tests.factories.work import work
from tests.inquiries.test_mail_route import SECRET, signed

__all__ = ["register"]

pytestmark = pytest.mark.usefixtures("database")
MAIL = "insured@example.com"
INQUIRY = "inquiry { id version state } errors { code message }"
APPLICATION = "application { id version state premium { amount } offeredPremium { amount } } errors { code message }"
QUEUE = """{ inquiries(first: 5, where: {text: {contains: "屏幕"}}) { nodes { id version state } } }"""
PRICE = {"amount": "12000.00"}
STEPS = (Queue.NOTIFY, Queue.MONEY, Queue.DOCUMENTS)


@dataclass
class Story:
    """The people of the story, and the place where it happens."""

    face: Face
    server: MailServer
    database: str
    covered: Insured
    service: Actor
    judge: Actor

    async def change(self, name: str, actor: Actor, shown: str = APPLICATION, **given: Any) -> Any:
        """Carries out one mutation, which must not be refused."""
        title = name[0].upper() + name[1:]
        text = f"mutation($input: {title}Input!) {{ {name}(input: $input) {{ {shown} }} }}"
        payload = (await self.face.data(text, actor, input=given))[name]
        assert payload["errors"] == [], payload
        return payload

    async def step(self, name: str, actor: Actor, application: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Carries out one mutation of the application; the application after it."""
        found = await self.change(
            name, actor, applicationId=application["id"], expectedVersion=application["version"], **more
        )
        assert isinstance(found["application"], dict)
        return found["application"]

    async def work(self) -> None:
        """The workers do what there is to do."""
        await work(self.database, STEPS)

    def was_told(self, words: str) -> bool:
        """Whether a letter says this."""
        return any(words in str(letter.get_content()) for letter in self.server.came)


async def test_from_the_first_question_to_a_policy_in_force(database: str, register: Register, tmp_path: Path) -> None:
    kept_in(tmp_path)
    use_register(register.client)
    covered, service, judge = await insured(), await staff(Role.CUSTOMER_SERVICE), await underwriter()
    await Staff.filter(id=service.staff_id).update(sales_grade=ProductGrade.P3, qualified_until=clock.today())
    await _give_mail(covered.customer_id)
    secrets = {"mail_secret": SecretStr(SECRET), "premium_secret": SecretStr(billing.SECRET)}
    async with running(database, **secrets) as face, mail_server() as server:
        use_mailer(server.mailer)
        story = Story(face, server, database, covered, service, judge)
        inquiry = await _asked_and_answered(story)
        advice = await _advised(story)
        application = await _handed_in(story, inquiry, advice)
        application = await _judged(story, application)
        await _paid_and_issued(story, application)


async def _give_mail(customer_id: Any) -> None:
    """The customer writes from the address that the house knows."""
    row = await Customer.get(id=customer_id)
    owner = Actor(frozenset({Role.CUSTOMER}), customer_id=customer_id)
    await changes.change_contact(customer_id, phone=None, mail=MAIL, expected_version=row.version, actor=owner)


async def _asked_and_answered(story: Story) -> dict[str, Any]:
    """A letter comes in, is handed to a specialist, and answered before the time that was promised."""
    await _write(story, "请问屏幕碎裂是否在保障范围内。", "Message-ID: <1@mail.example>")
    await story.work()
    (seen,) = (await story.face.data(QUEUE, story.service))["inquiries"]["nodes"]
    taken = await story.change(
        "inquiryTakeUp", story.service, INQUIRY, inquiryId=seen["id"], expectedVersion=seen["version"]
    )
    assert story.judge.staff_id is not None
    promised = clock.now() + timedelta(hours=2)
    handed = await story.change(
        "inquiryEscalate", story.service, INQUIRY, inquiryId=seen["id"], promisedReplyAt=promised.isoformat(),
        specialistId=public_id("stf", story.judge.staff_id), expectedVersion=taken["inquiry"]["version"],
    )  # fmt: skip
    await story.work()
    assert story.was_told(promised.astimezone(clock.INSURER_ZONE).strftime("%Y-%m-%d %H:%M"))
    await story.change(
        "inquiryAnswer", story.judge, INQUIRY, inquiryId=seen["id"], text="在保障范围内。",
        expectedVersion=handed["inquiry"]["version"],
    )  # fmt: skip
    await story.work()
    assert story.was_told("在保障范围内。")
    assert {each.state for each in await ServiceClock.all()} == {ClockState.MET}
    (ours,) = [each["Message-ID"] for each in story.server.came if "在保障范围内。" in str(each.get_content())]
    await _write(story, "我想投保。", f"In-Reply-To: {ours}", "Message-ID: <2@mail.example>")
    (asked,) = (await story.face.data(QUEUE, story.service))["inquiries"]["nodes"]
    assert asked["state"] == "IN_PROGRESS"
    return dict(asked)


async def _write(story: Story, text: str, *more: str) -> None:
    """The customer's mail server hands a letter in."""
    subject = "Subject: =?utf-8?b?5bGP5bmV?="
    heads = (f"From: {MAIL}", subject, "Content-Type: text/plain; charset=utf-8", *more)
    body = ("\r\n".join(heads) + f"\r\n\r\n{text}\r\n").encode()
    answer = await story.face.client.post(MAIL_PATH, content=body, headers=signed(body))
    assert answer.status_code == 200, answer.text


async def _advised(story: Story) -> dict[str, Any]:
    """The customer says what is needed and what can be borne, is advised, and chooses what is recommended."""
    given = {
        "device": {"category": "PHONE", "price": PRICE, "purchasedOn": clock.today().isoformat()},
        "perils": ["SCREEN", "DROP"], "declaredUse": "PRIVATE", "budget": {"amount": "800.00"},
        "bearable": {"amount": "900.00"},
    }  # fmt: skip
    shown = "recommendation { id version advice judged { productVersionId verdict } } errors { code message }"
    found = (await story.change("recommendationMake", story.covered.customer, shown, **given))["recommendation"]
    best = found["judged"][0]
    assert (found["advice"], best["verdict"]) == ("BUY", "RECOMMENDED")
    await story.change(
        "recommendationChoose", story.covered.customer, "errors { code message }", recommendationId=found["id"],
        productVersionId=best["productVersionId"], expectedVersion=found["version"],
    )  # fmt: skip
    return {"recommendationId": found["id"], "productVersionId": best["productVersionId"]}


async def _handed_in(story: Story, inquiry: dict[str, Any], advice: dict[str, Any]) -> dict[str, Any]:
    """The inquiry becomes an application, which is priced, explained, agreed to, and handed in."""
    customer, customer_id = story.covered.customer, public_id("cus", story.covered.customer_id)
    wanted = {
        "device": {
            "category": "PHONE", "brand": "华为", "model": "Mate", "serialNumber": "490154203237518", "price": PRICE,
            "purchasedOn": clock.today().isoformat(),
        },
        "declaredUse": "PRIVATE", "instalments": 3, **advice,
    }  # fmt: skip
    shown = f"inquiry {{ state }} {APPLICATION}"
    made = await story.change(
        "inquiryConvertToApplication", story.service, shown, inquiryId=inquiry["id"], wanted=wanted,
        expectedVersion=inquiry["version"],
    )  # fmt: skip
    assert made["inquiry"] == {"state": "CONVERTED"}
    application = await story.step("applicationPrice", customer, made["application"])
    assert application["premium"] == {"amount": "720.00"}
    shown_to = {"exclusions": [WEAR.code], "language": "ZH", "channel": "SCREEN"}
    application = await story.step("applicationDisclose", customer, application, **shown_to)
    purposes = ("CONTRACT", "IDENTITY_CHECK", "CREDIT_ASSESSMENT")
    await story.change(
        "consentGive", customer, "errors { code message }", customerId=customer_id, channel="APP",
        consents=[{"purpose": each, "textVersion": 1} for each in purposes],
    )  # fmt: skip
    row = await Customer.get(id=story.covered.customer_id)
    await story.change(
        "customerIdentify", customer, "errors { code message }", customerId=customer_id, identityNumber=NUMBER,
        expectedVersion=row.version,
    )  # fmt: skip
    return await story.step("applicationSubmit", customer, application)


async def _judged(story: Story, application: dict[str, Any]) -> dict[str, Any]:
    """Who applies is verified; the sum is above what goes by itself; an underwriter offers other terms."""
    await story.work()
    text = """query($id: ID!) { application(id: $id) {
      id version state referred flags { id code level version } } }"""
    found = (await story.face.data(text, story.judge, id=application["id"]))["application"]
    assert (found["state"], found["referred"]) == ("UNDERWRITING", True)
    (flag,) = found["flags"]
    assert (flag["code"], flag["level"]) == ("SUM_ABOVE_LIMIT", "BLOCK")
    await story.change(
        "underwritingFlagApprove", story.judge, "errors { code message }", flagId=flag["id"],
        reason="a good customer", expectedVersion=flag["version"],
    )  # fmt: skip
    offered = await story.step(
        "applicationCounterOffer", story.judge, found, loadingFactor="1.10", reason="a dear device"
    )
    assert (offered["state"], offered["offeredPremium"]) == ("COUNTER_OFFERED", {"amount": "792.00"})
    await story.work()
    assert story.was_told("792.00")
    agreed = await story.step("applicationAgree", story.covered.customer, offered, choice="SURCHARGE")
    assert (agreed["state"], agreed["premium"]) == ("ACCEPTED", {"amount": "792.00"})
    return agreed


async def _paid_and_issued(story: Story, application: dict[str, Any]) -> None:
    """The invoice comes in three parts; the first one issues the policy, whose papers say all of it."""
    await story.work()
    text = """query($id: ID!) { application(id: $id) { state policy { id policyNumber premium { amount } state
      documents { language link } invoices { state instalments { number state amount { amount } } } }
      invoices { invoiceNumber instalments { number amount { amount } } } } }"""
    customer = story.covered.customer
    found = (await story.face.data(text, customer, id=application["id"]))["application"]
    assert found["state"] == "PAYMENT_PENDING"
    (invoice,) = found["invoices"]
    assert [each["amount"]["amount"] for each in invoice["instalments"]] == ["264.00"] * 3
    assert story.was_told(invoice["invoiceNumber"])
    await _pay(story, invoice["invoiceNumber"], "R-1")
    await story.work()
    found = (await story.face.data(text, customer, id=application["id"]))["application"]
    policy = found["policy"]
    assert (found["state"], found["invoices"], policy["state"]) == ("ISSUED", [], "IN_FORCE")
    assert policy["premium"] == {"amount": "792.00"}
    await _pay(story, invoice["invoiceNumber"], "R-2")
    await _pay(story, invoice["invoiceNumber"], "R-3")
    (billed,) = (await story.face.data(text, customer, id=application["id"]))["application"]["policy"]["invoices"]
    assert (billed["state"], {each["state"] for each in billed["instalments"]}) == ("PAID", {"PAID"})
    assert sum([each.amount_minor for each in await LedgerLine.all()]) == 0
    await _read(story, policy)


async def _pay(story: Story, invoice_number: str, reference: str) -> None:
    """The payment gateway tells of one part."""
    said = {
        "reference": reference, "invoiceNumber": invoice_number, "amount": "264.00", "currency": "CNY",
        "paidAt": clock.now().isoformat(),
    }  # fmt: skip
    body = json.dumps(said).encode()
    timestamp, signature = billing.signed(body)
    headers = {"x-premium-timestamp": timestamp, "x-premium-signature": signature}
    answer = await story.face.client.post(PREMIUM_PATH, content=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def _read(story: Story, policy: dict[str, Any]) -> None:
    """Both papers are behind links; each says number, premium, device and what is not insured, in its language."""
    links = {each["language"]: each["link"] for each in policy["documents"]}
    said = {"ZH": ("保险单", "自然磨损"), "EN": ("Policy", "Wear and tear")}
    for language, words in said.items():
        answer = await story.face.client.get(links[language])
        assert answer.status_code == 200
        text = text_of(answer.content)
        for each in (policy["policyNumber"], "792.00", "490154203237518", *words):
            assert joined(each) in text, (language, each)

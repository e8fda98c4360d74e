"""From a letter to a choice, over HTTP and mail: asked, handed over, answered in time, asked further, advised."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from api.mail import PATH
from domain.customers import changes
from domain.customers.models import Customer
from domain.inquiries.models import Inquiry
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.notifications.mailing import use_mailer
from domain.service_levels.models import ServiceClock
from domain.service_levels.terms import ClockState
from tests.face.conftest import Face, running
from tests.factories.insured import insured, staff
from tests.factories.mail_server import MailServer, mail_server
from tests.factories.work import work
from tests.inquiries.test_mail_route import SECRET, signed

pytestmark = pytest.mark.usefixtures("database")
MAIL = "insured@example.com"
INQUIRY = "inquiry { id version state dueAt promisedReplyAt conversation { kind text } } errors { code message }"
QUEUE = """{ inquiries(first: 5, orderBy: {by: URGENCY, direction: ASC}, where: {text: {contains: "屏幕"}}) {
  nodes { id version state channel inquiryNumber customer { id } availableActions } } }"""


async def change(face: Face, name: str, actor: Actor, shown: str = INQUIRY, **given: Any) -> Any:
    title = name[0].upper() + name[1:]
    text = f"mutation($input: {title}Input!) {{ {name}(input: $input) {{ {shown} }} }}"
    payload = (await face.data(text, actor, input=given))[name]
    assert payload["errors"] == [], payload
    return payload


async def write(face: Face, text: str, *more: str) -> None:
    """The customer's mail server hands a letter in."""
    heads = (f"From: {MAIL}", "Content-Type: text/plain; charset=utf-8", *more)
    body = ("\r\n".join(heads) + f"\r\n\r\n{text}\r\n").encode()
    answer = await face.client.post(PATH, content=body, headers=signed(body))
    assert answer.status_code == 200, answer.text


def last_text(server: MailServer) -> str:
    return str(server.came[-1].get_content())


async def test_a_letter_is_asked_handed_over_answered_in_time_and_leads_to_advice(database: str) -> None:
    covered = await insured()
    await give_mail(covered.customer_id)
    service, specialist = await staff(Role.CUSTOMER_SERVICE), await staff(Role.UNDERWRITER)
    async with running(database, mail_secret=SecretStr(SECRET)) as face, mail_server() as server:
        use_mailer(server.mailer)
        asked = "请问屏幕碎裂是否在保障范围内。"
        await write(face, asked, "Subject: =?utf-8?b?5bGP5bmV?=", "Message-ID: <1@mail.example>")
        await work(database, (Queue.NOTIFY,))
        (seen,) = (await face.data(QUEUE, service))["inquiries"]["nodes"]
        assert (seen["state"], seen["channel"]) == ("NEW", "MAIL")
        assert seen["customer"]["id"] == public_id("cus", covered.customer_id)
        assert seen["inquiryNumber"] in str(server.came[-1]["Subject"])

        taken = await change(face, "inquiryTakeUp", service, inquiryId=seen["id"], expectedVersion=seen["version"])
        promised = clock.now() + timedelta(hours=2)
        assert specialist.staff_id is not None
        handed = await change(
            face, "inquiryEscalate", service, inquiryId=seen["id"], promisedReplyAt=promised.isoformat(),
            specialistId=public_id("stf", specialist.staff_id), expectedVersion=taken["inquiry"]["version"],
        )  # fmt: skip
        await work(database, (Queue.NOTIFY,))
        told = promised.astimezone(clock.INSURER_ZONE).strftime("%Y-%m-%d %H:%M")
        assert all(told in str(letter.get_content()) for letter in server.came[-2:])

        answered = await change(
            face, "inquiryAnswer", specialist, inquiryId=seen["id"], text="在保障范围内。",
            expectedVersion=handed["inquiry"]["version"],
        )  # fmt: skip
        await work(database, (Queue.NOTIFY,))
        assert answered["inquiry"]["state"] == "ANSWERED"
        assert "在保障范围内。" in last_text(server)
        assert {each.state for each in await ServiceClock.all()} == {ClockState.MET}

        ours = server.came[-1]["Message-ID"]
        asked_further = "请推荐产品。\r\n\r\n> 在保障范围内。"
        await write(face, asked_further, f"In-Reply-To: {ours}", "Message-ID: <2@mail.example>")
        row = await Inquiry.get()
        assert (row.state.value, row.entries[-1]["text"]) == ("IN_PROGRESS", "请推荐产品。")
        await advised(face, covered.customer)


async def give_mail(customer_id: Any) -> None:
    """The customer writes from the address that the house knows."""
    row = await Customer.get(id=customer_id)
    owner = Actor(frozenset({Role.CUSTOMER}), customer_id=customer_id)
    await changes.change_contact(customer_id, phone=None, mail=MAIL, expected_version=row.version, actor=owner)


async def advised(face: Face, customer: Actor) -> None:
    given = {
        "device": {"category": "PHONE", "price": {"amount": "3000.00"}, "purchasedOn": clock.today().isoformat()},
        "perils": ["SCREEN"], "declaredUse": "PRIVATE", "budget": {"amount": "500.00"},
        "bearable": {"amount": "900.00"},
    }  # fmt: skip
    shown = "recommendation { id version advice judged { productVersionId verdict } } errors { code message }"
    found = (await change(face, "recommendationMake", customer, shown, **given))["recommendation"]
    best = found["judged"][0]
    assert (found["advice"], best["verdict"]) == ("BUY", "RECOMMENDED")
    chosen = await change(
        face, "recommendationChoose", customer, "recommendation { chosen { id } } errors { code message }",
        recommendationId=found["id"], productVersionId=best["productVersionId"], expectedVersion=found["version"],
    )  # fmt: skip
    assert chosen["recommendation"]["chosen"]["id"] == best["productVersionId"]

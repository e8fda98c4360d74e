"""A change that is named by a key is made once; a repetition is answered by what came of it, read anew."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tortoise import Tortoise

from domain.audit.models import AuditEntry
from domain.complaints.models import Complaint
from domain.customers.models import Customer
from domain.idempotency.models import IdempotencyKey
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.money import Money
from domain.payouts import approval
from domain.staff.models import AuthorityLimit
from tests.customers.planted import PLAIN
from tests.face.conftest import Face, untouched
from tests.face.inputs import MUTATION, declared
from tests.face.keyed import ask, keyed, replayed, unkeyed
from tests.face.test_payloads import of
from tests.factories.claims import claim_approved, claim_awaiting_decision
from tests.factories.insured import insured, partner_with_a_book, staff, version_on_sale
from tests.factories.payouts import payout_requested
from tests.policies.test_api import sale

COMPLAIN = keyed("complaintReceive", "complaint {id complaintNumber}")
SHOWN = "complaint {id complaintNumber}"
APPROVE = keyed("claimApprove", "claim {state}")
AGREE = keyed("claimAgree", "claim {state payouts {state}}")
FOR_EVER = {
    "payoutMakeReady", "payoutApprove", "payoutReject", "payoutHold", "payoutRelease", "payoutRetry", "payoutReverse",
    "payoutExceptionClose", "payoutExceptionAssign",  # move a payout on, or let it go on
    "claimSecond", "claimApprove", "claimDecline", "claimAgree", "claimRescind",  # decide what is paid, and cause it
    "advanceSecond", "advanceApprove", "advanceRefuse", "advanceTakeBack",  # decide what is paid before the claim is
    "clearanceGive", "clearanceReturn",  # let a major claim be granted, or keep it
    "referralClear", "referralConfirm",  # let money go on, or keep it
    "premiumRecordPayment", "premiumSettleException", "invoiceVoid",  # take money in, explain it, take a debt back
    "applicationAccept", "applicationCounterOffer", "applicationAgree",  # decide what is owed
    "policyRegister", "policyRegisterBulk", "policyUploadRegister",  # post a premium
    "policyCancel",  # posts what is given back of it
    "repairOrderApproveEstimate", "repairOrderChooseOutcome", "repairOrderRecordReplacement",  # decide what is paid for
    "salvageSell", "subrogationRecordReceipt",  # say that money came in
    "recoveryReceiptConfirm", "recoveryReceiptRefuse",  # post it, or not
    "repairOrderInvoice", "repairOrderRefusePayment",  # say what is owed to a repairer
    "partnerBankAccountChange",  # says where its money goes
    "paymentFileMake",  # sends payouts
    "commissionStatementApprove",  # causes its payout
}  # fmt: skip
NOT_KEYED = {
    "staffSignIn", "staffRequestPassword", "staffSetPassword", "staffStartTotp",
    "customerRequestCode", "customerSignIn", "sessionRefresh", "sessionEnd",
    "webhookAdd", "webhookRotateSecret",  # tell a secret once
    "repairOrderRevealContact",  # shows a number, each time anew
    "bankStatementTicket",  # as that of a paper
    "claimPaperTicket",  # tells an address once that is good for minutes
}  # fmt: skip


async def complaint(description: str = "Nobody answers.") -> tuple[Actor, dict[str, Any]]:
    """Somebody who takes a complaint down, and its input."""
    customer = (await insured()).customer_id
    given = {"channel": "PHONE", "category": "CLAIM_DELAY", "description": description}
    return await staff(Role.CUSTOMER_SERVICE), {"customerId": public_id("cus", customer), **given}


async def test_a_repetition_changes_nothing_and_shows_what_was_made(face: Face) -> None:
    service, given = await complaint()
    first = await ask(face, COMPLAIN, service, input=given, key="k-1")
    assert first["data"]["it"]["errors"] == []
    assert set(first["extensions"]) == {"cost"}
    async with untouched():
        for _ in range(3):
            again = await ask(face, COMPLAIN, service, input=given, key="k-1")
            assert again == first | {"extensions": first["extensions"] | {"idempotency": {"replayed": ["it"]}}}
    assert await Complaint.all().count() == 1
    other = await ask(face, COMPLAIN, service, input=given, key="k-2")
    assert replayed(other) == []
    assert await Complaint.all().count() == 2


async def test_a_replay_is_read_anew_in_what_is_selected_now(face: Face) -> None:
    payment = await payout_requested()
    ready = keyed("payoutMakeReady", "payout {state}")
    given = {"payoutId": public_id("pay", payment.payout.id), "expectedVersion": payment.payout.version}
    first = await ask(face, ready, payment.maker, input=given, key="k-1")
    assert first["data"]["it"] == {"payout": {"state": "PENDING_APPROVAL"}, "errors": []}
    await approval.approve(
        payment.payout.id, expected_version=(await payment.reread()).version, actor=payment.approvers[0]
    )
    again = await ask(face, ready, payment.maker, input=given, key="k-1")
    assert (replayed(again), again["data"]["it"]) == (["it"], {"payout": {"state": "APPROVED"}, "errors": []})
    more = keyed("payoutMakeReady", "payout {amount {amount}} query {payouts(first: 1) {totalCount}}")
    other = await ask(face, more, payment.maker, input=given, key="k-1")
    assert replayed(other) == ["it"]
    shown = {"payout": {"amount": {"amount": "1500.00"}}, "query": {"payouts": {"totalCount": 1}}, "errors": []}
    assert other["data"]["it"] == shown


async def test_a_row_that_went_out_of_sight_is_not_shown_by_a_replay(face: Face) -> None:
    found, other = await insured(), await insured()
    _, given = await complaint()
    given |= {"customerId": public_id("cus", found.customer_id)}
    first = await ask(face, COMPLAIN, found.customer, input=given, key="k-1")
    assert first["data"]["it"]["complaint"] is not None
    await Complaint.all().update(customer_id=other.customer_id)
    again = await ask(face, COMPLAIN, found.customer, input=given, key="k-1")
    assert (replayed(again), again["data"]["it"]) == (["it"], {"complaint": None, "errors": []})


async def test_another_input_under_the_same_key_is_refused(face: Face) -> None:
    service, given = await complaint()
    with clock.at(clock.now() - timedelta(hours=2)):
        await ask(face, COMPLAIN, service, input=given, key="k-1")
    first_seen = (await IdempotencyKey.get()).created_at.isoformat(timespec="milliseconds")[:23]
    async with untouched():
        answer = await ask(face, COMPLAIN, service, input=given | {"description": "Other"}, key="k-1")
    assert replayed(answer) == []
    assert answer["data"]["it"]["complaint"] is None
    (error,) = answer["data"]["it"]["errors"]
    assert error == {
        "__typename": "IdempotencyError", "code": "IDEMPOTENCY_KEY_REUSED", "path": None,
        "message": "This key was used for another input; take a new key for a new request.",
        "firstSeenAt": f"{first_seen}Z",
    }  # fmt: skip


async def test_the_same_input_is_the_same_however_it_is_written(face: Face) -> None:
    case = await claim_awaiting_decision()
    given = of(case, amount={"amount": "1500.0"}, reason="agreed")
    first = await ask(face, APPROVE, case.handler, input=given, key="k-1")
    assert first["data"]["it"]["errors"] == []
    turned = dict(reversed(list(given.items()))) | {"amount": {"amount": "1500.00"}}
    assert replayed(await ask(face, APPROVE, case.handler, input=turned, key="k-1")) == ["it"]
    literal = f"""mutation {{claimApprove(input: {{reason: "agreed", amount: {{amount: "1500.0"}},
      expectedVersion: {given["expectedVersion"]}, claimId: "{given["claimId"]}"}})
      @idempotent(key: "k-1") {{errors {{code}}}}}}"""
    assert replayed(await ask(face, literal, case.handler)) == ["claimApprove"]
    less = given | {"amount": {"amount": "1500.01"}}
    refused = await ask(face, APPROVE, case.handler, input=less, key="k-1")
    assert [error["code"] for error in refused["data"]["it"]["errors"]] == ["IDEMPOTENCY_KEY_REUSED"]


async def test_a_key_counts_for_its_actor_and_its_mutation(face: Face) -> None:
    service, given = await complaint()
    colleague = await staff(Role.CUSTOMER_SERVICE)
    for actor in (service, colleague):
        assert replayed(await ask(face, COMPLAIN, actor, input=given, key="k-1")) == []
    assert await Complaint.all().count() == 2
    row = await Complaint.filter().first()
    assert row is not None
    taken = {"complaintId": public_id("cmp", row.id), "expectedVersion": 1}
    answer = await ask(face, keyed("complaintAccept", "complaint {state}"), service, input=taken, key="k-1")
    assert (replayed(answer), answer["data"]["it"]["complaint"]) == ([], {"state": "ACCEPTED"})
    assert await IdempotencyKey.all().count() == 3


async def test_a_session_of_the_same_person_repeats_under_the_same_key(face: Face) -> None:
    service, given = await complaint()
    await ask(face, COMPLAIN, service, input=given, key="k-1")
    more = replace(service, roles=service.roles | {Role.SALES})
    assert replayed(await ask(face, COMPLAIN, more, input=given, key="k-1")) == ["it"]


async def test_a_refusal_is_told_again_as_it_was_in_the_reader_s_language(face: Face) -> None:
    case = await claim_awaiting_decision(limit="100.00")
    first = await ask(face, APPROVE, case.handler, input=of(case), key="k-1")
    assert first["data"]["it"]["errors"] == [
        {
            "__typename": "LimitError", "code": "LIMIT", "path": None, "limit": {"amount": "100.00"},
            "message": "This is above your authority of 100.00 CNY; refer it to a manager.",
        }
    ]  # fmt: skip
    assert set(first["extensions"]) == {"cost"}
    await AuthorityLimit.all().update(limit_minor=Money.of("9000.00").minor)
    async with untouched():
        again = await ask(face, APPROVE, case.handler, input=of(case), key="k-1")
        chinese = await ask(face, APPROVE, case.handler, input=of(case), key="k-1", language="zh")
    assert again == first | {"extensions": first["extensions"] | {"idempotency": {"replayed": ["it"]}}}
    assert chinese["data"]["it"]["errors"][0]["message"] == "超出您的核赔权限 100.00 CNY，请转上级核赔。"
    assert chinese["data"]["it"]["errors"][0]["limit"] == {"amount": "100.00"}
    assert (await ask(face, APPROVE, case.handler, input=of(case), key="k-2"))["data"]["it"]["errors"] == []


@pytest.mark.parametrize(
    "slip", [{"reason": "x" * 2_001}, {"amount": {"amount": "1.00"}}, {"amount": {"amount": "1.00", "currency": "USD"}}]
)
async def test_a_slip_is_not_kept_and_is_mended_under_the_same_key(face: Face, slip: dict[str, Any]) -> None:
    """Bounds of the input, and what the verb itself calls invalid."""
    case = await claim_awaiting_decision()
    async with untouched():
        answer = await ask(face, APPROVE, case.handler, input=of(case, **slip), key="k-1")
    assert {error["code"] for error in answer["data"]["it"]["errors"]} == {"VALIDATION"}
    mended = await ask(face, APPROVE, case.handler, input=of(case), key="k-1")
    assert (replayed(mended), mended["data"]["it"]["errors"]) == ([], [])


async def test_bounds_are_judged_before_a_key_is_looked_for(face: Face) -> None:
    service, given = await complaint()
    await ask(face, COMPLAIN, service, input=given, key="k-1")
    blank = await ask(face, COMPLAIN, service, input=given | {"description": " "}, key="k-1")
    assert [error["code"] for error in blank["data"]["it"]["errors"]] == ["VALIDATION"]


async def test_being_stopped_for_too_many_tries_is_not_kept(face: Face) -> None:
    found = await insured()
    reveal = keyed("customerReveal", "value")
    given = {"customerId": public_id("cus", found.customer_id), "field": "PHONE", "reason": "he asked"}
    for number in range(30):
        await ask(face, reveal, found.customer, input=given, key=f"k-{number}")
    stopped = await ask(face, reveal, found.customer, input=given, key="k-30")
    assert [error["code"] for error in stopped["data"]["it"]["errors"]] == ["THROTTLED"]
    assert not await IdempotencyKey.filter(key="k-30").exists()


async def test_the_second_field_of_a_request_with_the_same_key_replays(face: Face) -> None:
    service, given = await complaint()
    text = f"""mutation($input: ComplaintReceiveInput!, $key: String!) {{
      a: complaintReceive(input: $input) @idempotent(key: $key) {{{SHOWN}}}
      b: complaintReceive(input: $input) @idempotent(key: $key) {{{SHOWN}}}
      c: complaintReceive(input: $input) {{{SHOWN}}}}}"""
    answer = await ask(face, text, service, input=given, key="k-1")
    assert replayed(answer) == ["b"]
    assert answer["data"]["a"] == answer["data"]["b"] != answer["data"]["c"]
    assert await Complaint.all().count() == 2


async def test_what_follows_from_a_change_follows_once(face: Face) -> None:
    service, given = await complaint()
    await ask(face, COMPLAIN, service, input=given, key="k-1")
    before = await AuditEntry.all().count(), await Job.all().count()
    await ask(face, COMPLAIN, service, input=given, key="k-1")
    assert (await AuditEntry.all().count(), await Job.all().count()) == before


async def test_secrets_are_told_once_and_kept_nowhere(face: Face) -> None:
    admin, partner = await staff(Role.ADMIN), await partner_with_a_book()
    issue = keyed("apiKeyIssue", "apiKey session {label}")
    assert partner.partner_id is not None
    given = {"partnerId": public_id("par", partner.partner_id), "name": "till", "days": 30, "scopes": ["READ"]}
    first = (await ask(face, issue, admin, input=given, key="k-1"))["data"]["it"]
    assert first["apiKey"].startswith("pk_")
    again = await ask(face, issue, admin, input=given, key="k-1")
    assert replayed(again) == ["it"]
    assert again["data"]["it"] == {"apiKey": None, "session": {"label": "till"}, "errors": []}
    assert first["apiKey"].partition(".")[2] not in await kept()


async def test_a_revealed_value_is_told_once_and_kept_nowhere(face: Face) -> None:
    found = await insured()
    reveal = keyed("customerReveal", "value customer {fullName}")
    given = {"customerId": public_id("cus", found.customer_id), "field": "PHONE", "reason": "he asked"}
    first = (await ask(face, reveal, found.customer, input=given, key="k-1"))["data"]["it"]
    assert first["value"].startswith("138")
    again = (await ask(face, reveal, found.customer, input=given, key="k-1"))["data"]["it"]
    assert again == {"value": None, "customer": {"fullName": "Zhang San"}, "errors": []}
    assert first["value"] not in await kept()
    assert await AuditEntry.filter(action="customer:reveal").count() == 1


async def kept() -> str:
    """Every row of keys as text."""
    rows = await Tortoise.get_connection("default").execute_query_dict("SELECT k::text AS row FROM idempotency_key k")
    assert rows
    return "\n".join(row["row"] for row in rows)


async def test_nothing_personal_is_kept_of_an_answer(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    register = keyed("policyRegister", "policy {id customer {fullName phone}}")
    person = {
        "fullName": "王五", "phone": PLAIN["phone"], "mail": PLAIN["mail"], "address": PLAIN["address"],
        "identityNumber": PLAIN["identity_number"], "bankAccount": PLAIN["bank_account"],
    }  # fmt: skip
    given = sale(version_id, customer=person, device={"serialNumber": "SN0815PLANTED"})
    sold = await ask(face, register, partner, input=given, key="k-1")
    assert sold["data"]["it"]["errors"] == []
    twice = await ask(face, register, partner, input=given, key="k-2")
    assert [error["code"] for error in twice["data"]["it"]["errors"]] == ["DEVICE_COVERED"]
    differs = sale(version_id, customer=person | {"bankAccount": "6222020200112233453"})
    other = await ask(face, register, partner, input=differs, key="k-3")
    assert [error["code"] for error in other["data"]["it"]["errors"]] == ["DETAIL_DIFFERS"]
    assert await IdempotencyKey.all().count() == 3
    text = await kept()
    plain = [*PLAIN.values(), "王五", "SN0815PLANTED", "6222020200112233453", "wang.wu"]
    assert [value for value in plain if value in text] == []
    assert await Customer.all().count() == 1


async def test_a_keyed_change_costs_three_statements_more_and_an_unkeyed_one_none(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    service, given = await complaint()
    caplog.set_level(logging.DEBUG, "tortoise.db_client")

    async def written(text: str, **variables: Any) -> list[str]:
        caplog.clear()
        await ask(face, text, service, input=given, **variables)
        return [record.getMessage() for record in caplog.records if record.name == "tortoise.db_client"]

    bare = await written(unkeyed("complaintReceive", SHOWN))
    assert [each for each in bare if "idempotency" in each or "advisory" in each] == []
    first, again = await written(COMPLAIN, key="k-1"), await written(COMPLAIN, key="k-1")
    assert len(first) == len(bare) + 3
    for each, word in zip((*first[:2], first[-1]), ("advisory", 'FROM "idempotency_key"', "INSERT"), strict=True):
        assert word in each
    assert len(again) == 2
    reads = face.reading.statements
    await ask(face, COMPLAIN, service, input=given, key="k-1")
    assert face.reading.statements == reads + 1


async def test_a_refused_change_under_a_key_costs_five_statements_more(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    case = await claim_awaiting_decision(limit="1.00")
    caplog.set_level(logging.DEBUG, "tortoise.db_client")
    await ask(face, unkeyed("claimApprove"), case.handler, input=of(case))
    bare = len([record for record in caplog.records if record.name == "tortoise.db_client"])
    caplog.clear()
    await ask(face, APPROVE, case.handler, input=of(case), key="k-1")
    assert len([record for record in caplog.records if record.name == "tortoise.db_client"]) == bare + 5


def test_keys_of_what_moves_money_are_kept_for_ever_and_sessions_take_none() -> None:
    assert {name for name in MUTATION.fields if declared(name).for_ever} == FOR_EVER
    assert {name for name in MUTATION.fields if not declared(name).keyed} == NOT_KEYED
    assert {name for name in MUTATION.fields if name.startswith("payout")} <= FOR_EVER


async def test_a_row_says_whether_it_is_kept_for_ever(face: Face) -> None:
    case, (service, given) = await claim_approved(), await complaint()
    await ask(face, AGREE, case.customer, input=of(case), key="k-1")
    await ask(face, COMPLAIN, service, input=given, key="k-1")
    assert {row.operation: row.for_ever for row in await IdempotencyKey.all()} == {
        "claimAgree": True, "complaintReceive": False,
    }  # fmt: skip

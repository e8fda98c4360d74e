"""Bordereaux through the schema, as each kind of caller."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from domain.bordereaux.models import Bordereau
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from gateways.store import FolderStore
from tests.face.conftest import Face, untouched
from tests.factories.bordereaux import bordereau_submitted, bordereau_written, month_ago, on_day, posted_wrongly
from tests.factories.insured import insured, partner_with_a_book, sold, staff

ONE = """query($id: ID!) {bordereau(id: $id) {
  bordereauNumber month state availableActions currency lineCount gross {amount} net {amount} tax {amount}
  commission {amount} netDifference {amount} csvLink partner {id} document {contentType subject {id}} rejectionReason
}}"""
LIST = """query($where: BordereauWhere) {
  bordereaux(first: 5, where: $where, orderBy: {by: MONTH, direction: DESC}) {totalCount nodes {id}}}"""
PAPER = "query($id: ID!) {document(id: $id) {kind}}"


def mutation(verb: str, shown: str = "state availableActions version") -> str:
    name = f"bordereau{verb}"
    return (
        f"mutation($input: Bordereau{verb}Input!) {{{name}(input: $input) "
        f"{{bordereau {{id {shown}}} errors {{code path message}}}}}}"
    )


def given(row: Bordereau, **more: Any) -> dict[str, Any]:
    return {"bordereauId": public_id("bdx", row.id), "expectedVersion": row.version, **more}


async def test_finance_makes_and_hands_over_and_the_partner_fetches_the_file_and_agrees(
    face: Face, store: FolderStore
) -> None:
    partner, finance = await partner_with_a_book(), await staff(Role.FINANCE)
    assert partner.partner_id is not None
    with on_day(month_ago()):
        await sold(partner=partner)
    row = await bordereau_written(partner, store=store)
    bordereau_id = public_id("bdx", row.id)
    assert (await face.data(ONE, partner, id=bordereau_id))["bordereau"] is None
    done = (await face.data(mutation("Submit"), finance, input=given(row)))["bordereauSubmit"]
    assert (done["errors"], done["bordereau"]["state"]) == ([], "SUBMITTED")
    shown = (await face.data(ONE, partner, id=bordereau_id))["bordereau"]
    assert (shown["month"], shown["lineCount"], shown["gross"]["amount"]) == (month_ago().isoformat(), 1, "180.00")
    assert (shown["commission"]["amount"], shown["netDifference"]["amount"]) == ("16.98", "0.00")
    assert shown["availableActions"] == ["ACKNOWLEDGE", "REJECT"]
    assert shown["document"] == {"contentType": "text/csv", "subject": {"id": bordereau_id}}
    address = urlsplit(shown["csvLink"])
    answer = await face.client.get(f"{address.path}?{address.query}")
    assert answer.status_code == 200
    assert answer.content.decode("utf-8-sig").startswith("policyNumber,insuredRef,serialLast4,")
    agreed = given(row) | {"expectedVersion": done["bordereau"]["version"]}
    last = (await face.data(mutation("Acknowledge"), partner, input=agreed))["bordereauAcknowledge"]
    assert (last["errors"], last["bordereau"]["state"]) == ([], "ACKNOWLEDGED")


async def test_finance_has_one_made_and_once_more_is_refused_until_it_was_rejected(
    face: Face, store: FolderStore
) -> None:
    partner, finance = await partner_with_a_book(), await staff(Role.FINANCE)
    assert partner.partner_id is not None
    wanted = {"partnerId": public_id("par", partner.partner_id), "month": month_ago().isoformat()}
    text = mutation("Generate", "state currency job {kind}")
    made = (await face.data(text, finance, input=wanted))["bordereauGenerate"]
    assert (made["errors"], made["bordereau"]["state"], made["bordereau"]["currency"]) == ([], "OPEN", "CNY")
    assert made["bordereau"]["job"] == {"kind": "bordereaux.generate"}
    again = (await face.data(text, finance, input=wanted))["bordereauGenerate"]
    assert (again["bordereau"], again["errors"][0]["code"], again["errors"][0]["path"]) == (
        None, "CONFLICT", ["input", "month"],
    )  # fmt: skip
    wrong = (await face.data(text, finance, input=wanted | {"month": "2026-01-02"}))["bordereauGenerate"]["errors"]
    assert [(each["code"], each["message"]) for each in wrong] == [("VALIDATION", "A month is named by its first day.")]


async def test_a_partner_rejects_with_a_reason_that_finance_reads(face: Face) -> None:
    partner, finance = await partner_with_a_book(), await staff(Role.FINANCE)
    row = await bordereau_submitted(partner)
    text = mutation("Reject")
    done = (await face.data(text, partner, input=given(row, reason="one is missing")))["bordereauReject"]
    assert (done["errors"], done["bordereau"]["state"]) == ([], "REJECTED")
    shown = (await face.data(ONE, finance, id=public_id("bdx", row.id)))["bordereau"]
    assert (shown["rejectionReason"], shown["availableActions"]) == ("one is missing", [])


async def test_finance_reads_what_differs_and_may_have_it_made_again(face: Face) -> None:
    partner, finance = await partner_with_a_book(), await staff(Role.FINANCE)
    with on_day(month_ago()):
        policy = await sold(partner=partner)
    await posted_wrongly(policy.id, 100)
    row = await bordereau_written(partner)
    shown = (await face.data(ONE, finance, id=public_id("bdx", row.id)))["bordereau"]
    assert (shown["state"], shown["netDifference"]["amount"]) == ("GENERATED", "-1.00")
    assert shown["availableActions"] == ["REOPEN"]


async def test_nobody_else_makes_hands_over_or_answers(face: Face) -> None:
    partner, covered = await partner_with_a_book(), await insured()
    assert partner.partner_id is not None
    row, open_one = await bordereau_submitted(partner), await bordereau_written(partner, month_ago(2))
    wanted = {"partnerId": public_id("par", partner.partner_id), "month": month_ago(3).isoformat()}
    finance_s = ((mutation("Generate"), wanted), (mutation("Submit"), given(open_one)))
    partner_s = ((mutation("Acknowledge"), given(row)), (mutation("Reject"), given(row, reason="r")))
    others = (Actor.anonymous(), covered.customer, await staff(Role.COMPLIANCE))
    for actors, several in (((*others, partner), finance_s), ((*others, await staff(Role.FINANCE)), partner_s)):
        for actor in actors:
            for text, values in several:
                async with untouched():
                    assert await face.codes(text, actor, input=values) == ["FORBIDDEN"], (actor, text)
    async with untouched():
        found = (await face.data(mutation("Reject"), covered.partner, input=given(row, reason="r")))["bordereauReject"]
        assert [each["code"] for each in found["errors"]] == ["NOT_FOUND"]


async def test_those_who_see_commissions_read_bordereaux_and_a_partner_what_it_was_handed(face: Face) -> None:
    partner, covered = await partner_with_a_book(), await insured()
    row = await bordereau_submitted(partner)
    await bordereau_written(partner, month_ago(2))
    readers = [
        await staff(role) for role in (Role.FINANCE, Role.FINANCE_APPROVER, Role.COMPLIANCE, Role.UNDERWRITER)
    ]
    for actor in readers:
        assert await _seen(face, actor, row) == (True, 2, True), actor
    assert await _seen(face, partner, row) == (True, 1, True)
    strangers = (
        Actor.anonymous(), covered.customer, covered.partner, await staff(Role.SALES),
        await staff(Role.CUSTOMER_SERVICE), await staff(Role.RISK), await staff(Role.HR),
    )  # fmt: skip
    for actor in strangers:
        assert await _seen(face, actor, row) == (False, 0, False), actor


async def _seen(face: Face, actor: Actor, row: Bordereau) -> tuple[bool, int, bool]:
    assert row.document_id is not None
    one = (await face.data(ONE, actor, id=public_id("bdx", row.id)))["bordereau"]
    where = {"partnerId": {"eq": public_id("par", row.partner_id)}}
    paper = (await face.data(PAPER, actor, id=public_id("doc", row.document_id)))["document"]
    return one is not None, (await face.data(LIST, actor, where=where))["bordereaux"]["totalCount"], paper is not None

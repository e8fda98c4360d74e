"""Invoices, payments and exceptions through the schema, as each kind of caller."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from domain.billing import watching
from domain.billing.models import PremiumPayment
from domain.billing.terms import InvoiceState
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.policies import lapsing
from tests.face.conftest import Face, untouched
from tests.factories.billing import invoiced, invoiced_ago, paid
from tests.factories.insured import insured, staff

ONE = """query($id: ID!) {invoice(id: $id) {
  invoiceNumber state premium {amount currency} premiumNet {amount} premiumTax {amount} instalmentCount
  instalments {number dueOn amount {amount} net {amount} tax {amount} state isOverdue reminded}
  payments {reference amount {amount} paidInstalment {number}} exceptions {kind}
  subject {id} customer {id} partner {id}
}}"""
LIST = "{invoices(first: 5) {totalCount nodes {id}}}"
COMMISSION = "query($id: ID!) {invoice(id: $id) {commission {amount} commissionRate instalments {commission {amount}}}}"
OF_CUSTOMER = "query($id: ID!) {customer(id: $id) {invoices(first: 5) {totalCount nodes {state}}}}"
OF_POLICY = "query($by: PolicyBy!) {policy(by: $by) {invoices {invoiceNumber} lapses {lapsedOn coveredAgainOn}}}"
EXCEPTIONS = """query($where: PremiumExceptionWhere) {premiumExceptions(first: 5, where: $where) {
  nodes {id kind state amount {amount currency} namedNumber reference version invoice {id} settler {id}}}}"""
RECORD = """mutation($input: PremiumRecordPaymentInput!) {premiumRecordPayment(input: $input) {
  payment {id reference recordedBy invoice {state instalments {state}}} exception {kind amount {amount}}
  errors {code path message}}}"""
SETTLE = """mutation($input: PremiumSettleExceptionInput!) {premiumSettleException(input: $input) {
  exception {state explanation availableActions settler {id}} errors {code path}}}"""
VOID = """mutation($input: InvoiceVoidInput!) {invoiceVoid(input: $input) {
  invoice {state version postings {kind lines {account amount {amount}}}} errors {code path}}}"""
REINSTATE = """mutation($input: PolicyReinstateInput!) {policyReinstate(input: $input) {
  policy {state version lapses {coveredAgainOn}} errors {code path message}}}"""


async def test_a_customer_reads_the_own_invoice_with_its_instalments_and_no_payments(face: Face) -> None:
    billed = await invoiced("100.00", 3)
    await paid(billed, "R-1", "33.34")
    invoice_id = public_id("inv", billed.invoice.id)
    found = (await face.data(ONE, billed.covered.customer, id=invoice_id))["invoice"]
    assert (found["state"], found["instalmentCount"]) == ("OPEN", 3)
    assert found["premium"] == {"amount": "100.00", "currency": "CNY"}
    assert (found["premiumNet"]["amount"], found["premiumTax"]["amount"]) == ("94.34", "5.66")
    assert [each["amount"]["amount"] for each in found["instalments"]] == ["33.34", "33.33", "33.33"]
    assert [each["state"] for each in found["instalments"]] == ["PAID", "DUE", "DUE"]
    assert (found["payments"], found["exceptions"], found["partner"]) == ([], [], None)
    assert found["subject"] == {"id": public_id("pol", billed.covered.policy_id)}
    of = await face.data(OF_CUSTOMER, billed.covered.customer, id=public_id("cus", billed.covered.customer_id))
    assert of["customer"]["invoices"] == {"totalCount": 1, "nodes": [{"state": "OPEN"}]}


async def test_five_callers_read_invoices(face: Face) -> None:
    billed, other = await invoiced(), await insured()
    invoice_id = public_id("inv", billed.invoice.id)
    for stranger in (
        Actor.anonymous(), other.customer, other.partner, await staff(Role.HR), await staff(Role.CLAIMS_HANDLER),
    ):  # fmt: skip
        assert await _seen(face, stranger, invoice_id) == (False, 0), stranger
    readers = [
        await staff(role)
        for role in (
            Role.FINANCE, Role.FINANCE_APPROVER, Role.COMPLIANCE, Role.UNDERWRITER, Role.CUSTOMER_SERVICE, Role.SALES,
        )
    ]  # fmt: skip
    for reader in (billed.covered.customer, billed.covered.partner, *readers):
        assert await _seen(face, reader, invoice_id) == (True, 1), reader


async def _seen(face: Face, actor: Actor, invoice_id: str) -> tuple[bool, int]:
    found = await face.data(ONE, actor, id=invoice_id)
    return found["invoice"] is not None, (await face.data(LIST, actor))["invoices"]["totalCount"]


async def test_payments_and_exceptions_are_for_finance_and_compliance(face: Face) -> None:
    billed = await invoiced()
    await paid(billed, "R-1", "41.67")
    await paid(billed, "R-2", "1.00")
    invoice_id = public_id("inv", billed.invoice.id)
    sees = {
        Role.FINANCE: True, Role.COMPLIANCE: True, Role.FINANCE_APPROVER: False, Role.UNDERWRITER: False,
        Role.CUSTOMER_SERVICE: False,
    }  # fmt: skip
    people = [(await staff(role), told) for role, told in sees.items()]
    for actor, told in (*people, (billed.covered.partner, False), (billed.covered.customer, False)):
        found = (await face.data(ONE, actor, id=invoice_id))["invoice"]
        kept = (await face.data(EXCEPTIONS, actor, where=None))["premiumExceptions"]["nodes"]
        assert (len(found["payments"]), len(found["exceptions"]), len(kept)) == ((1, 1, 1) if told else (0, 0, 0))


async def test_a_commission_is_told_to_those_who_earn_or_pay_it_only(face: Face) -> None:
    billed = await invoiced()
    invoice_id = public_id("inv", billed.invoice.id)
    found = (await face.data(COMMISSION, billed.covered.partner, id=invoice_id))["invoice"]
    assert (found["commission"], found["commissionRate"]) == ({"amount": "70.76"}, "0.150000")
    for actor in (billed.covered.customer, await staff(Role.CUSTOMER_SERVICE)):
        assert await face.codes(COMMISSION, actor, id=invoice_id) == ["FORBIDDEN"] * 3


def payment(number: str, **changes: Any) -> dict[str, Any]:
    return {"reference": "ICBC-1", "invoiceNumber": number, "amount": {"amount": "41.67"}, **changes}


async def test_finance_records_a_payment_and_the_same_again_shows_it_again(face: Face) -> None:
    billed, finance = await invoiced(), await staff(Role.FINANCE)
    given = payment(billed.invoice.invoice_number)
    first = (await face.data(RECORD, finance, input=given))["premiumRecordPayment"]
    assert (first["errors"], first["exception"]) == ([], None)
    assert (first["payment"]["recordedBy"], first["payment"]["invoice"]["state"]) == (finance.label, "OPEN")
    assert [each["state"] for each in first["payment"]["invoice"]["instalments"]][:2] == ["PAID", "DUE"]
    again = (await face.data(RECORD, finance, input=given))["premiumRecordPayment"]
    assert again == first
    assert await PremiumPayment.all().count() == 1
    other = (await face.data(RECORD, finance, input=given | {"amount": {"amount": "9.00"}}))["premiumRecordPayment"]
    assert (other["payment"], other["errors"][0]["code"]) == (None, "REFERENCE_USED")


async def test_what_fits_nothing_is_shown_as_an_exception_and_explained(face: Face) -> None:
    finance = await staff(Role.FINANCE)
    given = payment("my rent", amount={"amount": "9.00", "currency": "USD"})
    told = (await face.data(RECORD, finance, input=given))["premiumRecordPayment"]
    assert (told["payment"], told["exception"]) == (None, {"kind": "UNKNOWN_INVOICE", "amount": {"amount": "9.00"}})
    (kept,) = (await face.data(EXCEPTIONS, finance, where={"state": {"eq": "OPEN"}}))["premiumExceptions"]["nodes"]
    assert (kept["namedNumber"], kept["invoice"], kept["settler"]) == (None, None, None)
    explained = {"premiumExceptionId": kept["id"], "explanation": "given back", "expectedVersion": kept["version"]}
    done = (await face.data(SETTLE, finance, input=explained))["premiumSettleException"]["exception"]
    assert (done["state"], done["explanation"], done["availableActions"]) == ("SETTLED", "given back", [])
    again = (await face.data(SETTLE, finance, input=explained))["premiumSettleException"]
    assert (again["exception"], again["errors"][0]["code"]) == (None, "CONFLICT")


async def test_nobody_else_records_settles_or_takes_back(face: Face) -> None:
    billed = await invoiced()
    await paid(billed, "R-1", "1.00")
    (kept,) = (await face.data(EXCEPTIONS, await staff(Role.FINANCE), where=None))["premiumExceptions"]["nodes"]
    settled = {"premiumExceptionId": kept["id"], "explanation": "r", "expectedVersion": 1}
    voided = {"invoiceId": public_id("inv", billed.invoice.id), "reason": "r", "expectedVersion": 1}
    callers = (
        Actor.anonymous(), billed.covered.customer, billed.covered.partner, await staff(Role.COMPLIANCE),
    )  # fmt: skip
    for actor in callers:
        for text, given in ((RECORD, payment(billed.invoice.invoice_number)), (SETTLE, settled), (VOID, voided)):
            async with untouched():
                assert await face.codes(text, actor, input=given) == ["FORBIDDEN"], (actor, text)


async def test_finance_takes_an_invoice_back_with_its_postings(face: Face) -> None:
    billed = await invoiced("50.00", 1)
    given = {"invoiceId": public_id("inv", billed.invoice.id), "reason": "a mistake", "expectedVersion": 1}
    done = (await face.data(VOID, await staff(Role.FINANCE), input=given))["invoiceVoid"]["invoice"]
    assert (done["state"], done["version"]) == (InvoiceState.VOID, 2)
    assert [each["kind"] for each in done["postings"]] == ["invoice:issued", "invoice:voided"]
    amounts = [Decimal(line["amount"]["amount"]) for each in done["postings"] for line in each["lines"]]
    assert sum(amounts) == 0


async def test_an_underwriter_reinstates_a_policy_when_its_premium_is_paid(face: Face) -> None:
    billed, underwriter = await invoiced_ago(31, count=1), await staff(Role.UNDERWRITER)
    office = Actor.system("test")
    await watching.watch(actor=office)
    await lapsing.lapse(billed.covered.policy_id, actor=office)
    policy_id = public_id("pol", billed.covered.policy_id)
    given = {"policyId": policy_id, "reason": "paid", "expectedVersion": (await billed.policy()).version}
    refused = (await face.data(REINSTATE, underwriter, input=given))["policyReinstate"]
    assert (refused["policy"], refused["errors"][0]["code"]) == (None, "PREMIUM_OVERDUE")
    assert refused["errors"][0]["message"] == "Premium of 500.01 CNY is overdue."
    await paid(billed, "R-1", "500.01")
    done = (await face.data(REINSTATE, underwriter, input=given))["policyReinstate"]
    assert (done["errors"], done["policy"]["state"]) == ([], "IN_FORCE")
    shown = (await face.data(OF_POLICY, billed.covered.customer, by={"id": policy_id}))["policy"]
    assert [each["coveredAgainOn"] is None for each in shown["lapses"]] == [False]
    assert shown["invoices"] == [{"invoiceNumber": billed.invoice.invoice_number}]

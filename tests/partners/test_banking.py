"""Where a partner's money goes: set by finance, kept sealed, shown as a mask."""

from __future__ import annotations

import pytest

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.refusals import Forbidden, Invalid, NotFound, StaleVersion
from domain.partners import banking
from domain.partners.models import Partner
from domain.partners.payee import partner_payee
from tests.face.conftest import Face
from tests.factories.insured import partner_with_a_book, staff
from tests.factories.unchanged import refused

ACCOUNT = "31050161364000001234"
CHANGE = """mutation($input: PartnerBankAccountChangeInput!) {
  it: partnerBankAccountChange(input: $input) { partner { bankAccount version } errors { code path } }
}"""


async def partner() -> Partner:
    """A partner without an account."""
    return await Partner.get(id=(await partner_with_a_book()).partner_id)


async def test_an_account_is_kept_sealed_and_shown_as_a_mask(database: str) -> None:
    row, finance = await partner(), await staff(Role.FINANCE)
    assert await partner_payee(row.id) is None
    began = clock.now()
    await banking.change_bank_account(
        row.id, bank_account="3105 0161 3640 0000 1234", reason="r", expected_version=1, actor=finance
    )
    payee = await partner_payee(row.id)
    assert payee is not None and payee.changed_at is not None and began <= payee.changed_at <= clock.now()
    assert (payee.account(), payee.name, payee.changed_by) == (ACCOUNT, row.name, finance.staff_id)
    row = await Partner.get(id=row.id)
    assert row.bank_account_mask == "*" * 16 + "1234"
    assert ACCOUNT.encode() not in bytes(row.bank_account_sealed or b"")
    (entry,) = await AuditEntry.filter(action="partner:change_bank_account")
    assert ACCOUNT not in str(entry.after) and entry.before == {"bank_account": None}


@pytest.mark.parametrize("account", ["", "1234567", "1" * 33, "12345678a", "-12345678"])
async def test_an_account_is_eight_to_thirty_two_digits(database: str, account: str) -> None:
    row, finance = await partner(), await staff(Role.FINANCE)
    async with refused(Invalid):
        await banking.change_bank_account(
            row.id, bank_account=account, reason="r", expected_version=1, actor=finance
        )


async def test_finance_alone_sets_it_on_what_it_has_seen(database: str) -> None:
    row, finance, sales = await partner(), await staff(Role.FINANCE), await staff(Role.SALES)
    given = {"bank_account": ACCOUNT, "reason": "r"}
    for wrong in (Actor.anonymous(), Actor(frozenset({Role.PARTNER}), partner_id=row.id), sales):
        async with refused(Forbidden):
            await banking.change_bank_account(row.id, expected_version=1, actor=wrong, **given)
    async with refused(StaleVersion):
        await banking.change_bank_account(row.id, expected_version=2, actor=finance, **given)
    async with refused(NotFound):
        await banking.change_bank_account(finance.staff_id or row.id, expected_version=1, actor=finance, **given)


async def test_the_mask_is_for_finance_and_the_partner_itself(face: Face) -> None:
    row, finance = await partner(), await staff(Role.FINANCE)
    given = {"partnerId": public_id("par", row.id), "bankAccount": ACCOUNT, "reason": "r", "expectedVersion": 1}
    done = (await face.data(CHANGE, finance, input=given))["it"]
    assert done == {"partner": {"bankAccount": "*" * 16 + "1234", "version": 2}, "errors": []}
    shown = "query($id: ID!) {partner(id: $id) {bankAccount}}"
    own = Actor(frozenset({Role.PARTNER}), partner_id=row.id)
    assert (await face.data(shown, own, id=given["partnerId"]))["partner"] == {"bankAccount": "*" * 16 + "1234"}
    assert await face.codes(shown, await staff(Role.SALES), id=given["partnerId"]) == ["FORBIDDEN"]

"""Consent: for one purpose at a time, with the text that was shown, never changed, and taken back as easily."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from domain.audit.models import AuditEntry
from domain.customers.consent_texts import TEXTS, ConsentText, is_good, is_good_for, present_text, text_shown
from domain.customers.consents import TAKERS, give, give_within, missing_consents, withdraw
from domain.customers.models import Consent, Customer
from domain.customers.refusals import ConsentMissing, ConsentTextOutdated, NoConsent
from domain.customers.terms import ConsentChannel, ConsentPurpose, Language
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import NoTransaction, transaction
from domain.kernel.refusals import Forbidden, Invalid, NotFound
from tests.factories.identity import known, signed_in
from tests.factories.insured import partner_with_a_book, staff
from tests.factories.unchanged import refused, unchanged

pytestmark = pytest.mark.usefixtures("database")
CHECK, CREDIT, ADS = ConsentPurpose.IDENTITY_CHECK, ConsentPurpose.CREDIT_ASSESSMENT, ConsentPurpose.MARKETING
APP, STORE, PHONE = ConsentChannel.APP, ConsentChannel.STORE, ConsentChannel.PHONE
EVERYTHING = list(ConsentPurpose)


async def missing(row: Customer, *purposes: ConsentPurpose) -> list[ConsentPurpose]:
    async with transaction():
        return await missing_consents(row.id, purposes or EVERYTHING)


async def test_a_consent_is_kept_with_the_text_that_was_shown() -> None:
    row = await known(language=Language.EN)
    await give(row.id, purposes=[CHECK], channel=APP, actor=signed_in(row.id))
    (kept,) = await Consent.all()
    assert (kept.customer_id, kept.partner_id, kept.purpose) == (row.id, row.partner_id, CHECK)
    assert (kept.text_version, kept.language, kept.channel) == (present_text(CHECK).version, Language.EN, APP)
    assert (kept.taken_by, kept.withdrawn_at, kept.withdrawn_by) == (f"customer:{row.id}", None, None)
    assert abs(kept.given_at - clock.now()) < timedelta(minutes=1)
    assert text_shown(kept.purpose, kept.text_version, "EN") == present_text(CHECK).en


async def test_what_is_missing_comes_in_the_order_of_the_purposes() -> None:
    row = await known()
    assert await missing(row) == EVERYTHING
    assert await missing(row, ADS, CHECK, CHECK) == [CHECK, ADS]
    await give(row.id, purposes=[CHECK, CREDIT], channel=APP, actor=signed_in(row.id))
    assert await missing(row, ADS, CREDIT, CHECK) == [ADS]
    assert await missing(row, CREDIT) == []
    assert await missing(await known()) == EVERYTHING


async def test_what_is_missing_is_asked_inside_a_transaction() -> None:
    with pytest.raises(NoTransaction):
        await missing_consents(uuid4(), EVERYTHING)


async def test_what_was_given_already_stays_as_it_was_given() -> None:
    row = await known()
    await give(row.id, purposes=[CHECK], channel=APP, actor=signed_in(row.id))
    first, seller = await Consent.get(), await staff(Role.SALES)
    async with unchanged():
        await give(row.id, purposes=[CHECK], channel=STORE, actor=seller)
    await give(row.id, purposes=[CREDIT, CHECK], channel=PHONE, actor=seller)
    assert {each.purpose: each.channel for each in await Consent.all()} == {CHECK: APP, CREDIT: PHONE}
    assert (await Consent.get(purpose=CHECK)).id == first.id


async def test_a_consent_is_audited_without_personal_data() -> None:
    row = await known()
    await give(row.id, purposes=[CREDIT, CHECK], channel=APP, actor=signed_in(row.id))
    entry = await AuditEntry.get(action="customer:give_consent")
    assert (entry.subject_id, entry.after) == (row.id, {"purposes": [CHECK, CREDIT], "channel": "APP"})


@pytest.mark.parametrize("channel", [STORE, PHONE, ConsentChannel.PARTNER])
async def test_partners_and_staff_write_down_what_they_were_told(channel: ConsentChannel) -> None:
    partner = await partner_with_a_book()
    row = await known(partner)
    for purpose, actor in ((CHECK, partner), (CREDIT, await staff(Role.CUSTOMER_SERVICE))):
        await give(row.id, purposes=[purpose], channel=channel, actor=actor)
        assert (await Consent.get(purpose=purpose)).taken_by == actor.label


async def test_the_apps_channel_is_the_customers_own_and_no_other() -> None:
    partner = await partner_with_a_book()
    row = await known(partner)
    for channel, actor in ((APP, partner), (APP, await staff(Role.SALES)), (PHONE, signed_in(row.id))):
        async with refused(Invalid) as told:
            await give(row.id, purposes=[CHECK], channel=channel, actor=actor)
        assert told.value.path == ("input", "channel")


async def test_a_consent_to_nothing_is_none() -> None:
    row = await known()
    async with refused(Invalid):
        await give(row.id, purposes=[], channel=APP, actor=signed_in(row.id))


async def test_a_text_that_has_changed_since_it_was_shown_is_not_consented_to() -> None:
    row = await known()
    async with refused(ConsentTextOutdated) as told:
        await give(row.id, purposes=[CHECK], channel=APP, versions={CHECK: 99}, actor=signed_in(row.id))
    assert (told.value.path, "IDENTITY_CHECK" in told.value.message("zh")) == (("input", "consents"), True)


async def test_an_application_takes_consents_inside_its_own_transaction() -> None:
    row = await known()
    with pytest.raises(NoTransaction):
        await give_within(row.id, purposes=[CHECK], channel=APP, actor=signed_in(row.id))
    async with transaction():
        await give_within(row.id, purposes=[CHECK], channel=APP, actor=signed_in(row.id))
        assert await missing_consents(row.id, [CHECK]) == []


async def test_the_customer_alone_takes_a_consent_back_without_a_reason_and_may_give_it_again() -> None:
    row, other = await known(), await known()
    for each in (row, other):
        await give(each.id, purposes=[CHECK, ADS], channel=APP, actor=signed_in(each.id))
    await withdraw(row.id, purpose=ADS, actor=signed_in(row.id))
    assert (await missing(row), await missing(other, ADS)) == ([each for each in EVERYTHING if each is not CHECK], [])
    former = await Consent.get(customer_id=row.id, purpose=ADS)
    assert (former.withdrawn_by, former.withdrawal_reason) == (f"customer:{row.id}", None)
    entry = await AuditEntry.get(action="customer:withdraw_consent")
    assert (entry.after, entry.reason) == ({"purpose": "MARKETING"}, None)
    await give(row.id, purposes=[ADS], channel=APP, actor=signed_in(row.id))
    assert await missing(row, ADS) == []
    rows = await Consent.filter(customer_id=row.id, purpose=ADS).order_by("id")
    assert [each.withdrawn_at is None for each in rows] == [False, True]
    assert rows[0].withdrawn_at == former.withdrawn_at


async def test_what_is_not_given_or_taken_back_already_cannot_be_taken_back() -> None:
    row = await known()
    async with refused(NoConsent):
        await withdraw(row.id, purpose=ADS, actor=signed_in(row.id))
    await give(row.id, purposes=[ADS], channel=APP, actor=signed_in(row.id))
    await withdraw(row.id, purpose=ADS, reason="too many letters", actor=await staff(Role.CUSTOMER_SERVICE))
    assert (await Consent.get()).withdrawal_reason == "too many letters"
    async with refused(NoConsent):
        await withdraw(row.id, purpose=ADS, actor=signed_in(row.id))


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - set(TAKERS)))
async def test_nobody_else_gives_or_takes_back(role: Role) -> None:
    row, actor = await known(), await staff(role)
    async with refused(Forbidden):
        await give(row.id, purposes=[CHECK], channel=STORE, actor=actor)
    async with refused(Forbidden):
        await withdraw(row.id, purpose=CHECK, actor=actor)


async def test_a_customer_out_of_sight_is_missing() -> None:
    row, other = await known(), await known()
    await give(row.id, purposes=[CHECK], channel=APP, actor=signed_in(row.id))
    for channel, actor in ((APP, signed_in(other.id)), (STORE, await partner_with_a_book())):
        async with refused(NotFound):
            await give(row.id, purposes=[ADS], channel=channel, actor=actor)
        async with refused(NotFound):
            await withdraw(row.id, purpose=CHECK, actor=actor)


@pytest.mark.parametrize("statement", [
    "UPDATE consent SET channel = 'PHONE'", "UPDATE consent SET text_version = 2", "UPDATE consent SET id = id",
    "UPDATE consent SET given_at = now()", "DELETE FROM consent", "TRUNCATE consent",
    "UPDATE consent SET withdrawn_at = now(), withdrawn_by = 'x' WHERE purpose = 'MARKETING'",
    "UPDATE consent SET withdrawn_at = NULL, withdrawn_by = NULL WHERE purpose = 'MARKETING'",
    "UPDATE consent SET withdrawn_at = now(), withdrawn_by = 'x', language = 'en' WHERE purpose = 'IDENTITY_CHECK'",
])  # fmt: skip
async def test_the_database_keeps_a_consent_and_its_end_as_they_were_said(database: str, statement: str) -> None:
    row = await known()
    await give(row.id, purposes=[CHECK, ADS], channel=APP, actor=signed_in(row.id))
    await withdraw(row.id, purpose=ADS, actor=signed_in(row.id))
    connection = await asyncpg.connect(database)
    before = await connection.fetch("SELECT * FROM consent ORDER BY id")
    with pytest.raises(asyncpg.RestrictViolationError, match="stands as it was given"):
        await connection.execute(statement)
    assert await connection.fetch("SELECT * FROM consent ORDER BY id") == before
    await connection.close()


async def test_the_database_keeps_one_live_consent_to_a_text(database: str) -> None:
    row = await known()
    await give(row.id, purposes=[CHECK], channel=APP, actor=signed_in(row.id))
    connection = await asyncpg.connect(database)
    columns = "customer_id, partner_id, purpose, text_version, language, channel, taken_by, given_at"
    again = f"INSERT INTO consent (id, {columns}) SELECT gen_random_uuid(), {columns} FROM consent"
    with pytest.raises(asyncpg.UniqueViolationError, match="consent_live"):
        await connection.execute(again)
    await connection.close()


def test_every_purpose_has_its_texts_in_both_languages_with_versions_that_grow() -> None:
    assert set(TEXTS) == set(ConsentPurpose)
    for texts in TEXTS.values():
        assert [each.version for each in texts] == list(range(1, len(texts) + 1))
        assert all(1 <= each.good_since <= each.version and each.zh and each.en for each in texts)
        assert texts[0].said("ZH") == texts[0].said("zh-Hans") == texts[0].zh != texts[0].said("EN")


def test_a_text_that_asks_for_more_ends_what_was_agreed_to_before_and_a_new_wording_does_not() -> None:
    first = ConsentText(1, 1, "一", "one")
    wording, more = ConsentText(2, 1, "二", "two"), ConsentText(2, 2, "二", "two")
    assert is_good_for((first, wording), 1) and is_good_for((first, more), 2)
    assert not is_good_for((first, more), 1)
    assert is_good(CHECK, present_text(CHECK).version)
    assert not is_good(CHECK, 0)


def test_what_is_missing_is_said_in_words() -> None:
    told = ConsentMissing(purposes=(CHECK, ADS))
    assert told.message("en") == "The customer's consent is needed first: IDENTITY_CHECK, MARKETING."
    assert told.message("zh") == "需先取得客户同意：IDENTITY_CHECK、MARKETING。"


def test_who_may_be_told_of_a_consent_may_be_told_of_its_end() -> None:
    assert set(TAKERS) == {Role.CUSTOMER, Role.PARTNER, Role.SALES, Role.CUSTOMER_SERVICE}
    assert Actor.anonymous().roles.isdisjoint(TAKERS)

"""The lines of a month of claims and their totals, which are those of the ledger or are told to differ."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.bordereaux import answering, generating, opening
from domain.bordereaux.terms import BordereauState as S
from domain.claim_bordereaux.claims import CLAIMS
from domain.claim_bordereaux.models import ClaimBordereau
from domain.claims import assessment, decision, reopening, settlement
from domain.claims.assessment import AssessedLine
from domain.claims.terms import ReopenReason
from domain.documents.models import Document
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.days import months_after
from domain.kernel.money import Currency, Money
from domain.kernel.refusals import AlreadyExists, Forbidden, IllegalStep, Invalid, NotFound
from domain.kernel.subject import Subject, SubjectKind
from domain.ledger.posting import post
from domain.ledger.terms import Account, Line
from domain.notifications.models import Notification
from domain.partners import banking
from domain.partners.models import Partner
from domain.payouts import reversal
from domain.payouts.models import Payout
from domain.recoveries import receipts
from gateways.store import FolderStore
from tests.factories.advances import settle
from tests.factories.bordereaux import month_ago, on_day
from tests.factories.claim_bordereaux import WRITER, claim_lines, claims_open, claims_submitted, claims_written
from tests.factories.claims import Case, claim_assessing, nothing_open
from tests.factories.insured import Insured, insured, partner_with_a_book, sold, staff
from tests.factories.payouts import ACCOUNT
from tests.factories.recoveries import claim_settled, cleared, pay, salvage_sold, subrogation_recovered
from tests.factories.repairs import order_invoiced, shop
from tests.factories.unchanged import refused, unchanged

pytestmark = pytest.mark.usefixtures("database")


async def partner_of_claims() -> UUID:
    found = (await partner_with_a_book()).partner_id
    assert found is not None
    return found


async def paid_on(partner_id: UUID, *, months: int, bill: str = "1700.00") -> Case:
    """A claim of a policy of this partner that was paid that many months ago."""
    partner = Actor(frozenset({Role.PARTNER}), partner_id=partner_id)
    with on_day(month_ago(months), 5):
        policy = await sold(partner=partner)
    with on_day(month_ago(months), 10):
        covered = Insured(policy.id, policy.customer_id, policy.partner_id)
        return await claim_settled(covered, bill=bill)


async def came_back(case: Case, *, months: int) -> None:
    """The bank gave the money back that many months ago."""
    payout = await Payout.filter(subject_id=case.claim.id).order_by("-id").first()
    assert payout is not None
    with on_day(month_ago(months), 20):
        await reversal.reverse(
            payout.id, reason="closed", expected_version=payout.version, actor=await staff(Role.FINANCE)
        )


async def reopened_and_topped_up(case: Case, *, months: int) -> None:
    """Closed, reopened for a higher bill, and paid the rest, that many months ago."""
    with on_day(month_ago(months), 15):
        claim = await case.reread()
        claim = await reopening.close(
            claim.id, reason="done", open_work=nothing_open, expected_version=claim.version, actor=case.handler
        )
        claim = await reopening.reopen(
            claim.id, code=ReopenReason.NEW_EVIDENCE, reason="more", expected_version=claim.version, actor=case.manager
        )
        claim = await assessment.start(claim.id, expected_version=claim.version, actor=case.manager)
        claim = await assessment.set_lines(
            claim.id, lines=[AssessedLine("Mainboard", Money.of("2000.00"))], expected_version=claim.version,
            actor=case.manager,
        )  # fmt: skip
        claim = await assessment.propose(
            claim.id, reason="more", expected_version=claim.version, actor=case.manager
        )
        await cleared(case)
        claim = await case.reread()
        claim = await decision.approve(claim.id, amount=None, expected_version=claim.version, actor=case.manager)
        case.claim = await settlement.agree(claim.id, expected_version=claim.version, actor=case.customer)
        await pay(case)


async def test_a_month_lists_claims_with_what_was_paid_and_came_back_as_the_ledger_has_it(store: FolderStore) -> None:
    partner_id = await partner_of_claims()
    case = await paid_on(partner_id, months=1)
    with on_day(month_ago(), 20):
        await (await salvage_sold(case)).judge(receipts.confirm)
        await subrogation_recovered(case, "200.00")
    row = await claims_written(partner_id, store=store)
    assert (row.state, row.line_count, row.paid_minor, row.recovered_minor) == (S.VALIDATED, 1, 150_000, 50_000)
    (line,) = await claim_lines(row, store)
    assert line == {
        "claimNumber": case.claim.claim_number, "policyNumber": line["policyNumber"],
        "lossOn": case.claim.loss_on.isoformat(), "reportedOn": month_ago().replace(day=10).isoformat(),
        "status": "PAID", "currency": "CNY", "reserve": "0.00", "paidThisMonth": "1500.00", "paidToDate": "1500.00",
        "recoveredThisMonth": "500.00",
    }  # fmt: skip


async def test_what_a_customer_is_paid_of_salvage_is_neither_paid_for_the_claim_nor_taken_off_what_came_back(
    store: FolderStore,
) -> None:
    partner_id = await partner_of_claims()
    case = await paid_on(partner_id, months=1)
    with on_day(month_ago(), 20):
        sold_for_more = await salvage_sold(case, "1800.00")
        await sold_for_more.judge(receipts.confirm)
        await settle(await Payout.get(subject_id=sold_for_more.id))
    row = await claims_written(partner_id, store=store)
    assert (row.state, row.paid_minor, row.recovered_minor) == (S.VALIDATED, 150_000, 150_000)
    (line,) = await claim_lines(row, store)
    assert (line["paidToDate"], line["recoveredThisMonth"]) == ("1500.00", "1500.00")


async def repaired_on(partner_id: UUID, *, months: int) -> Case:
    """A claim of a policy of this partner whose repairer was paid that many months ago; it goes on."""
    partner = Actor(frozenset({Role.PARTNER}), partner_id=partner_id)
    with on_day(month_ago(months), 5):
        policy, place = await sold(partner=partner), await shop()
        row = await Partner.get(id=place.actor.partner_id)
        await banking.change_bank_account(
            row.id, bank_account=ACCOUNT, reason="by letter", expected_version=row.version,
            actor=await staff(Role.FINANCE),
        )  # fmt: skip
    with on_day(month_ago(months), 10):
        case = await claim_assessing(Insured(policy.id, policy.customer_id, policy.partner_id))
        await order_invoiced(case, place)
        await settle(await Payout.get(matter_id=case.claim.id))
    return case


async def test_what_a_repairer_was_paid_is_among_it_and_the_reserve_is_that_of_the_month_s_end(
    store: FolderStore,
) -> None:
    partner_id = await partner_of_claims()
    case = await repaired_on(partner_id, months=1)
    claim = await case.reread()
    lines = [AssessedLine("Mainboard", Money.of("2000.00"))]
    await assessment.set_lines(claim.id, lines=lines, expected_version=claim.version, actor=case.handler)
    row = await claims_written(partner_id, store=store)
    assert (row.state, row.paid_minor) == (S.VALIDATED, 73_000)
    (line,) = await claim_lines(row, store)
    assert (line["paidToDate"], line["reserve"], (await case.reread()).reserve_minor) == ("730.00", "730.00", 180_000)


async def test_money_that_came_back_in_a_later_month_is_taken_off_there(store: FolderStore) -> None:
    partner_id = await partner_of_claims()
    case = await paid_on(partner_id, months=2)
    await came_back(case, months=1)
    first, second = [await claims_written(partner_id, month_ago(months), store=store) for months in (2, 1)]
    assert [(each.state, each.paid_minor) for each in (first, second)] == [
        (S.VALIDATED, 150_000), (S.VALIDATED, -150_000),
    ]  # fmt: skip
    told = [[line["paidToDate"] for line in await claim_lines(each, store)] for each in (first, second)]
    assert told == [["1500.00"], ["0.00"]]


async def test_a_claim_that_was_reopened_and_topped_up_shows_the_rest_only(store: FolderStore) -> None:
    partner_id = await partner_of_claims()
    case = await paid_on(partner_id, months=2)
    await reopened_and_topped_up(case, months=1)
    row = await claims_written(partner_id, store=store)
    assert (row.state, row.paid_minor) == (S.VALIDATED, 30_000)
    (line,) = await claim_lines(row, store)
    assert (line["paidThisMonth"], line["paidToDate"]) == ("300.00", "1800.00")


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_the_totals_are_the_ledger_s(store: FolderStore, seed: int) -> None:
    luck, partner_id, other = random.Random(seed), await partner_of_claims(), await partner_of_claims()
    for _ in range(4):
        case = await paid_on(luck.choice([partner_id, partner_id, other]), months=luck.choice([2, 3]))
        match luck.randrange(4):
            case 0:
                await came_back(case, months=luck.choice([1, 2]))
            case 1:
                with on_day(month_ago(luck.choice([1, 2])), 20):
                    await (await salvage_sold(case)).judge(receipts.confirm)
            case 2:
                await reopened_and_topped_up(case, months=1)
            case _:
                with on_day(month_ago(1), 20):
                    await subrogation_recovered(case, "200.00")
    rows = [await claims_written(each, month_ago(months)) for each in (partner_id, other) for months in (1, 2, 3)]
    assert {row.state for row in rows} == {S.VALIDATED}


async def test_totals_that_are_not_the_ledger_s_keep_it_from_its_partner_until_made_anew(store: FolderStore) -> None:
    partner_id = await partner_of_claims()
    finance = await staff(Role.FINANCE)
    case = await paid_on(partner_id, months=1)
    payout = await Payout.get(subject_id=case.claim.id)
    amount = Money(100)
    async with transaction():
        await post(
            kind="payout:settled", subject=Subject(SubjectKind.PAYOUT, payout.id), actor=Actor.system("test"),
            lines=[Line(Account.CLAIMS_PAYABLE, amount), Line(Account.BANK, -amount)], key=f"mistake:{uuid4()}",
        )  # fmt: skip
    row = await claims_written(partner_id, store=store)
    assert (row.state, row.paid_difference_minor) == (S.GENERATED, -100)
    letters = await Notification.filter(template="CLAIM_BORDEREAU_DIFFERS", subject_id=row.id)
    assert letters
    async with refused(IllegalStep):
        await answering.submit(CLAIMS, row.id, expected_version=row.version, actor=finance)
    async with transaction():
        await post(
            kind="payout:settled", subject=Subject(SubjectKind.PAYOUT, payout.id), actor=Actor.system("test"),
            lines=[Line(Account.CLAIMS_PAYABLE, -amount), Line(Account.BANK, amount)], key=f"mistake:{uuid4()}",
        )  # fmt: skip
    again = await claims_written(partner_id, store=store)
    assert (again.id, again.state, again.edition) == (row.id, S.VALIDATED, 2)
    assert await Document.filter(subject_id=row.id).count() == 2


async def test_what_another_partner_s_claims_cost_stands_nowhere(store: FolderStore) -> None:
    partner_id, other = await partner_of_claims(), await partner_of_claims()
    await paid_on(other, months=1)
    row = await claims_written(partner_id, store=store)
    assert (row.state, row.line_count, row.paid_minor) == (S.VALIDATED, 0, 0)


async def test_pages_leave_nothing_out_and_nothing_twice(store: FolderStore) -> None:
    partner_id = await partner_of_claims()
    for _ in range(3):
        await paid_on(partner_id, months=1)
    row = await claims_open(partner_id)
    one, whole = [await generating.write_lines(CLAIMS, row, page=page) for page in (1, generating.PAGE)]
    assert one.content == whole.content


async def test_a_second_writing_does_nothing(store: FolderStore) -> None:
    row = await claims_written(await partner_of_claims(), store=store)
    async with unchanged():
        assert not await generating.write(CLAIMS, row.id, store=store, actor=WRITER)


async def test_all_partners_have_one_opened_once(store: FolderStore) -> None:
    partner_id, month = await partner_of_claims(), month_ago()
    assert await opening.open_month(CLAIMS, month, actor=WRITER) == 1
    assert await opening.open_month(CLAIMS, month, actor=WRITER) == 0
    assert (await ClaimBordereau.get(partner_id=partner_id)).state is S.OPEN


async def test_a_month_that_is_not_over_another_role_and_a_second_one_are_refused() -> None:
    partner_id, finance = await partner_of_claims(), await staff(Role.FINANCE)
    risk = await staff(Role.RISK)
    this_month = months_after(month_ago(), 1)
    for month, actor, kind in (
        (this_month, finance, Invalid), (month_ago() + timedelta(days=1), finance, Invalid),
        (month_ago(), risk, Forbidden),
    ):  # fmt: skip
        async with refused(kind):
            await opening.generate(CLAIMS, partner_id, month=month, currency=Currency.CNY, actor=actor)
    await claims_written(partner_id)
    async with refused(AlreadyExists):
        await opening.generate(CLAIMS, partner_id, month=month_ago(), currency=Currency.CNY, actor=finance)


async def test_a_partner_answers_its_own_only_once_it_has_it() -> None:
    covered = await insured()
    row = await claims_submitted(covered.partner_id)
    other = (await insured()).partner
    async with refused(NotFound):
        await answering.acknowledge(CLAIMS, row.id, expected_version=row.version, actor=other)
    done = await answering.acknowledge(CLAIMS, row.id, expected_version=row.version, actor=covered.partner)
    assert (done.state, done.answered_at is not None) == (S.ACKNOWLEDGED, True)
    assert done.answered_at is not None and done.answered_at <= clock.now()

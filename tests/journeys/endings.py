"""What every journey ends with: books that agree, letters that arrived, and to each reader what is his or hers."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.jobs.models import Job
from domain.jobs.terms import JobState
from domain.kernel.actor import Actor
from domain.kernel.sealing import unseal
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.notifications.models import Notification
from domain.notifications.terms import NotificationState
from domain.payouts.models import Payout, PayoutAttempt
from domain.payouts.terms import AttemptState, PayoutState
from tests.factories.notices import told
from tests.journeys.people import BALANCES, Cast

CHINESE = re.compile(r"[\u4e00-\u9fff]")
OF_PARTNERS = {"PAPERS_REQUESTED", "CLOCK_STOPPED", "PAPER_RECEIVED", "PAPERS_COMPLETE", "PAPER_ACCEPTED",
               "PAPER_REJECTED", "PAPER_WAIVED", "PAYOUT_REQUESTED", "PAYOUT_SUBMITTED", "PAYOUT_SETTLED",
               "PAYOUT_RETURNED", "PAYOUT_CANCELLED", "ADVANCE_GRANTED", "ADVANCE_PAID"}  # fmt: skip
"""What customers are told and their partners are not."""


async def expect_well_ended(
    cast: Cast, claim: str, *customer_sees: str, returned: int = 0, cancelled: int = 0
) -> None:
    """Books, letters, timeline and jobs of a journey with one claim; `returned` payments came back.

    `cancelled` were not made, since they were owed no more.
    """
    await cast.world.work()
    await _books(cast, returned, cancelled)
    await _letters(cast)
    await _timeline(cast, claim, customer_sees)
    await _jobs(cast)


async def _books(cast: Cast, returned: int, cancelled: int) -> None:
    """The ledger balances, nothing is owed any more, and the bank paid what is settled: each once."""
    accounts = (await cast.world.ask(cast.maker, BALANCES))["ledgerAccounts"]["nodes"]
    balances = {each["account"]: Decimal(each["balance"]["amount"]) for each in accounts}
    assert sum(balances.values()) == 0
    assert balances.get("CLAIMS_PAYABLE", 0) == 0, balances
    for each in await LedgerTransaction.all():
        assert sum([line.amount_minor for line in await LedgerLine.filter(transaction_id=each.id)]) == 0
    payouts = {each.id: each for each in await Payout.all()}
    assert Counter(each.state for each in payouts.values()) == Counter({
        PayoutState.SETTLED: len(payouts) - returned - cancelled, PayoutState.REVERSED: returned,
        PayoutState.CANCELLED: cancelled,
    })  # fmt: skip
    settled = await PayoutAttempt.filter(state=AttemptState.SETTLED)
    ours = sorted((each.request_no, payouts[each.payout_id].amount_minor) for each in settled)
    assert ours == sorted(cast.world.bank.charges)
    paid = sum(each.amount_minor for each in payouts.values() if each.state is PayoutState.SETTLED)
    assert balances.get("CLAIMS_EXPENSE", 0) * 100 == paid


async def _letters(cast: Cast) -> None:
    """Each letter arrived once, and the customer's in his or her language."""
    came = Counter(_said(str(letter["To"]), str(letter.get_content())) for letter in cast.world.mail.came)
    sent = Counter[tuple[str, str]]()
    for each in await Notification.all():
        assert each.state is NotificationState.SENT, (each.template, each.state, each.failure)
        sent[_said(unseal(each.address_place, each.party_id, each.address_sealed), told(each))] += 1
        if each.customer_id is not None:
            assert each.language == cast.language, each.template
            assert bool(CHINESE.search(told(each))) is (cast.language == "zh"), told(each)
    assert came == sent


def _said(address: str, text: str) -> tuple[str, str]:
    return address, "\n".join(text.split())


async def _timeline(cast: Cast, claim: str, customer_sees: Sequence[str]) -> None:
    """The customer is told this, the partner less, the staff more; all in the same order."""
    mine = await _kinds(cast, cast.customer, claim)
    assert mine == list(customer_sees), mine
    assert await _kinds(cast, cast.partner, claim) == [each for each in mine if each not in OF_PARTNERS]
    inside = iter(await _kinds(cast, cast.manager, claim))
    assert all(each in inside for each in mine)


async def _kinds(cast: Cast, who: Actor, claim: str) -> list[str]:
    return [each["kind"] for each in (await cast.world.read(who, claim, "timeline { kind }"))["timeline"]]


async def _jobs(cast: Cast) -> None:
    """None failed, and none was told who the customer is."""
    for job in await Job.all():
        assert job.state in {JobState.SUCCEEDED, JobState.AVAILABLE}, (job.kind, job.state)
        assert not list(_private(cast, json.dumps(job.arguments, ensure_ascii=False))), job.kind


def _private(cast: Cast, text: str) -> Iterator[str]:
    yield from (each for each in cast.private if each in text)

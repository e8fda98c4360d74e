"""Signals of fraud that come from what was told and handed in: the device, and files that are known already."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.claims import first_notice, screening
from domain.claims.first_notice import Parts
from domain.claims.models import Claim
from domain.evidence.models import EvidenceFile
from domain.evidence.terms import FileState
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.policies.models import Policy
from domain.risk.models import FraudSignal
from domain.risk.terms import FraudCode
from tests.factories.claims import Case, claim_registered, loss
from tests.factories.evidence import ticketed
from tests.factories.insured import Insured, insured

pytestmark = pytest.mark.usefixtures("database")
SCREEN = Actor.system("claims.screen")
HASH = "ab" * 32


async def told_of(covered: Insured, serial_number: str) -> Claim:
    """Reported in steps, with a serial number beside the policy."""
    said = loss()
    parts = Parts(said.on, said.cause, said.place, said.description, said.claimed)
    notice = await first_notice.begin(
        policy_id=covered.policy_id, serial_number=serial_number, parts=parts, actor=covered.customer
    )
    _, claim = await first_notice.submit(notice.id, parts=Parts(), expected_version=1, actor=covered.customer)
    return claim


async def found_in(claim: Claim) -> dict[str, str]:
    await screening.screen_reported(claim.id, actor=SCREEN)
    return {each.code: each.evidence for each in await FraudSignal.filter(subject_id=claim.id)}


async def with_file(case: Case, mark: str, *, is_clean: bool = False) -> None:
    """A file that came in, known by the hash of what was sent, or of what was made of it."""
    file_id = await ticketed(case, case.customer, b"x")
    received = {"state": FileState.UPLOADED, "received_at": clock.now(), "raw_key": "raw"}
    await EvidenceFile.filter(id=file_id).update(received_sha256=f"{file_id.hex}" if is_clean else mark, **received)
    if is_clean:
        made = {"sha256": mark, "storage_key": "clean", "size": 1, "content_type": "image/jpeg"}
        await EvidenceFile.filter(id=file_id).update(state=FileState.RELEASED, checked_at=clock.now(), **made)


async def test_another_device_than_the_insured_one_is_a_signal_that_tells_no_number() -> None:
    covered = await insured()
    claim = await told_of(covered, "another-one")
    assert claim.other_serial_number == "ANOTHERONE"
    assert await found_in(claim) == {FraudCode.SERIAL_MISMATCH: "1"}


async def test_the_insured_device_is_none_and_its_replacement_makes_none_of_it() -> None:
    covered = await insured()
    serial = (await Policy.get(id=covered.policy_id)).serial_number
    claim = await told_of(covered, serial.lower())
    await Policy.filter(id=covered.policy_id).update(serial_number="REPLACED")
    assert await found_in(claim) == {}


@pytest.mark.parametrize("is_clean", [False, True])
async def test_a_file_that_stands_in_a_claim_of_another_customer_is_a_signal(is_clean: bool) -> None:
    mine, other, third = await claim_registered(), await claim_registered(), await claim_registered()
    for case in (mine, other):
        await with_file(case, HASH, is_clean=is_clean)
    await with_file(third, "cd" * 32, is_clean=is_clean)
    assert await found_in(mine.claim) == {FraudCode.FILE_REPEATED: "1"}
    assert await found_in(third.claim) == {}


async def test_the_same_proof_for_the_same_device_of_the_same_customer_is_none() -> None:
    first = await claim_registered()
    again = await claim_registered(first.insured, reported=loss(on=clock.today() - timedelta(days=3)))
    for case in (first, again):
        await with_file(case, HASH)
    assert await found_in(again.claim) == {}

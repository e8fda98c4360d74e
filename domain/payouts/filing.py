"""Payment files: finance puts approved payouts into one, which then goes to the bank by no other way."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from domain.audit.entries import record
from domain.documents.keeping import Store
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import Run, fetch, transaction
from domain.kernel.ids import new_id
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, NotFound
from domain.kernel.rows import lock_row, save_changes
from domain.kernel.sealing import seal_bytes, unseal
from domain.kernel.subject import Subject, SubjectKind
from domain.payouts.attempts import present_attempt
from domain.payouts.file_links import PLACE
from domain.payouts.jobs import WritePaymentFile
from domain.payouts.making import ACCOUNT_PLACE
from domain.payouts.models import PaymentFile, Payout, PayoutAttempt
from domain.payouts.payer import CURRENCY, payer
from domain.payouts.payment_xml import Order, write_payments
from domain.payouts.reading import PAYOUT
from domain.payouts.refusals import NothingToPay, NotPayableByFile
from domain.payouts.submitting import submit
from domain.payouts.terms import AttemptState, PaymentFileState

MOST_PAYMENTS = 200
"""As many as are judged one by one well within the time of a request."""
SEALED = "application/octet-stream"
# A worker that has one in hand may send it at any moment. What was once asked for over HTTP may be known there.
FREE = """
SELECT p.id FROM payout p JOIN payout_attempt a ON a.payout_id = p.id AND a.attempt = p.attempt
WHERE p.state = 'APPROVED' AND p.currency = $1 AND a.state = 'READY' AND a.last_checked_at IS NULL
  AND NOT EXISTS (SELECT FROM job e WHERE e.subject_id = p.id AND e.kind = 'payouts.execute'
    AND e.state IN ('DISPATCHED', 'EXECUTING', 'PARKED'))
ORDER BY p.id LIMIT $2::int FOR NO KEY UPDATE OF p SKIP LOCKED
"""


def subject_of(file: PaymentFile) -> Subject:
    """The file as other rows name it."""
    return Subject(SubjectKind.PAYMENT_FILE, file.id)


async def make_file(payout_ids: Sequence[UUID] | None, *, actor: Actor) -> PaymentFile:
    """Puts these payouts into one file, or else all that are approved and in no worker's hands, 200 at most.

    Each is marked as sent, so that no worker sends it; one that is kept back or whose payee has another account is put
    aside as a worker would, and left out. A job writes the file.

    Raises: Forbidden; PayerUnknown; NotFound; IllegalStep for one that is not approved; NotPayableByFile for one in
    another currency, or of which the bank may know over HTTP; NothingToPay.
    """
    if not actor.has(Role.FINANCE) or actor.staff_id is None:
        raise Forbidden(permission="payout:make_file")
    payer()
    clerk = Actor.system("payouts.file", actor.party)
    async with transaction():
        payouts = await _chosen(payout_ids)
        if not payouts:
            raise NothingToPay
        file = await _add(payouts, actor.staff_id)
        sent = [each for each in payouts if await _put_in(each, file, clerk)]
        if not sent:
            raise NothingToPay
        file.payment_count, file.total_minor = len(sent), sum(each.amount_minor for each in sent)
        file.job_id = await enqueue(WritePaymentFile(file.id), actor=actor, subject=subject_of(file))
        await save_changes(file, "payment_count", "total_minor", "job_id")
        after: dict[str, object] = {
            "state": file.state, "payments": file.payment_count, "total_minor": file.total_minor,
            "currency": file.currency,
        }  # fmt: skip
        await record("payout:make_file", subject_of(file), actor, after=after)
    return file


async def _chosen(payout_ids: Sequence[UUID] | None) -> list[Payout]:
    """The payouts that are meant, locked in the order of their ids."""
    ids = payout_ids
    if ids is None:
        ids = [UUID(str(row["id"])) for row in await fetch(FREE, CURRENCY, MOST_PAYMENTS)]
    rows = await Payout.select_for_update(no_key=True).filter(id__in=list(ids)).order_by("id")
    if len(rows) != len(set(ids)):
        raise NotFound(PAYOUT.name)
    return rows


async def _add(payouts: Sequence[Payout], staff_id: UUID) -> PaymentFile:
    file_id = new_id()
    return await PaymentFile.create(
        id=file_id,
        message_id=file_id.hex,
        state=PaymentFileState.MAKING,
        currency=CURRENCY,
        payment_count=len(payouts),
        total_minor=sum(each.amount_minor for each in payouts),
        maker_id=staff_id,
    )


async def _put_in(payout: Payout, file: PaymentFile, clerk: Actor) -> bool:
    attempt = await present_attempt(payout)
    may_be_known = attempt.state is AttemptState.READY and attempt.last_checked_at is not None
    if payout.currency is not file.currency or may_be_known:
        raise NotPayableByFile
    return await submit(payout, attempt, actor=clerk, file_id=file.id)


async def write_file(file_id: UUID, *, store: Store, actor: Actor, run: Run | None = None) -> bool:
    """Writes a file and keeps it sealed, once; whether that was still to be done.

    Raises: StoreUnavailable; PayerUnknown.
    """
    async with transaction(run):
        file = await PaymentFile.get(id=file_id)
        content = b"" if file.state is PaymentFileState.READY else await _content(file)
    sha256 = hashlib.sha256(content).hexdigest()
    key = f"payment_file/{file_id.hex}/{sha256}.sealed"
    if content:
        await store.put(key, seal_bytes(PLACE, file_id, content), SEALED)
    async with transaction(run, finishing=True) as tx:
        row = await lock_row(PaymentFile, file_id)
        if row is None or row.state is PaymentFileState.READY or not content:
            return False
        tx.made = subject_of(row)
        row.state, row.written_at, row.storage_key = PaymentFileState.READY, clock.now(), key
        row.sha256, row.size = sha256, len(content)
        await save_changes(row, "state", "written_at", "storage_key", "sha256", "size")
        await record("payout:write_file", subject_of(row), actor, after={"state": row.state, "sha256": sha256})
    return True


async def _content(file: PaymentFile) -> bytes:
    attempts = await PayoutAttempt.filter(payment_file_id=file.id).order_by("id")
    payouts = {each.id: each for each in await Payout.filter(id__in=[each.payout_id for each in attempts])}
    orders = [_order(each, payouts[each.payout_id]) for each in attempts]
    return write_payments(file.message_id, file.made_at, payer(), orders)


def _order(attempt: PayoutAttempt, payout: Payout) -> Order:
    return Order(
        attempt.request_no,
        Money(payout.amount_minor, payout.currency),
        payout.payee_name or "",
        unseal(ACCOUNT_PLACE, payout.id, payout.account_sealed or b""),
    )

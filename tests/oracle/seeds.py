"""A world in which every kind of row stands in several states, for two partners and their customers, made by the verbs.

A few rows are moved by statements of their own: jobs that workers would have moved, and sessions that ran out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from tortoise import Tortoise

from domain.access import keys, sessions
from domain.access.models import Session
from domain.access.terms import ApiScope, Principal
from domain.audit.entries import record
from domain.audit.jobs import SealAudit
from domain.claims import decision, settlement
from domain.claims.owed import still_owed
from domain.claims.terms import DeclineCode
from domain.complaints import answering, review
from domain.complaints import intake as complaining
from domain.customers.details import CustomerDetails
from domain.customers.terms import Language
from domain.jobs import archive, cron, operations
from domain.jobs.models import Job
from domain.jobs.queue import enqueue
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.subject import Subject, SubjectKind
from domain.partners import introduction
from domain.partners.terms import PartnerKind
from domain.payouts import approval, exceptions, execution, holding, making, retrying, reversal
from domain.payouts.models import Payout, PayoutException
from domain.payouts.terms import ExceptionKind, HoldReason
from domain.policies import cancellation, issuing
from domain.policies.models import Policy
from domain.renewals import reminding
from domain.staff import changes
from domain.staff.terms import AuthorityKind
from tests.factories import claims as cases
from tests.factories import complaints as matters
from tests.factories.insured import (
    OFFICE,
    Insured,
    device,
    partner_with_a_book,
    staff,
)
from tests.factories.payouts import PromptBank, approver
from tests.oracle.advance_seeds import seed_advances, seed_clearances
from tests.oracle.application_seeds import seed_applications
from tests.oracle.bank_files import seed_bank_files
from tests.oracle.billing_seeds import seed_billing
from tests.oracle.bordereau_seeds import seed_bordereaux
from tests.oracle.claim_bordereau_seeds import seed_claim_bordereaux
from tests.oracle.commission_seeds import seed_statements
from tests.oracle.credit_seeds import seed_credit
from tests.oracle.customer_seeds import seed_identities
from tests.oracle.document_seeds import seed_documents
from tests.oracle.evidence_seeds import seed_evidence
from tests.oracle.first_notice_seeds import seed_first_notices
from tests.oracle.fraud_seeds import seed_fraud
from tests.oracle.inquiry_seeds import seed_inquiries
from tests.oracle.product_seeds import seed_commissions, seed_products
from tests.oracle.recommendation_seeds import seed_recommendations
from tests.oracle.recovery_seeds import seed_recoveries
from tests.oracle.registration_seeds import seed_registrations
from tests.oracle.repair_seeds import seed_repairs
from tests.oracle.service_seeds import seed_service_levels
from tests.oracle.survey_seeds import seed_surveys
from tests.oracle.webhook_seeds import seed_webhooks
from workers.schedule import TABLE

PEOPLE = (
    CustomerDetails(
        "Zhang San", "13812345670", "zhang@example.com", Language.ZH, "11010519491231002X", "6222020200112233446",
        "上海市浦东新区世纪大道1号",
    ),
    CustomerDetails("李四", "13912345671", "li@example.com", Language.EN, None, "6222020200112233453"),
)  # fmt: skip
MOVED_JOBS = """
WITH n AS (SELECT id, row_number() OVER (ORDER BY id) % 9 AS turn FROM job WHERE state = 'AVAILABLE')
UPDATE job SET
  state = (ARRAY['DISPATCHED','EXECUTING','PARKED','SUCCEEDED','DEAD','SUCCEEDED'])[n.turn],
  lease_until = CASE WHEN n.turn IN (1, 2) THEN now() + interval '1 h' END,
  finished_at = CASE WHEN n.turn IN (4, 5) THEN now() WHEN n.turn = 6 THEN now() - interval '40 days' END,
  started_at = CASE WHEN n.turn > 1 THEN now() END, worker = CASE WHEN n.turn = 2 THEN 'w:1' END,
  error_code = CASE n.turn WHEN 3 THEN 'BANK_PENDING' WHEN 5 THEN 'TimeoutError' END, attempt = n.turn,
  progress = CASE n.turn WHEN 2 THEN '{"done": 3, "total": 9, "unit": "policies", "message": "POLICIES_BEGIN"}'::jsonb
    WHEN 4 THEN '{"done": 9, "total": 9, "unit": "rows"}'::jsonb END
FROM n WHERE n.id = job.id AND n.turn BETWEEN 1 AND 6
"""
RESULTS = """
WITH made AS (
  SELECT 1 AS turn, 'CLAIM' AS kind, id, row_number() OVER (ORDER BY id) AS place FROM claim
  UNION ALL SELECT 2, 'COMPLAINT', id, row_number() OVER (ORDER BY id) FROM complaint
  UNION ALL SELECT 3, 'JOB', id, row_number() OVER (ORDER BY id) FROM job
  UNION ALL SELECT 4, 'PAYOUT', id, row_number() OVER (ORDER BY id) FROM payout
  UNION ALL SELECT 5, 'RENEWAL', id, row_number() OVER (ORDER BY id) FROM renewal_reminder
  UNION ALL SELECT 6, 'INQUIRY', id, row_number() OVER (ORDER BY id) FROM inquiry
  UNION ALL SELECT 7, 'DOCUMENT', id, row_number() OVER (ORDER BY id) FROM document
  UNION ALL SELECT 8, 'APPLICATION', id, row_number() OVER (ORDER BY id) FROM application
), n AS (
  SELECT id, row_number() OVER (ORDER BY id) % 9 AS turn, row_number() OVER (ORDER BY id) / 9 + 1 AS place
  FROM job WHERE state = 'SUCCEEDED'
)
UPDATE job SET result_kind = coalesce(made.kind, job.subject_kind), result_id = coalesce(made.id, job.subject_id)
FROM n LEFT JOIN made USING (turn, place) WHERE n.id = job.id AND n.turn > 0
"""
WAITING_JOBS = """
WITH n AS (SELECT id, row_number() OVER (ORDER BY id) % 3 AS turn FROM job WHERE state = 'AVAILABLE')
UPDATE job SET run_at = now() + n.turn * interval '20 s', attempt = n.turn FROM n WHERE n.id = job.id
"""
ATTEMPTS = """
INSERT INTO job_attempt (id, job_id, fence, attempt, outcome, worker, started_at, ended_at, error_code, error)
SELECT gen_random_uuid(), id, 1, 1, 'LATER', 'w:1', NULL, now(), 'TimeoutError', 'too slow' FROM job_all
WHERE attempt > 3
"""


@dataclass
class Payments:
    """Those who work on payouts."""

    maker: Actor
    checker: Actor
    risk: Actor
    bank: Actor = field(default_factory=lambda: Actor.system("payouts.execute"))

    async def carry(self, payout_id: UUID, steps: int) -> None:
        """Leaves a payout as requested, made ready, rejected, approved, held, failed, settled, or reversed."""
        if steps:
            row = await Payout.get(id=payout_id)
            row = await making.make_ready(row.id, expected_version=row.version, actor=self.maker)
            if steps == 2:
                await approval.reject(row.id, reason="wrong", expected_version=row.version, actor=self.checker)
            elif steps > 2:
                row = await approval.approve(row.id, expected_version=row.version, actor=self.checker)
                await self._send(row, steps)

    async def _send(self, row: Payout, steps: int) -> None:
        if steps == 4:
            given = {"hold_reason": HoldReason.FRAUD, "reason": "odd", "expected_version": row.version}
            await holding.hold(row.id, actor=self.risk, **given)  # type: ignore[arg-type]
        elif steps > 4:
            await execution.execute(row.id, 1, bank=PromptBank(refuses=steps == 5), actor=self.bank)
            row = await Payout.get(id=row.id)
        if steps == 7:
            await reversal.reverse(row.id, reason="came back", expected_version=row.version, actor=self.maker)


@dataclass
class People:
    """Who may ask, each with a live session but the one who has not signed in."""

    actors: dict[str, Actor]

    def of(self, *names: str) -> dict[str, Actor]:
        """Some of them."""
        return {name: self.actors[name] for name in names}


async def seed() -> People:
    """Fills an empty database; who may ask of it."""
    partners = [await partner_with_a_book() for _ in range(2)]
    versions = await seed_products()
    books = [[await _covered(partner, versions, person) for person in PEOPLE] for partner in partners]
    await _cancelled(partners[0], versions[0])
    await seed_commissions(partners, versions[0])
    for book in books:
        await _claims(book[0])
    declined = await _few_claims(books[0][1])
    for covered in books[1][1][:3]:
        await cases.claim_payment_pending(covered)
    await seed_registrations(partners)
    await seed_documents([each for book in books for of_one in book for each in of_one[:2]])
    await seed_evidence([books[0][0][0].partner, books[1][0][0].partner])
    await _complaints(books, declined)
    people = await _people(partners, [book[0][0].customer for book in books], declined)
    await seed_inquiries([book[0][0] for book in books] + [books[0][1][0]], people.actors)
    await seed_recommendations([book[0][0] for book in books], people.actors)
    await _payouts()
    owing = [books[0][0][2], books[1][0][2], books[0][1][2]]
    await seed_billing(owing, people.actors["FINANCE"], people.actors["UNDERWRITER"])
    await seed_service_levels([each.partner_id for each in partners], people.actors["COMPLIANCE"])
    await seed_credit(people.actors["RISK"], people.actors["UNDERWRITER"])
    await seed_advances()
    await seed_clearances(people.actors["COMPLIANCE"])
    await seed_fraud(people.actors["RISK"])
    await seed_identities(partners, people.actors["CUSTOMER_SERVICE"])
    await seed_bordereaux(partners)
    await seed_statements()
    await seed_webhooks(partners, [book[0] for book in books])
    await seed_applications([book[0][0] for book in books], people.actors["SALES"])
    await seed_repairs([book[0][0] for book in books], people.actors["REPAIRER"])
    await seed_first_notices([book[0][0] for book in books], people.actors["CUSTOMER_SERVICE"])
    await seed_recoveries([book[0][0] for book in books])
    await seed_claim_bordereaux(partners)
    await seed_surveys(people.actors["CLAIMS_HANDLER"])
    await _jobs(people)
    return people


async def _covered(partner: Actor, versions: list[UUID], person: CustomerDetails) -> list[Insured]:
    """Eight policies of one customer: bought a month ago, but the last nearly a year ago."""
    found: list[Insured] = []
    for number in range(8):
        age = timedelta(days=345 if number == 7 else 30, hours=number)
        with clock.at(clock.now() - age):
            policy = await issuing.register(
                versions[1] if number == 6 else versions[0], partner_id=None,
                device=device(warranty_until=clock.today() + timedelta(days=365) if number == 5 else None),
                customer=person, actor=partner,
            )  # fmt: skip
        found.append(Insured(policy.id, policy.customer_id, policy.partner_id))
    last = await Policy.get(id=found[-1].policy_id)
    await reminding.remind(last.id, days_before=30, ends_on=last.ends_on, actor=OFFICE)
    return found


async def _cancelled(partner: Actor, version: UUID) -> None:
    policy = await issuing.register(version, partner_id=None, device=device(), customer=PEOPLE[0], actor=partner)
    customer = Insured(policy.id, policy.customer_id, policy.partner_id).customer
    await cancellation.cancel(policy.id, reason="changed my mind", expected_version=policy.version, actor=customer)


async def _claims(policies: list[Insured]) -> None:
    """One claim on each policy, in as many states; for the last but one, in its waiting period, nothing is payable."""
    makers = (
        cases.claim_notified, cases.claim_registered, cases.claim_assessing, cases.claim_awaiting_decision,
        cases.claim_approved, cases.claim_payment_pending, cases.claim_awaiting_decision,
        cases.claim_awaiting_documents,
    )  # fmt: skip
    for make, covered in zip(makers, policies, strict=True):
        await make(covered)


async def _few_claims(policies: list[Insured]) -> cases.Case:
    for covered in policies[:4]:
        await cases.claim_payment_pending(covered)
    await cases.claim_awaiting_documents()
    await cases.claim_closed()
    case = await cases.claim_awaiting_decision(policies[4])
    case.claim = await decision.decline(
        case.claim.id, code=DeclineCode.COSMETIC, clause="5.2", reason="Scratches only.",
        expected_version=case.claim.version, actor=case.handler,
    )  # fmt: skip
    return case


async def _complaints(books: list[list[list[Insured]]], case: cases.Case) -> None:
    claim, policy = Subject(SubjectKind.CLAIM, case.claim.id), Subject(SubjectKind.POLICY, books[1][0][0].policy_id)
    await matters.complaint_received(books[0][0][0])
    of_policy = await matters.complaint_accepted(books[1][0][0], policy)
    matter = await matters.complaint_accepted(books[0][1][0], claim)
    assert case.handler.staff_id is not None and case.manager.staff_id is not None
    colleague = await staff(Role.CLAIMS_HANDLER)
    assert colleague.staff_id is not None
    about_staff = await matters.complaint_accepted(books[0][0][0], Subject(SubjectKind.STAFF, colleague.staff_id))
    given = ((of_policy, case.handler.staff_id), (matter, colleague.staff_id), (about_staff, case.manager.staff_id))
    for each, assignee in given:
        each.complaint = await answering.assign(
            each.complaint.id, assignee_id=assignee, expected_version=each.complaint.version, actor=each.service
        )
    await matters.complaint_awaiting_approval()
    replied = await matters.complaint_replied()
    await review.request_review(
        replied.complaint.id, reason="too little", expected_version=replied.complaint.version,
        actor=replied.insured.customer,
    )  # fmt: skip
    back = await matters.complaint_received(books[1][1][0])
    await complaining.withdraw(
        back.complaint.id, reason="settled", expected_version=back.complaint.version, actor=back.insured.customer
    )
    refused = await matters.complaint_received(books[0][1][0])
    await complaining.refuse(
        refused.complaint.id, reason="not ours", expected_version=refused.complaint.version, actor=refused.service
    )


async def _payouts() -> None:
    """The requested payouts, each a step farther than the one before."""
    work = Payments(await staff(Role.FINANCE), await approver(), await staff(Role.RISK))
    drafts = await Payout.filter(state="DRAFT", customer__bank_account_mask__isnull=False).order_by("id")
    for turn, draft in enumerate(drafts):
        await work.carry(draft.id, turn % 8)
    await _returned(work)
    async with transaction():
        for number, each in enumerate(await Payout.all().order_by("id").limit(3)):
            await exceptions.open_exception(
                ExceptionKind.CONTRADICTION, f"P{number}", payout_id=each.id if number else None, ours="1.00",
                theirs="2.00", actor=work.bank,
            )  # fmt: skip
    await seed_bank_files(work.maker)
    first = await PayoutException.all().order_by("id").first()
    assert first is not None
    await exceptions.close_exception(first.id, explanation="typo", expected_version=first.version, actor=work.risk)


async def _returned(work: Payments) -> None:
    """The claims of money that came back were paid with it; the first of it is asked for anew."""
    returned = await Payout.filter(state="REVERSED", subject_kind=SubjectKind.CLAIM).order_by("id")
    for each in returned:
        await settlement.record_paid(
            each.subject_id, decision_no=each.decision_no, amount=Money(each.amount_minor, each.currency),
            actor=Actor.system("claims.record_paid"),
        )  # fmt: skip
    await retrying.retry(
        returned[0].id, still_owed=still_owed, reason="checked", expected_version=returned[0].version, actor=work.maker
    )


async def _people(partners: list[Actor], customers: list[Actor], case: cases.Case) -> People:
    actors: dict[str, Actor] = {"ANONYMOUS": Actor.anonymous()}
    for number, (partner, customer) in enumerate(zip(partners, customers, strict=True)):
        actors[f"PARTNER_{number}"], actors[f"CUSTOMER_{number}"] = partner, customer
    shop = await introduction.introduce(
        code="REPAIRS", name="Repairs", kind=PartnerKind.REPAIRER, commission_rate=Decimal(0), actor=OFFICE
    )
    actors["REPAIRER"] = Actor(frozenset({Role.REPAIRER}), partner_id=shop)
    for role in sorted(STAFF_ROLES):
        actors[role.value] = await staff(role, "2000.00")
    actors |= {"CLAIMS_HANDLER": case.handler, "CLAIMS_MANAGER": case.manager}
    mixed = await staff(Role.FINANCE)
    both = frozenset({Role.FINANCE, Role.CLAIMS_MANAGER})
    await Tortoise.get_connection("default").execute_query(
        "UPDATE staff SET roles = $2::jsonb WHERE id = $1", [mixed.staff_id, '["CLAIMS_MANAGER", "FINANCE"]']
    )
    actors["FINANCE_AND_MANAGER"] = Actor(both, staff_id=mixed.staff_id)
    await _changes(actors["ADMIN"], await staff(Role.ADMIN), both=[actors["SALES"], actors["RISK"]])
    return People({name: await _signed_in(actor) for name, actor in actors.items()})


async def _changes(first: Actor, second: Actor, *, both: list[Actor]) -> None:
    """Changes of staff in every state, of both kinds."""
    for turn, whom in enumerate(both):
        assert whom.staff_id is not None
        limit = Money.of("300.00")
        taken = await changes.propose_limit(
            whom.staff_id, kind=AuthorityKind.PAYOUT_APPROVAL, limit=limit, reason="trained", actor=first
        )
        if turn:
            await changes.confirm(taken, expected_version=1, actor=second)
        roles = await changes.propose_roles(
            whom.staff_id, roles=[Role.HR, Role.RISK], reason="moved", expected_version=1, actor=second
        )
        if not turn:
            await changes.reject(roles, reason="stays", expected_version=1, actor=first)


async def _signed_in(actor: Actor) -> Actor:
    """The same with a live session, and one that has ended."""
    if actor.id is None:
        return actor
    if actor.partner_id:
        issued = await keys.issue_key(
            actor.partner_id, name="shop", scopes=ApiScope, actor=Actor.system("test")
        )
        session_id = issued.session_id
    else:
        principal = Principal.STAFF if actor.staff_id else Principal.CUSTOMER
        live, over = [
            await sessions.add_session(
                principal, sorted(actor.roles), staff_id=actor.staff_id, customer_id=actor.customer_id
            )
            for _ in range(2)
        ]
        await Session.filter(id=over.id).update(expires_at=clock.now() - timedelta(hours=1))
        session_id = live.id
    return replace(actor, session_id=session_id)


async def _jobs(people: People) -> None:
    """Jobs in every state, some archived and some caused by each of the staff, with queues and the cron table."""
    admin = people.actors["ADMIN"]
    async with transaction():
        for each in people.actors.values():
            if each.staff_id is not None:
                await enqueue(SealAudit(), actor=each)
    connection = Tortoise.get_connection("default")
    for statement in (MOVED_JOBS, RESULTS, WAITING_JOBS, ATTEMPTS):
        await connection.execute_query(statement)
    await archive.archive_finished()
    await operations.pause_queue(Queue.MONEY, reason="the bank is down", actor=admin, record=record)
    await operations.limit_queue(
        Queue.NOTIFY, max_inflight=20, rate_per_second=5, reason="a slow provider", actor=admin, record=record
    )
    waiting = await Job.filter(state="AVAILABLE").first()
    assert waiting is not None
    await operations.cancel(waiting.id, reason="not needed", expected_version=None, actor=admin, record=record)
    await cron.write_table(TABLE)

"""Claims that wait for a decision, as many as a run may approve: one made by the verbs, the others copied from it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from bench.writes.questions import Caller, Question
from domain.access.models import Session
from domain.access.terms import Principal
from domain.claims import assessment, intake, registration
from domain.claims.assessment import AssessedLine
from domain.claims.intake import Loss
from domain.claims.reading import CLAIM
from domain.customers.details import CustomerDetails
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import new_id, public_id
from domain.kernel.money import Money
from domain.policies import issuing
from domain.policies.models import Policy
from domain.policies.selling import Device
from domain.products.terms import DeviceCategory, Peril
from domain.staff.models import AuthorityLimit, Staff
from domain.staff.terms import AuthorityKind

APPROVE = """mutation($input: ClaimApproveInput!) { claimApprove(input: $input) {
  claim { state approved { amount } decidedAt version } errors { code } } }"""
CONNECTIONS = 16
LEAST = 150.0  # a second, with one API process
COPIED = ("policy", "policy_cover", "claim", "claim_line")
PAIRS = """
CREATE TEMP TABLE pair AS
SELECT n, gen_random_uuid() AS new_policy, gen_random_uuid() AS new_claim FROM generate_series(1, $1::int) n
"""
COPY = """
INSERT INTO {table}
SELECT r.* FROM {table} old, pair, LATERAL jsonb_populate_record(old, jsonb_build_object({changed})) r
WHERE old.{of} = $1
"""


async def approvals(version_id: UUID, partner_id: UUID, url: str, count: int) -> Question:
    """Approvals of a claim each, by its handler, within the authority to decide."""
    handler, caller = await _handler()
    claim_id, policy_id, version = await _waiting(version_id, partner_id, handler)
    pairs = [(claim_id, policy_id), *await _copies(url, claim_id, policy_id, 2 * count + 1)]
    ours, theirs = pairs[: count + 2], pairs[count + 2 :]
    recorded = pairs[1]
    return Question(
        "approval", caller, [_approval(each, version) for each, _ in ours],
        "SELECT count(*) FROM claim WHERE state = 'APPROVED'", CONNECTIONS,
        [dict(zip(recorded, each, strict=True)) for each in theirs], LEAST,
    )  # fmt: skip


def _approval(claim_id: UUID, version: int) -> str:
    given = {"claimId": public_id(CLAIM.prefix, claim_id), "expectedVersion": version}
    return json.dumps({"query": APPROVE, "variables": {"input": given}})


async def _handler() -> tuple[Actor, Caller]:
    """Who may decide, signed in."""
    row = await Staff.create(name="Handler", email="handler@bench.example", roles=[Role.CLAIMS_HANDLER])
    most = Money.of("5000.00")
    await AuthorityLimit.create(
        staff_id=row.id, kind=AuthorityKind.CLAIM_DECISION, limit_minor=most.minor, currency=most.currency
    )
    session = await Session.create(
        id=new_id(), principal=Principal.STAFF, staff_id=row.id, roles=[Role.CLAIMS_HANDLER], scopes=[],
        expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    return Actor(frozenset({Role.CLAIMS_HANDLER}), staff_id=row.id), Caller(session.id)


async def _waiting(version_id: UUID, partner_id: UUID, handler: Actor) -> tuple[UUID, UUID, int]:
    """One claim that waits for a decision, its policy and its version."""
    with clock.at(clock.now() - timedelta(days=40)):
        policy = await issuing.register(
            version_id, partner_id=None, actor=Actor(frozenset({Role.PARTNER}), partner_id=partner_id),
            device=Device(DeviceCategory.PHONE, "Acme", "One", "SNCLAIM", clock.today(), Money.of("5999.00")),
            customer=CustomerDetails("Zhang San", "13812345670", "zhang@example.com"),
        )  # fmt: skip
    await Policy.filter(id=policy.id).update(state="IN_FORCE")
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=policy.customer_id)
    loss = Loss(clock.today() - timedelta(days=1), Peril.DROP, "Shanghai", "It fell.", Money.of("1500.00"))
    claim = await intake.report(policy.id, loss=loss, actor=customer)
    claim = await registration.register(claim.id, reserve=None, expected_version=claim.version, actor=handler)
    claim = await assessment.start(claim.id, expected_version=claim.version, actor=handler)
    lines = [AssessedLine("Screen", Money.of("1500.00"))]
    claim = await assessment.set_lines(claim.id, lines=lines, expected_version=claim.version, actor=handler)
    claim = await assessment.propose(claim.id, reason="as repaired", expected_version=claim.version, actor=handler)
    return claim.id, policy.id, claim.version


async def _copies(url: str, claim_id: UUID, policy_id: UUID, count: int) -> list[tuple[UUID, UUID]]:
    """As many claims under policies of their own, by their ids."""
    connection: Any = await asyncpg.connect(url)
    await connection.execute(PAIRS, count)
    changed = {
        "policy": "'id', new_policy, 'policy_number', 'PB' || n, 'serial_number', 'CL' || n",
        "policy_cover": "'id', gen_random_uuid(), 'policy_id', new_policy, 'serial_number', 'CL' || n",
        "claim": "'id', new_claim, 'policy_id', new_policy, 'claim_number', 'CB' || n",
        "claim_line": "'id', gen_random_uuid(), 'claim_id', new_claim",
    }
    of = {"policy": "id", "policy_cover": "policy_id", "claim": "id", "claim_line": "claim_id"}
    for table in COPIED:
        about = policy_id if table.startswith("policy") else claim_id
        await connection.execute(COPY.format(table=table, changed=changed[table], of=of[table]), about)
    await connection.execute("ANALYZE")
    rows = await connection.fetch("SELECT new_claim, new_policy FROM pair ORDER BY n")
    await connection.close()
    return [(UUID(str(row[0])), UUID(str(row[1]))) for row in rows]

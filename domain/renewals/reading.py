"""What can be read of renewals, and by whom: reminders, by whoever sees their policies."""

from __future__ import annotations

from domain.customers.reading import CUSTOMER
from domain.jobs.reading import JOB
from domain.kernel.projection.entity import Entity, Filter, about, days, instants, link, order, wholes
from domain.kernel.projection.wire import id_of
from domain.kernel.subject import SubjectKind
from domain.policies.reading import POLICY
from domain.policies.reading import SEEN_BY as POLICY_SEEN_BY

RENEWAL_REMINDER = Entity(
    name="RenewalReminder",
    table="renewal_reminder",
    prefix="ren",
    kind=SubjectKind.RENEWAL,
    seen_by=POLICY_SEEN_BY,
    columns={**wholes("days_before"), **days("ends_on"), **instants("reminded_at")},
    orders={"RECORDED": order()},
    filters={
        "policy_id": Filter("policy_id", id_of(POLICY.prefix)),
        "customer_id": Filter("customer_id", id_of(CUSTOMER.prefix)),
    },
)

link(RENEWAL_REMINDER, "policy", POLICY, "policy_id", back="reminders")
about(JOB, "result", SubjectKind.RENEWAL, RENEWAL_REMINDER)

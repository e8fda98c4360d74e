"""What jobs show."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry

from api.applications.types import Application
from api.bordereaux.types import Bordereau
from api.claim_bordereaux.types import ClaimBordereau
from api.claims.types import Claim
from api.complaints.types import Complaint
from api.customers.types import Customer
from api.enums import described
from api.evidence.types import EvidenceFile
from api.inquiries.types import Inquiry
from api.node import Node
from api.notifications.types import Notification
from api.papers.types import Document
from api.partners.types import Partner, WebhookDelivery
from api.payouts.types import BankStatement, PaymentFile, Payout
from api.policies.types import Policy, Registration
from api.reading import fields
from api.renewals.types import RenewalReminder
from api.staff.types import Staff
from api.surveys.types import Survey
from domain.jobs.reading import JOB, JOB_ATTEMPT, QUEUE_CONTROL, SCHEDULE
from domain.jobs.terms import CatchUp, JobAction, JobState, JobStatus, Queue, Word
from domain.kernel.actor import Role
from domain.kernel.subject import SubjectKind

for _kind in (CatchUp, JobAction, JobState, JobStatus, Queue, SubjectKind):
    described(_kind)
described(Word, "JobOutcome")
TECHNICAL = (Role.ADMIN, Role.COMPLIANCE)

Acting: TypeAlias = Annotated[
    Customer | Partner | Staff,
    strawberry.union("Actor", description="Whoever acts: a customer, a partner, or a member of staff."),
]
Made: TypeAlias = Annotated[
    Application
    | Bordereau
    | ClaimBordereau
    | Claim
    | Complaint
    | Customer
    | Document
    | EvidenceFile
    | Inquiry
    | Notification
    | BankStatement
    | PaymentFile
    | Payout
    | Policy
    | Registration
    | RenewalReminder
    | Survey
    | WebhookDelivery
    | Annotated["Job", strawberry.lazy("api.jobs.types")],
    strawberry.union("JobResult", description="A row that came of a job. New kinds may be added."),
]


@strawberry.type(description="How far a job has come.")
class JobProgress:
    """How far a job has come."""

    done: int = strawberry.field(description="Units that are done.")
    total: int | None = strawberry.field(description="Units in all; null while unknown.")
    unit: str = strawberry.field(description="What is counted.")
    message: str | None = strawberry.field(description="What it is at, in the reader's language, if it tells.")


@strawberry.type(description="Why the latest attempt of a job failed.")
class JobError:
    """Why the latest attempt of a job failed."""

    code: str = strawberry.field(description="The stable code; an open set.")
    message: str = strawberry.field(description="A sentence in the reader's language; it tells nothing of the row.")
    is_final: bool = strawberry.field(
        description="Whether the job ended with it; otherwise it is tried again, or its outcome is being found out."
    )


@fields.entity_type(JOB)
class Job(Node):
    """Work that was queued 作业; whoever caused it or is concerned by it can follow it."""

    kind: str = fields.bound("What it does, as `room.what_it_does`; an open set.")
    queue: Queue = fields.bound("The queue it stands in.")
    status: JobStatus = fields.bound("Where it stands, in a client's words.")
    state: JobState = fields.bound("Where it stands, as stored.")
    available_actions: list[JobAction] = fields.bound("What you may do with it now.")
    attempt: int = fields.bound("Attempts begun.")
    max_attempts: int = fields.bound("Attempts at most.")
    crashes: int = fields.bound("Workers that died at it.")
    queued_at: datetime = fields.bound("When it was queued.")
    started_at: datetime | None = fields.bound("When the latest attempt began.")
    finished_at: datetime | None = fields.bound("When it ended.")
    next_attempt_at: datetime | None = fields.bound("When it is due, while it waits.")
    error: JobError | None = fields.bound("Why the latest attempt failed; null once one has succeeded.")
    error_code: str | None = fields.bound(
        "Why the latest attempt failed; stable.", deprecated="Read `error.code`; may be removed from 2027-06-01 on."
    )
    subject_kind: SubjectKind | None = fields.bound("The kind of the row it is about.")
    subject: Node | None = fields.bound(
        "The row that it is about, such as the payout or the notification that it carries out; null out of sight."
    )
    requested_by: Acting | None = fields.bound(
        "Who caused it, at first hand or through other jobs; null for what the system does by itself, and out of sight."
    )
    result: Made | None = fields.bound(
        "The row that came of it: one that it made, or else the one that it was to bring on, which is its `subject`. "
        "Null until it has succeeded, where it found nothing to do, for rounds over many rows, and out of sight."
    )
    unique_key: str | None = fields.bound("What keeps a second one of its kind away.", roles=TECHNICAL)
    schedule: str | None = fields.bound("The line of the cron table it comes from.")
    worker: str | None = fields.bound("The worker that holds it or held it last.", roles=TECHNICAL)
    progress: JobProgress | None = fields.bound("How far it has come and what it is at, if it tells.")
    cancel_requested: bool = fields.bound("Whether it ends with its present attempt.")
    can_cancel: bool = fields.bound("Whether it may still be called off.")
    can_retry: bool = fields.bound("Whether it may be taken up again.")
    poll_after_ms: int | None = fields.bound("Milliseconds until another look pays; null once it ended.")
    seq: int = fields.bound("Grows with every change that a reader may notice.")
    version: int = fields.bound("What `expectedVersion` is compared with.")
    attempts: list[Annotated[JobAttempt, strawberry.lazy("api.jobs.types")]] = fields.bound(
        "Attempts that did not succeed at once; for administrators and compliance."
    )


@fields.entity_type(JOB_ATTEMPT)
class JobAttempt(Node):
    """An attempt that did not succeed at once."""

    attempt: int = fields.bound("Its number.")
    outcome: Word = fields.bound("How it ended.")
    worker: str | None = fields.bound("Who made it.")
    error_code: str | None = fields.bound("Why it failed; stable.")
    error: str | None = fields.bound("A note for administrators, without personal data.")
    started_at: datetime | None = fields.bound("When it began.")
    ended_at: datetime = fields.bound("When it ended.")
    job: Job | None = fields.bound("The job.")


@fields.entity_type(QUEUE_CONTROL)
class QueueControl(Node):
    """What administrators set for a queue 队列控制; a queue without such a row has the defaults."""

    queue: Queue = fields.bound("The queue.")
    paused: bool = fields.bound("Whether its jobs wait.")
    reason: str | None = fields.bound("Why it is paused.")
    max_inflight: int = fields.bound("Jobs under way at most.")
    rate_per_second: int | None = fields.bound("Jobs started in a second at most; null for no limit.")
    version: int = fields.bound("How often it was changed.")


@fields.entity_type(SCHEDULE)
class Schedule(Node):
    """One line of the cron table 定时任务."""

    name: str = fields.bound("Its name.")
    kind: str = fields.bound("The kind of job that it makes.")
    cron: str = fields.bound("When, as five fields.")
    zone: str = fields.bound("In which zone.")
    catch_up: CatchUp = fields.bound("What becomes of slots that passed while no scheduler ran.")
    enabled: bool = fields.bound("Whether it makes jobs.")
    next_at: datetime = fields.bound("The slot that is due next.")
    version: int = fields.bound("How often it was changed.")

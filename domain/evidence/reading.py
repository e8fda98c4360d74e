"""What can be read of evidence, and by whom: customers what concerns them, partners what they handed in themselves."""

from __future__ import annotations

from domain.evidence.links import link_to
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    Column,
    Derived,
    Entity,
    about,
    flags,
    instants,
    maybe_texts,
    order,
    texts,
    wholes,
)
from domain.kernel.projection.visibility import AllOf, Is, Owns, SeenBy
from domain.kernel.projection.wire import WHOLE
from domain.kernel.subject import SubjectKind

STAFF_WHO_SEE = (
    Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.RISK, Role.COMPLIANCE,
)  # fmt: skip
OF_CLAIMS = Is("subject_kind", (SubjectKind.CLAIM,))
SEEN_BY: SeenBy = {
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.PARTNER: AllOf((Owns("partner_id", Fact.PARTNER_ID), Owns("uploader_id", Fact.PARTNER_ID))),
    **dict.fromkeys(STAFF_WHO_SEE, OF_CLAIMS),
}
"""Those who work on claims: a photo of an identity card is for nobody else. A room that others hand files in to needs a
rule by kind here."""

EVIDENCE_FILE = Entity(
    name="EvidenceFile",
    table="evidence_file",
    prefix="evf",
    kind=SubjectKind.EVIDENCE,
    seen_by=SEEN_BY,
    columns={
        **texts("subject_kind", "purpose", "uploader_kind", "file_name", "file_type", "state"),
        **wholes("announced_size", "version"),
        **flags("is_scanned"),
        **instants("ticket_until", "created_at"),
        **instants("received_at", "checked_at", nullable=True),
        **maybe_texts("unfitness", "content_type", "sha256"),
        "size": Column("size", WHOLE, nullable=True),
        "link": Derived(("id", "state"), link_to, viewer=True, nullable=True),
    },
    orders={"RECORDED": order()},
)
about(JOB, "result", SubjectKind.EVIDENCE, EVIDENCE_FILE)
about(JOB, "subject", SubjectKind.EVIDENCE, EVIDENCE_FILE)

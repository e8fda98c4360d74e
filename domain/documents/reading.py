"""What can be read of documents, and by whom: customer and seller their own, staff who work with policies."""

from __future__ import annotations

from domain.documents.links import link_to
from domain.documents.terms import PaperKind
from domain.jobs.reading import JOB
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import Derived, Entity, Expression, about, instants, order, texts, wholes
from domain.kernel.projection.visibility import EVERYTHING, Is, Owns, SeenBy
from domain.kernel.subject import SubjectKind

SEE_COMMISSIONS = (Role.FINANCE, Role.FINANCE_APPROVER, Role.UNDERWRITER, Role.COMPLIANCE)
STAFF_WHO_SEE = (
    *SEE_COMMISSIONS, Role.SALES, Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.RISK,
)  # fmt: skip
OF_SALES = Is("kind", (PaperKind.POLICY_DOCUMENT, PaperKind.REGISTRATION_RESULT))
SEEN_BY: SeenBy = {
    Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
    **dict.fromkeys(STAFF_WHO_SEE, OF_SALES),
    **dict.fromkeys(SEE_COMMISSIONS, EVERYTHING),
}
"""Those who see policies; bordereaux tell commissions, and are for those who see them.

A kind of paper that is not about policies needs a rule by kind here.
"""

DOCUMENT = Entity(
    name="Document",
    table="document",
    prefix="doc",
    kind=SubjectKind.DOCUMENT,
    seen_by=SEEN_BY,
    columns={
        **texts("kind", "subject_kind", "document_number", "content_type", "sha256", "verification_code"),
        "language": Expression("upper({row}.language)"),
        **wholes("edition", "size"),
        **instants("made_at"),
        "link": Derived(("id",), link_to),
    },
    orders={"RECORDED": order()},
)
about(JOB, "result", SubjectKind.DOCUMENT, DOCUMENT)

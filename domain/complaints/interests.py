"""Who has an interest in what is complained about and therefore takes no part in the answer (回避)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.claims.models import Claim
from domain.claims.reading import CLAIM
from domain.complaints.models import Complaint
from domain.complaints.refusals import Recused
from domain.complaints.rules import is_recused
from domain.kernel.actor import Actor
from domain.kernel.refusals import Invalid
from domain.kernel.rows import get_visible
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.models import Policy
from domain.policies.reading import POLICY
from domain.staff.models import Staff
from domain.staff.reading import STAFF


@dataclass(frozen=True, slots=True)
class Matter:
    """What a complaint's subject says about it: whose it is, and the person complained about."""

    customer_id: UUID | None = None
    staff_id: UUID | None = None


async def find_matter(subject: Subject | None, actor: Actor) -> Matter:
    """The claim, policy or member of staff that a complaint is about, if the actor sees it.

    Raises: NotFound; Invalid for a subject of another kind.
    """
    if subject is None:
        return Matter()
    match subject.kind:
        case SubjectKind.CLAIM:
            claim = await get_visible(Claim, CLAIM, subject.id, actor)
            return Matter(claim.customer_id)
        case SubjectKind.POLICY:
            policy = await get_visible(Policy, POLICY, subject.id, actor)
            return Matter(policy.customer_id)
        case SubjectKind.STAFF:
            person = await get_visible(Staff, STAFF, subject.id, actor)
            return Matter(staff_id=person.id)
        case _:
            raise Invalid(constraint="subject_kind", path=("input", "subjectId"))


async def refuse_recused(complaint: Complaint, staff_id: UUID | None) -> None:
    """Keeps whoever is complained about, or worked on the claim complained about, away from the answer.

    Raises: Recused. Source: CBIRC Order 2020-3, Art. 15.
    """
    interested: set[UUID | None] = {complaint.subject_staff_id}
    if complaint.subject_kind is SubjectKind.CLAIM:
        claim = await Claim.filter(id=complaint.subject_id).first()
        if claim is not None:
            interested |= {claim.handler_id, claim.proposed_by, claim.seconded_by, claim.decided_by}
    if is_recused(staff_id, interested):
        raise Recused

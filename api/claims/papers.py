"""Changes of the papers of claims: files that are handed in, and what handlers find of them."""

from __future__ import annotations

import strawberry

from api.changes import Changed, change, changed, takers
from api.claims import inputs
from api.claims.types import Claim, ClaimDocument
from api.evidence.types import EvidenceFile
from api.inputs import row_id
from domain.access.terms import ApiScope
from domain.claims import judging, papers
from domain.claims.lifecycle import CLAIM_LIFECYCLE
from domain.claims.reading import CLAIM, CLAIM_DOCUMENT
from domain.claims.terms import ClaimAction as Action
from domain.evidence.tickets import upload_address
from domain.kernel.actor import Actor

ADDERS = takers(CLAIM_LIFECYCLE, Action.ADD_PAPER)
JUDGES = takers(CLAIM_LIFECYCLE, Action.JUDGE_DOCUMENT)


@change(*ADDERS, scope=ApiScope.CLAIM, keyed=False, file=EvidenceFile, upload_url=str)
async def claim_paper_ticket(given: inputs.ClaimPaperTicketInput, actor: Actor) -> Changed:
    """Lets one file in for a claim 上传材料: send its bytes to `uploadUrl` by PUT, within ten minutes."""
    file_id = await papers.ask_ticket(
        row_id(CLAIM.prefix, given.claim_id),
        kind=given.kind,
        name=given.file_name,
        file_type=given.file_type,
        size=given.size,
        actor=actor,
    )
    return Changed({"file": file_id}, {"upload_url": upload_address(file_id)})


@change(*JUDGES, claim=Claim, claim_document=ClaimDocument)
async def claim_accept_document(given: inputs.ClaimAcceptDocumentInput, actor: Actor) -> Changed:
    """Finds that a paper shows what it must 审核通过."""
    document_id = row_id(CLAIM_DOCUMENT.prefix, given.claim_document_id)
    claim = await judging.accept(document_id, expected_version=given.expected_version, actor=actor)
    return changed(claim=claim.id, claim_document=document_id)


@change(*JUDGES, claim=Claim, claim_document=ClaimDocument)
async def claim_reject_document(given: inputs.ClaimRejectDocumentInput, actor: Actor) -> Changed:
    """Finds that a paper does not do 审核不通过; the customer is told why and may hand it in again."""
    document_id = row_id(CLAIM_DOCUMENT.prefix, given.claim_document_id)
    claim = await judging.reject(document_id, reason=given.reason, expected_version=given.expected_version, actor=actor)
    return changed(claim=claim.id, claim_document=document_id)


@change(*JUDGES, claim=Claim, claim_document=ClaimDocument)
async def claim_waive_document(given: inputs.ClaimWaiveDocumentInput, actor: Actor) -> Changed:
    """Goes on without a paper 免予提交; when it was the last one, the time for the decision goes on."""
    document_id = row_id(CLAIM_DOCUMENT.prefix, given.claim_document_id)
    claim = await judging.waive(document_id, reason=given.reason, expected_version=given.expected_version, actor=actor)
    return changed(claim=claim.id, claim_document=document_id)


@strawberry.type
class ClaimPapersMutations:
    """Changes of the papers of claims."""

    claim_paper_ticket = claim_paper_ticket
    claim_accept_document = claim_accept_document
    claim_reject_document = claim_reject_document
    claim_waive_document = claim_waive_document

"""Files of claims for the oracle's database, in every state; their bytes are thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from domain.claims import judging, papers
from domain.claims.models import Claim, ClaimDocument
from domain.claims.terms import ClaimState, DocumentKind
from domain.documents.keeping import Store
from domain.evidence import checking
from domain.evidence.inspecting import Harmless, Unfit
from domain.evidence.terms import FileType, Unfitness
from domain.kernel.actor import Actor, Role
from gateways.store import FolderStore
from tests.factories.evidence import sent
from tests.factories.insured import staff

OFFICE = Actor.system("evidence.check")
FINE, ODD = b"fine", b"odd"


class Quick:
    """Finds one content harmless and another one not."""

    async def inspect(self, content: bytes, announced: FileType) -> Harmless:
        """What it is told to find."""
        if content == ODD:
            raise Unfit(Unfitness.ENCRYPTED)
        return Harmless(announced, content)


async def seed_evidence(partners: Sequence[Actor]) -> None:
    """For some claims of each partner a file in every state, from the customer, the partner and the house."""
    service = await staff(Role.CUSTOMER_SERVICE)
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        for partner in partners:
            claims = await Claim.filter(partner_id=partner.partner_id, state=ClaimState.DOCS_REQUESTED).order_by("id")
            claims += await Claim.filter(partner_id=partner.partner_id, state=ClaimState.ASSESSING).order_by("id")
            for claim in claims[:3]:
                await _files(claim, partner, service, store)


async def _files(claim: Claim, partner: Actor, service: Actor, store: Store) -> None:
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=claim.customer_id)
    await _asked(claim, customer, FINE)
    await sent(await _asked(claim, customer, FINE), FINE, store)
    for actor, content in ((customer, FINE), (partner, FINE), (partner, ODD), (service, FINE)):
        file_id = await _asked(claim, actor, content)
        await sent(file_id, content, store)
        await checking.check(file_id, inspector=Quick(), scanner=None, store=store, actor=OFFICE)
        await papers.take_in(claim.id, file_id, actor=OFFICE)
    document = await ClaimDocument.filter(claim_id=claim.id, state="RECEIVED").first()
    if document is not None:
        found, manager = await Claim.get(id=claim.id), await staff(Role.CLAIMS_MANAGER)
        await judging.reject(document.id, reason="unreadable", expected_version=found.version, actor=manager)


async def _asked(claim: Claim, actor: Actor, content: bytes) -> UUID:
    return await papers.ask_ticket(
        claim.id, kind=DocumentKind.PROOF_OF_PURCHASE, name="发票.pdf", file_type=FileType.PDF, size=len(content),
        actor=actor,
    )  # fmt: skip

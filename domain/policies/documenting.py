"""Making the policy document: in both languages, once for each, after the commit that issued the policy.

Source: Insurance Law Art. 13; the house makes it within a working day.
"""

from __future__ import annotations

from uuid import UUID

from domain.customers.models import Customer
from domain.customers.terms import Language
from domain.documents.keeping import Renderer, Store
from domain.documents.making import Edition, Stored, keep, languages_kept, put_into_store
from domain.documents.models import Document
from domain.documents.terms import PaperKind
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.refusals import NotFound
from domain.kernel.settings import settings
from domain.kernel.subject import Subject, SubjectKind
from domain.policies.models import Policy, PolicyCover
from domain.policies.notices import scope_of, subject_of, tell_customer
from domain.policies.papers import Sold, policy_paper
from domain.policies.terms import PolicyState
from domain.products.models import Product, ProductExclusion, ProductVersion


async def make_documents(
    policy_id: UUID, *, renderer: Renderer, store: Store, actor: Actor, run: Run | None = None
) -> list[UUID]:
    """Makes what is missing of a policy's documents, as it stands, and tells the customer; the ids of those made.

    No transaction is open while they are set and stored. A second attempt, or a second one at once, adds nothing.

    Raises: NotFound; StoreUnavailable.
    """
    sold, editions = await _read(policy_id, run)
    contact = settings().mail_from
    ready: list[tuple[Edition, Stored]] = []
    for each in editions:
        paper = policy_paper(sold, each.language, proof_address=each.proof_address, contact=contact)
        ready.append((each, await put_into_store(paper, each.kind, renderer=renderer, store=store)))
    async with transaction(run, finishing=True) as tx:
        policy = sold.policy
        kept = [await keep(edition, stored, scope=scope_of(policy), actor=actor) for edition, stored in ready]
        made = [each for each in kept if each is not None]
        if made and policy.state is not PolicyState.CANCELLED:
            await tell_customer(policy, "POLICY_DOCUMENT_READY", actor)
        tx.made = await _shown_first(policy, sold.holder.language)
    return made


async def _read(policy_id: UUID, run: Run | None) -> tuple[Sold, list[Edition]]:
    """The policy as it was sold, and the editions of its document that are not there yet."""
    async with transaction(run):
        policy = await Policy.filter(id=policy_id).first()
        if policy is None:
            raise NotFound(kind="Policy")
        version = await ProductVersion.get(id=policy.product_version_id)
        sold = Sold(
            policy=policy,
            version=version,
            product=await Product.get(id=version.product_id),
            covers=await PolicyCover.filter(policy_id=policy.id).order_by("id"),
            exclusions=await ProductExclusion.filter(product_version_id=version.id).order_by("code"),
            holder=await Customer.get(id=policy.customer_id),
        )
        edition = policy.document_edition
        kept = await languages_kept(PaperKind.POLICY_DOCUMENT, subject_of(policy), edition)
    missing = (each.value for each in Language if each.value not in kept)
    return sold, [Edition(PaperKind.POLICY_DOCUMENT, subject_of(policy), each, edition) for each in missing]


async def _shown_first(policy: Policy, language: str) -> Subject:
    """The document in the customer's language, which the job is said to have made."""
    found = await Document.get(
        subject_kind=SubjectKind.POLICY, subject_id=policy.id, kind=PaperKind.POLICY_DOCUMENT,
        edition=policy.document_edition, language=language,
    )  # fmt: skip
    return Subject(SubjectKind.DOCUMENT, found.id)

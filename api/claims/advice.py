"""What can be said of a loss before it is reported: papers, cover and limits, without a promise."""

from __future__ import annotations

from datetime import date

import strawberry

from api.scalars import MoneyType
from domain.claims.terms import DeclineCode, DocumentKind
from domain.products.terms import Peril


@strawberry.input(description="A loss that somebody asks about.")
class AdvisedLossInput:
    """A loss that somebody asks about."""

    cause: Peril = strawberry.field(description="What happened.")
    loss_on: date = strawberry.field(description="The day of the loss.")


@strawberry.type(description="A paper that a loss needs, and what for.")
class AdvisedPaper:
    """A paper that a loss needs."""

    kind: DocumentKind = strawberry.field(description="What it is.")
    why: str = strawberry.field(description="What it is needed for, in the reader's language.")


@strawberry.type(description="What the contract does not insure, by its code and clause.")
class AdvisedExclusion:
    """What the contract does not insure."""

    code: str = strawberry.field(description="The code that a refusal names.")
    text: str = strawberry.field(description="The clause in the reader's language.")


@strawberry.type(
    description="An honest word on cover and the papers of a loss 报案指引, worked out of what stands; no promise."
)
class CoverAdvice:
    """An honest word on cover and the papers of a loss."""

    cause: Peril = strawberry.field(description="What happened.")
    loss_on: date = strawberry.field(description="The day of the loss.")
    papers: list[AdvisedPaper] = strawberry.field(description="The papers that it needs, the most important one first.")
    gap: DeclineCode | None = strawberry.field(description="What speaks against the cover; null when nothing is known.")
    message: str | None = strawberry.field(description="The same as a sentence in the reader's language.")
    maker_answers_until: date | None = strawberry.field(
        description="The day on which the maker's warranty ends, which answers first; null when it does not for this "
        "cause."
    )
    waiting_until: date | None = strawberry.field(description="Before this day nothing is covered; null without one.")
    exclusions: list[AdvisedExclusion] = strawberry.field(description="What the contract does not insure.")
    deductible: MoneyType = strawberry.field(description="What the insured bears first 免赔额.")
    limit_left: MoneyType = strawberry.field(description="What is left of the sum insured for the whole term.")
    claims_left: int | None = strawberry.field(
        description="How many more claims are paid in the year of cover around the day; null without such a limit."
    )
    notice: str = strawberry.field(description="That this is no promise, in the reader's language.")

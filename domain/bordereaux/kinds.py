"""What one kind of bordereau has for its own; whatever is done with a bordereau is done with each kind alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from domain.bordereaux.models import AnyBordereau
from domain.bordereaux.terms import BordereauAction, BordereauState, Totals
from domain.documents.tables import Cell
from domain.documents.terms import PaperKind
from domain.kernel import clock
from domain.kernel.database import Run
from domain.kernel.days import months_after
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.projection.entity import Entity
from domain.kernel.subject import Subject, SubjectKind
from domain.ledger.terms import Line

B = TypeVar("B", bound=AnyBordereau)
Row = tuple[tuple[Cell, ...], Totals]
"""A line as it stands in the file, and what it comes to."""
Pages = Callable[[AnyBordereau, Run | None, int], AsyncIterator[list[Row]]]


@dataclass(frozen=True)
class Kind(Generic[B]):
    """One kind of bordereau.

    `title` names one in a refusal, `letters` begin its numbers, `work` is the job that writes its lines. `header` and
    `pages` are its lines, read so many policies or claims at once while no transaction is open. `moved` selects the
    currencies in which a `partner` has lines between the instants $2 and $3; `postings` selects account and amount of
    what was posted for partner $1 in currency $2 between $3 and $4, which `amounts_of` sums up. The audit tells the
    columns in `told`.
    """

    model: type[B]
    entity: Entity
    lifecycle: Lifecycle[BordereauState, BordereauAction]
    subject: SubjectKind
    paper: PaperKind
    title: str
    letters: str
    work: Callable[[UUID], object]
    header: tuple[str, ...]
    pages: Pages
    moved: str
    postings: str
    amounts_of: Callable[[Iterable[Line]], Totals]
    told: tuple[str, ...]

    @property
    def name(self) -> str:
        """How the audit, letters, numbers and turns name it."""
        return self.lifecycle.name

    def subject_of(self, bordereau: B) -> Subject:
        """The bordereau as other rooms name it."""
        return Subject(self.subject, bordereau.id)


def span_of(month: date) -> tuple[datetime, datetime]:
    """The first instant of a month and that of the next one, by the insurer's days."""
    return clock.start_of(month), clock.start_of(months_after(month, 1))

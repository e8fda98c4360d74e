"""The steps of a file: nothing leads from what came in to a reader but the check."""

from __future__ import annotations

from domain.evidence.terms import FileAction, FileState
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = FileAction, FileState

FILE_LIFECYCLE: Lifecycle[FileState, FileAction] = Lifecycle(
    name="evidence",
    initial=S.AWAITED,
    steps=(
        step(A.TAKE_IN, S.AWAITED, S.UPLOADED, Role.SYSTEM),
        step(A.CHECK, (S.UPLOADED, S.CHECKING), S.CHECKING, Role.SYSTEM),
        step(A.RELEASE, S.CHECKING, S.RELEASED, Role.SYSTEM),
        step(A.REFUSE, S.CHECKING, S.REFUSED, Role.SYSTEM),
    ),
)

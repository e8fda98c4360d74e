"""The life of a product version; underwriting writes it, and compliance decides what is sold."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.products.terms import VersionAction, VersionState

VERSION_LIFECYCLE = Lifecycle(
    "product_version",
    VersionState.DRAFT,
    (
        step(VersionAction.REVISE, VersionState.DRAFT, VersionState.DRAFT, Role.UNDERWRITER),
        step(VersionAction.SUBMIT, VersionState.DRAFT, VersionState.IN_REVIEW, Role.UNDERWRITER),
        step(VersionAction.RETURN, VersionState.IN_REVIEW, VersionState.DRAFT, Role.COMPLIANCE),
        step(VersionAction.PUT_ON_SALE, VersionState.IN_REVIEW, VersionState.ON_SALE, Role.COMPLIANCE),
        step(VersionAction.WITHDRAW, VersionState.ON_SALE, VersionState.WITHDRAWN, Role.COMPLIANCE),
    ),
)

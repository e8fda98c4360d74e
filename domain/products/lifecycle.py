"""The life of a product version; compliance decides what is sold."""

from __future__ import annotations

from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step
from domain.products.terms import VersionAction, VersionState

VERSION_LIFECYCLE = Lifecycle(
    "product_version",
    VersionState.DRAFT,
    (
        step(VersionAction.PUT_ON_SALE, VersionState.DRAFT, VersionState.ON_SALE, Role.COMPLIANCE),
        step(VersionAction.WITHDRAW, VersionState.ON_SALE, VersionState.WITHDRAWN, Role.COMPLIANCE),
    ),
)

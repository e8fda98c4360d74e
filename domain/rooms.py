"""The rooms in their order, lower ones last, and how their parts are found by path."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from types import ModuleType

ORDER = (
    "surveys",
    "inquiries",
    "complaints",
    "timelines",
    "claim_bordereaux",
    "recoveries",
    "repairs",
    "claims",
    "renewals",
    "applications",
    "quotes",
    "bordereaux",
    "commissions",
    "policies",
    "billing",
    "payouts",
    "risk",
    "access",
    "products",
    "customers",
    "partners",
    "staff",
    "evidence",
    "documents",
    "service_levels",
    "notifications",
    "ledger",
    "audit",
    "idempotency",
    "jobs",
)


def module_names(name: str) -> Iterator[str]:
    """The path of the module of this name in every room that has one, lower rooms first."""
    for room in reversed(ORDER):
        path = f"domain.{room}.{name}"
        if importlib.util.find_spec(f"domain.{room}") is not None and importlib.util.find_spec(path) is not None:
            yield path


def parts(name: str) -> Iterator[ModuleType]:
    """The module of this name in every room that has one, lower rooms first."""
    return map(importlib.import_module, module_names(name))

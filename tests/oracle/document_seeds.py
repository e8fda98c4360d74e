"""Documents of some policies, for the oracle's database; their files are thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from gateways.store import FolderStore
from tests.factories.insured import Insured
from tests.factories.papers import documents_made


async def seed_documents(policies: Sequence[Insured]) -> None:
    """Documents in both languages for each of these."""
    with tempfile.TemporaryDirectory() as folder:
        for each in policies:
            await documents_made(each.policy_id, FolderStore(Path(folder)))

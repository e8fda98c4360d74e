"""The world in which journeys take place, with the bank of the payouts' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from domain.documents.keeping import use_store
from domain.evidence.inspecting import use_scanner
from domain.kernel.store_address import BucketAddress
from gateways.s3 import S3Store
from tests.factories.bucket_server import bucket_client, bucket_server
from tests.factories.evidence import inspected
from tests.factories.papers import kept_in
from tests.journeys.world import World, opened
from tests.payouts.conftest import TestBank, bank

__all__ = ["bank"]


@pytest.fixture
async def world(database: str, bank: TestBank, tmp_path: Path) -> AsyncIterator[World]:
    """A whole insurer, whose files are in a folder."""
    kept_in(tmp_path / "files")
    inspected()
    async with opened(database, bank) as found:
        yield found
    use_scanner(None)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A server that speaks S3; its address."""
    with bucket_server() as endpoint:
        yield endpoint


@pytest.fixture
def bucket(world: World, s3: str) -> str:
    """Keeps the files of the world in a bucket of that server instead; where its objects are listed."""
    name = f"journey-{uuid4().hex}"
    bucket_client(s3).create_bucket(Bucket=name)
    use_store(S3Store(BucketAddress(name, "files", s3, "us-east-1"), "k", "s"))
    return f"{s3}/{name}"


def objects_in(bucket: str) -> int:
    """How many objects a bucket holds."""
    address, _, name = bucket.rpartition("/")
    return len(bucket_client(address).list_objects_v2(Bucket=name).get("Contents", ()))

"""The world in which journeys take place, with the bank of the payouts' tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from domain.documents.keeping import use_store
from domain.evidence.inspecting import use_scanner
from domain.kernel.store_address import BucketAddress
from gateways.s3 import S3Store
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
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(world: World, s3: str) -> str:
    """Keeps the files of the world in a bucket of that server instead; where its objects are listed."""
    name = f"journey-{uuid4().hex}"
    _client(s3).create_bucket(Bucket=name)
    use_store(S3Store(BucketAddress(name, "files", s3, "us-east-1"), "k", "s"))
    return f"{s3}/{name}"


def objects_in(bucket: str) -> int:
    """How many objects a bucket holds."""
    address, _, name = bucket.rpartition("/")
    return len(_client(address).list_objects_v2(Bucket=name).get("Contents", ()))


def _client(address: str) -> boto3.client:
    return boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )

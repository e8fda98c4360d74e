"""What tests of evidence stand on: both stores, and the real inspector."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from domain.documents.keeping import Store, use_store
from domain.evidence.inspecting import use_scanner
from domain.kernel.store_address import BucketAddress
from gateways.s3 import S3Store
from gateways.store import FolderStore
from tests.factories.bucket_server import bucket_server
from tests.factories.evidence import inspected

BUCKET = "aftercare-evidence"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A server that speaks S3, with one bucket."""
    with bucket_server(BUCKET) as endpoint:
        yield endpoint


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each of the stores, in use."""
    found: Store = FolderStore(tmp_path / "files")
    if request.param == "bucket":
        address = BucketAddress(BUCKET, f"t{uuid4().hex}", request.getfixturevalue("s3"), "us-east-1")
        found = S3Store(address, "k", "s")
    use_store(found)
    inspected()
    yield found
    use_scanner(None)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that files are kept in."""
    use_store(FolderStore(tmp_path / "files"))
    inspected()
    yield tmp_path / "files"
    use_scanner(None)

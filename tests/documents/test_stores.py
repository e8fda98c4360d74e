"""A folder and a bucket keep the same promises: whole files, once more as once, nothing outside their place."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from commands.keeping import store_of
from domain.documents import keeping
from domain.documents.keeping import NotStored, Store, StoreUnavailable, WrongKey, checked_key
from domain.kernel.settings import read_settings
from domain.kernel.store_address import BucketAddress
from gateways.s3 import S3Store
from gateways.store import FolderStore
from tests.architecture.sources import ROOT
from tests.factories.bucket_server import bucket_client, bucket_server

KEY = "policy_document/ab/abcdef0123.pdf"
BUCKET = "aftercare-files"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A server that speaks S3, with one bucket."""
    with bucket_server(BUCKET) as endpoint:
        yield endpoint


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each of the stores, empty of what this test puts into it."""
    if request.param == "folder":
        return FolderStore(tmp_path / "files")
    address = BucketAddress(BUCKET, f"t{uuid4().hex}", request.getfixturevalue("s3"), "us-east-1")
    return S3Store(address, "k", "s")


async def test_what_is_kept_comes_back_as_it_was_and_once_more_is_as_once(store: Store) -> None:
    content = bytes(range(256)) * 500
    for _ in range(2):
        await store.put(KEY, content, "application/pdf")
        assert await store.get(KEY) == content
    await store.put("other/x.pdf", b"%PDF", "application/pdf")
    assert await store.get(KEY) == content


async def test_what_is_not_there_is_told_from_a_store_that_is_away(store: Store) -> None:
    with pytest.raises(NotStored):
        await store.get("policy_document/no/such.pdf")


@pytest.mark.parametrize(
    "key",
    [
        "../secret.pdf", "a/../b.pdf", "/etc/passwd", "a//b.pdf", "a/./b.pdf", "a\\b.pdf", "A.pdf", "a.pdf\n",
        "a\0.pdf", "", ".pdf", "a/b", "张三.pdf", "x" * 300 + ".pdf", "a.pdf/..", "C:a.pdf", "a%2e%2e.pdf",
    ],
)  # fmt: skip
async def test_no_key_leads_anywhere_else(store: Store, key: str) -> None:
    with pytest.raises(WrongKey) as refused:
        await store.put(key, b"x", "application/pdf")
    with pytest.raises(WrongKey):
        await store.get(key)
    assert not key or key not in str(refused.value)


async def test_many_at_once_leave_one_whole_file(store: Store) -> None:
    contents = [bytes([number]) * 200_000 for number in range(12)]
    await asyncio.gather(*(store.put(KEY, each, "application/pdf") for each in contents))
    assert await store.get(KEY) in contents


async def test_a_bucket_knows_what_kind_of_file_it_keeps(s3: str) -> None:
    store = S3Store(BucketAddress(BUCKET, "kinds", s3, "us-east-1"), "k", "s")
    await store.put(KEY, b"%PDF", "application/pdf")
    found = bucket_client(s3).head_object(Bucket=BUCKET, Key=f"kinds/{KEY}")
    assert found["ContentType"] == "application/pdf"


async def test_a_bucket_that_is_not_there_or_does_not_answer_may_be_tried_again(s3: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        for bucket, endpoint in (("no-such-bucket", s3), (BUCKET, nobody)):
            address = BucketAddress(bucket, "", endpoint, "us-east-1")
            store = S3Store(address, "key-of-the-store", "secret-of-the-store")
            for call in (store.put(KEY, b"x", "application/pdf"), store.get(KEY)):
                with pytest.raises(StoreUnavailable) as away:
                    await call
                assert "of-the-store" not in str(away.value)


async def test_a_folder_shows_no_half_of_a_file_and_keeps_it_from_others(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    await store.put(KEY, b"first" * 100_000, "application/pdf")
    path = tmp_path / "files" / KEY
    seen: set[int] = set()

    async def read() -> None:
        for _ in range(200):
            seen.add(len(await store.get(KEY)))

    async def write() -> None:
        for number in range(20):
            await store.put(KEY, b"x" * (100_000 if number % 2 else 400_000), "application/pdf")

    await asyncio.gather(read(), write())
    assert seen <= {500_000, 100_000, 400_000}
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_write_that_fails_leaves_the_former_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path)
    await store.put(KEY, b"former", "application/pdf")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        await store.put(KEY, b"later", "application/pdf")
    monkeypatch.undo()
    assert await store.get(KEY) == b"former"
    assert [each.name for each in (tmp_path / KEY).parent.iterdir()] == [Path(KEY).name]


async def test_a_folder_that_cannot_be_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file, where a folder should be")
    store = FolderStore(tmp_path / "files")
    with pytest.raises(StoreUnavailable):
        await store.put(KEY, b"x", "application/pdf")
    with pytest.raises(StoreUnavailable):
        await store.get(KEY)


def test_the_settings_say_which_store_it_is(tmp_path: Path, s3: str) -> None:
    urls = {"DATABASE_URL": "postgresql://a@localhost/b", "REDIS_URL": "redis://localhost"}
    folder = store_of(read_settings(**urls, home=str(tmp_path)))
    assert isinstance(folder, FolderStore) and folder.folder == tmp_path / "files"
    named = store_of(read_settings(**urls, store_url=f"file://{tmp_path}/a%20b"))
    assert isinstance(named, FolderStore) and named.folder == tmp_path / "a b"
    url = f"s3://{BUCKET}/some/prefix?endpoint={s3}&region=eu-west-1"
    bucket = store_of(read_settings(**urls, store_url=url, store_key="k", store_secret="s"))
    assert isinstance(bucket, S3Store) and (bucket.bucket, bucket._prefix) == (BUCKET, "some/prefix/")


def test_a_process_without_a_store_or_a_renderer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_stores", [])
    monkeypatch.setattr(keeping, "_renderers", [])
    with pytest.raises(keeping.NoStore):
        keeping.store_in_use()
    with pytest.raises(keeping.NoRenderer):
        keeping.renderer_in_use()
    assert checked_key(KEY) == KEY


def test_a_worker_and_an_api_process_keep_their_files_in_one_folder(tmp_path: Path) -> None:
    for module, start in (("commands.handlers", ""), ("commands.serving", "; commands.serving.application()")):
        lines = (
            f"import {module}{start}",
            "from domain.documents.keeping import store_in_use, _renderers",
            "print(store_in_use().folder, [type(each).__name__ for each in _renderers])",
        )
        environment = os.environ | {"AFTERCARE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
        told = subprocess.run(
            [sys.executable, "-c", "\n".join(lines)], env=environment, capture_output=True, text=True, check=True
        ).stdout
        renderers = "['PdfRenderer']" if module == "commands.handlers" else "[]"
        assert told.splitlines()[-1] == f"{tmp_path}/files {renderers}"

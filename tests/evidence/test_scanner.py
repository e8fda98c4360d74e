"""The scanner is spoken to as clamd is, and whatever is no verdict is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.evidence.inspecting import ScannerUnavailable
from domain.kernel.scanner_address import ScannerAddress, scanner_address
from gateways.clamd import ClamdScanner
from tests.factories.corpus import EICAR, jpeg
from tests.factories.scanner_server import scanner_server

FOUND = "Eicar-Test-Signature"
LARGE = bytes(range(256)) * 4 * 1024 * 20  # 20 MB


async def test_what_is_known_as_harmful_is_named_and_nothing_else_is() -> None:
    async with scanner_server() as server:
        scanner = ClamdScanner(server.address)
        assert await scanner.scan(EICAR) == FOUND
        assert await scanner.scan(jpeg() + EICAR) == FOUND
        for content in (jpeg(), b"", LARGE):
            assert await scanner.scan(content) is None
            assert server.seen[-1] == content


async def test_a_socket_of_this_machine_does_as_well(tmp_path: Path) -> None:
    async with scanner_server(tmp_path / "clamd.sock") as server:
        assert await ClamdScanner(server.address).scan(EICAR) == FOUND


@pytest.mark.parametrize(
    "how",
    [
        {"limit": 10}, {"silent": True}, {"answer": b"stream: OK"}, {"answer": b"\0"}, {"answer": b"x" * 10_000},
        {"answer": b"stream: Can't allocate memory ERROR\0"}, {"answer": b"OK-ish\0"}, {"answer": b"HTTP/1.1 200 OK\0"},
    ],
)  # fmt: skip
async def test_whatever_is_no_verdict_is_none(how: dict[str, Any]) -> None:
    async with scanner_server(**how) as server:
        with pytest.raises(ScannerUnavailable):
            await ClamdScanner(server.address, patience=2).scan(jpeg())


async def test_a_scanner_that_is_away_or_hangs_is_unavailable(tmp_path: Path) -> None:
    for address in (ScannerAddress("127.0.0.1", 1, None), ScannerAddress(None, None, str(tmp_path / "none.sock"))):
        with pytest.raises(ScannerUnavailable):
            await ClamdScanner(address, patience=2).scan(jpeg())


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("tcp://scanner:3310", ScannerAddress("scanner", 3310, None)),
        ("unix:///run/clamd.sock", ScannerAddress(None, None, "/run/clamd.sock")),
    ],
)
def test_an_address_names_a_host_or_a_socket(url: str, address: ScannerAddress) -> None:
    assert scanner_address(url) == address


@pytest.mark.parametrize(
    "url", ["", "scanner", "tcp://scanner", "tcp://:3310", "http://scanner:3310", "unix://", "unix://host/x",
            "tcp://me:secret@scanner:3310", "tcp://scanner:3310/path", "tcp://scanner:99999", "unix:///x?y=1"],
)  # fmt: skip
def test_nothing_else_is_an_address_and_none_is_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="is no address like") as raised:
        scanner_address(url)
    assert "secret" not in str(raised.value)

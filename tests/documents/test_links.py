"""Links to files: for one document, until one instant, by our signature alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from domain.documents import links
from domain.kernel import clock
from domain.kernel.settings import settings

ONE, OTHER = "doc_" + "1" * 32, "doc_" + "2" * 32


@pytest.fixture(autouse=True)
def addressed() -> Iterator[None]:
    """The settings of the test run, read anew afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFTERCARE_PUBLIC_URL", "https://care.example/")
        settings.cache_clear()
        yield
    settings.cache_clear()


def parts(link: str) -> tuple[str, str, str]:
    address = urlsplit(link)
    asked = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}" == "https://care.example"
    return address.path.removeprefix("/files/"), asked["until"][0], asked["signature"][0]


def test_a_link_is_good_for_its_document_for_five_minutes() -> None:
    link = links.link_to(ONE)
    assert links.is_genuine(*parts(link))
    with clock.at(clock.now() + timedelta(minutes=4, seconds=55)):
        assert links.is_genuine(*parts(link))
    with clock.at(clock.now() + timedelta(minutes=5, seconds=1)):
        assert not links.is_genuine(*parts(link))


def test_no_part_of_a_link_can_be_changed() -> None:
    public, until, signature = parts(links.link_to(ONE))
    for forged in (
        (OTHER, until, signature),
        (public, str(int(until) + 1), signature),
        (public, f"0{until}", signature),
        (public, until, signature[:-1] + ("0" if signature[-1] != "0" else "1")),
        (public, until, signature.upper()),
        (public, until, ""),
        (public, "", ""),
        (public, until, "签名"),
        (public, "\uff11\uff12\uff13", signature),
    ):
        assert not links.is_genuine(*forged), forged


def test_another_secret_signs_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    public, until, signature = parts(links.link_to(ONE))
    monkeypatch.setattr(settings(), "link_secret", SecretStr("y" * 32))
    assert not links.is_genuine(public, until, signature)


def test_what_was_signed_for_ever_by_a_slip_is_not_taken() -> None:
    for until in ("9" * 13, "-1", "1e12", "never"):
        assert not links.is_genuine(ONE, until, links.sign(ONE, until))

"""The page that the code on a policy document leads to."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from domain.customers.models import Customer
from domain.documents.making import Edition
from domain.documents.models import Document
from domain.documents.terms import PaperKind
from domain.policies import cancellation
from domain.policies.models import Policy
from domain.policies.notices import subject_of
from domain.products.models import Product
from tests.face.conftest import Face
from tests.factories.insured import Insured, sold
from tests.factories.papers import documents_made, kept_in


async def made(tmp_path: Path) -> tuple[Policy, dict[str, Document]]:
    policy = await sold()
    return policy, await documents_made(policy.id, kept_in(tmp_path))


async def shown(face: Face, code: str, language: str = "en") -> tuple[int, str]:
    answer = await face.client.get(f"/verify/{code}", headers={"accept-language": language})
    return answer.status_code, answer.text


async def test_it_says_that_the_document_is_ours_and_where_the_policy_stands(face: Face, tmp_path: Path) -> None:
    policy, documents = await made(tmp_path)
    for each in documents.values():
        status, text = await shown(face, each.verification_code)
        assert status == 200
        for said in ("This document is genuine", policy.policy_number, "Full cover", "In force", str(policy.starts_on)):
            assert said in text
        status, text = await shown(face, each.verification_code, "zh-CN,zh;q=0.9")
        assert status == 200
        for said in ("单证真实有效", policy.policy_number, "全保", "有效", f"{policy.starts_on.year}年"):
            assert said in text
        assert 'lang="zh-CN"' in text


async def test_it_tells_no_name_and_of_the_serial_number_the_end_only(face: Face, tmp_path: Path) -> None:
    policy, documents = await made(tmp_path)
    customer = await Customer.get(id=policy.customer_id)
    _, text = await shown(face, documents["zh"].verification_code)
    assert policy.serial_number[-4:] in text
    assert policy.serial_number[-5:] not in text
    for hidden in (customer.full_name, customer.phone_mask, customer.mail_mask, policy.brand, policy.id.hex):
        assert hidden not in text


async def test_it_follows_what_becomes_of_the_policy(face: Face, tmp_path: Path) -> None:
    policy, documents = await made(tmp_path)
    customer = Insured(policy.id, policy.customer_id, policy.partner_id).customer
    await cancellation.cancel(policy.id, reason="changed my mind", expected_version=1, actor=customer)
    _, text = await shown(face, documents["en"].verification_code)
    assert "Cancelled" in text and "In force" not in text


async def test_the_code_on_the_paper_is_the_one_of_its_row_however_it_is_typed(face: Face, tmp_path: Path) -> None:
    policy, documents = await made(tmp_path)
    edition = Edition(PaperKind.POLICY_DOCUMENT, subject_of(policy), "zh", 1)
    code = documents["zh"].verification_code
    assert edition.code == code
    assert urlsplit(edition.proof_address).path == f"/verify/{code}"
    grouped = "-".join(code[at : at + 4] for at in range(0, 16, 4))
    for typed in (code.lower(), grouped, grouped.replace("-", " ")):
        assert (await shown(face, typed))[0] == 200


@pytest.mark.parametrize("code", ["AAAAAAAAAAAAAAAA", "x", "AAAA' OR 1=1", "%00", "<script>", "签" * 16, "A" * 5_000])
async def test_a_code_that_is_not_ours_is_told_so_and_not_repeated(face: Face, tmp_path: Path, code: str) -> None:
    await made(tmp_path)
    status, text = await shown(face, code)
    assert status == 404
    assert "We issued no document with this code" in text
    assert code not in text or code == "x"
    assert "未查到该单证" in (await shown(face, code, "zh"))[1]


async def test_a_product_s_name_is_text_on_the_page(face: Face, tmp_path: Path) -> None:
    _, documents = await made(tmp_path)
    await Product.all().update(name_en="<script>alert(1)</script>")
    _, text = await shown(face, documents["en"].verification_code)
    assert "<script>" not in text and "&lt;script&gt;" in text


async def test_the_page_has_guards_and_no_script_and_is_kept_by_nobody(face: Face, tmp_path: Path) -> None:
    _, documents = await made(tmp_path)
    path = f"/verify/{documents['en'].verification_code}"
    answer = await face.client.get(path)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text and "src=" not in answer.text
    assert (await face.client.head(path)).status_code == 200
    assert (await face.client.post(path)).status_code == 405


async def test_an_address_that_tries_many_codes_waits(face: Face) -> None:
    statuses = {(await face.client.get("/verify/AAAAAAAAAAAAAAAA")).status_code for _ in range(60)}
    assert statuses == {404, 429}

"""What a policy document 保险单 says, composed of the policy as it was sold.

Source: Insurance Law Art. 13, 18 (what it contains), Art. 17 (what frees the insurer is drawn to attention).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from domain.customers.models import Customer
from domain.documents.papers import Facts, Grid, Line, Paper, Proof, Prose
from domain.kernel import clock
from domain.kernel.money import Money
from domain.policies.models import Policy, PolicyCover
from domain.policies.wording import ISSUER, Wording
from domain.products.models import Product, ProductExclusion, ProductVersion

DAY = timedelta(days=1)
PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Sold:
    """A policy with the rows that say what was sold, and to whom."""

    policy: Policy
    version: ProductVersion
    product: Product
    covers: list[PolicyCover]
    exclusions: list[ProductExclusion]
    holder: Customer = field(repr=False)


def policy_paper(sold: Sold, language: str, *, proof_address: str, contact: str) -> Paper:
    """The policy document in one language; `contact` is where a loss is reported by mail."""
    words = Wording(language)
    policy = sold.policy
    return Paper(
        title=words.say("保险单", "Policy document"),
        number=policy.policy_number,
        language=language,
        dated=policy.issued_at,
        issuer=words.say(*ISSUER),
        parts=(
            _contract(sold, words),
            _holder(sold.holder, words),
            _device(policy, words),
            _cover(policy, words),
            _perils(sold, words),
            _amounts(sold, words),
            *_exclusions(sold.exclusions, words),
            _claiming(contact, words),
        ),
        proof=Proof(
            proof_address,
            words.say("扫描二维码可核验本保险单的真伪。", "Scan the code to see whether this document is genuine."),
        ),
        footer=words.say("{issuer}出具", "Issued by {issuer}", issuer=words.say(*ISSUER)),
    )


def _contract(sold: Sold, words: Wording) -> Facts:
    policy, product = sold.policy, sold.product
    return Facts(
        words.say("保险合同", "The contract"),
        (
            Line(words.say("保险单号", "Policy number"), policy.policy_number),
            Line(words.say("保险产品", "Product"), words.say("{zh}", "{en}", zh=product.name_zh, en=product.name_en)),
            Line(words.say("产品编码与版本", "Product code and version"), f"{product.code} · {sold.version.number}"),
            Line(words.say("出单日期", "Issued on"), words.day(_day_of(policy))),
            Line(words.say("犹豫期至", "Cooling-off until"), _cooling_off(policy, words)),
        ),
    )


def _cooling_off(policy: Policy, words: Wording) -> str:
    return words.say(
        "{day}（含当日）。此前未报案的，可全额退保。",
        "{day}, that day included. Until then the policy is taken back in full if no loss was reported.",
        day=words.day(policy.cooling_off_until),
    )


def _holder(holder: Customer, words: Wording) -> Facts:
    identity = holder.identity_number_mask or words.say("未提供", "not given")
    return Facts(
        words.say("投保人与被保险人", "Policyholder and insured"),
        (
            Line(words.say("姓名", "Name"), holder.full_name),
            Line(words.say("证件号码", "Identity number"), identity),
            Line(words.say("手机", "Mobile"), holder.phone_mask),
        ),
    )


def _device(policy: Policy, words: Wording) -> Facts:
    lines = [
        Line(words.say("类别", "Kind"), words.word(policy.category)),
        Line(words.say("品牌与型号", "Brand and model"), f"{policy.brand} {policy.model}"),
        Line(words.say("序列号", "Serial number"), policy.serial_number),
        Line(words.say("成色", "Condition when bought"), words.word(policy.condition)),
        Line(words.say("购买日期", "Bought on"), words.day(policy.purchased_on)),
        Line(words.say("购买价格", "Price"), words.amount(Money(policy.price_minor, policy.currency))),
    ]
    if policy.invoice_number:
        lines.append(Line(words.say("发票号码", "Invoice number"), policy.invoice_number))
    if policy.warranty_until:
        last = words.day(policy.warranty_until - DAY)
        lines.append(Line(words.say("厂商保修至", "Maker's warranty until"), last))
    return Facts(words.say("保险标的", "The insured device"), tuple(lines))


def _cover(policy: Policy, words: Wording) -> Facts:
    lines = [
        Line(
            words.say("保险期间", "Period of cover"),
            words.say(
                "自{first}零时起至{last}二十四时止",
                "{first} to {last}, both days included",
                first=words.day(policy.starts_on), last=words.day(policy.ends_on - DAY),
            ),
        )
    ]  # fmt: skip
    waiting = words.say("无", "none")
    if policy.waiting_until:
        waiting = words.say(
            "至{last}（含当日）。等待期内发生的损失不予赔付。",
            "until {last}, that day included. Losses in it are not covered.",
            last=words.day(policy.waiting_until - DAY),
        )
    lines.append(Line(words.say("等待期", "Waiting period"), waiting))
    return Facts(words.say("保险期间", "Cover"), tuple(lines))


def _perils(sold: Sold, words: Wording) -> Grid:
    head = (
        words.say("保险责任", "Insured peril"),
        words.say("每次赔偿限额", "Limit for one claim"),
        words.say("每次免赔额", "Deductible for one claim"),
        words.say("每年赔偿次数", "Claims in a year"),
    )
    rows = tuple(_peril(each, sold, words) for each in sold.covers)
    return Grid(words.say("保险责任", "What is insured"), head, rows, (3, 3, 3, 2))


def _peril(cover: PolicyCover, sold: Sold, words: Wording) -> tuple[str, ...]:
    """A cover's own limit, deductible and count, or else those of its version and policy."""
    version, policy = sold.version, sold.policy
    limit = version.per_claim_limit_minor if cover.limit_minor is None else cover.limit_minor
    deductible = policy.deductible_minor if cover.deductible_minor is None else cover.deductible_minor
    count = version.max_claims_a_year if cover.max_claims_a_year is None else cover.max_claims_a_year
    most = min(policy.sum_insured_minor, policy.sum_insured_minor if limit is None else limit)
    return (
        words.word(cover.peril),
        words.amount(Money(most, policy.currency)),
        words.amount(Money(deductible, policy.currency)),
        words.count(count, words.say("不限", "no limit")),
    )


def _amounts(sold: Sold, words: Wording) -> Facts:
    policy, version = sold.policy, sold.version
    lines = [
        Line(
            words.say("保险金额", "Sum insured"),
            words.say(
                "{amount}（保险期间内累计赔偿限额）",
                "{amount}, the most for the whole period of cover",
                amount=words.amount(Money(policy.sum_insured_minor, policy.currency)),
            ),
        )
    ]
    if version.coinsurance_rate:
        share = f"{(version.coinsurance_rate * PERCENT).normalize():f}%"
        lines.append(Line(words.say("自负比例", "Your share of each loss"), share))
    tax_rate = f"{(version.premium_tax_rate * PERCENT).normalize():f}%"
    lines += [
        Line(name, words.amount(Money(minor, policy.currency)))
        for name, minor in (
            (words.say("保险费（含税）", "Premium with tax"), policy.premium_minor),
            (words.say("不含税保险费", "Premium without tax"), policy.premium_net_minor),
            (words.say("增值税（{rate}）", "VAT ({rate})", rate=tax_rate), policy.premium_tax_minor),
        )
    ]
    return Facts(words.say("保险金额与保险费", "Sum insured and premium"), tuple(lines))


def _exclusions(exclusions: list[ProductExclusion], words: Wording) -> tuple[Grid, ...]:
    """What is not insured, by code and in full, marked so that nobody overlooks it; no part where there is none."""
    if not exclusions:
        return ()
    head = (
        words.say("编号", "Code"),
        words.say("不予赔付的情形", "What is not insured"),
        words.say("提示方式", "How you were told"),
    )
    rows = tuple(
        (each.code, words.say("{zh}", "{en}", zh=each.text_zh, en=each.text_en), words.word(each.disclosure))
        for each in exclusions
    )
    note = words.say(
        "以下情形保险人不承担赔偿责任，请您特别留意并仔细阅读。",
        "In these cases nothing is paid. Please read them with particular care.",
    )
    return (Grid(words.say("责任免除", "Exclusions"), head, rows, (2, 8, 3), note, marked=True),)


def _claiming(contact: str, words: Wording) -> Prose:
    return Prose(
        words.say("如何理赔", "How to claim"),
        (
            words.say(
                "发生损失后请及时报案：可通过客户端、销售门店，或发送邮件至 {contact}。"
                "报案时请提供保险单号、损失时间、原因和经过。",
                "Report a loss as soon as you know of it: in the application, at the shop that sold the policy,"
                " or by mail to {contact}. Name the policy number, and when, why and how it happened.",
                contact=contact,
            ),
            words.say(
                "需要补充材料的，我们会一次性告知。我们按《保险法》规定的期限作出核定；"
                "达成赔偿协议后按期支付，不予赔付的将书面说明理由。",
                "If papers are missing, we tell you of all of them at once. We decide within the time that the"
                " Insurance Law sets, pay in time once the amount is agreed, and give the reasons in writing if"
                " nothing is paid.",
            ),
        ),
    )


def _day_of(policy: Policy) -> date:
    return clock.day_of(policy.issued_at)

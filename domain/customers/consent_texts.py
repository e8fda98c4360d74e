"""What customers are told before they consent, for each purpose and version, in Chinese and English.

A text that was shown is never changed or taken away: a new wording is a new version behind it. One that asks for more
than before names itself as `good_since`, which ends what was agreed to under older ones; a mere wording does not.
Source: PIPL Art. 14, 17, 23, 29; Consumer Rights Law Art. 29.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.customers.terms import ConsentPurpose


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version of a purpose's text. Consents from the version `good_since` on are to the same as this one."""

    version: int
    good_since: int
    zh: str
    en: str

    def said(self, language: str) -> str:
        """The text in a reader's language, `zh` or `en`."""
        return self.zh if language.lower().startswith("zh") else self.en


TEXTS: Mapping[ConsentPurpose, tuple[ConsentText, ...]] = {
    ConsentPurpose.CONTRACT: (
        ConsentText(
            1,
            1,
            "为订立和履行保险合同，我们将处理您的姓名、联系方式以及投保设备的信息。您可以随时撤回同意；"
            "撤回不影响此前已进行的处理，但我们可能因此无法继续提供服务。",
            "To make the insurance contract and carry it out, we process your name, contact details and the facts of "
            "the insured device. You may withdraw at any time; what was done before stands, and we may then be unable "
            "to go on serving you.",
        ),
    ),
    ConsentPurpose.IDENTITY_CHECK: (
        ConsentText(
            1,
            1,
            "为核验您的身份，我们将把您的姓名和身份证号（企业为名称和统一社会信用代码）发送至身份核验机构，"
            "仅接收是否一致的结果。身份证号属于敏感个人信息，需要您的单独同意。",
            "To verify who you are, we send your name and identity number (for a company its name and organisation "
            "code) to a register, and receive only whether they belong together. An identity number is sensitive: this "
            "consent is asked for separately.",
        ),
    ),
    ConsentPurpose.CREDIT_ASSESSMENT: (
        ConsentText(
            1,
            1,
            "为确定费率和承保条件，我们将以自动化方式评估您的信用状况。我们不会仅凭自动化结果拒绝承保；"
            "您有权要求说明，并要求人工复核。",
            "To decide on premium and terms, we assess your credit by automated means. We decline nobody by automation "
            "alone; you may ask for an explanation and for a person to decide.",
        ),
    ),
    ConsentPurpose.FINANCIAL_ACCOUNT: (
        ConsentText(
            1,
            1,
            "为向您支付赔款和退费，我们将加密保存您的银行账户。金融账户属于敏感个人信息，需要您的单独同意。",
            "To pay claims and refunds to you, we keep your bank account, encrypted. A financial account is sensitive: "
            "this consent is asked for separately.",
        ),
    ),
    ConsentPurpose.PARTNER_SHARING: (
        ConsentText(
            1,
            1,
            "为办理您经由合作方购买的保险，我们将向该合作方提供您的保单和赔案状态，不包括身份证号和银行账户。",
            "To handle the cover that you bought through a partner, we tell that partner the state of your policies "
            "and claims; neither your identity number nor your bank account.",
        ),
    ),
    ConsentPurpose.MARKETING: (
        ConsentText(
            1,
            1,
            "我们将向您发送与现有合同无关的产品和优惠信息。不同意不影响任何服务，您可以随时退订。",
            "We send you news of products and offers that are not about a contract of yours. Nothing depends on it, "
            "and you may end it at any time.",
        ),
    ),
}


def present_text(purpose: ConsentPurpose) -> ConsentText:
    """The text that customers are shown now."""
    return TEXTS[purpose][-1]


def is_good(purpose: ConsentPurpose, text_version: int) -> bool:
    """Whether a consent to this version of the text is a consent to what the present one says."""
    return is_good_for(TEXTS[purpose], text_version)


def is_good_for(texts: Sequence[ConsentText], text_version: int) -> bool:
    """The same for any texts, oldest first."""
    return text_version >= texts[-1].good_since


def text_shown(purpose: str, text_version: int, language: str) -> str:
    """What a customer was shown, out of a consent's columns."""
    texts = TEXTS[ConsentPurpose(purpose)]
    return next(each for each in texts if each.version == text_version).said(language)


def texts_in(language: str) -> list[dict[str, object]]:
    """The present texts for a reader. Shape: see `ConsentText` of the schema."""
    present = {purpose: present_text(purpose) for purpose in ConsentPurpose}
    return [
        {"purpose": purpose.value, "textVersion": found.version, "text": found.said(language)}
        for purpose, found in present.items()
    ]


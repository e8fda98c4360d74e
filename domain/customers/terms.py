"""Words of the customers room."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages in which customers are written to."""

    ZH = "zh"
    """中文: Chinese."""
    EN = "en"
    """英文: English."""


class SealedField(StrEnum):
    """Fields that are only shown as masks: 手机, 邮箱, 身份证号, 银行账户, 地址."""

    PHONE = "PHONE"
    """手机."""
    MAIL = "MAIL"
    """邮箱."""
    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    """身份证号."""
    BANK_ACCOUNT = "BANK_ACCOUNT"
    """银行账户."""
    ADDRESS = "ADDRESS"
    """地址."""


class CustomerKind(StrEnum):
    """What a customer is 客户类型."""

    PERSON = "PERSON"
    """个人: a person, told by an identity number 身份证号."""
    COMPANY = "COMPANY"
    """企业: a company, told by an organisation code 统一社会信用代码."""


class IdentityState(StrEnum):
    """What is known of whether a customer is who he or she says to be 身份核验状态."""

    UNVERIFIED = "UNVERIFIED"
    """未核验: nobody has asked, or what was asked about has changed."""
    CHECKING = "CHECKING"
    """核验中: the register is being asked."""
    VERIFIED = "VERIFIED"
    """已核验: the register knows this name with this number."""
    MISMATCH = "MISMATCH"
    """不一致: the register does not know this name with this number."""


ANSWERED = frozenset({IdentityState.VERIFIED, IdentityState.MISMATCH})


class ConsentPurpose(StrEnum):
    """What a customer consents to 同意事项; each is given and taken back by itself (PIPL Art. 14, 29)."""

    CONTRACT = "CONTRACT"
    """订立与履行合同: making the contract and carrying it out."""
    IDENTITY_CHECK = "IDENTITY_CHECK"
    """身份核验: asking a register whether name and number belong together."""
    CREDIT_ASSESSMENT = "CREDIT_ASSESSMENT"
    """信用评估与自动化处理: scoring, which people review."""
    FINANCIAL_ACCOUNT = "FINANCIAL_ACCOUNT"
    """金融账户信息: keeping the account that claims are paid to, which is sensitive."""
    PARTNER_SHARING = "PARTNER_SHARING"
    """向合作方提供: telling the partner in whose book the customer stands."""
    MARKETING = "MARKETING"
    """商业营销: letters that are not about a contract of the customer's."""


class ConsentChannel(StrEnum):
    """How a consent was given 同意方式."""

    APP = "APP"
    """自助渠道: by the customer alone, on a screen of the insurer's."""
    STORE = "STORE"
    """门店: signed in a shop."""
    PHONE = "PHONE"
    """电话: in a call that is recorded."""
    MAIL = "MAIL"
    """书面: by letter or mail."""
    PARTNER = "PARTNER"
    """合作方渠道: on a screen of the partner's."""


class DuplicateDetail(StrEnum):
    """A detail by which two customers may be the same 疑似重复依据."""

    PHONE = "PHONE"
    """手机."""
    MAIL = "MAIL"
    """邮箱."""
    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    """身份证号."""
    BANK_ACCOUNT = "BANK_ACCOUNT"
    """银行账户."""
    ORGANISATION_CODE = "ORGANISATION_CODE"
    """统一社会信用代码."""

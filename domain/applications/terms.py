"""Words of applications and of underwriting."""

from __future__ import annotations

from enum import StrEnum

from domain.customers.terms import ConsentPurpose


class ApplicationState(StrEnum):
    """Where an application stands 投保申请状态."""

    DRAFT = "DRAFT"
    """草稿: its device and product may still change."""
    PRICED = "PRICED"
    """已报价: priced; its inputs are locked while the price stands."""
    SUBMITTED = "SUBMITTED"
    """已提交: handed in; who the applicant is, is checked."""
    UNDERWRITING = "UNDERWRITING"
    """核保中: it is decided upon."""
    INFO_REQUESTED = "INFO_REQUESTED"
    """待补资料: the applicant is asked for something."""
    COUNTER_OFFERED = "COUNTER_OFFERED"
    """变更条件: offered on other terms, a surcharge or a guarantee."""
    ACCEPTED = "ACCEPTED"
    """同意承保: accepted, and billed next."""
    PAYMENT_PENDING = "PAYMENT_PENDING"
    """待缴费: waits for the first premium."""
    ISSUED = "ISSUED"
    """已出单: a policy was issued."""
    DECLINED = "DECLINED"
    """拒保: declined by a person, with reasons."""
    WITHDRAWN = "WITHDRAWN"
    """已撤回: taken back by the applicant."""
    EXPIRED = "EXPIRED"
    """已失效: its time is over."""


class ApplicationAction(StrEnum):
    """What is done with an application."""

    REVISE = "REVISE"
    """修改: change device or product; the price is gone."""
    PRICE = "PRICE"
    """报价: price it and lock its inputs."""
    DISCLOSE = "DISCLOSE"
    """说明责任免除: show the exclusions, and keep that they were understood."""
    SUBMIT = "SUBMIT"
    """提交: hand it in."""
    BEGIN = "BEGIN"
    """进入核保: begin underwriting, now that it is known who applies."""
    REQUEST_INFO = "REQUEST_INFO"
    """要求补充资料: ask the applicant for something."""
    SUPPLY_INFO = "SUPPLY_INFO"
    """补充资料: give what was asked for."""
    JUDGE_FLAG = "JUDGE_FLAG"
    """处理核保问题: approve, clear or reject what underwriting found."""
    ACCEPT = "ACCEPT"
    """同意承保: insure it as priced."""
    COUNTER_OFFER = "COUNTER_OFFER"
    """变更条件承保: offer it on other terms."""
    DECLINE = "DECLINE"
    """拒保: do not insure it; never by a machine."""
    AGREE = "AGREE"
    """接受变更条件: agree to the other terms."""
    BILL = "BILL"
    """出账: issue the invoice."""
    ISSUE = "ISSUE"
    """出单: issue the policy."""
    WITHDRAW = "WITHDRAW"
    """撤回: take it back."""
    EXPIRE = "EXPIRE"
    """失效: its time is over."""


class FlagCode(StrEnum):
    """What underwriting found 核保问题."""

    IDENTITY_MISMATCH = "IDENTITY_MISMATCH"
    """身份不一致: the register knows the applicant otherwise."""
    IDENTITY_SHARED = "IDENTITY_SHARED"
    """证件号重复: somebody of another name has the same identity number."""
    KNOWN_ELSEWHERE = "KNOWN_ELSEWHERE"
    """疑似重复客户: the applicant stands in another partner's book too."""
    DEVICE_COVERED = "DEVICE_COVERED"
    """设备已有保障: the device is insured already against a peril of this product."""
    DEVICE_OF_ANOTHER = "DEVICE_OF_ANOTHER"
    """设备曾由他人投保: somebody else had this device insured before."""
    SUM_ABOVE_LIMIT = "SUM_ABOVE_LIMIT"
    """保额超限: the sum insured is above what is accepted without a person."""
    CLAIMS_EXPERIENCE = "CLAIMS_EXPERIENCE"
    """出险频繁: many claims in three years."""
    CREDIT_REFERRED = "CREDIT_REFERRED"
    """信用评级转人工: the credit grade leaves it to a person."""
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    """撤回信用评估同意: the applicant took the consent to a credit assessment back, so there is none."""
    USE_EXCLUDED = "USE_EXCLUDED"
    """用途除外: what the device is used for is excluded by the product."""
    AGAINST_ADVICE = "AGAINST_ADVICE"
    """与建议不符: the applicant was advised against it, and gave reasons."""
    DECLINED_BEFORE = "DECLINED_BEFORE"
    """曾被拒保: an application of the same person was declined within a year."""


class FlagLevel(StrEnum):
    """How much a flag weighs 核保问题级别."""

    INFO = "INFO"
    """提示: worth knowing; stops nothing."""
    BLOCK = "BLOCK"
    """待处理: a person with authority decides before it goes on."""
    DECLINE = "DECLINE"
    """建议拒保: speaks for declining; a person with authority may accept it all the same."""
    REJECT = "REJECT"
    """不可承保: cannot be insured; a person declines it."""


class FlagState(StrEnum):
    """Where a flag stands 核保问题状态."""

    OPEN = "OPEN"
    """待处理."""
    APPROVED = "APPROVED"
    """已批准: it holds, and is accepted all the same."""
    CLEARED = "CLEARED"
    """已排除: it turned out not to hold."""
    REJECTED = "REJECTED"
    """已否决: it stands; the application can only be declined."""


class FlagAction(StrEnum):
    """What an underwriter does with a flag."""

    APPROVE = "APPROVE"
    """批准: accept the risk although it holds."""
    CLEAR = "CLEAR"
    """排除: it does not hold."""
    REJECT = "REJECT"
    """否决: it holds and is not accepted; final."""


class DeclineReason(StrEnum):
    """Why an application is declined 拒保理由."""

    IDENTITY_NOT_PROVEN = "IDENTITY_NOT_PROVEN"
    """身份无法核实: it is not proven who applies."""
    DEVICE_COVERED = "DEVICE_COVERED"
    """设备已有有效保障: the device is insured already."""
    DEVICE_NOT_INSURABLE = "DEVICE_NOT_INSURABLE"
    """设备不符合承保条件: the device is not insured by this product."""
    USE_NOT_INSURED = "USE_NOT_INSURED"
    """用途不在承保范围: its use is excluded."""
    CLAIMS_EXPERIENCE = "CLAIMS_EXPERIENCE"
    """既往出险情况: too many losses before."""
    CREDIT = "CREDIT"
    """信用评级: the credit grade, judged by a person."""
    INFORMATION_MISSING = "INFORMATION_MISSING"
    """资料不足: what was asked for is missing."""
    OTHER = "OTHER"
    """其他: the reason is told in words."""


class OfferChoice(StrEnum):
    """On which of the offered terms an applicant agrees 变更条件选择."""

    SURCHARGE = "SURCHARGE"
    """加费: the higher premium."""
    GUARANTEE = "GUARANTEE"
    """担保: somebody answers for the premium, which stays as it was."""


class DisclosureChannel(StrEnum):
    """How exclusions were shown 说明方式."""

    SCREEN = "SCREEN"
    """页面展示."""
    PAPER = "PAPER"
    """书面."""
    SPOKEN = "SPOKEN"
    """口头说明."""


class ApplicationLimit(StrEnum):
    """Limits of time of applications; their days are dated settings."""

    VALIDITY = "application.validity"
    """有效期: from what the applicant has to do something about to the last day for it."""


FOR_APPLICANTS = frozenset({
    ApplicationAction.REVISE, ApplicationAction.PRICE, ApplicationAction.DISCLOSE, ApplicationAction.SUBMIT,
    ApplicationAction.SUPPLY_INFO, ApplicationAction.AGREE,
})  # fmt: skip
"""Steps that are an applicant's; whoever of the staff takes one for an applicant does not underwrite."""
IN_TIME = frozenset({ApplicationAction.SUBMIT, ApplicationAction.AGREE})
"""Steps on terms that stand until a day, and not longer, be they swept or not."""
NEEDED_CONSENTS = (ConsentPurpose.CONTRACT, ConsentPurpose.IDENTITY_CHECK, ConsentPurpose.CREDIT_ASSESSMENT)
"""What an applicant must have agreed to. Source: PIPL Art. 14, 24."""

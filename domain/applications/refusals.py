"""Why applications says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.kernel.money import Money
from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class AdviceMissing(Refusal):
    """Nothing is sold without advice that is on record, and a choice after it. Source: NFRA Order 2025-7."""

    code = "ADVICE_MISSING"
    english = "The applicant must be advised, and have chosen this product, before applying for it."
    chinese = "提交前须完成适当性评估，并由客户选定该产品。"


@dataclass(eq=False)
class AdviceDiffers(Refusal):
    """The advice was given for somebody else, another device or another product."""

    what: str
    code = "ADVICE_DIFFERS"
    english = "The advice is about something else: {what} differs."
    chinese = "适当性评估与本申请不一致：{what}。"


@dataclass(eq=False)
class AdviceUsed(Refusal):
    """One advice leads to one application at a time."""

    code = "ADVICE_USED"
    english = "Another application was made on this advice already."
    chinese = "该适当性评估已用于其他投保申请。"


@dataclass(eq=False)
class DisclosuresMissing(Refusal):
    """Every exclusion is shown before an application is handed in. Source: Insurance Law Art. 17."""

    codes: tuple[str, ...]
    code = "DISCLOSURES_MISSING"
    english = "These exclusions were not shown to the applicant yet: {codes}."
    chinese = "以下责任免除条款尚未向投保人说明：{codes}。"

    def message(self, language: str) -> str:
        """The sentence with the codes as a list."""
        template = self.chinese if language.startswith("zh") else self.english
        return template.format(codes=", ".join(self.codes))


@dataclass(eq=False)
class NoSuchExclusion(Refusal):
    """Only what the product excludes is shown as excluded."""

    exclusion: str
    code = "NO_SUCH_EXCLUSION"
    english = "This product has no exclusion {exclusion}."
    chinese = "该产品没有责任免除条款 {exclusion}。"


@dataclass(eq=False)
class TermsOver(Refusal):
    """The price or the offer stood until a day that is over."""

    last_day: date
    code = "TERMS_OVER"
    english = "These terms stood until {last_day}; have it priced anew."
    chinese = "该报价或变更条件有效期至 {last_day}，请重新报价。"


@dataclass(eq=False)
class OwnSale(Refusal):
    """Whoever sold, advised or acted for the applicant does not underwrite, nor agree to what he or she offered."""

    code = "OWN_SALE"
    english = "You sold this, advised on it or acted for the applicant; somebody else must decide."
    chinese = "销售人员、推荐人员或代客户办理的人员不得核保本人经办的申请，核保人员亦不得代客户接受其所定条件。"


@dataclass(eq=False)
class AboveUnderwritingAuthority(Refusal):
    """The sum insured is above what the underwriter may decide."""

    limit: Money
    code = "ABOVE_AUTHORITY"
    english = "This is above your authority of {limit}."
    chinese = "超出您的核保权限（{limit}）。"


@dataclass(eq=False)
class FlagsOpen(Refusal):
    """What underwriting found is judged before an application is accepted."""

    codes: tuple[str, ...]
    code = "FLAGS_OPEN"
    english = "These findings speak against it, or are not judged yet: {codes}."
    chinese = "以下核保问题尚未处理或已否决：{codes}。"

    def message(self, language: str) -> str:
        """The sentence with the codes as a list."""
        template = self.chinese if language.startswith("zh") else self.english
        return template.format(codes=", ".join(self.codes))


@dataclass(eq=False)
class NotInsurableAtAll(Refusal):
    """A flag of the highest level is not approved or cleared by anybody."""

    code = "NOT_INSURABLE_AT_ALL"
    english = "This finding cannot be set aside; the application is declined or withdrawn."
    chinese = "该问题不可豁免，只能拒保或撤回申请。"


@dataclass(eq=False)
class GuaranteeNotOffered(Refusal):
    """A guarantee was not among the terms."""

    code = "GUARANTEE_NOT_OFFERED"
    english = "A guarantee was not offered; the offer is the higher premium."
    chinese = "本次变更条件不含担保选项，只能加费承保。"

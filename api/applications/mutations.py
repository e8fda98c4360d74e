"""Changes of applications: each decodes its input and calls the verb of its stage."""

from __future__ import annotations

import strawberry

from api.applications import inputs
from api.applications.types import Application, UnderwritingFlag
from api.changes import Changed, change, changed, takers
from api.inputs import row_id, value_of
from api.policies.decoding import device_of, policyholder_of
from domain.access.terms import ApiScope
from domain.applications import agreeing, deciding, disclosing, drafting, judging, requesting, submitting
from domain.applications.deciding import Decline
from domain.applications.disclosing import Shown
from domain.applications.drafting import Applicant, Wanted
from domain.applications.lifecycle import APPLICANTS, APPLICATION_LIFECYCLE, FLAG_LIFECYCLE
from domain.applications.reading import APPLICATION, UNDERWRITING_FLAG
from domain.applications.terms import ApplicationAction as Action
from domain.applications.terms import FlagAction
from domain.customers.reading import CUSTOMER
from domain.kernel.actor import Actor, Role
from domain.partners.reading import PARTNER
from domain.products.reading import PRODUCT_VERSION
from domain.quotes.reading import RECOMMENDATION


def _who_may(*actions: Action) -> frozenset[Role]:
    return takers(APPLICATION_LIFECYCLE, *actions)


def wanted_of(given: inputs.CoverWantedInput) -> Wanted:
    """What is applied for, as the verbs take it."""
    advice = value_of(given.recommendation_id)
    return Wanted(
        row_id(PRODUCT_VERSION.prefix, given.product_version_id),
        device_of(given.device, "input", "wanted", "device"),
        given.declared_use,
        None if advice is None else row_id(RECOMMENDATION.prefix, advice),
        given.instalments,
    )


@change(*APPLICANTS, scope=ApiScope.SELL, application=Application)
async def application_draft(given: inputs.ApplicationDraftInput, actor: Actor) -> Changed:
    """Takes an application down 投保申请; it may be changed until it is priced."""
    customer, details, partner = value_of(given.customer_id), value_of(given.customer), value_of(given.partner_id)
    applicant = Applicant(
        None if customer is None else row_id(CUSTOMER.prefix, customer),
        None if details is None else policyholder_of(details),
        None if partner is None else row_id(PARTNER.prefix, partner),
    )
    found = await drafting.draft(wanted_of(given.wanted), applicant=applicant, actor=actor)
    return changed(application=found.id)


@change(*_who_may(Action.REVISE), scope=ApiScope.SELL, application=Application)
async def application_revise(given: inputs.ApplicationReviseInput, actor: Actor) -> Changed:
    """Changes what is applied for; a price that stood is gone."""
    found = await drafting.revise(
        row_id(APPLICATION.prefix, given.application_id),
        wanted=wanted_of(given.wanted),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*_who_may(Action.PRICE), scope=ApiScope.SELL, application=Application)
async def application_price(given: inputs.ApplicationPriceInput, actor: Actor) -> Changed:
    """Prices an application 报价 and locks its inputs; the price stands for its time."""
    found = await drafting.quote(
        row_id(APPLICATION.prefix, given.application_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*_who_may(Action.DISCLOSE), scope=ApiScope.SELL, application=Application)
async def application_disclose(given: inputs.ApplicationDiscloseInput, actor: Actor) -> Changed:
    """Keeps that exclusions were shown to the applicant and understood 明确说明, in today's words."""
    found = await disclosing.disclose(
        row_id(APPLICATION.prefix, given.application_id),
        shown=Shown(given.exclusions, given.language, given.channel),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*_who_may(Action.SUBMIT), scope=ApiScope.SELL, application=Application)
async def application_submit(given: inputs.ApplicationSubmitInput, actor: Actor) -> Changed:
    """Hands an application in; who applies is checked, then it is underwritten. All that is missing is told at once."""
    found = await submitting.submit(
        row_id(APPLICATION.prefix, given.application_id),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*_who_may(Action.REQUEST_INFO), application=Application)
async def application_request_info(given: inputs.ApplicationRequestInfoInput, actor: Actor) -> Changed:
    """Asks the applicant for everything that is missing at once 补充资料; our time stands still meanwhile."""
    found = await requesting.request_info(
        row_id(APPLICATION.prefix, given.application_id),
        items=given.items,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*_who_may(Action.SUPPLY_INFO), scope=ApiScope.SELL, application=Application)
async def application_supply_info(given: inputs.ApplicationSupplyInfoInput, actor: Actor) -> Changed:
    """Gives what was asked for; underwriting goes on."""
    found = await requesting.supply_info(
        row_id(APPLICATION.prefix, given.application_id),
        answer=given.answer,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(Role.UNDERWRITER, for_ever=True, application=Application)
async def application_accept(given: inputs.ApplicationAcceptInput, actor: Actor) -> Changed:
    """Insures as priced what was referred 同意承保; within your authority, and never what you sold."""
    found = await deciding.accept(
        row_id(APPLICATION.prefix, given.application_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(Role.UNDERWRITER, for_ever=True, application=Application)
async def application_counter_offer(given: inputs.ApplicationCounterOfferInput, actor: Actor) -> Changed:
    """Offers what was referred at a higher premium, or with a guarantee 变更条件承保."""
    found = await deciding.counter_offer(
        row_id(APPLICATION.prefix, given.application_id),
        loading_factor=given.loading_factor,
        guarantee=given.guarantee,
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*_who_may(Action.DECLINE), application=Application)
async def application_decline(given: inputs.ApplicationDeclineInput, actor: Actor) -> Changed:
    """Declines an application 拒保; the applicant is told why."""
    found = await deciding.decline(
        row_id(APPLICATION.prefix, given.application_id),
        decline=Decline(given.decline_reason, given.text),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*_who_may(Action.AGREE), scope=ApiScope.SELL, for_ever=True, application=Application)
async def application_agree(given: inputs.ApplicationAgreeInput, actor: Actor) -> Changed:
    """Agrees to what was offered, after which it is billed."""
    found = await agreeing.agree(
        row_id(APPLICATION.prefix, given.application_id),
        choice=given.choice,
        guarantor_name=value_of(given.guarantor_name),
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*_who_may(Action.WITHDRAW), scope=ApiScope.SELL, application=Application)
async def application_withdraw(given: inputs.ApplicationWithdrawInput, actor: Actor) -> Changed:
    """Takes an application back 撤回, before anything was paid for it."""
    found = await submitting.withdraw(
        row_id(APPLICATION.prefix, given.application_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(application=found.id)


@change(*takers(FLAG_LIFECYCLE, FlagAction.APPROVE), flag=UnderwritingFlag)
async def underwriting_flag_approve(given: inputs.UnderwritingFlagApproveInput, actor: Actor) -> Changed:
    """Accepts a risk although the flag holds; within your authority."""
    flag = await judging.approve(
        row_id(UNDERWRITING_FLAG.prefix, given.flag_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(flag=flag.id)


@change(*takers(FLAG_LIFECYCLE, FlagAction.CLEAR), flag=UnderwritingFlag)
async def underwriting_flag_clear(given: inputs.UnderwritingFlagClearInput, actor: Actor) -> Changed:
    """Says that a flag does not hold."""
    flag = await judging.clear(
        row_id(UNDERWRITING_FLAG.prefix, given.flag_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(flag=flag.id)


@change(*takers(FLAG_LIFECYCLE, FlagAction.REJECT), flag=UnderwritingFlag)
async def underwriting_flag_reject(given: inputs.UnderwritingFlagRejectInput, actor: Actor) -> Changed:
    """Says that a flag holds and is not accepted: final, the application can only be declined."""
    flag = await judging.reject(
        row_id(UNDERWRITING_FLAG.prefix, given.flag_id),
        reason=given.reason,
        expected_version=given.expected_version,
        actor=actor,
    )
    return changed(flag=flag.id)


@strawberry.type
class ApplicationsMutations:
    """Changes of applications."""

    application_draft = application_draft
    application_revise = application_revise
    application_price = application_price
    application_disclose = application_disclose
    application_submit = application_submit
    application_request_info = application_request_info
    application_supply_info = application_supply_info
    application_accept = application_accept
    application_counter_offer = application_counter_offer
    application_decline = application_decline
    application_agree = application_agree
    application_withdraw = application_withdraw
    underwriting_flag_approve = underwriting_flag_approve
    underwriting_flag_clear = underwriting_flag_clear
    underwriting_flag_reject = underwriting_flag_reject

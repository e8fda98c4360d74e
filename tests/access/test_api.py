"""Signing in and out through the API, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest

from api.app import create_app
from domain.access import keys
from domain.access.models import Session
from domain.access.terms import KEY_LIFE, ApiScope
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.ids import public_id
from domain.kernel.settings import settings
from domain.staff.models import Staff
from tests.factories.insured import partner_with_a_book, staff
from tests.factories.signed_in import PASSWORD, code_sent_to, colleague, customer_of, password_code_sent_to

TOKENS = "{ accessToken refreshToken expiresAt errors { __typename code message } }"
SIGN_IN = f"mutation($input: StaffSignInInput!) {{ staffSignIn(input: $input) {TOKENS} }}"
REFRESH = f"mutation($input: SessionRefreshInput!) {{ sessionRefresh(input: $input) {TOKENS} }}"
CUSTOMER_SIGN_IN = f"mutation($input: CustomerSignInInput!) {{ customerSignIn(input: $input) {TOKENS} }}"
VIEWER = "{ viewer { principal roles isLive staff { name } customer { fullName } partner { name } } }"
REQUEST_CODE = """
mutation($input: CustomerRequestCodeInput!) { customerRequestCode(input: $input) { sent errors { code } } }"""
ISSUE = """
mutation($input: ApiKeyIssueInput!) { apiKeyIssue(input: $input) { apiKey session { id version label } } }"""
REVOKE = """
mutation($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) { session { isLive } errors { code } } }"""
REQUEST_PASSWORD = """
mutation($input: StaffRequestPasswordInput!) { staffRequestPassword(input: $input) { sent errors { code } } }"""
SET_PASSWORD = """
mutation($input: StaffSetPasswordInput!) { staffSetPassword(input: $input) { done errors { code } } }"""
START_TOTP = "mutation($input: StaffStartTotpInput!) { staffStartTotp(input: $input) { otpauthUri errors { code } } }"
CONFIRM_TOTP = """
mutation($input: StaffConfirmTotpInput!) { staffConfirmTotp(input: $input) { confirmed errors { code } } }"""
REMOVE_TOTP = """
mutation($input: StaffRemoveTotpInput!) { staffRemoveTotp(input: $input) { staff { name } errors { code } } }"""
LEAVE = """
mutation($input: StaffLeaveInput!) { staffLeave(input: $input) { staff { active roles version } errors { code } } }"""
RETURN = """
mutation($input: StaffReturnInput!) { staffReturn(input: $input) { staff { active roles version } errors { code } } }"""
ALL = [each.value for each in ApiScope]
END = "mutation { sessionEnd(input: {}) { ended errors { code } } }"


@dataclass
class Client:
    """Asks the API over HTTP."""

    http: httpx.AsyncClient

    async def ask(self, query: str, token: str | None = None, **given: Any) -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        variables = {"input": given} if given else {}
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        return answer.json()

    async def sign_in(self, email: str, password: str = PASSWORD) -> Any:
        return (await self.ask(SIGN_IN, email=email, password=password))["data"]["staffSignIn"]


@pytest.fixture
async def client(database_url: str) -> AsyncIterator[Client]:
    configured = settings().model_copy(update={"database_url": database_url, "read_pool": 2})
    app = create_app(configured)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as http:
            yield Client(http)


def code_of(answer: Any) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def test_staff_sign_in_see_who_they_are_and_sign_out(client: Client) -> None:
    person = await colleague(Role.FINANCE)
    signed = await client.sign_in(person.email)
    assert signed["errors"] == []
    assert signed["expiresAt"].endswith("Z")
    viewer = (await client.ask(VIEWER, signed["accessToken"]))["data"]["viewer"]
    assert viewer == {
        "principal": "STAFF", "roles": ["FINANCE"], "isLive": True, "staff": {"name": "Li"}, "customer": None,
        "partner": None,
    }  # fmt: skip
    ended = await client.ask(END, signed["accessToken"])
    assert ("errors" in ended, ended["data"]) == (False, {"sessionEnd": {"ended": True, "errors": []}})
    assert code_of(await client.ask(VIEWER, signed["accessToken"])) == "UNAUTHENTICATED"
    assert code_of(await client.ask(END, signed["accessToken"])) == "UNAUTHENTICATED"


async def test_nothing_more_happens_in_a_session_that_the_same_request_ended(client: Client) -> None:
    admin = (await client.sign_in((await colleague(Role.ADMIN)).email))["accessToken"]
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    owner = public_id("par", partner.partner_id)
    both = f"""mutation {{
      sessionEnd(input: {{}}) {{ ended }}
      apiKeyIssue(input: {{partnerId: "{owner}", name: "late", scopes: [READ]}}) {{ apiKey }}
    }}"""
    answer = await client.ask(both, admin)
    assert answer["data"] == {"sessionEnd": {"ended": True}, "apiKeyIssue": None}
    assert (code_of(answer), answer["errors"][0]["path"]) == ("UNAUTHENTICATED", ["apiKeyIssue"])
    assert await Session.filter(label="late").count() == 0


async def test_a_token_of_former_roles_is_worth_nothing_although_the_session_goes_on(client: Client) -> None:
    person = await colleague(Role.ADMIN)
    signed = await client.sign_in(person.email)
    await Staff.filter(id=person.id).update(roles=[Role.SALES])
    renewed = (await client.ask(REFRESH, refreshToken=signed["refreshToken"]))["data"]["sessionRefresh"]
    assert (await client.ask(VIEWER, renewed["accessToken"]))["data"]["viewer"]["roles"] == ["SALES"]
    assert code_of(await client.ask(VIEWER, signed["accessToken"])) == "UNAUTHENTICATED"


async def test_who_forgot_the_password_sets_another_by_mail(client: Client) -> None:
    person = await colleague(Role.FINANCE)
    signed = await client.sign_in(person.email)
    known = await client.ask(REQUEST_PASSWORD, email=person.email)
    assert known == await client.ask(REQUEST_PASSWORD, email="nobody@insurer.example")
    assert known["data"]["staffRequestPassword"] == {"sent": True, "errors": []}
    given = {"email": person.email, "password": "another long phrase"}
    wrong = (await client.ask(SET_PASSWORD, code="00", **given))["data"]["staffSetPassword"]
    assert wrong == {"done": None, "errors": [{"code": "SIGN_IN_FAILED"}]}
    assert (await client.ask(VIEWER, signed["accessToken"]))["data"]["viewer"]["isLive"]
    done = await client.ask(SET_PASSWORD, code=await password_code_sent_to(person.email), **given)
    assert done["data"]["staffSetPassword"] == {"done": True, "errors": []}
    assert code_of(await client.ask(VIEWER, signed["accessToken"])) == "UNAUTHENTICATED"
    assert (await client.sign_in(person.email))["accessToken"] is None
    assert (await client.sign_in(person.email, "another long phrase"))["accessToken"]


async def test_a_second_factor_is_set_up_used_and_taken_away_by_another_administrator(client: Client) -> None:
    person, admin = await colleague(Role.ADMIN), await colleague(Role.ADMIN)
    token = (await client.sign_in(person.email))["accessToken"]
    started = (await client.ask(START_TOTP, token, password=PASSWORD))["data"]["staffStartTotp"]
    app = pyotp.parse_uri(started["otpauthUri"])
    assert isinstance(app, pyotp.TOTP)
    confirmed = await client.ask(CONFIRM_TOTP, token, code=app.at(clock.now() - timedelta(seconds=30)))
    assert confirmed["data"]["staffConfirmTotp"] == {"confirmed": True, "errors": []}
    alone = await client.sign_in(person.email)
    assert (alone["accessToken"], alone["errors"][0]["code"]) == (None, "SIGN_IN_FAILED")
    both = await client.ask(SIGN_IN, email=person.email, password=PASSWORD, code=app.at(clock.now()))
    assert both["data"]["staffSignIn"]["errors"] == []
    given = {"staffId": public_id("stf", person.id), "reason": "lost the phone"}
    mine = (await client.ask(REMOVE_TOTP, token, **given))["data"]["staffRemoveTotp"]
    assert mine == {"staff": None, "errors": [{"code": "FORBIDDEN"}]}
    helper = (await client.sign_in(admin.email))["accessToken"]
    removed = (await client.ask(REMOVE_TOTP, helper, **given))["data"]["staffRemoveTotp"]
    assert removed == {"staff": {"name": "Li"}, "errors": []}
    assert (await client.sign_in(person.email))["accessToken"]


async def test_who_left_is_out_with_the_next_request_and_comes_back_without_a_role(client: Client) -> None:
    person = await colleague(Role.FINANCE)
    token = (await client.sign_in(person.email))["accessToken"]
    admin = (await client.sign_in((await colleague(Role.ADMIN)).email))["accessToken"]
    given = {"staffId": public_id("stf", person.id), "reason": "moved away"}
    left = await client.ask(LEAVE, admin, expectedVersion=1, **given)
    assert left["data"]["staffLeave"] == {"staff": {"active": False, "roles": ["FINANCE"], "version": 2}, "errors": []}
    assert code_of(await client.ask(VIEWER, token)) == "UNAUTHENTICATED"
    assert (await client.sign_in(person.email))["accessToken"] is None
    back = await client.ask(RETURN, admin, expectedVersion=2, **given)
    assert back["data"]["staffReturn"] == {"staff": {"active": True, "roles": [], "version": 3}, "errors": []}
    again = (await client.sign_in(person.email))["accessToken"]
    assert (await client.ask("{ viewer { roles } staff { totalCount } }", again))["data"]["staff"] == {"totalCount": 0}


async def test_a_wrong_password_is_a_refusal_without_tokens(client: Client) -> None:
    person = await colleague()
    wrong = await client.sign_in(person.email, "wrong wrong wrong")
    assert (wrong["accessToken"], wrong["refreshToken"], wrong["expiresAt"]) == (None, None, None)
    assert [error["code"] for error in wrong["errors"]] == ["SIGN_IN_FAILED"]
    assert (await client.sign_in("nobody@insurer.example"))["errors"] == wrong["errors"]


async def test_two_hundred_aliases_are_not_two_hundred_tries(client: Client) -> None:
    person = await colleague()
    field = f'staffSignIn(input: {{email: "{person.email}", password: "wrong wrong wrong"}}) {{ errors {{ code }} }}'
    await client.ask("mutation {" + " ".join(f"a{number}: {field}" for number in range(200)) + "}")
    for _ in range(5):
        await client.sign_in(person.email, "wrong wrong wrong")
    assert (await client.sign_in(person.email))["accessToken"] is None


async def test_a_renewed_token_works_and_a_token_that_comes_twice_ends_everything(client: Client) -> None:
    signed = await client.sign_in((await colleague()).email)
    renewed = (await client.ask(REFRESH, refreshToken=signed["refreshToken"]))["data"]["sessionRefresh"]
    assert (await client.ask(VIEWER, renewed["accessToken"]))["data"]["viewer"]["isLive"]
    stolen = (await client.ask(REFRESH, refreshToken=signed["refreshToken"]))["data"]["sessionRefresh"]
    assert [error["code"] for error in stolen["errors"]] == ["SESSION_OVER"]
    assert code_of(await client.ask(VIEWER, renewed["accessToken"])) == "UNAUTHENTICATED"


async def test_a_customer_signs_in_by_code_and_sees_his_or_her_own_row(client: Client) -> None:
    customer_id, mail = await customer_of()
    known = await client.ask(REQUEST_CODE, mail=mail)
    assert known == await client.ask(REQUEST_CODE, mail="nobody@example.com")
    assert known["data"]["customerRequestCode"] == {"sent": True, "errors": []}
    given = {"mail": mail, "code": await code_sent_to(customer_id)}
    signed = (await client.ask(CUSTOMER_SIGN_IN, **given))["data"]["customerSignIn"]
    me = (await client.ask("{ me { id mail } viewer { roles } }", signed["accessToken"]))["data"]
    assert me["me"]["id"] == public_id("cus", customer_id)
    assert me["viewer"]["roles"] == ["CUSTOMER"]
    sent = await client.ask("{ notifications { nodes { template address subject { id } } } }", signed["accessToken"])
    (letter,) = sent["data"]["notifications"]["nodes"]
    assert letter["template"] == "SIGN_IN_CODE"
    assert "***@" in letter["address"]


async def test_a_partner_calls_with_a_key_until_it_is_revoked(client: Client) -> None:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    admin = await client.sign_in((await colleague(Role.ADMIN)).email)
    owner = public_id("par", partner.partner_id)
    issued = await client.ask(ISSUE, admin["accessToken"], partnerId=owner, name="web shop", scopes=ALL)
    key = issued["data"]["apiKeyIssue"]
    assert key["session"]["label"] == "web shop"
    viewer = (await client.ask(VIEWER, key["apiKey"]))["data"]["viewer"]
    assert (viewer["principal"], viewer["roles"], viewer["partner"]) == ("API_KEY", ["PARTNER"], {"name": "Shop"})
    assert code_of(await client.ask(ISSUE, key["apiKey"], partnerId=owner, name="one more", scopes=ALL)) == "FORBIDDEN"
    given = {"sessionId": key["session"]["id"], "reason": "lost", "expectedVersion": key["session"]["version"]}
    revoked = await client.ask(REVOKE, admin["accessToken"], **given)
    assert revoked["data"]["apiKeyRevoke"] == {"session": {"isLive": False}, "errors": []}
    assert code_of(await client.ask(VIEWER, key["apiKey"])) == "UNAUTHENTICATED"


async def test_nobody_is_the_viewer_without_a_token_and_a_forged_one_is_refused(client: Client) -> None:
    told = await client.ask(VIEWER)
    assert ("errors" in told, told["data"]) == (False, {"viewer": None})
    for forged in ("x", "eyJhbGciOiJub25lIn0.e30.", "pk_" + "0" * 32 + "." + "A" * 43):
        assert code_of(await client.ask(VIEWER, forged)) == "UNAUTHENTICATED"


async def test_nobody_sees_the_sessions_of_others(client: Client) -> None:
    mine = await client.sign_in((await colleague()).email)
    await client.sign_in((await colleague()).email)
    listed = (await client.ask("{ sessions { nodes { id } } }", mine["accessToken"]))["data"]["sessions"]["nodes"]
    others = [row for row in await Session.all() if public_id("ses", row.id) != listed[0]["id"]]
    assert (len(listed), len(others)) == (1, 1)
    unseen = public_id("ses", others[0].id)
    asked = f'{{ session(id: "{unseen}") {{ id }} node(id: "{unseen}") {{ id }} }}'
    assert (await client.ask(asked, mine["accessToken"]))["data"] == {"session": None, "node": None}
    ending = "mutation($input: SessionEndInput!) { sessionEnd(input: $input) { ended errors { code } } }"
    refused = await client.ask(ending, mine["accessToken"], sessionId=unseen)
    assert refused["data"]["sessionEnd"] == {"ended": None, "errors": [{"code": "NOT_FOUND"}]}


async def test_text_beyond_its_bounds_is_a_typed_refusal(client: Client) -> None:
    admin = await client.sign_in((await colleague(Role.ADMIN)).email)
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    asking = "mutation($input: ApiKeyIssueInput!) { apiKeyIssue(input: $input) { apiKey errors { code path } } }"
    owner = public_id("par", partner.partner_id)
    refused = await client.ask(asking, admin["accessToken"], partnerId=owner, name="x" * 101, days=400, scopes=ALL)
    assert refused["data"]["apiKeyIssue"]["apiKey"] is None
    assert refused["data"]["apiKeyIssue"]["errors"][0] == {"code": "VALIDATION", "path": ["input", "name"]}
    with pytest.raises(Exception, match="Between 1 and 365, both included"):
        await keys.issue_key(
            partner.partner_id, scopes=ApiScope, name="x", life=KEY_LIFE * 2, actor=await staff(Role.ADMIN)
        )

"""What callers say to sign in and out."""

from __future__ import annotations

import strawberry

from api import inputs
from domain.access.terms import ApiScope

MAX_MAIL = 254


@strawberry.input(description="Mail address and password of a member of staff.")
class StaffSignInInput:
    """Mail address and password of a member of staff."""

    email: str = inputs.text("The mail address at work.", MAX_MAIL)
    password: str = inputs.text("The password.", 128)
    code: strawberry.Maybe[str | None] = inputs.text("The code of the second factor, for whoever has one.", 16)


@strawberry.input(description="Where to send the code that sets a password.")
class StaffRequestPasswordInput:
    """Where to send the code that sets a password."""

    email: str = inputs.text("The mail address at work.", MAX_MAIL)


@strawberry.input(description="A new password, and the code that was sent to the mail address.")
class StaffSetPasswordInput:
    """A new password, and the code that was sent to the mail address."""

    email: str = inputs.text("The mail address at work.", MAX_MAIL)
    code: str = inputs.text("The code from the newest mail, eight digits.", 16)
    password: str = inputs.text("The new password, twelve characters at least.", 128)


@strawberry.input(description="One's password, before a second factor is set up.")
class StaffStartTotpInput:
    """One's password, before a second factor is set up."""

    password: str = inputs.text("One's own password, once more.", 128)


@strawberry.input(description="A first code of a second factor.")
class StaffConfirmTotpInput:
    """A first code of a second factor."""

    code: str = inputs.text("What the app shows, six digits.", 16)


@strawberry.input(description="Whose second factor to take away.")
class StaffRemoveTotpInput:
    """Whose second factor to take away."""

    staff_id: strawberry.ID = inputs.plain("The member of staff; nobody removes his or her own.")
    reason: str = inputs.reason()


@strawberry.input(description="Who leaves.")
class StaffLeaveInput:
    """Who leaves."""

    staff_id: strawberry.ID = inputs.plain("The member of staff; not oneself.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Who comes back.")
class StaffReturnInput:
    """Who comes back."""

    staff_id: strawberry.ID = inputs.plain("The member of staff.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()


@strawberry.input(description="Where to send a one-time code.")
class CustomerRequestCodeInput:
    """Where to send a one-time code."""

    mail: str = inputs.text("The mail address that the insurer knows.", MAX_MAIL)
    partner_code: strawberry.Maybe[str | None] = inputs.text(
        "The partner in whose book to sign in, where the address stands in several; the first entry if none is named.",
        32,
    )
    phone: strawberry.Maybe[str | None] = inputs.text(
        "The mobile number of the entry to sign in to, where the address stands in several.", 32
    )


@strawberry.input(description="A mail address and the code that was sent to it.")
class CustomerSignInInput:
    """A mail address and the code that was sent to it."""

    mail: str = inputs.text("The mail address.", MAX_MAIL)
    code: str = inputs.text("The code from the newest mail, six digits.", 16)


@strawberry.input(description="A refresh token.")
class SessionRefreshInput:
    """A refresh token."""

    refresh_token: str = inputs.text("The refresh token that came last; it is worth one renewal.", 200)


@strawberry.input(description="Which session to end.")
class SessionEndInput:
    """Which session to end."""

    session_id: strawberry.Maybe[strawberry.ID | None] = inputs.plain("The session; the present one if none is named.")


@strawberry.input(description="A new API key for a partner.")
class ApiKeyIssueInput:
    """A new API key for a partner."""

    partner_id: strawberry.ID = inputs.plain("The partner.")
    name: str = inputs.text("What the key is for.", 100)
    scopes: list[ApiScope] = inputs.many("What the key may be used for, one scope at least.")
    days: int = inputs.number("For how many days it counts.", 1, 365, default=365)


@strawberry.input(description="Which API key to revoke.")
class ApiKeyRevokeInput:
    """Which API key to revoke."""

    session_id: strawberry.ID = inputs.plain("The key, by the id of its session.")
    reason: str = inputs.reason()
    expected_version: int = inputs.version()

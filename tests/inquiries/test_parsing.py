"""A mail becomes a letter: who, what, when, in answer to what, and which words are new."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.message import EmailMessage
from hashlib import sha256

import pytest

from domain.inquiries.letters import Arrived, Fault, Letter, Unreadable
from domain.inquiries.parsing import LONGEST_SUBJECT, LONGEST_TEXT, MOST_ATTACHMENTS, letter_in, letter_of

MOST = 1_000_000
FROM = b"From: Zhang Wei <zhang@example.com>\r\n"


def read(raw: bytes) -> Letter:
    return letter_of(raw, most=MOST)


def worded(content: bytes, kind: str = "text/plain", **head: str) -> str:
    """The words of a letter whose body is this."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
    return read(FROM + lines.encode() + f"Content-Type: {kind}\r\n\r\n".encode() + content).text


def written() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "张伟 <Zhang.Wei@Example.COM>"
    mail["Subject"] = "手机屏幕碎了,怎么理赔?"
    mail["Date"] = "Mon, 1 Jun 2026 10:00:00 +0800"
    mail["Message-ID"] = "<abc@mail.example.com>"
    mail["In-Reply-To"] = "<ntf_2@aftercare.example>"
    mail["References"] = "<ntf_1@aftercare.example> <ntf_2@aftercare.example>"
    mail.set_content("您好,\n\n屏幕碎了。\n")
    mail.add_alternative("<p>您好,</p><p>屏幕碎了。</p>", subtype="html")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="照片 1.png")
    return mail


def test_a_letter_says_who_what_when_and_in_answer_to_what() -> None:
    letter = read(written().as_bytes())
    assert (letter.sender, letter.sender_name) == ("zhang.wei@example.com", "张伟")
    assert letter.subject == "手机屏幕碎了,怎么理赔?"
    assert letter.text == "您好,\n\n屏幕碎了。"
    assert letter.sent_at == datetime(2026, 6, 1, 2, tzinfo=UTC)
    assert letter.message_id == "<abc@mail.example.com>"
    assert letter.in_reply_to == ("<ntf_2@aftercare.example>", "<ntf_1@aftercare.example>")
    assert not letter.is_automatic


def test_a_file_that_came_with_it_is_kept_as_it_was() -> None:
    (file,) = read(written().as_bytes()).attachments
    assert (file.name, file.content_type, file.size) == ("照片 1.png", "image/png", 4)
    assert (file.content, file.sha256) == (b"\x89PNG", sha256(b"\x89PNG").hexdigest())


def test_a_letter_shows_nothing_personal_when_it_is_printed() -> None:
    shown = repr(read(written().as_bytes())) + repr(Arrived("1-1", FROM))
    for personal in ("zhang", "Zhang", "张伟", "屏幕", "照片"):
        assert personal not in shown


def test_a_mail_from_a_mailbox_is_read_alike() -> None:
    raw = written().as_bytes()
    assert letter_in(Arrived("1-1", raw), most=MOST) == read(raw)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"\r\n \r\n", Fault.EMPTY),
        (b"Subject: hello\r\n\r\nhello", Fault.NO_SENDER),
        (b"From: <>\r\n\r\nhello", Fault.NO_SENDER),
        (b"From: nobody\r\n\r\nhello", Fault.NO_SENDER),
        (b"From: a\x00b@example.com@\r\n\r\nhello", Fault.NO_SENDER),
        (b"hello", Fault.NO_SENDER),
        (FROM + b"\r\n" + b"x" * MOST, Fault.TOO_LARGE),
    ],
)
def test_what_is_no_letter_is_unreadable_and_its_fault_named(raw: bytes, fault: Fault) -> None:
    with pytest.raises(Unreadable) as found:
        read(raw)
    assert (found.value.fault, str(found.value)) == (fault, fault.value)


def test_a_letter_of_exactly_the_limit_is_read() -> None:
    raw = FROM + b"\r\n" + b"x" * 100
    assert letter_of(raw, most=len(raw)).text == "x" * 100
    with pytest.raises(Unreadable):
        letter_of(raw, most=len(raw) - 1)


@pytest.mark.parametrize(
    ("head", "sender", "name"),
    [
        (b"From: li@example.com", "li@example.com", ""),
        (b"From: =?gbk?B?1cXOsA==?= <zhang@example.com>", "zhang@example.com", "张伟"),
        (b'From: "Wei, Zhang" <zhang@example.com>', "zhang@example.com", "Wei, Zhang"),
        (b'From: "boss@insurer.example" <thief@example.com>', "thief@example.com", "boss@insurer.example"),
        (b"From: =?utf-8?q?=3Cboss=40a.example=3E?= <thief@example.com>", "thief@example.com", "<boss@a.example>"),
        ("From: 张伟 <zhang@example.com>".encode(), "zhang@example.com", "张伟"),
        ("From: 张伟 <zhang@example.com>".encode("gbk"), "zhang@example.com", "张伟"),
        ("From: 用户@例子.公司".encode(), "用户@例子.公司", ""),
        (b"From: undisclosed\r\nSender: real@example.com", "real@example.com", ""),
        (b"FROM : a@example.com, b@example.com", "a@example.com", ""),
    ],
)  # fmt: skip
def test_the_sender_is_the_address_that_stands_where_addresses_stand(head: bytes, sender: str, name: str) -> None:
    letter = read(head + b"\r\n\r\nhello")
    assert (letter.sender, letter.sender_name) == (sender, name)


@pytest.mark.parametrize(
    "charset", ["gb2312", "gbk", "gb18030", "big5", "iso-2022-jp", "utf-8", "utf-16", "utf-7", "hz"]
)
def test_words_are_read_in_the_charset_they_are_in(charset: str) -> None:
    words = "修理日本製" if charset in {"big5", "iso-2022-jp"} else "保险理赔"
    encoded = base64.encodebytes(words.encode(charset))
    assert worded(encoded, f'text/plain; charset="{charset}"', Content_Transfer_Encoding="base64") == words
    subject = f"=?{charset}?B?{base64.b64encode(words.encode(charset)).decode()}?="
    assert read(FROM + f"Subject: {subject}\r\n\r\n".encode()).subject == words


@pytest.mark.parametrize(
    "said", ["us-ascii", "utf-8", "iso-2022-jp", "", "unknown-8bit", "punycode", "base64", "idna", "\x00"]
)
def test_words_in_another_charset_than_is_said_are_read_as_they_look(said: str) -> None:
    assert worded("保险理赔".encode("gbk"), f"text/plain; charset={said}") == "保险理赔"
    assert worded("保险理赔".encode(), f"text/plain; charset={said}") == "保险理赔"


def test_a_character_cut_in_two_by_encoded_words_is_read() -> None:
    whole = "屏幕".encode()
    first, second = (base64.b64encode(part).decode() for part in (whole[:4], whole[4:]))
    assert (
        read(FROM + f"Subject: =?utf-8?B?{first}?=\r\n =?utf-8?B?{second}?= a  b\r\n\r\n".encode()).subject
        == "屏幕 a b"
    )


def test_no_text_holds_what_no_database_stores() -> None:
    raw = (
        b"From: =?utf-8?q?a=00b?= <a@example.com>\r\nSubject: x\x00y =?utf-7?q?+2AA-?=z\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n"
        b"one\x00two+2AA-three\r\n--b\r\n"
        b"Content-Disposition: attachment; filename*=utf-8''..%2F%00e%E2%80%AEgpj.exe\r\n"
        b"\r\nMZ\r\n--b--\r\n"
    )  # fmt: skip
    letter = read(raw)
    assert (letter.sender_name, letter.subject, letter.text) == ("ab", "xy z", "onetwothree")
    assert letter.attachments[0].name == "_e_gpj.exe"


HTML = """<html><head><title>t</title><style>p { color: red }</style></head><body><!-- no -->
<p>Dear&nbsp;insurer,</p><div>2 &lt; 3 &amp; <b>bold</b><br>next&#x2014;line</div>
<table><tr><td>a</td><td>b</td></tr></table>
<script>alert("x")</script><img src="x"></body></html>"""


def test_markup_is_taken_off_the_words() -> None:
    assert worded(HTML.encode(), "text/html") == "Dear insurer,\n\n2 < 3 & bold\nnext—line\n\na b"


def test_markup_is_read_where_the_plain_form_is_blank() -> None:
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content(" \n")
    mail.add_alternative("<p>words</p>", subtype="html")
    assert read(mail.as_bytes()).text == "words"
    assert read(mail.as_bytes()).attachments == ()


REPLIES = {
    "gmail": "New words.\n\nOn Mon, Jun 1, 2026 at 10:00 AM Aftercare <s@aftercare.example>\nwrote:\n\n> Old words.\n",
    "netease": '新的话\n\n在 2026-06-01 10:00:00，"售后" <service@aftercare.example> 写道：\n\n旧的话\n',
    "iphone": "新的话\n\n发自我的iPhone\n\n> 在 2026年6月1日，上午10:00，售后 <s@a.example> 写道：\n>\n> 旧的话\n",
    "tencent": "新的话\n\n------------------ 原始邮件 ------------------\n发件人: 售后\n旧的话\n",
    "outlook": "New words.\n\n________________________________\nFrom: Aftercare\nSent: Monday\nTo: me\n\nOld words.\n",
    "outlook in Chinese": "新的话\n\n发件人: 售后\n发送时间: 2026年6月1日\n收件人: 我\n\n旧的话\n",
    "original": "New words.\n\n-----Original Message-----\nFrom: Aftercare\n\nOld words.\n",
}


@pytest.mark.parametrize("client", REPLIES)
def test_what_is_quoted_is_left_out(client: str) -> None:
    text = worded(REPLIES[client].encode())
    assert text.startswith(("New words.", "新的话"))
    assert "Old" not in text and "旧" not in text and "Aftercare" not in text


def test_answers_between_quoted_lines_stay() -> None:
    text = "On 1 June 2026, Aftercare wrote:\n> Which device?\nA phone.\n> Which damage?\nThe screen.\n"
    assert worded(text.encode()) == "A phone.\nThe screen."


@pytest.mark.parametrize("text", ["> only\n> quoted", "On 1 June 2026, A wrote:\n> words", "发件人: 售后\n旧的话"])
def test_where_nothing_is_added_all_of_it_stays(text: str) -> None:
    assert worded(text.encode()) == text


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nno answer came.",
        "我上周写道：\n没有人回答。",
        "From: Beijing\nwe sent the phone.",
        "See below.\n\n---------- Forwarded message ---------\nFrom: Shop <s@shop.example>\nDate: 2026\n\nThe receipt.",
    ],
)
def test_ones_own_words_and_what_is_passed_on_are_not_taken_for_quoted(text: str) -> None:
    assert worded(text.encode()) == text


def test_a_letter_passed_on_keeps_what_it_passes_on() -> None:
    text = "请看\n\n发件人: 商店\n发送时间: 2026\n\n发票"
    assert worded(text.encode(), Subject="Fw: x") == text


AUTOMATIC = [
    b"Auto-Submitted: auto-replied", b"Auto-submitted: AUTO-GENERATED; x=y", b"Precedence: Bulk", b"Precedence: list",
    b"Precedence: junk", b"X-Autoreply: yes", b"List-Id: <news.example.com>", b"Return-Path: <>",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
]  # fmt: skip


@pytest.mark.parametrize("line", AUTOMATIC)
def test_a_letter_of_a_machine_is_known(line: bytes) -> None:
    assert read(FROM + line + b"\r\n\r\nhello").is_automatic


@pytest.mark.parametrize("sender", [b"MAILER-DAEMON@example.com", b"Postmaster <postmaster@example.com>"])
def test_a_letter_of_a_mail_server_is_known(sender: bytes) -> None:
    assert read(b"From: " + sender + b"\r\n\r\nhello").is_automatic


@pytest.mark.parametrize("line", [b"Auto-Submitted: no", b"Precedence: normal", b"Return-Path: <zhang@example.com>"])
def test_a_letter_of_a_person_is_not_taken_for_a_machines(line: bytes) -> None:
    assert not read(FROM + line + b"\r\n\r\nhello").is_automatic


def test_a_letter_without_an_id_gets_one_from_its_bytes() -> None:
    raw = FROM + b"\r\nhello"
    assert read(raw).message_id == f"<{sha256(raw).hexdigest()}@missing.invalid>"
    assert read(raw).message_id != read(raw + b"!").message_id
    assert read(b"Message-ID: bare@example.com\r\n" + raw).message_id == "<bare@example.com>"
    assert read(b"Message-ID: two words\r\n" + raw).message_id.endswith("@missing.invalid>")


@pytest.mark.parametrize("said", ["yesterday", "Mon, 99 Jun 2026", "Mon, 1 Jun 1800 10:00:00 +0800", "9" * 80, ""])
def test_a_date_that_is_none_is_no_reason_not_to_read(said: str) -> None:
    assert read(FROM + f"Date: {said}\r\n\r\nhello".encode()).sent_at is None


def test_long_texts_and_many_files_are_cut() -> None:
    files = b"".join(b"--b\r\nContent-Type: image/png\r\n\r\n%d\r\n" % number for number in range(MOST_ATTACHMENTS + 5))
    raw = (
        FROM + b"Subject: " + b"s" * 1000 + b"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\n\r\n" + b"t" * (LONGEST_TEXT + 10) + b"\r\n" + files + b"--b--\r\n"
    )  # fmt: skip
    letter = read(raw)
    assert (len(letter.subject), len(letter.text)) == (LONGEST_SUBJECT, LONGEST_TEXT)
    assert [each.content for each in letter.attachments] == [b"%d" % number for number in range(MOST_ATTACHMENTS)]


def test_a_letter_within_a_letter_is_a_file_of_it() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "shop@example.com", "receipt"
    inner.set_content("inner words")
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content("outer words")
    mail.add_attachment(inner)
    letter = read(mail.as_bytes())
    assert letter.text == "outer words"
    assert [each.content_type for each in letter.attachments] == ["message/rfc822"]
    assert b"inner words" in letter.attachments[0].content

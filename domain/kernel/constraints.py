"""What each rule of an input says to people, in both languages. The rule's name and its bound are for programs."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, str]] = {
    "address_form": (
        "This is no address: 1 to 200 characters.",
        "地址格式不正确：应为 1 至 200 个字符。",
    ),
    "amount_form": ("An amount is written as 1234.50.", "金额应写作 1234.50。"),
    "announced_size": (
        "The file must have exactly the {limit} bytes that were announced.",
        "文件大小应与申报的 {limit} 字节一致。",
    ),
    "company_account_form": (
        "This is not an account number: 8 to 32 digits.",
        "账号不正确：应为 8 至 32 位数字。",
    ),
    "bank_account_form": (
        "This is no card number: 12 to 19 digits, the last of which is the check digit.",
        "银行卡号不正确：应为 12 至 19 位数字，且校验位正确。",
    ),
    "between": ("Between {limit}, both included.", "应在 {limit} 之间（含两端）。"),
    "characters": (
        "No control characters, no marks that turn the direction of writing, and not invisible characters alone.",
        "不得含有控制字符或改变文字方向的字符，也不得只有不可见字符。",
    ),
    "sha256_form": (
        "A SHA-256 is written as 64 digits and letters from a to f.",
        "SHA-256 应为 64 位小写十六进制字符。",
    ),
    "finance_staff": ("Nobody who works in finance has this id.", "该编号不是财务人员。"),
    "claims_handler": ("Nobody who handles claims has this id.", "该编号不是理赔人员。"),
    "channel_of_customers": (
        "APP is for what a customer does alone, and the only channel of it.",
        "自助渠道仅限客户本人操作，且客户本人只能使用该渠道。",
    ),
    "companies_only": ("Only companies have an organisation code.", "只有企业才有统一社会信用代码。"),
    "csv_columns": (
        "The first line must name columns that are known, each once, and these among them: {limit}.",
        "首行应列出已知列名且不重复，并至少包含：{limit}。",
    ),
    "csv_fields": ("This row must have {limit} fields.", "此行应有 {limit} 个字段。"),
    "csv_record": ("No row may have more than {limit} bytes.", "每行最多 {limit} 字节。"),
    "csv_rows": ("From 1 to {limit} rows.", "应为 1 至 {limit} 行。"),
    "csv_size": ("The file may have at most {limit} bytes.", "文件最大 {limit} 字节。"),
    "csv_text": ("The file must be CSV in UTF-8.", "文件应为 UTF-8 编码的 CSV。"),
    "currency": ("The currency must be {limit}.", "币种必须为 {limit}。"),
    "day_form": ("A day is written as 2026-01-31.", "日期应写作 2026-01-31。"),
    "each_once": ("Each of these once: {limit}.", "须各填写一次：{limit}。"),
    "file_ending": (
        "The name must end as files of this type do: {limit}.",
        "文件名后缀应与类型一致：{limit}。",
    ),
    "file_name": (
        "A plain name of a file: 1 to {limit} characters, no folder, nothing hidden, no second ending of a program.",
        "文件名应为 1 至 {limit} 个字符，不得含路径、隐藏字符或可执行程序的后缀。",
    ),
    "file_size": ("From 1 to {limit} bytes.", "应为 1 至 {limit} 字节。"),
    "future": ("This must lie in the future.", "必须是将来的时间。"),
    "identity_number_form": (
        "This is no identity number: 18 characters, the last of which is the check digit.",
        "身份证号不正确：应为 18 位，且校验位正确。",
    ),
    "imei": (
        "This is no IMEI: 15 digits, the last of which is the check digit.",
        "IMEI 不正确：应为 15 位数字，且校验位正确。",
    ),
    "length": ("From 1 to {limit} characters.", "应为 1 至 {limit} 个字符。"),
    "mail_form": (
        "This is no mail address that can be written to, such as name@example.com; only ASCII is accepted.",
        "邮箱地址不正确：应形如 name@example.com，且只接受 ASCII 字符。",
    ),
    "max": ("At most {limit}.", "不得大于 {limit}。"),
    "max_items": ("At most {limit} entries.", "最多 {limit} 项。"),
    "max_length": ("At most {limit} characters.", "最多 {limit} 个字符。"),
    "min": ("At least {limit}.", "不得小于 {limit}。"),
    "month_first_day": ("A month is named by its first day.", "月份以其首日表示。"),
    "one_of": ("One of these: {limit}.", "只能是以下之一：{limit}。"),
    "one_number": ("Exactly one of the two numbers.", "两个号码须且只须填写一个。"),
    "organisation_code_form": (
        "This is no organisation code: 18 characters, the last of which is the check character.",
        "统一社会信用代码不正确：应为 18 位，且校验位正确。",
    ),
    "people_only": ("Only people have an identity number.", "只有个人才有身份证号。"),
    "phone_form": (
        "This is no mobile number: 11 digits, the first of which is 1.",
        "手机号不正确：应为 1 开头的 11 位数字。",
    ),
    "reference_form": (
        "This is no reference: 1 to 64 letters, digits, dots, dashes and underscores.",
        "流水号格式不正确：应为 1 至 64 位字母、数字、点、短横或下划线。",
    ),
    "repairer_partner": ("Only a partner that repairs.", "只能是维修类合作方。"),
    "requested": ("Only papers that were asked for.", "只能是已要求提供的材料。"),
    "required": ("This is needed.", "此项必填。"),
    "same_customer": ("This belongs to another customer.", "该事项属于其他客户。"),
    "scale": ("At most {limit} decimals.", "最多 {limit} 位小数。"),
    "serial_number_form": (
        "This is no serial number: letters A to Z, digits, slashes, dots, underscores, + and # alone, however spaced.",
        "序列号格式不正确：只能含英文字母、数字、斜杠、点、下划线、加号和井号；空格和短横不计。",
    ),
    "staff": ("No member of staff has this id.", "该编号不是本公司员工。"),
    "staff_roles": ("One role at least, and only roles of staff.", "至少一个角色，且只能是员工角色。"),
    "subject_kind": (
        "This cannot be about a row of this kind.",
        "所涉事项的类型不正确。",
    ),
    "unique": ("No entry twice.", "各项不得重复。"),
    "webhook_url": (
        "An https address with a full host name that is open to the internet, without account and fragment.",
        "应为公网可访问的 https 地址，含完整主机名，且不得含账号信息或片段。",
    ),
    "warranty": (
        "The maker's warranty ends after the purchase, within {limit} of it.",
        "厂家保修期应在购买之后 {limit}内届满。",
    ),
}
WITHOUT_BOUND: Mapping[str, tuple[str, str]] = {
    "min": ("This is too little.", "数值过小。"),
}
GENERAL = ("This value breaks the rule {constraint}.", "输入不符合规则：{constraint}。")
_BOUND_WORDS = ((" and ", " 至 "), (" years", " 年"))


def sentence(constraint: str, limit: str | None, *, chinese: bool) -> str:
    """Why a value is refused, with the bound that it broke."""
    table = WITHOUT_BOUND if limit is None and constraint in WITHOUT_BOUND else SENTENCES
    template = table.get(constraint, GENERAL)[chinese]
    bound = limit or ""
    for english, other in _BOUND_WORDS if chinese else ():
        bound = bound.replace(english, other)
    return template.format(constraint=constraint, limit=bound)

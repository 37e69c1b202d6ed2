"""The stable error codes, one enum per owner: Chinese text and HTTP status. Changed only by adding."""

from __future__ import annotations

from shared.contracts.codes.requests import RequestsCode
from shared.contracts.problems import Code


class WebCode(Code):
    """What any HTTP interface may answer."""

    UNAUTHENTICATED = ("缺少访问密钥，或密钥无效、已过期、已吊销", 401)
    FORBIDDEN = ("这把密钥不能用于此操作", 403)
    NOT_FOUND = ("没有找到", 404)
    METHOD_NOT_ALLOWED = ("该地址不支持这种请求方法", 405)
    INVALID = ("请求内容不符合要求", 422)
    BODY_TOO_LARGE = ("请求内容超过大小限制", 413)
    MEDIA_TYPE = ("不支持这种内容类型", 415)
    TOO_MANY = ("请求过于频繁，请稍后再试", 429)
    UNAVAILABLE = ("服务暂时无法完成写入，请按原编号重试", 503)
    DISK_FULL = ("磁盘空间不足，暂停接收；释放空间后自动恢复", 503)
    CONFLICT = ("对象已被他人修改，请重新读取后再试", 409)
    VERSION_REQUIRED = ("修改时必须在 If-Match 中给出版本号", 428)
    VERSION_STALE = ("If-Match 给出的版本已过时", 412)
    IDEMPOTENCY_KEY_REQUIRED = ("此操作必须给出 Idempotency-Key", 400)
    IDEMPOTENCY_KEY_REUSED = ("同一 Idempotency-Key 已用于不同内容", 409)
    INTERNAL = ("服务内部错误，已记录", 500)


class FeedCode(Code):
    """What the feed's door answers per item."""

    NOT_JSON = ("不是合法的 JSON", 400)
    NOT_UTF8 = ("不是合法的 UTF-8 编码", 400)
    DUPLICATE_KEY = ("同一对象中出现重复的键", 400)
    NUMBER_OUT_OF_RANGE = ("数字超出允许范围（最多 18 位，不接受 NaN 或 Infinity）", 400)
    TOO_DEEP = ("嵌套超过 64 层", 400)
    BAD_CHARACTER = ("含有不成对的代理字符或控制字符", 400)
    NOT_OBJECT = ("事件必须是一个 JSON 对象", 422)
    FIELD_MISSING = ("缺少必填字段", 422)
    FIELD_INVALID = ("字段的值不符合要求", 422)
    FIELD_UNKNOWN = ("不认识的字段", 422)
    TYPE_UNKNOWN = ("没有这种上报类型", 422)
    TYPE_NOT_YOURS = ("这把密钥不能上报这种类型", 403)
    SOURCE_NOT_YOURS = ("source 不属于这把密钥的单位", 403)
    CLASSIFIED = ("涉密或标注了密级的公文不得进入本系统", 422)
    SECRECY_MISSING = ("缺少密级标注；只接收标注为“非密”的公文", 422)
    EVENT_TOO_LARGE = ("单个事件超过 900 KiB；正文和附件请先上传为文件", 413)
    BLOB_UNKNOWN = ("引用的文件尚未上传", 422)
    BLOB_MISMATCH = ("上传内容与地址中的 SHA-256 不一致", 422)
    BLOB_TYPE = ("文件内容与声明的类型不符，或类型不允许", 415)
    TOO_MANY_EVENTS = ("一次最多上报 1,000 个事件", 413)
    EMPTY = ("没有任何事件", 422)
    PEOPLE_NOT_HERE = ("含个人信息的申请不走上报通道，请使用 /requests/v1/intake", 422)
    RECEIPT_UNKNOWN = ("没有这个回执", 404)


class CatalogCode(Code):
    """Defects of filings and refusals of the catalog."""

    TITLE_MISSING = ("缺少标题", 422)
    ISSUER_MISSING = ("缺少发文机关", 422)
    ISSUER_UNREGISTERED = ("发文机关不在发文机关名录中", 422)
    DATE_MISSING = ("缺少成文日期", 422)
    DATE_IMPLAUSIBLE = ("成文日期晚于今天或早于 1949 年", 422)
    PUBLISHED_BEFORE_WRITTEN = ("发布日期早于成文日期", 422)
    NUMBER_MISSING = ("该文种应有发文字号", 422)
    ATTRIBUTE_MISSING = ("未认定公开属性", 422)
    ATTRIBUTE_REASON_MISSING = ("确定为依申请公开或不予公开的，须写明理由", 422)
    ATTRIBUTE_BASIS_MISSING = ("不予公开须写明依据", 422)
    SOURCES_DIFFER = ("办公系统与网站报送的内容不一致，请核对", 409)
    BODY_NOT_YOURS = ("这把密钥不能为该发文机关报送", 403)
    BODY_NAME_TAKEN = ("该名称已属于名录中的另一机关", 409)
    ID_REUSED = ("同一来源下的事件编号已用于不同内容", 409)
    DOCUMENT_UNKNOWN = ("没有这份公文", 404)
    NOT_ADMITTED = ("该公文尚未入库", 409)
    WITHDRAWN = ("该公文已撤回", 410)
    ATTRIBUTE_SAME = ("公开属性没有变化", 409)
    GROUND_UNKNOWN = ("理由代码不在规定的范围内", 422)
    BODY_UNKNOWN = ("发文机关名录中没有这个机关", 422)
    CELL_UNKNOWN = ("该年度的表式中没有这一格", 422)
    CELL_COUNTED = ("这一格由公文目录统计，不接受报送", 422)
    CELL_DOUBLED = ("同一格在一次报送中出现两次", 422)
    COUNT_INVALID = ("件数应为不小于零的整数", 422)
    AMOUNT_INVALID = ("金额应写作带 2 至 4 位小数的文字，例如 12.30", 422)
    UNIT_INVALID = ("金额单位应为万元", 422)
    EVIDENCE_UNKNOWN = ("所引用的佐证文件不在本次报送的文件中", 422)
    YEAR_AHEAD = ("年度尚未开始", 422)
    REVIEW_CLOSED = ("没有这项公开属性审查，或者已经办结", 409)
    REVIEW_UNDETERMINED = ("未认定的公文须认定公开属性，不能保持不变", 409)
    REVIEW_LETTER_NEEDED = ("依申请询问的公文，由起草单位以公函确定公开属性", 409)
    REVIEW_NOT_INQUIRY = ("这项审查不是依申请询问，不以公函确定", 409)
    REVIEW_BODY_MISSING = ("请写明机关", 422)


class NotifyCode(Code):
    """Refusals and defects of pushing."""

    ENTERPRISE_UNKNOWN = ("没有这家企业", 404)
    CREDIT_CODE_LENGTH = ("统一社会信用代码应为18位", 422)
    CREDIT_CODE_ALPHABET = ("统一社会信用代码只能使用数字和大写字母，且不含I、O、S、V、Z", 422)
    CREDIT_CODE_AUTHORITY = ("统一社会信用代码第1位登记管理部门代码不存在", 422)
    CREDIT_CODE_CATEGORY = ("统一社会信用代码第2位机构类别代码应为1至9", 422)
    CREDIT_CODE_REGION = ("统一社会信用代码第3至8位登记管理机关行政区划码不正确", 422)
    CREDIT_CODE_ORGANISATION_CHECK = ("统一社会信用代码第17位组织机构代码校验码不正确", 422)
    CREDIT_CODE_CHECK = ("统一社会信用代码第18位校验码不正确", 422)
    REGION_UNKNOWN = ("行政区划代码不在名录中", 422)
    INDUSTRY_UNKNOWN = ("行业代码不在国民经济行业分类中，或门类与数字不一致", 422)
    TAG_RESERVED = ("标签的维度名与画像字段重名", 422)
    OUTDATED = ("报送的数据早于已有数据，未采用", 409)
    ID_REUSED = ("同一来源下的事件编号已用于不同内容", 409)
    PARTNER_UNKNOWN = ("没有这个园区或协会", 404)
    ENDPOINT_UNKNOWN = ("没有这个推送渠道", 404)
    ENDPOINTS_TOO_MANY = ("推送渠道数量已达上限", 409)
    ENDPOINT_STATE = ("渠道当前状态下不能这样操作", 409)
    ENDPOINT_ADDRESS = ("推送地址与渠道类型不符", 422)
    MAIL_OFF = ("本平台没有配置邮件服务", 409)
    CODE_WRONG = ("验证码不正确", 403)
    SUBSCRIPTION_UNKNOWN = ("没有这个订阅", 404)
    SUBSCRIPTION_EMPTY = ("订阅至少要有一个条件", 422)
    PUSH_UNKNOWN = ("没有这次推送", 404)
    ITEM_UNKNOWN = ("收件箱中没有这条消息", 404)
    DELIVERY_UNKNOWN = ("没有这条投递记录", 404)
    NOT_RELAYED = ("这次推送没有经由该园区或协会接力", 409)
    TERM_UNKNOWN = ("受众表达式中的代码不在代码表中", 422)


class PublishCode(Code):
    """Refusals and defects of publishing."""

    ITEM_UNKNOWN = ("没有这个页面", 404)
    ITEM_WITHDRAWN = ("该信息已撤下", 410)
    REFERENCE_MISSING = ("没有写明解读哪份公文（公文编号或发文字号）", 422)
    NUMBER_INVALID = ("所解读公文的发文字号格式不正确", 422)
    INTERPRETATION_EMPTY = ("解读没有正文，也没有文件", 422)
    BODY_NOT_YOURS = ("这把密钥不能为该公文的发文机关报送解读", 403)
    ID_REUSED = ("同一来源下的事件编号已用于不同内容", 409)
    QUERY_EMPTY = ("请输入要检索的内容", 422)
    REPORT_UNKNOWN = ("没有这份年度报告", 404)
    REPORT_BODY_UNKNOWN = ("发文机关名录中没有这个机关", 422)
    REPORT_YEAR = ("报告年度应在 2019 年至今年之间", 422)
    REPORT_EXISTS = ("这一年度的报告已经开始编制", 409)
    REPORT_STATE = ("年度报告当前状态下不能办理这一步", 409)
    REPORT_UNSOUND = ("年度报告未通过校验", 409)
    REPORT_UNBALANCED = ("勾稽关系不成立", 409)
    REPORT_TABLE_MISSING = ("表格数据尚未算出，请稍候再办", 409)
    REPORT_SECTION_EMPTY = ("应由本机关撰写的部分还没有内容", 422)
    REPORT_SECTION_UNKNOWN = ("年度报告没有这一部分", 422)
    REPORT_CELL_EMPTY = ("有未报送的数据，该格留空", 409)
    REPORT_SAME_PERSON = ("提交人与批准人不能是同一人", 409)
    REPORT_YEAR_RUNNING = ("报告年度尚未结束，不能公开", 409)


class OpsCode(Code):
    """Refusals of operating."""

    PERSON_REQUIRED = ("必须写明操作人和理由", 422)
    PROJECTION_UNKNOWN = ("本服务没有这个投影", 404)
    REBUILD_RUNNING = ("这个投影正在重建", 409)
    PLAN_UNKNOWN = ("没有这个回放计划", 404)
    PLAN_STATE = ("回放计划当前的状态不允许这样做", 409)
    SAME_PERSON = ("补发须由计划人以外的另一名运维人员执行", 409)
    HISTORY_GONE = ("所需范围的开头已不在日志中，不能回放", 409)
    TOPIC_UNKNOWN = ("没有这个主题，或者本服务不使用它", 404)
    CONSUMER_UNKNOWN = ("没有这个消费者", 404)
    SNAPSHOT_UNSUPPORTED = ("只有 SQLite 存储可以由平台备份；MongoDB 请使用 mongodump", 409)
    KEY_UNKNOWN = ("没有这把密钥，或已吊销", 404)
    CALENDAR_UNSOUND = ("节假日安排有误", 422)
    CALENDAR_KNOWN = ("这一年已有同一版本或者更新的节假日安排", 409)
    TIME_INVALID = ("时间应写作 2026-03-02T09:00 或带时区；不带时区时按北京时间", 422)


class EgressCode(Code):
    """Why the guard at the door outwards refuses a URL or an address."""

    URL_MALFORMED = ("网址格式不正确", 422)
    SCHEME_NOT_HTTPS = ("只允许 https 网址", 422)
    USERINFO_PRESENT = ("网址中不得带有用户名或口令", 422)
    PORT_NOT_ALLOWED = ("只允许 443、8443 端口", 422)
    HOST_INVALID = ("主机名不正确", 422)
    IP_NOT_CANONICAL = ("IP 地址的写法不规范", 422)
    ADDRESS_FORBIDDEN = ("该地址属于内部、保留或转换地址，不得访问", 422)


CODES: dict[str, type[Code]] = {
    "web": WebCode,
    "feed": FeedCode,
    "catalog": CatalogCode,
    "requests": RequestsCode,
    "notify": NotifyCode,
    "publish": PublishCode,
    "ops": OpsCode,
    "egress": EgressCode,
}

__all__ = [
    "CODES",
    "CatalogCode",
    "EgressCode",
    "FeedCode",
    "NotifyCode",
    "OpsCode",
    "PublishCode",
    "RequestsCode",
    "WebCode",
]

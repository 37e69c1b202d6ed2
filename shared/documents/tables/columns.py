"""Which column of a table fills which field of which feed type: data, in one place (表头与字段对照)."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.contracts.facts import feed

Form = Literal["text", "date", "integer", "flag", "list", "choice"]
ATTRIBUTES = {name: name for name in ("主动公开", "依申请公开", "不予公开")}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        field: the field of the feed type; also accepted as a header.
        header: the Chinese header of the template; ``also`` are further spellings.
        form: how a cell is read.
        choices: for *choice*: what is written → what is sent.
        example: the cell of the template's example row.
        note: what the notes sheet says about it.
    """

    field: str
    header: str
    form: Form = "text"
    required: bool = False
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)
    example: str = ""
    note: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of table: its feed type and its columns.

    Attributes:
        name: ``documents``, ``bodies``, ``enterprises`` or ``partners``; ``title`` in Chinese.
        fact: the contract a row must satisfy.
        columns: in the order of the template.
        identity: fields of which at least one must be filled; the first filled one tells rows apart.
        gathers: a list field that further rows with the same identity add to.
    """

    name: str
    title: str
    fact: type[feed.FeedFact]
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    gathers: str = ""


_DOCUMENTS = (
    Column(
        "title",
        "标题",
        example="关于印发《示例区2026年工作要点》的通知",
        note="主标题，不换行",
        also=("名称", "文件名称"),
    ),
    Column("number", "发文字号", example="示例府办〔2026〕1号", note="没有文号的留空", also=("文号",)),
    Column(
        "issuer", "发文机关", example="示例区人民政府办公室", note="联合发文填牵头机关", also=("发布机构", "发文单位")
    ),
    Column("joint_issuers", "联合发文机关", "list", note="牵头机关以外的机关，用分号隔开"),
    Column("written_on", "成文日期", "date", example="2026-03-02", also=("生成日期", "发文日期")),
    Column("published_on", "发布日期", "date", also=("公开日期",)),
    Column("effective_on", "施行日期", "date", also=("生效日期", "实施日期")),
    Column("expires_on", "有效期至", "date", also=("失效日期",)),
    Column("attribute", "公开属性", "choice", choices=ATTRIBUTES, example="主动公开", also=("公开方式", "公开类别")),
    Column("attribute_reason", "认定理由", note="非主动公开的填理由代码，如 X16a", also=("理由代码", "不公开理由")),
    Column("attribute_basis", "认定依据", note="认定公开属性所依据的条款或文字", also=("不公开依据",)),
    Column("secrecy", "密级", example="非密", note="只接收“非密”，涉密文件不得填入本表"),
    Column("genre", "文种", example="通知", also=("公文种类", "体裁")),
    Column("subject", "主题分类", example="综合政务", also=("主题",)),
    Column("column", "栏目"),
    Column("tags", "标签", "list", note="写成“维度:值”，用分号隔开"),
    Column("keywords", "主题词", "list", note="用分号隔开", also=("关键词",)),
    Column("summary", "内容概述", also=("摘要",)),
    Column("text", "正文", example="各有关单位：（此处为正文）"),
    Column("address", "网址", note="以 http:// 或 https:// 开头", also=("链接", "网页地址")),
    Column("origin", "来源", "choice", choices={"OA": "oa", "网站": "web"}, example="OA", note="不填为 OA"),
    Column("index_number", "索引号", note="已有索引号的照填；没有的留空，公开后自动编号", also=("信息索引号",)),
    Column("revision", "修订序号", "integer", note="同一来源再次报送时递增"),
    Column("backlog", "历史公文", "flag", note="历史公文填“是”"),
)
_BODIES = (
    Column("body", "机构代码", required=True, example="SLQ-ZFB", also=("机构编码", "代码")),
    Column("name", "机构全称", required=True, example="示例区人民政府办公室", also=("机构名称", "名称")),
    Column("aliases", "别名", "list", example="示例区府办", note="用分号隔开", also=("简称",)),
    Column("number_codes", "机关代字", "list", example="示例府办", note="用分号隔开"),
    Column("region", "区划代码", example="310106"),
    Column("level", "层级"),
    Column("parent", "上级机构代码", also=("上级",)),
    Column("organisation_code", "组织机构代码", note="9 位，用于索引号；没有的留空"),
)
_ENTERPRISES = (
    Column("credit_code", "统一社会信用代码", required=True, example="91110000600037341L", also=("信用代码",)),
    Column("name", "企业名称", required=True, example="示例科技有限公司", also=("名称",)),
    Column(
        "region", "所在区划代码", example="310106", note="现址所在区，不从信用代码推断", also=("区划代码", "所在区")
    ),
    Column("industry", "行业代码", example="I65", note="国民经济行业分类代码", also=("行业",)),
    Column(
        "industry_edition",
        "行业分类版本",
        "choice",
        choices={year: year for year in ("2017", "2011", "2002")},
        example="2017",
        note="不填为 2017",
    ),
    Column("employees", "从业人数", "integer", example="86", note="单位：人", also=("从业人员", "员工人数")),
    Column("revenue", "营业收入", "integer", example="3200", note="单位：万元", also=("营业收入（万元）",)),
    Column("assets", "资产总额", "integer", example="5400", note="单位：万元", also=("资产总额（万元）",)),
    Column("registered_on", "成立日期", "date", example="2015-06-18", also=("注册日期",)),
    Column("tags", "标签", "list", example="资质:高新技术企业", note="写成“维度:值”，用分号隔开"),
    Column("as_of", "数据日期", "date", example="2026-03-02", also=("截至日期",)),
    Column("active", "存续", "flag", example="是", note="已注销的填“否”", also=("是否存续",)),
)
_PARTNERS = (
    Column("partner", "伙伴代码", required=True, example="park-01", also=("代码",)),
    Column("name", "名称", required=True, example="示例产业园", also=("园区名称", "协会名称")),
    Column("kind", "类别", "choice", True, {"园区": "park", "协会": "association"}, "园区", also=("类型",)),
    Column("region", "区划代码", example="310106"),
    Column(
        "members",
        "成员信用代码",
        "list",
        example="91110000600037341L",
        note="用分号隔开；成员多时可写成多行，前几列重复",
        also=("成员",),
    ),
)

KINDS = {
    kind.name: kind
    for kind in (
        Kind("documents", "公文", feed.DocumentIssued, _DOCUMENTS, ("number", "title")),
        Kind("bodies", "机构", feed.BodyRegistered, _BODIES, ("body",)),
        Kind("enterprises", "企业", feed.EnterpriseRegistered, _ENTERPRISES, ("credit_code",)),
        Kind("partners", "园区和协会", feed.PartnerRegistered, _PARTNERS, ("partner",), gathers="members"),
    )
}

"""What the form of each step asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from services.requests.domain.steps import StepName
from services.requests.views import showing
from shared.contracts.facts.requests import Way


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a step's form."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    most: int = 200
    options: tuple[tuple[str, str], ...] = ()


_ON = Field("on", "日期", "date", help="不填即为今天")
_WAY = Field("way", "方式", required=True, options=tuple((way, way) for way in get_args(Way)))
_REMEDY = Field("remedy", "第几件复议或者诉讼", "number", required=True)
_YES_NO = (("true", "是"), ("false", "否"))
FIELDS: Mapping[StepName, tuple[Field, ...]] = {
    "confirm": (Field("on", "双方确认之日", "date", help="不填即为今天"),),
    "notify-correction": (
        _ON,
        Field("days", "补正期限（工作日）", "number", help="不填按默认期限"),
        Field("text", "一次性告知的全部补正事项", "area", required=True, most=5000),
    ),
    "correct": (_ON, Field("description", "补正后的内容描述（有变化时填写）", "area", most=2000)),
    "consult": (
        Field("kind", "征求对象", required=True, options=tuple(showing.KINDS.items())),
        Field("party", "名称或者姓名", required=True),
        Field("sent_on", "发出日期", "date", help="不填即为今天"),
        Field("arrived_on", "对方收到日期", "date", help="对方的答复期限自收到之日起算"),
    ),
    "end-consultation": (
        Field("consultation", "第几次征求意见", "number", required=True),
        Field("outcome", "结果", required=True, options=tuple(showing.OUTCOMES.items())),
        Field("ended_on", "答复日期", "date", help="不填即为今天"),
        Field("arrived_on", "对方收到日期（此前未填时）", "date"),
    ),
    "extend": (
        Field("days", "延长工作日数", "number", help="不填按法定上限"),
        Field("approved_by", "批准的机构负责人", required=True),
        Field("reason", "延长的理由", required=True),
        Field("told_on", "告知申请人之日", "date", help="不填即为今天"),
    ),
    "notify-fee": (
        Field("on", "申请人收到通知之日", "date", help="不填即为今天"),
        Field("yuan", "金额（元）", "number", required=True),
    ),
    "pay": (Field("on", "缴清之日", "date", help="不填即为今天"),),
    "serve": (
        Field("on", "送达日期", "date", help="邮寄的，填交邮之日；不填即为今天"),
        _WAY,
    ),
    "withdraw": (_ON,),
    "close": (),
    "accept": (_ON, Field("identity_seen", "已核验身份证明", options=_YES_NO)),
    "ask-reason": (_ON, Field("count", "已提出的申请件数", "number", required=True)),
    "give-reason": (_ON, Field("text", "申请人说明的理由", "area", required=True, most=5000)),
    "judge-reason": (
        Field("reasonable", "理由是否合理", required=True, options=_YES_NO),
        Field("why", "认定的依据", "area", required=True, most=5000),
        Field("until", "延迟答复至", "date", help="理由合理但按期答复不了的，填确定并告知申请人的日期"),
    ),
    "inquire-attribute": (
        _ON,
        Field("unit", "拟稿单位", required=True),
        Field("document_id", "公文编号", help="不填即为申请指明的公文", most=64),
    ),
    "note-contact": (
        _ON,
        Field("means", "方式", required=True, options=tuple(showing.MEANS.items())),
        Field("summary", "沟通内容和结果", "area", required=True, most=5000),
    ),
    "tag-case": (
        Field("tag", "类型", required=True, options=tuple(showing.TAGS.items())),
        Field("note", "研究意见", "area", required=True, most=5000),
    ),
    "transfer": (
        Field("to", "转送至（机关编号）", required=True, most=64),
        Field("reason", "转送的理由", required=True),
    ),
    "split": (Field("parts", "各项申请内容，每行一项", "parts", required=True, most=20000),),
    "draft": (),
    "approve": (Field("despite", "有须说明理由的风险提示的，仍然批准的理由", "area", most=2000),),
    "sever": (
        Field(
            "segments",
            "各部分内容，每行一部分；不能公开的，在“|”后写明理由代码",
            "segments",
            required=True,
            most=20000,
            help="例如：用户名单|X15。理由代码：X14a、X14b、X14c、X15、X16a、X16b、X16c",
        ),
    ),
    "return-draft": (Field("reason", "退回的理由", "area", required=True, most=5000),),
    "withdraw-draft": (Field("reason", "撤回的理由", "area", required=True, most=5000),),
    "decide": (),
    "tell-third-party": (_ON, Field("consultation", "第几次征求意见", "number", required=True)),
    "send": (
        Field("on", "发出日期", "date", help="邮寄的，填交邮之日；不填即为今天"),
        _WAY,
        Field("carrier", "邮政寄递方式（邮寄时必填）", options=tuple(showing.CARRIERS.items())),
        Field("tracking", "邮件号码（邮寄时必填）", most=40),
        Field("channel", "网上申请行政复议的途径（电子送达时必填）"),
        Field("address", "送达地址"),
    ),
    "sign": (Field("on", "签收或者到达之日", "date", help="不填即为今天"),),
    "return-mail": (_ON, Field("reason", "退回的原因", "area", required=True, most=1000)),
    "file-remedy": (
        Field("on", "申请或者起诉之日", "date", help="不填即为今天"),
        Field("kind", "种类", required=True, options=tuple(showing.REMEDIES.items())),
        Field("organ", "复议机关或者法院", required=True),
        Field("reference", "案号"),
        Field("part", "针对部分公开决定的", options=(("refused", "不予公开的部分"), ("disclosed", "其他部分"))),
        Field("co_defendant", "本机关仅为共同被告", options=_YES_NO),
    ),
    "conclude-remedy": (
        Field("on", "审结之日", "date", help="不填即为今天"),
        _REMEDY,
        Field("result", "结果", required=True, options=tuple(showing.RESULTS.items())),
        Field("text", "裁判要旨", "area", most=5000),
        Field("anew", "结果为纠正的，须重新作出决定", options=_YES_NO),
        Field("until", "重新作出决定的期限", "date", help="不填按二十个工作日"),
    ),
    "report-remedy": (_ON, _REMEDY, Field("to", "报备的上级机关", required=True)),
    "close-rectification": (
        _REMEDY,
        Field("measures", "整改措施", "area", required=True, most=5000),
        Field("evidence", "整改证据", "area", required=True, most=5000),
    ),
}

"""Generated documents, enterprises and applications: always the same ones for the same numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from shared.clock import ZONE
from shared.contracts.facts import catalog, notify, publish, requests
from shared.contracts.sealed import Sealed
from shared.law.credit import make

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
AGENCY = "bench"
SOURCE = "/bench/office"
BODIES = tuple((f"bench-{number:02d}", f"示例市第{number}办公室", f"示{number}办") for number in range(1, 9))
REGIONS = ("310101", "310104", "310105", "310106", "310107", "310109", "310110", "310112", "310113", "310114")
SUBJECTS = ("工业、交通", "科技、教育", "农业、林业、水利", "卫生、体育", "财政、金融、审计", "国土资源、能源")
GENRES = ("通知", "意见", "决定", "公告")

_DOMAINS = (
    *("数字经济", "绿色低碳", "养老服务", "托育机构", "老旧小区", "道路照明"),
    *("河道治理", "公共卫生", "职业培训", "科技创新", "外贸稳定", "文旅融合"),
)
_ACTIONS = ("促进", "规范", "加强", "支持", "推进", "优化", "完善", "深化", "落实", "加快")
_FORMS = ("若干措施", "实施方案", "管理办法", "工作要点", "行动计划", "补贴细则", "指导意见")
# Signs of the block used most; texts of them are harder to search than real ones, where few pairs are frequent.
_SIGNS = "".join(chr(0x4E00 + (number * 37) % 3500) for number in range(2500))
_PHRASES = (
    "各有关单位应当结合实际制定具体方案",
    "符合条件的企业可以向所在区的主管部门提出申请",
    "财政资金实行专款专用并接受审计监督",
    "办理结果通过政府网站向社会公开",
    "对提供虚假材料的依法追究责任",
    "工作进展情况每季度书面报告一次",
    "鼓励社会力量参与并给予适当奖励",
    "涉及跨区事项由牵头部门协调解决",
)


def title_of(number: int) -> str:
    """Return a title; the same one comes again only under another number in it."""
    rng = Random(number)
    action, domain, form = rng.choice(_ACTIONS), rng.choice(_DOMAINS), rng.choice(_FORMS)
    signs = "".join(rng.choices(_SIGNS, k=3))
    return f"关于{action}{domain}{signs}第{number}项工作的{form}"


def text_of(number: int, length: int = 300) -> str:
    """Return a text of about ``length`` signs: phrases everybody uses between signs nobody else puts together."""
    rng = Random(-number - 1)
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts += [rng.choice(_PHRASES), "".join(rng.choices(_SIGNS, k=rng.randint(4, 16)))]
    return "，".join(parts)[:length] + "。"


def written_on(number: int) -> date:
    """Return a day between 2016 and February 2026."""
    return date(2016, 1, 4) + timedelta(days=number * 7919 % 3_700)


def document_data(number: int) -> dict[str, Any]:
    """Return what an agency reports of a document that passes every gate; about 1 kB with its envelope."""
    _, name, code = BODIES[number % len(BODIES)]
    day = written_on(number)
    return {
        "title": title_of(number),
        "number": f"{code}〔{day.year}〕{number + 1}号",
        "issuer": name,
        "written_on": day.isoformat(),
        "attribute": "主动公开",
        "secrecy": "非密",
        "genre": GENRES[number % len(GENRES)],
        "subject": SUBJECTS[number % len(SUBJECTS)],
        "keywords": [_DOMAINS[number % len(_DOMAINS)], "补贴", "企业"],
        "tags": ["theme:补贴", f"theme:{_DOMAINS[number % len(_DOMAINS)]}"],
        "summary": text_of(number, 90),
    }


def event(type_: str, id_: str, subject: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return an event as an agency's system sends it."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": SOURCE,
        "type": type_,
        "subject": subject,
        "time": NOW.isoformat(),
        "datacontenttype": "application/json",
        "data": data,
    }


def document_event(number: int, series: str = "doc") -> dict[str, Any]:
    """Return the event that reports a document."""
    return event("feed.document-issued", f"{series}-{number}", f"{series}-{number}", document_data(number))


def body_events() -> list[dict[str, Any]]:
    """Return the events that register the issuers."""
    return [
        event("feed.body-registered", f"body-{id_}", id_, {"body": id_, "name": name, "number_codes": [code]})
        for id_, name, code in BODIES
    ]


def lines(events: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> list[bytes]:
    """Return events as lines of NDJSON, the way most agencies' systems write it."""
    return [json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() for each in events]


def view_of(number: int) -> catalog.DocumentView:
    """Return a document as the rest of the platform knows it."""
    data = document_data(number)
    body, name, _ = BODIES[number % len(BODIES)]
    return catalog.DocumentView(
        document_id=f"d{number:08d}",
        number_key=data["number"],
        body=body,
        issuer=name,
        agency=AGENCY,
        published_on=written_on(number),
        **{key: value for key, value in data.items() if key not in ("issuer", "secrecy")},
    )


def item_of(number: int, **changed: Any) -> publish.ItemPublished:
    """Return a document as it is shown on the portal."""
    view = view_of(number).model_copy(update=changed)
    return publish.ItemPublished(
        item_id=view.document_id,
        edition=1,
        path=f"d/{view.document_id}.html",
        column="policy",
        column_name="政策文件",
        validity="现行有效",
        document=view,
        first_published_at=NOW,
        basis=1,
    )


def credit_code(number: int) -> str:
    """Return a valid unified social credit code."""
    return make("9", "1", REGIONS[number % len(REGIONS)], number)


def enterprise_of(number: int) -> notify.EnterpriseRegistered:
    """Return an enterprise as notify knows it."""
    profile = notify.Profile(
        credit_code=credit_code(number),
        name=f"示例第{number}有限公司",
        region=REGIONS[number % len(REGIONS)],
        industry="C13",
        size="小型",
        employees=10 + number % 200,
        revenue=100 + number % 9000,
        tags=("theme:数字经济", f"park:{number % 50}"),
        as_of=NOW.date(),
    )
    return notify.EnterpriseRegistered(number=number, profile=profile, agency=AGENCY)


_SEALED = Sealed(key="k" * 20, nonce="n" * 16, box="b" * 88)


def request_of(number: int) -> requests.RequestReceived:
    """Return an application (依申请公开) as the log remembers it: nobody can be told from it."""
    body, _, _ = BODIES[number % len(BODIES)]
    return requests.RequestReceived(
        request_id=f"rq{number:08d}",
        body=body,
        place="shanghai",
        channel=("online", "mail", "counter")[number % 3],
        category="natural",
        applicant=f"ap{number % 5000:06d}",
        information=f"in{number:08d}",
        name=_SEALED,
        contact=_SEALED,
        description=_SEALED,
        form="electronic",
        delivery="mail",
        submitted_on=written_on(number),
        received_on=written_on(number),
        entered_at=NOW,
        by="applicant",
        at=NOW,
    )

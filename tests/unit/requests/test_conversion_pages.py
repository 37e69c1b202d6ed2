"""The pages of conversion: evidence and groups for officers, a proposal for applicants, heat for supervision."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from tests.unit.requests.conftest import Desk
from tests.unit.requests.test_conversion import known, reviews
from tests.unit.requests.test_groups import groups, two_groups
from tests.unit.requests.test_heat import Table, sweep
from tests.unit.requests.test_pages import hidden, signed_in, submit
from tests.unit.web.client import Answer, Client

REVIEWS = "/console/requests/reviews"
HEAT = "/console/requests/supervision/heat"


def inside(page: Answer, action: str) -> dict[str, str]:
    """The hidden fields of the form with an address."""
    found = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
    assert found is not None, action
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0]))


async def sent(client: Client, page: str, action: str, fields: Mapping[str, str]) -> Answer:
    return await submit(client, action, **(inside(await client.get(page), action) | dict(fields)))


async def test_an_officer_sees_the_evidence_and_joins_and_splits_groups(desk: Desk) -> None:
    by_id, by_number = await two_groups(desk)
    officer = await signed_in(desk)
    path = f"{REVIEWS}/groups/{by_number['demand_id']}"
    joined = await sent(officer, REVIEWS, f"{path}/join", {"into": by_id["demand_id"], "reason": "同一份方案"})
    assert joined.status == 303
    await desk.settle()
    page = await officer.get(REVIEWS)
    assert "365 天内 3 名申请人、3 件申请计入门槛；含并入的 1 组" in page.text
    assert "同一信息申请达到门槛" in page.text
    assert (await sent(officer, REVIEWS, f"{path}/split", {"reason": "年份不同"})).status == 303
    await desk.settle()
    assert [review["status"] for review in await reviews(desk)] == ["withdrawn"]


async def test_requests_are_taken_out_on_the_page_and_a_refusal_is_told_there(desk: Desk) -> None:
    cases = [await known(desk, person, f"e{person}", document_id="d1") for person in (1, 2, 3)]
    officer = await signed_in(desk)
    path = f"{REVIEWS}/groups/{(await groups(desk))['doc:d1']['demand_id']}/split"
    refused = await sent(officer, REVIEWS, path, {"requests": "r-unknown", "reason": "x"})
    assert (refused.status, "这件申请不在该组中" in refused.text) == (404, True)
    assert (await sent(officer, REVIEWS, path, {"requests": cases[0], "reason": "另一份"})).status == 303
    await desk.settle()
    assert (await groups(desk))["doc:d1"]["applicants"] == 2


async def test_an_exemption_is_given_and_lifted_on_the_page(desk: Desk) -> None:
    await desk.decide(await desk.opened(), client=desk.client(id="officer-2"))
    [review] = await reviews(desk)
    officer, path = await signed_in(desk), f"{REVIEWS}/{review['review_id']}"
    fields = inside(await officer.get(REVIEWS), f"{path}/decline") | {"reason": "只涉及本人"}
    assert (await submit(officer, f"{path}/exempt", **fields)).status == 303
    assert "免予转换" in (await officer.get(REVIEWS)).text
    assert (await sent(officer, REVIEWS, f"{path}/lift", {"reason": "已不涉及"})).status == 303
    assert [each["status"] for each in await reviews(desk)] == ["lifted"]


async def test_an_applicant_proposes_on_a_page_and_the_officer_reads_it(desk: Desk) -> None:
    case = await known(desk, 1, "e1", document_id="d1")
    anybody = Client(desk.app, None)
    follow = f"/requests/v1/follow/{desk.deps.people.access_code(case)}"
    assert f"{follow}/suggest" in (await anybody.get(follow)).text
    page = await anybody.get(f"{follow}/suggest")
    fields = {"once": hidden(page, "once")}
    empty = await submit(anybody, f"{follow}/suggest", **fields, words=" ")
    assert (empty.status, "建议公开的理由" in empty.text) == (422, True)
    told = await submit(anybody, f"{follow}/suggest", **fields, words="<b>邻居都想知道</b>")
    assert (told.status, told.headers["location"]) == (303, f"{follow}?done=suggest")
    seen = (await (await signed_in(desk)).get(REVIEWS)).text
    assert "&lt;b&gt;邻居都想知道&lt;/b&gt;" in seen
    assert "申请人建议" in seen


async def test_supervision_sees_heat_and_starts_a_consultation(desk: Desk) -> None:
    counted = Table()
    desk.deps = replace(desk.deps, heat=counted)
    desk.app = desk._make()
    for n in range(5):
        await known(desk, n, f"e{n}", description="申请公开部门预算")
    await sweep(desk, counted.take(desk)).sweep()
    client = desk.client("supervisor", "s1", ())
    key, client.key = client.key, None
    assert (await submit(client, "/console/login", key=str(key))).status == 303
    page = await client.get(f"{HEAT}?by=subject")
    assert "财政、金融、审计" in page.text
    [spot] = set(re.findall(rf'action="({HEAT}/hs\w+)/consult"', page.text)[:1])
    wish = {"departments": "市财政局、市审计局", "due_on": "2026-03-01"}
    late = await sent(client, HEAT, f"{spot}/consult", wish)
    assert (late.status, "会商期限不得早于今天" in late.text) == (422, True)
    assert (await sent(client, HEAT, f"{spot}/consult", wish | {"due_on": "2026-03-20"})).status == 303
    assert (await sent(client, HEAT, f"{spot}/conclude", {"conclusion": "集中公开预算"})).status == 303
    assert "集中公开预算" in (await client.get(HEAT)).text

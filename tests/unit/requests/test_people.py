"""People: sealed before the domain, seen by the officers of the body only, gone for good once erased."""

from __future__ import annotations

from services.requests.store import AGGREGATES, REQUEST
from shared.contracts.envelope import encode
from shared.contracts.facts import FACTS
from shared.store.port import Query
from tests.unit.requests.conftest import Desk

PERSONAL = ("陈晓禾", "13800001234", "有序用电方案", "11010119900307001")


async def test_nothing_personal_is_in_events_or_in_the_store(desk: Desk) -> None:
    await desk.opened(identity="110101199003070011")
    kept = b"".join(encode(event) for event in desk.said)
    for aggregate in AGGREGATES:
        for stored in (await desk.store.select(aggregate.kind, Query())).items:
            kept += stored.state + repr((stored.keys, stored.index, stored.causes)).encode()
    for text in PERSONAL:
        assert text.encode() not in kept


async def test_the_officer_of_the_body_sees_the_applicant_and_others_do_not(desk: Desk) -> None:
    path = f"/requests/v1/cases/{await desk.opened()}"
    seen = (await desk.client().get(path)).json
    assert seen["applicant"]["name"] == "陈晓禾"
    other = desk.client(id="officer-ja", bodies=("ja-office",))
    assert (await other.get(path)).code == "FORBIDDEN"
    assert (await other.get(f"{path}/clock")).code == "FORBIDDEN"
    watching = await desk.client("supervisor", "s1", ()).get(path)
    assert "applicant" not in watching.json
    assert (await desk.client("agency", "shanghai", ("sh-*",)).get(path)).code == "FORBIDDEN"


async def test_an_officer_of_another_body_lists_decides_and_erases_nothing_here(desk: Desk) -> None:
    case = await desk.opened()
    other = desk.client(id="officer-ja", bodies=("ja-office",))
    assert (await other.get("/requests/v1/cases?body=sh-power")).code == "FORBIDDEN"
    assert (await other.get("/requests/v1/cases")).json["items"] == []
    assert (await desk.decide(case, client=other)).code == "FORBIDDEN"
    erasure = await desk.post(f"/requests/v1/cases/{case}/erasure", other, "", {"reason": "x"})
    assert erasure.code == "FORBIDDEN"
    assert (await other.get("/requests/v1/reports/table-two?body=sh-power&year=2026")).code == "FORBIDDEN"


async def test_erasure_destroys_the_key_and_a_replay_from_zero_does_not_know_the_person(desk: Desk) -> None:
    case, officer = await desk.opened(), desk.client()
    path, wish = f"/requests/v1/cases/{case}/erasure", {"reason": "申请人要求删除"}
    assert (await desk.post(path, officer, "", wish)).code == "ERASURE_TOO_EARLY"
    await desk.step(case, "withdraw")
    assert (await desk.post(path, officer, "", wish)).json["applicant"]["name"] == "〔已删除〕"
    state = None
    for event in desk.said:
        if event.subject == case:
            state = REQUEST.evolve(state, FACTS[event.type].model_validate(event.data))
    assert state is not None
    assert set(desk.deps.people.of(state)["applicant"].values()) == {"〔已删除〕"}
    assert (await desk.step(case, "close")).code == "ERASED"
    assert desk.types().count("applicant-erased") == 1
    assert (await desk.post(path, officer, "", wish)).status == 200
    assert desk.types().count("applicant-erased") == 1


async def test_words_in_the_open_do_not_name_a_person_who_asks(desk: Desk) -> None:
    case = await desk.opened(identity="110101199003070011")
    for words in ("应陈晓禾要求", "陳曉禾 要求", "联系 138 0000 1234 后", "证件110101199003070011"):
        refused = await desk.step(case, "extend", approved_by="办公室主任", reason=words)
        assert (refused.code, refused.json["errors"][0]["pointer"]) == ("APPLICANT_NAMED", "/reason")
    assert (await desk.step(case, "extend", approved_by="办公室主任", reason="申请人要求的材料较多")).status == 200
    await desk.step(case, "withdraw")
    path = f"/requests/v1/cases/{case}/erasure"
    assert (await desk.post(path, desk.client(), "", {"reason": "陈晓禾要求删除"})).code == "APPLICANT_NAMED"
    assert desk.deps.people.of(await desk.case(case))["applicant"]["name"] == "陈晓禾"
    assert (await desk.post(path, desk.client(), "", {"reason": "申请人要求删除"})).status == 200
    org = await desk.opened("e2", category="com", name="标记电力有限公司", identity=None)
    assert (await desk.step(org, "extend", approved_by="主任", reason="标记电力有限公司材料较多")).status == 200


async def test_an_applicant_follows_the_case_with_the_code_and_with_no_other(desk: Desk) -> None:
    public = desk.client()
    public.key = None
    wish = desk.application()
    sent = {"idempotency_key": "0f8b9c1e-aaaa-4bbb-8ccc-1234567890ab"}
    made = await public.post_json("/requests/v1/applications", wish, **sent)
    assert made.status == 201, made.text
    again = await public.post_json("/requests/v1/applications", wish, **sent)
    assert again.json["code"] == made.json["code"]
    await desk.settle()
    seen = (await public.get(f"/requests/v1/applications/{made.json['code']}")).json
    assert (seen["number"], seen["phase_label"], seen["due"]) == ("〔2026〕第1号", "待确认收到", None)
    assert "陈晓禾" not in str(seen)
    wrong = made.json["code"][:-1] + ("0" if made.json["code"][-1] != "0" else "1")
    assert (await public.get(f"/requests/v1/applications/{wrong}")).code == "FOLLOW_UNKNOWN"
    assert (await public.get(f"/requests/v1/applications/{made.json['request_id']}")).code == "FOLLOW_UNKNOWN"
    reused = await public.post_json("/requests/v1/applications", wish | {"name": "周一舟"}, **sent)
    assert reused.code == "IDEMPOTENCY_KEY_REUSED"

"""The same information: joined and split by a clerk, proposed by an applicant, exempt for a reason."""

from __future__ import annotations

from typing import Any

from tests.unit.requests.conftest import BODY, Desk
from tests.unit.requests.test_conversion import known, reviews, settle
from tests.unit.web.client import Answer

CHANGZHI = "cz-office"


async def groups(desk: Desk, body: str = BODY) -> dict[str, dict[str, Any]]:
    """Groups by their information."""
    client = desk.client("supervisor", "s1", ())
    found: dict[str, dict[str, Any]] = {}
    for case in {e.data["information"] for e in desk.said if e.type == "requests.demand-noted"}:
        ids = {e.subject for e in desk.said if e.type == "requests.demand-noted" and e.data["information"] == case}
        for id_ in ids:
            answer = await client.get(f"/requests/v1/demands/{id_}")
            if answer.json["body"] == body:
                found[case] = answer.json
    return found


async def regroup(desk: Desk, demand: dict[str, Any], name: str, **wish: Any) -> Answer:
    path = f"/requests/v1/demands/{demand['demand_id']}"
    version = (await desk.client().get(path)).headers["etag"]
    return await desk.post(f"{path}/{name}", desk.client(), version, {"reason": "所指相同"} | wish)


async def two_groups(desk: Desk) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two people asked for a document by its id, one by its number."""
    for person in (1, 2):
        await known(desk, person, f"e{person}", document_id="d1")
    await known(desk, 3, "e3", number="沪电发〔2026〕7号")
    found = await groups(desk)
    return found["doc:d1"], found["no:沪电发〔2026〕7号"]


async def test_two_people_at_two_agencies_trigger_nothing_and_at_one_agency_they_do(desk: Desk) -> None:
    await desk.body(CHANGZHI, "长治市城市管理局", "140400")
    await desk.body("cz-other", "长治市卫生健康局", "140400")
    for person, body in ((1, CHANGZHI), (2, "cz-other")):
        await known(desk, person, f"e{person}", document_id="d1", body=body)
    assert "demand-reached" not in desk.types()
    await known(desk, 2, "e3", document_id="d1", body=CHANGZHI)
    assert desk.types().count("demand-reached") == 1


async def test_joining_merges_the_counts_and_may_trigger(desk: Desk) -> None:
    by_id, by_number = await two_groups(desk)
    answer = await regroup(desk, by_number, "join", into=by_id["demand_id"])
    assert (answer.status, answer.json["into"]) == (200, by_id["demand_id"])
    [review] = await reviews(desk)
    assert (review["applicants"], review["counted"], review["members"]) == (3, 3, ["no:沪电发〔2026〕7号"])
    await known(desk, 4, "e4", number="沪电发〔2026〕7号")
    group = (await groups(desk))["doc:d1"]
    assert (group["applicants"], group["members"]) == (4, [by_number["demand_id"]])


async def test_splitting_withdraws_the_candidate_review_and_keeps_its_history(desk: Desk) -> None:
    by_id, by_number = await two_groups(desk)
    await regroup(desk, by_number, "join", into=by_id["demand_id"])
    answer = await regroup(desk, by_number, "split", reason="年份不同")
    assert answer.json["into"] is None
    [review] = await reviews(desk)
    assert (review["status"], review["settled_reason"]) == ("withdrawn", "拆分后未达到门槛：年份不同")
    group = (await groups(desk))["doc:d1"]
    assert (group["applicants"], group["members"], group["reached_on"]) == (2, [], None)
    await known(desk, 5, "e5", document_id="d1")
    [review] = await reviews(desk)
    assert review["status"] == "open"
    assert [each["status"] for each in review["history"]] == ["withdrawn"]


async def test_a_group_joined_split_and_joined_again_counts_as_joined(desk: Desk) -> None:
    by_id, by_number = await two_groups(desk)
    await regroup(desk, by_number, "join", into=by_id["demand_id"])
    await regroup(desk, by_number, "split")
    await regroup(desk, by_number, "join", into=by_id["demand_id"])
    assert (await groups(desk))["doc:d1"]["applicants"] == 3
    [review] = await reviews(desk)
    assert review["status"] == "open"


async def test_requests_about_something_else_are_taken_out_and_never_counted_there_again(desk: Desk) -> None:
    cases = [await known(desk, person, f"e{person}", document_id="d1") for person in (1, 2, 3)]
    [review] = await reviews(desk)
    assert review["status"] == "open"
    group = (await groups(desk))["doc:d1"]
    assert (await regroup(desk, group, "split", requests=["r-unknown"])).code == "REQUEST_UNKNOWN"
    assert (await regroup(desk, group, "split", requests=[cases[0]])).json["applicants"] == 2
    [review] = await reviews(desk)
    assert review["status"] == "withdrawn"
    await desk.step(cases[0], "accept")
    assert (await groups(desk))["doc:d1"]["applicants"] == 2


async def test_the_review_of_a_group_that_joins_another_is_carried_on_there(desk: Desk) -> None:
    for person in (1, 2, 3):
        await known(desk, person, f"e{person}", document_id="d1")
    await known(desk, 4, "e4", number="沪电发〔2026〕7号")
    found = await groups(desk)
    await regroup(desk, found["doc:d1"], "join", into=found["no:沪电发〔2026〕7号"]["demand_id"])
    statuses = {review["information"]: review["status"] for review in await reviews(desk)}
    assert statuses == {"doc:d1": "withdrawn", "no:沪电发〔2026〕7号": "open"}


async def test_groups_are_flat_and_of_one_body(desk: Desk) -> None:
    by_id, by_number = await two_groups(desk)
    await known(desk, 9, "e9", body="ja-office", document_id="d1")
    foreign = (await groups(desk, "ja-office"))["doc:d1"]
    assert (await regroup(desk, by_id, "join", into=foreign["demand_id"])).code == "DEMAND_UNKNOWN"
    assert (await regroup(desk, by_id, "join", into=by_id["demand_id"])).code == "DEMAND_UNKNOWN"
    assert (await regroup(desk, by_id, "split")).code == "DEMAND_UNGROUPED"
    await regroup(desk, by_number, "join", into=by_id["demand_id"])
    assert (await regroup(desk, by_id, "join", into=by_number["demand_id"])).code == "DEMAND_GROUPED"
    other = desk.client(id="officer-ja", bodies=("ja-office",))
    wish = {"into": by_id["demand_id"], "reason": "所指相同"}
    path = f"/requests/v1/demands/{by_number['demand_id']}/join"
    assert (await desk.post(path, other, '"1"', wish)).code == "FORBIDDEN"


async def test_an_applicant_proposes_once_and_the_words_are_sealed(desk: Desk) -> None:
    await known(desk, 1, "e1", document_id="d1")
    case = desk.said[-1].data.get("request_id") or next(e.subject for e in desk.said if e.subject.startswith("r"))
    path = f"/requests/v1/applications/{desk.deps.people.access_code(case)}/suggestion"
    answer = await desk.post(path, desk.client(), "", {"words": "许多邻居也在打听这份方案"})
    assert (answer.status, answer.json["status"]) == (200, "open")
    [review] = await reviews(desk)
    assert (review["trigger"], review["suggested_by"], review["requests"]) == ("applicant", [case], [case])
    assert "邻居" not in str([event.data for event in desk.said])
    assert (await desk.post(path, desk.client(), "", {"words": "再次建议"})).code == "STEP_DONE"
    wrong = await desk.post(f"{path[:-12]}x/suggestion", desk.client(), "", {"words": "建议"})
    assert wrong.code == "FOLLOW_UNKNOWN"


async def test_what_is_exempt_is_reviewed_again_only_after_that_is_lifted(desk: Desk) -> None:
    first, second, third = [await desk.opened(f"e{n}", document_id="d1") for n in range(3)]
    await desk.decide(first, record={"document_id": "d1"})
    [review] = await reviews(desk)
    id_, officer = review["review_id"], desk.client(id="officer-2")
    assert (await settle(desk, id_, "lift", officer, reason="x")).code == "NOT_EXEMPT"
    assert (await settle(desk, id_, "exempt", officer, reason="只涉及申请人本人")).json["status"] == "exempt"
    await desk.decide(second, record={"document_id": "d1"})
    for person in range(3):
        await known(desk, person, f"f{person}", document_id="d1")
    [review] = await reviews(desk)
    assert (review["status"], review["requests"][:2], review["applicants"]) == ("exempt", [first, second], 3)
    path = f"/requests/v1/applications/{desk.deps.people.access_code(second)}/suggestion"
    assert (await desk.post(path, officer, "", {"words": "建议公开"})).code == "REVIEW_EXEMPT"
    assert (await settle(desk, id_, "approve", officer)).code == "REVIEW_CLOSED"
    assert (await settle(desk, id_, "lift", officer, reason="已不涉及个人")).json["status"] == "lifted"
    await desk.decide(third, record={"document_id": "d1"})
    [review] = await reviews(desk)
    assert review["status"] == "proposed"
    assert [(each["status"], each["reason"]) for each in review["history"]] == [("lifted", "已不涉及个人")]


async def test_a_stranger_counts_fully_once_the_formal_check_saw_the_identity(desk: Desk) -> None:
    await desk.body(CHANGZHI, "长治市城市管理局", "140400")
    cases = [await known(desk, n, f"e{n}", body=CHANGZHI, identity=None, document_id="d1") for n in range(3)]
    assert "demand-reached" not in desk.types()
    officer = desk.client(id="officer-cz", bodies=(CHANGZHI,))
    assert (await desk.step(cases[0], "accept", officer, identity_seen=True)).status == 200
    assert desk.types().count("demand-reached") == 1

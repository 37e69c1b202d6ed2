"""Reports of enterprises, partners and licences: what is right is admitted, the rest is said back."""

from __future__ import annotations

import pytest

from services.notify.store import ENTERPRISE
from shared.contracts.facts import notify
from tests.unit.notify.conftest import Desk, code


async def test_an_enterprise_is_admitted_with_its_size_computed(desk: Desk) -> None:
    said = await desk.hear(desk.enterprise(1))

    registered = notify.EnterpriseRegistered.model_validate(said[0].data)
    assert (registered.number, registered.profile.industry, registered.profile.size) == (1, "C34", "小型")
    assert desk.verdicts() == [("admitted", [])]
    assert said[1].causationid == "e1"


async def test_a_former_district_is_read_as_what_took_it_over(desk: Desk) -> None:
    said = await desk.hear(desk.enterprise(1, region="310108"))

    assert said[0].data["profile"]["region"] == "310106"


@pytest.mark.parametrize(
    ("faulty", "defect"),
    [
        ("91310106000000010", "CREDIT_CODE_LENGTH"),
        ("9131010600000001OI", "CREDIT_CODE_ALPHABET"),
        (code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1"), "CREDIT_CODE_CHECK"),
    ],
)
async def test_a_wrong_credit_code_is_rejected_and_touches_nothing(desk: Desk, faulty: str, defect: str) -> None:
    await desk.hear(desk.enterprise(1, credit_code=faulty))

    assert desk.verdicts() == [("rejected", [defect])]
    assert (await desk.store.kinds()).get("enterprise", 0) == 0


async def test_unknown_codes_and_reserved_tags_are_returned_and_leave_the_profile(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1))
    await desk.hear(desk.enterprise(1, "e2", region="999999", industry="Z9", tags=["size:大型"]))

    assert desk.verdicts()[1] == ("returned", ["REGION_UNKNOWN", "INDUSTRY_UNKNOWN", "TAG_RESERVED"])
    stored = (await desk.store.load("enterprise", [code(1)]))[code(1)]
    profile = ENTERPRISE.parse(stored.state).profile
    assert profile is not None
    assert profile.region == "310106"


async def test_the_same_news_twice_changes_nothing(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1), desk.enterprise(1))
    await desk.hear(desk.enterprise(1))

    assert desk.verdicts() == [("admitted", [])]


async def test_the_same_content_under_another_id_is_a_duplicate(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1))
    said = await desk.hear(desk.enterprise(1, "other"))

    assert said[0].data["verdict"] == "duplicate"
    assert said[0].data["first"] == desk.enterprise(1).receipt


async def test_an_event_id_with_other_content_is_rejected_even_for_another_subject(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1))
    await desk.hear(desk.enterprise(2, "e1"))
    await desk.hear(desk.partner("park-a", 1, event="e1"))

    assert desk.verdicts()[1:] == [("rejected", ["ID_REUSED"]), ("rejected", ["ID_REUSED"])]
    assert (await desk.store.find("partner", ["id:pt-park-a"])) == {}


async def test_a_rejected_id_stays_taken(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1, "x", credit_code="123"))
    await desk.hear(desk.enterprise(1, "x"))

    assert desk.verdicts()[1] == ("rejected", ["ID_REUSED"])


async def test_older_figures_do_not_replace_newer_ones(desk: Desk) -> None:
    await desk.hear(desk.enterprise(1, as_of="2026-01-31"))
    await desk.hear(desk.enterprise(1, "old", as_of="2025-12-31", employees=9))

    assert desk.verdicts()[1] == ("returned", ["OUTDATED"])


async def test_a_member_with_a_wrong_code_returns_the_list(desk: Desk) -> None:
    event = desk.feed("partner-registered", "p1", partner="park", name="园区", kind="park", members=[code(1), "1"])
    said = await desk.hear(event)

    assert said[0].data["verdict"] == "returned"
    assert said[0].data["defects"][0]["field"] == "/data/members/1"


async def test_a_licence_reported_before_its_enterprise_counts_once_it_is_there(desk: Desk) -> None:
    licence = desk.feed("licence-changed", "l1", credit_code=code(1), licence="食证1", kind="食品经营许可")
    await desk.hear(licence)
    await desk.hear(desk.enterprise(1))

    assert list(desk.directory.matcher.within("证照", "食品经营许可")) == [1]
    revoked = {**licence.data, "status": "revoked"}
    await desk.hear(desk.feed("licence-changed", "l2", **revoked))
    assert not desk.directory.matcher.within("证照", "食品经营许可")

"""Keys and sessions: who is let in, for how long, and what ends it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.facts.ops import FeedTurnedAway, KeyIssued, KeyRevoked
from shared.security.keys import KeyRing, issue
from shared.security.principals import Principal, PrincipalKind
from shared.security.sessions import Sessions

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AGENCY = Principal(
    PrincipalKind.AGENCY,
    "jingan-oa",
    bodies=frozenset({"ja-fgw", "ja-street-*"}),
    scopes=frozenset({"feed"}),
    source="//oa.jingan.example",
    types=frozenset({"feed.document-issued"}),
)


def ring_with(fact: KeyIssued) -> KeyRing:
    ring = KeyRing()
    # Through the wire and back: what a process hears on the topic.
    ring.apply(KeyIssued.model_validate(fact.wire()))
    return ring


def test_an_issued_key_opens_and_brings_its_principal() -> None:
    token, fact = issue(AGENCY, by="operator-1")
    found = ring_with(fact).authenticate(token, NOW)
    assert re.fullmatch(r"gk_[a-z2-7]{16}_[A-Za-z0-9_-]{43}", token)
    assert found is not None
    assert found.key_id == fact.key_id
    assert (found.kind, found.id, found.bodies, found.scopes) == (AGENCY.kind, AGENCY.id, AGENCY.bodies, AGENCY.scopes)
    assert (found.source, found.types) == (AGENCY.source, AGENCY.types)


def test_the_fact_does_not_hold_the_key() -> None:
    token, fact = issue(AGENCY)
    assert token not in fact.model_dump_json()
    assert token.rpartition("_")[2] not in fact.model_dump_json()


def test_a_revoked_key_stays_revoked_whatever_is_heard_again() -> None:
    token, fact = issue(AGENCY)
    ring = ring_with(fact)
    revoked = KeyRevoked(key_id=fact.key_id, person="operator-1", reason="离职")
    for heard in (revoked, fact, revoked):
        ring.apply(heard)
        assert ring.authenticate(token, NOW) is None
    assert ring.principals() == {}


def test_a_key_ends_at_its_expiry_to_the_second() -> None:
    token, fact = issue(AGENCY, expires_at=NOW)
    ring = ring_with(fact)
    assert ring.authenticate(token, NOW - timedelta(seconds=1)) is not None
    assert ring.authenticate(token, NOW) is None
    assert not ring.lives(fact.key_id, NOW)


def test_an_expiry_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        issue(AGENCY, expires_at=datetime(2026, 3, 2))  # noqa: DTZ001


def test_facts_about_other_things_change_nothing() -> None:
    ring = KeyRing()
    ring.apply(FeedTurnedAway(agency="jingan-oa", code="CLASSIFIED"))
    assert ring.principals() == {}


@pytest.mark.parametrize("digest", ["", "00", "zz" * 32])
def test_a_fact_with_no_digest_is_refused(digest: str) -> None:
    _, fact = issue(AGENCY)
    with pytest.raises(ValueError, match=r"fromhex|not an issued key"):
        KeyRing().apply(fact.model_copy(update={"digest": digest}))


def test_a_fact_with_an_expiry_without_a_zone_is_refused() -> None:
    _, fact = issue(AGENCY)
    with pytest.raises(ValueError, match="not an issued key"):
        KeyRing().apply(fact.model_copy(update={"expires_at": datetime(2026, 3, 2)}))  # noqa: DTZ001


@given(st.text() | st.from_regex(r"gk_[a-z0-9]{4,24}_[A-Za-z0-9_-]{43}", fullmatch=True))
def test_nothing_but_the_key_itself_opens(attempt: str) -> None:
    token, fact = issue(AGENCY)
    assert attempt != token
    ring = ring_with(fact)
    assert ring.authenticate(attempt, NOW) is None
    assert ring.authenticate(f"gk_{fact.key_id}_{attempt[-43:]}", NOW) is None


def test_a_key_with_any_character_changed_does_not_open() -> None:
    token, fact = issue(AGENCY)
    ring = ring_with(fact)
    for place, char in enumerate(token):
        changed = token[:place] + ("b" if char == "a" else "a") + token[place + 1 :]
        assert ring.authenticate(changed, NOW) is None
    assert ring.authenticate(token + "\n", NOW) is None


def test_bodies_are_named_exactly_or_by_prefix() -> None:
    assert AGENCY.acts_for("ja-fgw")
    assert AGENCY.acts_for("ja-street-7")
    assert not AGENCY.acts_for("ja-fgw-2")
    assert not AGENCY.acts_for("")
    assert not Principal(PrincipalKind.OFFICER, "o-1").acts_for("ja-fgw")


def test_a_source_is_owned_at_a_path_border_only() -> None:
    assert AGENCY.owns_source("//oa.jingan.example")
    assert AGENCY.owns_source("//oa.jingan.example/archive")
    assert not AGENCY.owns_source("//oa.jingan.example.evil.example")
    assert not Principal(PrincipalKind.OFFICER, "o-1").owns_source("//oa.jingan.example")


def test_scopes_and_types_are_exact() -> None:
    assert AGENCY.may("feed")
    assert not AGENCY.may("fee")
    assert AGENCY.may_file("feed.document-issued")
    assert not AGENCY.may_file("feed.body-registered")


def signed_in(**options: timedelta | bytes | bool) -> tuple[Sessions, KeyRing, KeyIssued, str, str]:
    token, fact = issue(Principal(PrincipalKind.OPERATOR, "op-1"))
    ring = ring_with(fact)
    sessions = Sessions(ring, **options)  # type: ignore[arg-type]
    opened = sessions.open(token, NOW)
    assert opened is not None
    return sessions, ring, fact, token, opened[0]


def test_a_key_is_exchanged_for_a_session_and_a_wrong_one_is_not() -> None:
    sessions, _, _, token, value = signed_in()
    session = sessions.find(value, NOW)
    assert session is not None
    assert session.principal.id == "op-1"
    assert token not in value
    assert sessions.open("gk_aaaa_" + "a" * 43, NOW) is None
    assert sessions.find("", NOW) is None
    assert sessions.find(value + "x", NOW) is None


def test_a_form_needs_the_sessions_own_csrf_token() -> None:
    sessions, _, _, token, value = signed_in()
    other = sessions.open(token, NOW)
    session = sessions.find(value, NOW)
    assert session is not None
    assert other is not None
    assert session.guards(session.csrf)
    assert not any(session.guards(wrong) for wrong in ("", other[1].csrf, session.csrf[:-1], "\udcff"))
    assert session.csrf not in repr(session)


def test_a_session_idles_out_but_not_while_it_is_used() -> None:
    sessions, _, _, _, value = signed_in(idle=timedelta(minutes=30), longest=timedelta(hours=8))
    for minutes in range(0, 480, 29):
        now = NOW + timedelta(minutes=minutes)
        session = sessions.find(value, now)
        assert session is not None
        value = sessions.renew(session, now) or value
    assert sessions.find(value, NOW + timedelta(hours=8)) is None

    sessions, _, _, _, value = signed_in(idle=timedelta(minutes=30))
    assert sessions.find(value, NOW + timedelta(minutes=30)) is None


def test_a_cookie_is_written_anew_now_and_then_and_guards_the_same_forms() -> None:
    sessions, _, _, _, value = signed_in(idle=timedelta(minutes=30))
    first = sessions.find(value, NOW)
    assert first is not None
    assert sessions.renew(first, NOW + timedelta(minutes=4)) is None
    renewed = sessions.renew(first, NOW + timedelta(minutes=6))
    assert renewed is not None
    second = sessions.find(renewed, NOW + timedelta(minutes=35))
    assert second is not None
    assert second.guards(first.csrf)
    assert second.ends_at == first.ends_at


def test_every_process_with_the_secret_knows_the_session_and_hears_of_its_end() -> None:
    sessions, ring, _, _, value = signed_in(secret=b"s" * 32)
    other, stranger = Sessions(ring, secret=b"s" * 32), Sessions(ring, secret=b"t" * 32)
    here, there = sessions.find(value, NOW), other.find(value, NOW)
    assert here is not None
    assert here == there
    assert stranger.find(value, NOW) is None
    ended = sessions.close(value, NOW)
    assert ended is not None
    assert other.find(value, NOW) is not None
    other.apply(ended, NOW)
    assert other.find(value, NOW) is None
    assert here.mark not in ended.model_dump_json()


@pytest.mark.parametrize("part", range(5))
def test_no_part_of_a_cookie_can_be_changed(part: int) -> None:
    sessions, _, _, _, value = signed_in()
    parts = value.split(".")
    parts[part] = parts[part][:-1] + ("1" if parts[part][-1] != "1" else "2")
    assert sessions.find(".".join(parts), NOW) is None
    assert sessions.find(value.replace(".", "..", 1), NOW) is None


def test_revoking_the_key_ends_its_sessions_at_once() -> None:
    sessions, ring, fact, _, value = signed_in()
    ring.apply(KeyRevoked(key_id=fact.key_id, person="op-2", reason="遗失"))
    assert sessions.find(value, NOW) is None


def test_signing_out_ends_one_session_only() -> None:
    sessions, _, _, token, value = signed_in()
    other = sessions.open(token, NOW)
    assert other is not None
    assert sessions.close(value, NOW) is not None
    assert sessions.close(value, NOW) is None
    assert sessions.find(value, NOW) is None
    assert sessions.find(other[0], NOW) is not None


def test_what_is_over_anyway_is_not_remembered_as_ended() -> None:
    sessions, _, _, token, value = signed_in(longest=timedelta(hours=1), idle=timedelta(hours=1))
    assert sessions.close(value, NOW) is not None
    later = NOW + timedelta(hours=2)
    opened = sessions.open(token, later)
    assert opened is not None
    assert sessions.close(opened[0], later) is not None
    assert len(sessions._ended) == 1


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    sessions, ring, _, _, value = signed_in()
    assert sessions.cookie(value) == (
        f"__Host-gongkai={value}; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure"
    )
    assert "Max-Age=0" in sessions.cookie("")
    plain = Sessions(ring, secure=False).cookie(value)
    assert plain.startswith("gongkai=")
    assert plain.endswith("HttpOnly; SameSite=Strict")

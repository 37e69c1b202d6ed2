"""Effects: one id for ever, senders that do not send, snippets that harm nobody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.effects.port import (
    ClosedSender,
    EffectsClosed,
    Kind,
    Outcome,
    Outgoing,
    RecordingSender,
    effect_key,
    snippet_of,
)

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PARTS = st.tuples(_TEXT, _TEXT, _TEXT, _TEXT, _TEXT)
Parts = tuple[str, str, str, str, str]


def test_a_key_never_changes_between_releases() -> None:
    # base32(openssl dgst -sha256) of ["JA-2026-0001","3","91310106MA1FY0XX0X","ep-7","webhook"]
    key = effect_key("JA-2026-0001", 3, "91310106MA1FY0XX0X", "ep-7", "webhook")
    assert key == "msg_yzj5esynhpanmcbqv5chpohrtzs6byth"


@given(PARTS, PARTS)
def test_two_effects_share_a_key_only_if_they_are_one(one: Parts, other: Parts) -> None:
    assert (effect_key(*one) == effect_key(*other)) == (one == other)
    assert re.fullmatch(r"msg_[a-z2-7]{32}", effect_key(*one))


@given(PARTS, st.text(st.characters(exclude_categories=["Cs"])))
def test_a_resend_with_a_nonce_is_another_effect(parts: Parts, nonce: str) -> None:
    assert effect_key(*parts, nonce=nonce) != effect_key(*parts)
    assert effect_key(*parts, nonce=nonce) == effect_key(*parts, nonce=nonce)


@pytest.mark.parametrize("header", [("x-a", "1\r\nX-Evil: 1"), ("x-a\n", "1"), ("", "1"), ("x-a", "\0")])
def test_a_header_cannot_carry_another_header(header: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="header"):
        Outgoing("msg_a", "https://example.org/", b"", (header,))


def test_an_effect_keeps_address_and_content_out_of_logs() -> None:
    shown = repr(Outgoing("msg_a", "https://example.org/token123", b"body123", (("x-key", "secret123"),)))
    assert "msg_a" in shown
    assert "123" not in shown


async def test_the_sender_of_a_replay_refuses_to_act() -> None:
    with pytest.raises(EffectsClosed, match="msg_a"):
        await ClosedSender().send(Outgoing("msg_a", "https://example.org/", b""))


async def test_the_recording_sender_remembers_in_order_and_answers_as_told() -> None:
    sender = RecordingSender(Outcome(Kind.RETRY, 503))
    effects = [Outgoing(f"msg_{n}", "https://example.org/", b"") for n in range(3)]
    assert [(await sender.send(effect)).kind for effect in effects] == [Kind.RETRY] * 3
    assert sender.sent == effects


@given(st.binary(max_size=6000))
def test_a_snippet_is_short_printable_text_whatever_came(raw: bytes) -> None:
    snippet = snippet_of(raw)
    assert len(snippet.encode()) <= 2048
    assert all(char.isprintable() or char in "\n\t" for char in snippet)

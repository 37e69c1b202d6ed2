"""Webhook signatures: held against the independent library, and against whatever is not proven."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from shared.security.webhooks import SignatureError, Signer, new_pair, new_secret, public_of, verify

ID = "msg_yzj5esynhpanmcbqv5chpohrtzs6byth"
NOW = 1_772_413_200
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PAIR = new_pair()
IDS = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"], exclude_characters="."), min_size=1)


def test_the_published_example_of_the_standard_comes_out_the_same() -> None:
    headers = Signer([SECRET]).headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.text(st.characters(exclude_categories=["Cs"])), IDS, st.binary(min_size=24, max_size=64))
def test_the_independent_library_accepts_whatever_we_sign(text: str, message: str, raw: bytes) -> None:
    secret = "whsec_" + base64.b64encode(raw).decode()
    headers = Signer([new_secret(), secret, PAIR[0]]).headers(message, int(time.time()), text.encode())
    Webhook(secret).verify(text.encode(), headers, json_parse=False)


def test_during_a_rotation_old_and_new_keys_both_verify_and_others_do_not() -> None:
    old, new, (private, public) = new_secret(), new_secret(), new_pair()
    headers = Signer([new, old, private]).headers(ID, NOW, b"{}")
    for key in (old, new, public):
        assert verify([key], headers, b"{}", now=NOW) == ID
    for key in (new_secret(), new_pair()[1]):
        with pytest.raises(SignatureError, match="no signature matches"):
            verify([key], headers, b"{}", now=NOW)


def test_a_receiver_can_hold_the_public_key_alone() -> None:
    private, public = new_pair()
    assert public_of(private) == public
    headers = Signer([private]).headers(ID, NOW, b"{}")
    assert headers["webhook-signature"].startswith("v1a,")
    assert verify([public], headers, b"{}", now=NOW) == ID


@given(st.integers(min_value=0, max_value=2**31), st.integers(min_value=-2000, max_value=2000))
def test_a_time_too_far_from_the_readers_clock_is_refused(moment: int, skew: int) -> None:
    headers = Signer([SECRET]).headers(ID, moment + 1, b"{}")
    if abs(skew) <= 300:
        assert verify([SECRET], headers, b"{}", now=moment + 1 + skew) == ID
    else:
        with pytest.raises(SignatureError):
            verify([SECRET], headers, b"{}", now=moment + 1 + skew)


@given(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text())
def test_no_other_header_value_is_accepted(name: str, value: str) -> None:
    headers = Signer([SECRET, PAIR[0]]).headers(ID, NOW, b"{}")
    if value != headers[name]:
        with pytest.raises(SignatureError):
            verify([SECRET, PAIR[1]], {**headers, name: value}, b"{}", now=NOW)


@given(st.binary())
def test_no_other_body_is_accepted(body: bytes) -> None:
    headers = Signer([SECRET, PAIR[0]]).headers(ID, NOW, b"{}")
    if body != b"{}":
        with pytest.raises(SignatureError):
            verify([SECRET, PAIR[1]], headers, body, now=NOW)


@given(st.integers(min_value=0, max_value=2000), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_is_accepted(place: int, change: int) -> None:
    body = b"x" * 500
    headers = Signer([SECRET, PAIR[0]]).headers(ID, NOW, body)
    changed = bytearray(body)
    changed[place % 500] ^= change
    with pytest.raises(SignatureError):
        verify([SECRET, PAIR[1]], headers, bytes(changed), now=NOW)


def test_header_names_are_read_in_any_case_and_absent_ones_are_refused() -> None:
    headers = Signer([SECRET]).headers(ID, NOW, b"{}")
    assert verify([SECRET], {name.upper(): value for name, value in headers.items()}, b"{}", now=NOW) == ID
    for name in headers:
        with pytest.raises(SignatureError):
            verify([SECRET], {other: value for other, value in headers.items() if other != name}, b"{}", now=NOW)


@pytest.mark.parametrize("message", ["", "a.b", "a b\n", "编号"])
def test_an_ambiguous_id_is_never_signed(message: str) -> None:
    with pytest.raises(ValueError, match="webhook-id"):
        Signer([SECRET]).headers(message, NOW, b"")


def test_only_whole_seconds_are_signed() -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        Signer([SECRET]).headers(ID, 1.5, b"")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "abc",
        "whsec_",
        "whsec_YWJj",
        "whsec_!!!!",
        "whsk_YWJj",
        pytest.param(PAIR[1], id="a public key"),  # drawn afresh in every process: its text must not name the test
        "whsec_" + "A" * 88 + "AAAA",
    ],
)
def test_a_key_of_another_kind_or_length_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match="密钥") as caught:
        Signer([key])
    assert len(key) < 8 or key[6:] not in str(caught.value)


def test_a_signer_needs_a_key() -> None:
    with pytest.raises(ValueError, match="密钥"):
        Signer([])


def test_fresh_secrets_differ() -> None:
    assert len({new_secret() for _ in range(100)}) == 100

"""The unified social credit code against known codes and an independent implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from shared.law.credit import ALPHABET, AUTHORITIES, FAULTS, faults, is_valid, make, registered_region

VALID = (
    "91110000600037341L",
    "9131010660741033X7",
    "113101060024210363",
    "523100005017712333",
    "92310115MA1FY1238C",
    "N2310151MF1234567H",
    "Y13101043098765455",
)
BODIES = st.text(ALPHABET, min_size=8, max_size=8)


@pytest.mark.parametrize("code", VALID)
def test_a_right_code_has_no_faults(code: str) -> None:
    assert faults(code) == ()
    assert make(code[0], code[1], code[2:8], code[8:16]) == code


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", ("LENGTH",)),
        ("91110000600037341", ("LENGTH",)),
        ("91110000600037341l", ("ALPHABET",)),
        ("9111O000600037341L", ("ALPHABET",)),
        ("91110000600037341M", ("CHECK",)),
        ("91110000600037351L", ("ORGANISATION_CHECK", "CHECK")),
        ("B1110000600037341L", ("AUTHORITY", "CHECK")),
        ("90110000600037341L", ("CATEGORY", "CHECK")),
        ("91990000600037341L", ("REGION", "CHECK")),
        ("911A0000600037341L", ("REGION", "CHECK")),
    ],
)
def test_a_wrong_code_says_everything_that_is_wrong(code: str, fault: tuple[str, ...]) -> None:
    assert faults(code) == fault
    assert not is_valid(code)
    assert all(FAULTS[f] for f in faults(code))


@given(st.sampled_from(sorted(AUTHORITIES)), st.sampled_from("123459"), BODIES)
def test_what_is_made_is_valid_and_agrees_with_stdnum_where_that_can_judge(
    authority: str, kind: str, body: str
) -> None:
    code = make(authority, kind, "310106", body)
    assert is_valid(code)
    assert registered_region(code) == "310106"
    assert uscc.is_valid(code) or not authority.isdigit()


@given(BODIES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_changed_character_is_always_noticed(body: str, place: int, other: str) -> None:
    code = make("9", "1", "310106", body)
    changed = code[:place] + other + code[place + 1 :]
    assert is_valid(changed) == (changed == code)


@given(BODIES, st.integers(0, 16))
def test_two_exchanged_neighbours_are_always_noticed(body: str, place: int) -> None:
    code = make("9", "1", "310106", body)
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(changed) == (changed == code)


def test_serials_make_different_codes() -> None:
    assert len({make("9", "1", "310106", n) for n in range(2000)}) == 2000


@pytest.mark.parametrize(
    "parts", [("9", "1", "310106", "ABC"), ("9", "1", "310106", "ABCDEFGI"), ("B", "1", "310106", 1)]
)
def test_parts_that_cannot_make_a_code_are_refused(parts: tuple[str, str, str, str]) -> None:
    with pytest.raises(ValueError, match=r"form|AUTHORITY"):
        make(*parts)

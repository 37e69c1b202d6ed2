"""Document numbers: every spelling of one number meets under one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.law.docnumbers import number_key, parse_integer, parse_number
from shared.law.script import simplify

CODES = st.sampled_from(["沪府办", "京政发", "沪城管执", "静府办发", "国办公开办函", "工信部联企业"])
YEARS = st.integers(1990, 2049)
SERIALS = st.integers(1, 99_999)
PAIRS = st.sampled_from(["〔〕", "[]", "【】", "()", "（）", "〈〉", "﹝﹞", "［］", "<>"])
FULL = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    ("printed", "key", "code", "year", "serial"),
    [
        ("滬府辦〔2020〕20號", "沪府办〔2020〕20号", "沪府办", 2020, 20),
        ("沪府规〔2021〕3号", "沪府规〔2021〕3号", "沪府规", 2021, 3),
        ("京政发[2019]12号", "京政发〔2019〕12号", "京政发", 2019, 12),
        ("〔2023〕第5号-告", "〔2023〕5号-告", "", 2023, 5),
        ("静府办字第〔2023〕005号", "静府办字〔2023〕5号", "静府办字", 2023, 5),
        ("上海市人民政府令第32号", "上海市人民政府令第32号", "上海市人民政府令", None, 32),
        ("临江市人民政府令（第三十二号）", "临江市人民政府令第32号", "临江市人民政府令", None, 32),
        ("令第32号", "令第32号", "令", None, 32),
        ("国家税务总局公告2023年第5号", "国家税务总局公告2023年第5号", "国家税务总局公告", 2023, 5),
    ],
)
def test_a_number_is_parsed_into_its_parts(printed: str, key: str, code: str, year: int | None, serial: int) -> None:
    number = parse_number(printed)

    assert number is not None
    assert (number.original, number.key, number.code, number.year, number.serial) == (printed, key, code, year, serial)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "沪府办",
        "（2023）沪0106行初12号",
        "国办发〔2019〕54号文件",
        "沪府办〔20〕3号",
        "沪府办〔2020〕0号",
        "根据《条例》（国办发〔2019〕5号）",
        "2020年第3号",
        "沪府办〔2020〕123456号",
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@given(CODES, YEARS, SERIALS, PAIRS, st.booleans(), st.booleans(), st.booleans())
def test_every_spelling_has_the_same_key(
    code: str, year: int, serial: int, pair: str, full: bool, ordinal: bool, spaced: bool
) -> None:
    digits = f"{serial:03d}" if serial < 1000 else str(serial)
    printed = f"{code}{pair[0]}{year}{pair[1]}{'第' if ordinal else ''}{digits}號"
    printed = printed.translate(FULL) if full else printed
    printed = "　".join(printed) if spaced else printed

    assert number_key(printed) == f"{code}〔{year}〕{serial}号"


@given(CODES, YEARS, SERIALS)
def test_a_key_is_its_own_key(code: str, year: int, serial: int) -> None:
    key = number_key(f"{code}[{year}]{serial}号")

    assert key is not None
    assert number_key(key) == key


@given(st.text(max_size=60))
def test_any_text_at_all_is_a_number_or_none(text: str) -> None:
    number = parse_number(text)

    assert number is None or number_key(number.key) == number.key


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_simplifying_keeps_every_position_and_is_done_once(text: str) -> None:
    simple = simplify(text)

    assert len(simple) == len(text)
    assert simplify(simple) == simple


def test_script_width_and_brackets_come_to_one_form() -> None:
    assert simplify("關於印發《２０２０年要點》（試行）﹝⽂件﹞") == "关于印发《2020年要点》(试行)〔文件〕"


@pytest.mark.parametrize(
    ("text", "value"),
    [("32", 32), ("三十二", 32), ("十", 10), ("一百零五", 105), ("二〇二三", 2023), ("x", None), ("", None)],
)
def test_whole_numbers_are_read_in_both_scripts(text: str, value: int | None) -> None:
    assert parse_integer(text) == value

"""The real documents the rules were drawn from; they are not part of the project and may be absent."""

import os
from datetime import date
from pathlib import Path

import pytest

from shared.documents.proposing import State, propose

FOLDER = Path(os.environ.get("GONGKAI_CORPUS") or Path(__file__).parents[4] / "shared" / "corpus")
TITLES = {
    "000": "关于印发《2022年上海市城市管理行政执法局政务公开工作要点》的通知",
    "001": "上海市人民政府辦公廳關於印發《2020年上海市政務公開工作要點》的通知",
    "002": "上海市静安区人民政府办公室关于印发《2023年静安区政务公开工作要点》的通知",
    "003": "2024年市城市管理行政执法局政务公开工作要点",
    "004": "长治市城市管理局办公室关于印发"
    "《长治市城市管理局全面推进政务公开标准化规范化进一步做好政务公开工作实施方案》的通知",
}
REST = {
    "000": ("沪城管执〔2022〕34号", "上海市城市管理行政执法局", date(2022, 4, 26), None, None),
    "001": ("沪府办〔2020〕20号", "上海市人民政府辦公廳", date(2020, 3, 20), date(2020, 3, 27), None),
    "002": ("静府办发〔2023〕5号", "上海市静安区人民政府办公室", date(2023, 4, 23), None, None),
    "003": (None, None, None, None, None),
    "004": ("长城办发〔2020〕13号", "长治市城市管理局办公室", None, None, "主动公开"),
}


def read(name: str) -> str:
    found = sorted(FOLDER.glob(f"{name}_*.txt"))
    if not found:
        pytest.skip(f"no corpus at {FOLDER}: set GONGKAI_CORPUS to run the test on the real documents")
    return found[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(TITLES))
def test_the_real_documents_say_what_they_print_and_no_more(name: str) -> None:
    proposal = propose(read(name))
    fields = (proposal.title, proposal.issuer, proposal.written, proposal.published, proposal.attribute)

    assert proposal.title.value == TITLES[name]
    assert (proposal.number_key, *(field.value for field in fields[1:])) == REST[name]
    assert all(field.state in (State.STATED, State.ABSENT) for field in fields)


def test_page_numbers_leave_the_shared_copy_and_no_digit_of_a_sentence_does() -> None:
    text = read("003")
    cleaned = propose(text).cleaned
    body = text.split("\n", 1)[1]
    pages = "".join(str(page) for page in range(1, 8))

    assert all(f"{page}、" not in cleaned for page in range(1, 8))
    assert "第八届715城管公众开放日" in cleaned
    assert "12345市民服务热线" in cleaned
    assert sum(sign.isdigit() for sign in body) - sum(sign.isdigit() for sign in cleaned) == len(pages)
    assert "围绕随机抽查事项清单" in cleaned

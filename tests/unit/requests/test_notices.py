"""Letters of a case: every required part of every decision, in Word and in PDF, the same bytes twice."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import docx
import pypdf
import pytest

from tests.unit.requests.conftest import BODY, RULES, Desk
from tests.unit.web.client import Answer

CODES = [each.code for each in RULES.vocabularies.decisions]
LABELS = RULES.vocabularies.notices.label
ASKED = "申请公开2025年夏季有序用电方案及其编制依据"


def bare(text: str) -> str:
    """Text without blanks, which the layout sets as it likes, and without the high bytes a reader may leave behind."""
    return re.sub(r"[\s\0]+", "", text)


def read(answer: Answer, form: str) -> str:
    """What a reader of the file sees."""
    assert answer.status == 200, answer.text
    if form == "docx":
        return bare("".join(line.text for line in docx.Document(io.BytesIO(answer.body)).paragraphs))
    return bare("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body)).pages))


async def letter(desk: Desk, case: str, kind: str, form: str = "docx", **more: Any) -> Answer:
    query = "".join(f"?{name}={value}" for name, value in more.items())
    return await desk.client().get(f"/requests/v1/cases/{case}/notices/{kind}.{form}{query}")


async def ready(desk: Desk, code: str) -> str:
    """A case that may be decided so."""
    case = await desk.opened()
    if code in ("F1", "D3"):
        await desk.step(case, "notify-correction", text="请写明年度和文种", days=5)
        desk.clock.to("2026-03-03" if code == "D3" else "2026-03-20")
    if code == "D3":
        await desk.step(case, "correct")
    if code == "F2":
        await desk.step(case, "notify-fee", yuan=300)
        desk.clock.to("2026-04-20")
    if code == "C4":
        await desk.step(case, "consult", kind="third_party", party="甲能源公司")
        await desk.step(case, "end-consultation", consultation=1, outcome="refused")
    if code == "E4":
        await desk.step(case, "ask-reason", count=40)
        await desk.step(case, "give-reason", text="研究需要")
        await desk.step(case, "judge-reason", reasonable=False, why="与申请数量不相称")
    return case


async def decided(desk: Desk, code: str) -> tuple[str, dict[str, str]]:
    """A case decided so, and what its own parts say."""
    case = await ready(desk, code)
    decision = RULES.vocabularies.decisions[code]
    parts = {part: f"{LABELS[part]}写明如下之{n}号内容。" for n, part in enumerate(decision.parts)}
    grounds = [ground for ground in decision.grounds if code == "C4" or ground != "X15"]
    answer = await desk.decide(case, code, parts=parts, grounds=grounds, article="条例第36条")
    assert answer.status == 200, answer.text
    return case, parts


@pytest.mark.parametrize("code", CODES)
async def test_a_decision_notice_has_every_required_part_in_word_and_in_pdf(desk: Desk, code: str) -> None:
    case, parts = await decided(desk, code)
    shown = (await desk.client().get(f"/requests/v1/cases/{case}")).json["decision"]
    expected = {
        "title": RULES.letters.titles[code[0]],
        "number": shown["notice"],
        "applicant": "陈晓禾：",
        "received": "本机关于2026年3月2日收到",
        "asked": ASKED,
        "answer": RULES.letters.answers[code],
        "remedy": shown["remedy"],
        "body": "上海市电力保障局",
        "date": "".join(desk.clock.business().strftime("%Y年%m月%d日").replace("年0", "年").replace("月0", "月")),
        "seal": "此处加盖上海市电力保障局印章",
        **parts,
    }
    assert set(RULES.vocabularies.notices.required(RULES.vocabularies.decisions[code])) == expected.keys()
    for form in ("docx", "pdf"):
        text = read(await letter(desk, case, "decision", form), form)
        for part, words in expected.items():
            assert bare(words) in text, (form, part)
        assert "《中华人民共和国政府信息公开条例》第36条" in text
        assert "{" not in text
        for label in shown["ground_labels"]:
            assert bare(label) in text


@pytest.mark.parametrize("form", ["docx", "pdf"])
async def test_the_same_letter_twice_is_the_same_bytes(desk: Desk, form: str) -> None:
    case, _ = await decided(desk, "B")
    first = await letter(desk, case, "decision", form)
    desk.clock.to("2027-01-05")
    assert (await letter(desk, case, "decision", form)).body == first.body


async def test_a_refusal_tells_of_reconsideration_first_and_an_answer_of_both_ways(desk: Desk) -> None:
    refused, _ = await decided(desk, "C1")
    text = read(await letter(desk, refused, "decision"), "docx")
    assert "先向有管辖权的行政复议机关申请行政复议" in text
    assert "直接向" not in text
    assert "《中华人民共和国行政复议法》第20条、第23条" in text


async def test_the_correction_notice_lists_what_is_asked_and_until_when(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "notify-correction", text="请写明年度和文种", days=5)
    text = read(await letter(desk, case, "correction"), "docx")
    for words in ("政府信息公开申请补正告知书", "〔2026〕第1号-补", "请写明年度和文种", "2026年3月9日", "第30条"):
        assert words in text


async def test_the_extension_notice_tells_reason_approval_and_the_day(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "extend", days=10, approved_by="王主任", reason="检索量大")
    before = (await letter(desk, case, "extension")).body
    await desk.step(case, "consult", kind="third_party", party="甲能源公司")
    desk.clock.to("2026-03-12")
    await desk.step(case, "end-consultation", consultation=1, outcome="agreed")
    answer = await letter(desk, case, "extension")
    assert answer.body == before
    text = read(answer, "docx")
    for words in ("检索量大", "王主任", "延长10个工作日", "2026年4月14日", "第33条"):
        assert words in text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("third_party", ["15个工作日", "由本机关依照条例的规定决定是否公开", "第32条"]),
        ("co_maker", ["15个工作日", "视为同意公开", "第34条"]),
        ("other_agency", ["说明同意或者不同意公开的理由", "第33条"]),
    ],
)
async def test_whoever_is_consulted_is_told_what_silence_means_and_not_who_asks(
    desk: Desk, kind: str, words: list[str]
) -> None:
    case = await desk.opened()
    await desk.step(case, "consult", kind=kind, party="甲能源公司")
    text = read(await letter(desk, case, "consultation", nth=1), "docx")
    for each in ["甲能源公司：", ASKED, *words]:
        assert each in text
    assert "陈晓禾" not in text


async def test_a_third_party_that_is_overridden_is_told_what_and_why(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "consult", kind="third_party", party="甲能源公司")
    await desk.step(case, "end-consultation", consultation=1, outcome="refused")
    ruling = desk.ruling()
    ruling["parts"]["public_interest"] = "关系用电安全"
    assert (await desk.step(case, "decide", **ruling)).status == 200
    text = read(await letter(desk, case, "override"), "docx")
    for words in ("甲能源公司：", "沪电发〔2026〕7号", "关系用电安全", "申请行政复议"):
        assert words in text
    assert "陈晓禾" not in text


async def test_the_fee_notice_tells_the_sum_and_what_can_be_done(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "notify-fee", yuan=300)
    text = read(await letter(desk, case, "fee"), "docx")
    for words in ("人民币300元", "20个工作日", "2026年3月30日", "视为放弃申请", "国办函〔2020〕109号"):
        assert words in text


async def test_who_asks_so_often_is_asked_why(desk: Desk) -> None:
    case = await desk.opened()
    await desk.step(case, "ask-reason", count=40)
    text = read(await letter(desk, case, "reason"), "docx")
    assert "40件政府信息公开申请" in text
    assert "第35条" in text


async def test_the_receipt_tells_number_day_deadline_and_how_to_follow(desk: Desk) -> None:
    case = await desk.opened()
    text = read(await letter(desk, case, "receipt"), "docx")
    for words in ("〔2026〕第1号", "2026年3月2日", "2026年3月30日", desk.deps.people.access_code(case), ASKED):
        assert words in text


async def test_what_did_not_happen_has_no_letter(desk: Desk) -> None:
    case = await desk.opened()
    for kind in ("decision", "correction", "fee"):
        assert (await letter(desk, case, kind)).code == "NOTICE_UNKNOWN"
    assert (await letter(desk, case, "receipt", nth=2)).status == 404
    assert (await letter(desk, case, "ransom")).status == 422
    listed = (await desk.client().get(f"/requests/v1/cases/{case}/notices")).json["items"]
    assert [(each["kind"], each["label"]) for each in listed] == [("receipt", "登记回执")]


async def test_only_officers_of_the_body_read_letters(desk: Desk) -> None:
    case, _ = await decided(desk, "A2")
    path = f"/requests/v1/cases/{case}/notices/decision.docx"
    assert (await desk.client("officer", "other", ("ja-office",)).get(path)).status == 403
    assert (await desk.client("supervisor", "chief", (BODY,)).get(path)).status == 403
    assert (await desk.client("officer").get(path)).headers["cache-control"] == "no-store"


async def test_after_erasure_a_letter_says_so_instead_of_the_words(desk: Desk) -> None:
    case, parts = await decided(desk, "C1")
    await desk.step(case, "serve", way="当面")
    erased = await desk.post(f"/requests/v1/cases/{case}/erasure", desk.client(), '"0"', {"reason": "期限届满"})
    assert erased.status == 200, erased.text
    answer = await letter(desk, case, "decision")
    text = read(answer, "docx")
    assert "〔已删除〕：" in text
    assert not any(words in text for words in ("陈晓禾", ASKED, *parts.values()))
    with zipfile.ZipFile(io.BytesIO(answer.body)) as package:
        assert "陈晓禾".encode() not in b"".join(package.read(name) for name in package.namelist())


async def test_the_page_of_a_case_leads_to_its_letters(desk: Desk) -> None:
    case, _ = await decided(desk, "A1")
    page = await desk.client().get(f"/console/requests/{case}", headers={"accept": "text/html"})
    assert f"/requests/v1/cases/{case}/notices/decision.pdf?nth=1" in page.text

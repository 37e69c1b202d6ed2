"""The filing form between two submissions: what is read, what is proposed, what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from services.catalog.domain.state import Document, Filing
from services.catalog.pages.sheet import FIELDS, Sheet, choices_of, read_sheet, sheet_of
from services.catalog.pages.words import ADVICE, label_of, plain, told
from shared.contracts.codes import CatalogCode
from shared.contracts.facts.base import Defect
from shared.contracts.problems import Refused
from shared.documents.filling import COLUMNS, Filled
from shared.documents.proposals import State


def written(**values: str) -> Sheet:
    return read_sheet({"title": "关于甲的通知", "secrecy": "非密", **values})


def test_every_defect_of_a_document_says_what_to_do() -> None:
    not_of_documents = {
        "BODY_NAME_TAKEN", "DOCUMENT_UNKNOWN", "NOT_ADMITTED", "ATTRIBUTE_SAME", "GROUND_UNKNOWN",
    }  # fmt: skip
    defects = {code.name for code in CatalogCode if not code.name.startswith(("BODY_ID", "REVIEW_"))} - not_of_documents
    assert defects - ADVICE.keys() <= {"BODY_TAKEN", "PARENT_UNKNOWN"}
    (shown,) = told([Defect(code="DATE_MISSING", field="/data/written_on", detail="缺少成文日期")])
    assert (shown["label"], shown["advice"]) == ("成文日期", ADVICE["DATE_MISSING"])


def test_every_field_of_the_form_is_a_field_of_a_document() -> None:
    assert set(FIELDS) == COLUMNS.keys() - {"text"}
    assert choices_of("secrecy") == ["非密"]
    assert choices_of("attribute") == ["主动公开", "依申请公开", "不予公开"]
    assert choices_of("backlog") == ["是", "否"]
    assert choices_of("title") == []


def test_what_was_written_becomes_the_data_of_an_event() -> None:
    data = written(written_on="2026-03-02", joint_issuers="甲局；乙局", backlog="是", text="第一行\r\n第二行").data()
    assert data == {
        "title": "关于甲的通知",
        "secrecy": "非密",
        "written_on": "2026-03-02",
        "joint_issuers": ["甲局", "乙局"],
        "backlog": True,
        "text": "第一行\n第二行",
    }


def test_the_same_form_twice_is_the_same_event_and_a_correction_another_of_the_same_subject() -> None:
    first, again, corrected = written(), written(), written(written_on="2026-03-02")
    wires = [sheet.wire("/a/console", sheet.data()) for sheet in (first, again, corrected)]
    assert wires[0] == wires[1]
    assert wires[0]["id"] != wires[2]["id"]
    assert {wire["subject"] for wire in wires} == {"关于甲的通知"}


@pytest.mark.parametrize(("name", "value"), [("written_on", "2026-02-30"), ("secrecy", "机密"), ("address", "x")])
def test_a_value_that_cannot_be_read_is_told_at_its_field(name: str, value: str) -> None:
    sheet = written(**{name: value})
    sheet.data()
    assert list(sheet.errors) == [name]


def test_what_the_door_says_stands_at_its_field() -> None:
    sheet = written()
    sheet.rejected(
        [
            {"code": "SECRECY_MISSING", "pointer": "", "detail": "缺少密级标注"},
            {"code": "FIELD_INVALID", "pointer": "/data/title", "detail": "过长"},
            {"code": "TYPE_NOT_YOURS", "pointer": "/type", "detail": "不能上报这种类型"},
        ]
    )
    assert sheet.errors == {"secrecy": ["缺少密级标注"], "title": ["过长"], "": ["不能上报这种类型"]}


def test_a_proposal_fills_only_what_is_printed_and_still_empty() -> None:
    sheet = written(number="")
    sheet.take_proposal(
        [
            Filled("title", "标题", "别的标题", State.STATED, "别的标题"),
            Filled("number", "发文字号", "例府办〔2026〕1号", State.STATED, "例府办〔2026〕1号"),
            Filled("issuer", "发文机关", "示例区政府", State.DERIVED),
        ],
        "正文",
    )
    assert (sheet.values["title"], sheet.values["number"], sheet.values["issuer"]) == (
        "关于甲的通知", "例府办〔2026〕1号", "",
    )  # fmt: skip
    assert sheet.text == "正文"


def test_a_correction_begins_with_what_this_agency_filed_last_under_the_name_it_had() -> None:
    def filing(revision: str, agency: str, **values: Any) -> Filing:
        return Filing(receipt="rc", revision=revision, agency=agency, values=values)

    blob = {"sha256": "0" * 64, "size": 3, "mediatype": "text/plain"}
    document = Document(
        document_id="d1",
        filings={
            "oa": filing("t1", "shanghai", title="旧", text_blob=blob),
            "web": filing("t2", "jingan", title="别家的"),
        },
        drafts=("shanghai|file-1|2|旧", "jingan|x|旧"),
    )
    sheet = sheet_of(document, "shanghai")
    assert (sheet.values["title"], sheet.values["secrecy"], sheet.subject) == ("旧", "非密", "file-1|2")
    assert sheet.data()["text_blob"] == blob
    assert sheet_of(document, "changzhi") == Sheet()


def test_a_new_text_replaces_the_one_filed_before() -> None:
    sheet = read_sheet({"kept": '{"text_blob": {"sha256": "0"}}', "text": "新的正文"})
    assert sheet.data() == {"text": "新的正文"}


@pytest.mark.parametrize("kept", ["[]", '{"title": "x"}', '{"files": [], "files": []}', "{"])
def test_a_hidden_part_that_is_not_ours_is_refused(kept: str) -> None:
    with pytest.raises((ValueError, Refused)):
        read_sheet({"kept": kept})


def test_values_read_as_people_write_them() -> None:
    assert [plain(value) for value in (True, False, ["甲", "乙"], None, 3)] == ["是", "否", "甲；乙", "", "3"]
    assert (label_of("/data/files/0/blob"), label_of("/data/number")) == ("", "发文字号")

"""Tables become rows for the feed; what is wrong is told per line and column."""

import csv
import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest

from shared.contracts.problems import Refused
from shared.documents.tables import KINDS, read_table, write_template

HEADER = ["标题", "发文字号", "发文机关", "成文日期", "公开属性", "密级", "联合发文机关"]
ROW = [
    "关于绿化的通知",
    "崇绿〔2023〕5号",
    "崇海区绿化局",
    "2023年4月3日",
    "主动公开",
    "非密",
    "崇海区水务局；崇海区财政局",
]


def a_csv(*rows: list[str], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def an_xlsx(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(name: str, data: bytes, kind: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        read_table(name, data, kind)
    return str(caught.value.code)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_chinese_csv_becomes_documents(encoding: str, delimiter: str) -> None:
    table = read_table("a.csv", a_csv(HEADER, ROW, encoding=encoding, delimiter=delimiter))

    assert table.errors == []
    assert [(row.line, row.type, row.identity) for row in table.rows] == [
        (2, "feed.document-issued", "崇绿〔2023〕5号")
    ]
    assert table.rows[0].data == {
        "title": "关于绿化的通知",
        "number": "崇绿〔2023〕5号",
        "issuer": "崇海区绿化局",
        "joint_issuers": ["崇海区水务局", "崇海区财政局"],
        "written_on": "2023-04-03",
        "attribute": "主动公开",
        "secrecy": "非密",
    }


def test_english_headers_name_the_same_fields() -> None:
    table = read_table("a.csv", a_csv(["credit_code", "name", "employees"], ["91110000600037341L", "甲公司", "1,200"]))

    assert table.rows[0].data == {"credit_code": "91110000600037341L", "name": "甲公司", "employees": 1200}


def test_every_fault_of_a_row_is_told_and_the_other_rows_are_kept() -> None:
    wrong = ["", "", "甲局", "2023-02-30", "公开", "非密", ""]
    table = read_table("a.csv", a_csv(HEADER, wrong, ROW))

    assert [(error.line, error.column, error.code) for error in table.errors] == [
        (2, "成文日期", "DATE_INVALID"),
        (2, "公开属性", "VALUE_INVALID"),
        (2, "发文字号", "VALUE_MISSING"),
    ]
    assert [row.line for row in table.rows] == [3]


def test_a_line_break_inside_a_cell_keeps_the_line_numbers_right() -> None:
    table = read_table("a.csv", a_csv(["标题", "正文"], ["甲", "一\n二\n三"], ["乙", ""]))

    assert [row.line for row in table.rows] == [2, 5]


def test_a_spreadsheet_gives_dates_and_whole_numbers() -> None:
    header = ["企业填报表"], ["统一社会信用代码", "企业名称", "从业人数", "成立日期", "存续"]
    table = read_table("a.xlsx", an_xlsx(*header, ["91110000600037341L", "甲公司", 86.0, date(2015, 6, 18), "否"]))

    assert table.errors == []
    assert table.rows[0].line == 3
    assert table.rows[0].data == {
        "credit_code": "91110000600037341L",
        "name": "甲公司",
        "employees": 86,
        "registered_on": "2015-06-18",
        "active": False,
    }


def test_a_formula_without_value_an_error_and_a_lost_digit_are_told() -> None:
    table = read_table(
        "a.xlsx",
        an_xlsx(
            ["统一社会信用代码", "企业名称", "从业人数"],
            ["91110000600037341L", "甲公司", "=1+1"],
            ["91110000600037341L", "#N/A", 3],
            [311100006000373419, "丙公司", 3],
        ),
    )

    assert [(error.line, error.column, error.code) for error in table.errors] == [
        (2, "从业人数", "FORMULA_WITHOUT_VALUE"),
        (3, "企业名称", "CELL_ERROR"),
        (4, "统一社会信用代码", "VALUE_INVALID"),
    ]


def test_members_of_a_partner_gather_over_several_rows() -> None:
    header = ["伙伴代码", "名称", "类别", "成员信用代码"]
    table = read_table("a.csv", a_csv(header, ["p1", "甲园", "园区", "A；B"], ["p1", "甲园", "园区", "B；C"]))

    assert [row.data["members"] for row in table.rows] == [["A", "B", "C"]]


def test_json_lines_are_read_strictly_with_their_line_numbers() -> None:
    lines = [
        json.dumps({"body": "B1", "name": "甲局"}, ensure_ascii=False),
        "",
        '{"body": "B1", "body": "B2", "name": "乙"}',
        '{"body": "B3", "name": NaN}',
        "[1]",
        '{"body": "B4"}',
        '{"body": "B5", "name": "丙", "nmae": "丁"}',
        "{",
    ]
    table = read_table("a.ndjson", "\n".join(lines).encode(), "bodies")

    assert [row.data for row in table.rows] == [{"body": "B1", "name": "甲局"}]
    assert [(error.line, error.column, error.code) for error in table.errors] == [
        (3, "", "ROW_INVALID"),
        (4, "", "ROW_INVALID"),
        (5, "", "ROW_NOT_OBJECT"),
        (6, "机构全称", "VALUE_INVALID"),
        (7, "nmae", "COLUMN_UNKNOWN"),
        (8, "", "ROW_INVALID"),
    ]


def test_a_whole_event_keeps_its_envelope() -> None:
    data = {"body": "B1", "name": "甲局"}
    event = {"specversion": "1.0", "type": "feed.body-registered", "subject": "B1", "data": data}
    table = read_table("a.ndjson", json.dumps(event).encode())

    assert [(row.event, row.data) for row in table.rows] == [(event, data)]


@pytest.mark.parametrize(
    ("name", "data", "kind", "code"),
    [
        ("a.csv", a_csv(["标题", "发文字号", "备注二"], ["a", "b", "c"]), None, "COLUMN_UNKNOWN"),
        ("a.csv", a_csv(["标题", "发文字号", "文号"], ["a", "b", "c"]), None, "COLUMN_REPEATED"),
        ("a.csv", a_csv(["名称", "区划代码"], ["a", "b"]), "bodies", "HEADER_MISSING"),
        ("a.csv", a_csv(["甲", "乙"], ["a", "b"]), None, "KIND_UNKNOWN"),
        ("a.csv", '标题,发文字号\n"甲,乙\n'.encode(), None, "FILE_DAMAGED"),
        ("a.xlsx", an_xlsx(["甲"]), None, "KIND_UNKNOWN"),
        ("a.ndjson", "{}".encode("utf-16"), None, "ENCODING_UNKNOWN"),
        ("a.csv", an_xlsx(["甲"]), None, "FILE_TYPE_MISMATCH"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_is_refused(name: str, data: bytes, kind: str | None, code: str) -> None:
    assert refusal(name, data, kind) == code


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_template_holds_no_row_until_it_is_filled_in(kind: str) -> None:
    data = write_template(kind)
    table = read_table("模板.xlsx", data)
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]

    assert (table.rows, table.errors) == ([], [])
    assert "填写说明" in book.sheetnames
    assert sheet.data_validations.count == sum(
        bool(column.choices) or column.form == "flag" for column in KINDS[kind].columns
    )

    name = next(index for index, column in enumerate(KINDS[kind].columns, 1) if column.field in ("title", "name"))
    sheet.cell(2, name).value = "换了名字"
    out = io.BytesIO()
    book.save(out)
    filled = read_table("模板.xlsx", out.getvalue())
    assert filled.errors == []
    assert [row.type for row in filled.rows] == [KINDS[kind].fact.type]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_column_fills_a_field_of_its_contract(kind: str) -> None:
    fields = KINDS[kind].fact.model_fields

    assert {column.field for column in KINDS[kind].columns} <= set(fields)
    assert {name for name, field in fields.items() if field.is_required()} == {
        column.field for column in KINDS[kind].columns if column.required
    }


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        ({"title": "关于示例事项的通知", "secrecy": "非密"}, "feed.document-issued"),
        ({"number": "示例发〔2026〕1号", "title": "通知", "issuer": "示例局"}, "feed.document-issued"),
        ({"body": "sl-1", "name": "示例局"}, "feed.body-registered"),
        ({"credit_code": "91110000600037341L", "name": "示例科技有限公司"}, "feed.enterprise-registered"),
        ({"partner": "park-01", "name": "示例产业园", "kind": "park"}, "feed.partner-registered"),
    ],
)
def test_the_names_of_its_fields_tell_what_a_line_of_ndjson_is(content: dict[str, str], type_: str) -> None:
    table = read_table("a.ndjson", json.dumps(content).encode())
    assert table.errors == []
    assert [row.type for row in table.rows] == [type_]


@pytest.mark.parametrize("content", [{"name": "谁"}, {"title": "通知", "credit_code": "91110000600037341L"}, {}])
def test_a_line_that_may_be_nothing_or_several_things_is_not_guessed(content: dict[str, str]) -> None:
    (error,) = read_table("a.ndjson", json.dumps(content).encode()).errors
    assert error.code == "KIND_UNKNOWN"


def test_a_field_nobody_knows_is_named_although_the_kind_was_found_by_the_others() -> None:
    (error,) = read_table("a.ndjson", json.dumps({"title": "通知", "colour": "红"}).encode()).errors
    assert (error.code, error.column) == ("COLUMN_UNKNOWN", "colour")

"""The report as DOCX, CSV and charts: the printed tables, the same bytes twice, nothing that runs."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

from docx import Document

from services.publish.views.reports.charts import charts_of
from services.publish.views.reports.page import html_of
from services.publish.views.reports.sheets import csv_of
from services.publish.views.reports.word import docx_of
from tests.unit.publish.reports import BUREAU, RULES, drafted, public, shown


def test_the_same_report_gives_the_same_bytes() -> None:
    view = shown(public(drafted()))
    first, second = (hashlib.sha256(docx_of(view, BUREAU.form, RULES)).hexdigest() for _ in range(2))
    assert first == second
    assert csv_of(view.tables, 2025, "2021", RULES) == csv_of(view.tables, 2025, "2021", RULES)
    with zipfile.ZipFile(io.BytesIO(docx_of(view, BUREAU.form, RULES))) as packed:
        assert {each.date_time for each in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_document_holds_the_sections_and_the_printed_tables() -> None:
    view = shown(public(drafted()))
    read = Document(io.BytesIO(docx_of(view, BUREAU.form, RULES)))
    titles = [each.text for each in read.paragraphs if each.style and each.style.name == "Heading 1"]
    assert titles == [section.title for section in BUREAU.form.sections]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in read.tables]
    assert tables[0][2] == ["规章", "0", "0", "0"]
    big = tables[4]
    assert big[0][1:] == ["申请人情况"] * 7
    assert big[1][1:] == ["自然人", *["法人或其他组织"] * 5, "总计"]
    assert big[3] == ["一、本年新收政府信息公开申请数量", "58", "7", "0", "0", "1", "0", "66"]
    assert "penalties" not in "".join(each.text for each in read.paragraphs)
    assert any("行政处罚“本年处理决定数量”" in each.text for each in read.paragraphs)


def test_a_report_on_2020_prints_the_old_form() -> None:
    view = shown(public(drafted(2020, r1_np=5, A_np=3, r4_np=2)))
    page = html_of(view, BUREAU.form, RULES).decode()
    for told in ("政府集中采购项目", "采购总金额（单位：万元）", "其他对外管理服务事项", "本年新制作数量", "本年增/减"):
        assert told in page
    for told in ("本年制发件数", "申请人逾期未按收费通知要求缴纳费用"):
        assert told not in page
    assert docx_of(view, BUREAU.form, RULES)


def test_an_empty_cell_stays_empty_in_the_sheet_and_zero_is_zero() -> None:
    told = csv_of(drafted().tables, 2025, "2021", RULES).decode("utf-8-sig")
    assert "表一,penalties,decisions,表一 行政处罚 本年处理决定数量,\r\n" in told
    assert "表一,compulsion,decisions,表一 行政强制 本年处理决定数量,0\r\n" in told
    assert "表一,fees,amount,表一 行政事业性收费 本年收费金额（单位：万元）,128.6000\r\n" in told


def test_a_chart_says_its_values_in_words_and_runs_nothing() -> None:
    flow = str(charts_of(drafted().tables, "2021", RULES)[0])
    assert "本年新收 66；上年结转 2；本年办理 66；结转下年 2" in flow
    assert re.search(r"<title id=\"flow-t\">.+</title><desc id=\"flow-d\">", flow)
    assert not re.search(r"script|style=|on\w+=", flow)


def test_the_page_says_what_is_empty_and_keeps_zero() -> None:
    page = html_of(shown(public(drafted())), BUREAU.form, RULES).decode()
    assert "以下数据未报送，留空：行政处罚“本年处理决定数量”。" in page
    assert '<th scope="row">行政处罚</th><td></td>' in page
    assert '<th scope="row">行政强制</th><td>0</td>' in page

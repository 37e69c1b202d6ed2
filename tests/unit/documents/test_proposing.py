"""What is proposed for documents of many layouts; what is not printed stays absent."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.documents.proposing import Proposal, Proposed, State, propose

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*.txt"))
FIELDS = (
    "title",
    "number",
    "issuer",
    "written",
    "published",
    "attribute",
    "attribute_reason",
    "genre",
    "subject",
    "secrecy",
)


def load(path: Path) -> tuple[dict[str, str], str]:
    head, _, text = path.read_text(encoding="utf-8").partition("====\n")
    return dict(line.split(" = ", 1) for line in head.splitlines()), text


def stated(proposal: Proposal) -> dict[str, str]:
    fields = {name: getattr(proposal, name) for name in FIELDS}
    found = {name: str(field.value) for name, field in fields.items() if field.state is State.STATED}
    if proposal.issuers and proposal.issuers[0].state is State.STATED:
        found["issuers"] = "、".join(str(issuer.value) for issuer in proposal.issuers)
    return found


def expected(wanted: dict[str, str]) -> dict[str, str]:
    fields = {name: value for name, value in wanted.items() if name in (*FIELDS, "issuers")}
    if "issuers" in fields:
        fields["issuer"] = fields["issuers"].split("、")[0]
    elif "issuer" in fields:
        fields["issuers"] = fields["issuer"]
    if wanted.get("issuer_state") == "derived":
        del fields["issuer"], fields["issuers"]
    return fields


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_exactly_what_is_printed_is_stated(path: Path) -> None:
    wanted, text = load(path)

    proposal = propose(text)

    assert stated(proposal) == expected(wanted)
    if "number" in wanted:
        assert proposal.number_key == wanted.get("key", wanted["number"])
    if wanted.get("issuer_state") == "derived":
        assert (proposal.issuer.value, proposal.issuer.state) == (wanted["issuer"], State.DERIVED)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_value_quotes_the_text_it_rests_on(path: Path) -> None:
    _, text = load(path)
    proposal = propose(text)

    for field in (*(getattr(proposal, name) for name in FIELDS), *proposal.issuers):
        assert isinstance(field, Proposed)
        if field.state is State.ABSENT:
            assert field.value is None
            assert field.span is None
        else:
            assert field.span is not None
            assert text[slice(*field.span)] == field.quote != ""


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_cleaned_text_keeps_every_sentence_and_loses_what_copying_left(path: Path) -> None:
    wanted, text = load(path)

    cleaned = propose(text).cleaned

    assert all(words in cleaned for words in wanted.get("cleaned_has", "").split("|"))
    assert not any(words in cleaned for words in wanted.get("cleaned_not", "").split("|") if words)


WORDS = (
    "\n \t 关于 印发 《 》 ( ) （ ） 的通知 崇海区财政局 文件 令 第32号 崇府〔2024〕5号 "
    "2024年1月2日 二〇二四年一月二日 2024-01-02 发文字号： 发布日期 | 来源: 各单位： 附件 "
    "附件： （此件公开发布） 抄送：某局 印发 。 ， 1、 2、 - 3 - <p> &nbsp; 秘密★5年 "
    "由会员分享 市长"
)
PIECES = st.sampled_from(WORDS.split(" "))


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_whatever_the_text_a_quote_is_in_it_and_nothing_breaks(text: str) -> None:
    proposal = propose(text)

    for field in (*(getattr(proposal, name) for name in FIELDS), *proposal.issuers):
        assert field.span is None or text[slice(*field.span)] == field.quote
        assert (field.value is None) == (field.state is State.ABSENT)


@pytest.mark.parametrize(
    "unit", ["（2024年1月2日", "关于《", "崇海区财政局 ", "1、某事项", "附件：\n", "各单位、", "2024年1月2日\n"]
)
def test_a_text_made_to_waste_time_is_answered_in_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    begin = time.monotonic()
    propose(text)

    assert time.monotonic() - begin < 10

"""Charts of a report (年报图解): bars as SVG from the tables, read aloud by title and description, without script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from shared.contracts.facts.publish import Table, TableName
from shared.law.rules import Rules

_WIDTH, _LABEL, _BAR, _STEP = 640, 200, 360, 30
_TITLE = 30
_COLOUR = "#1d5c9e"
_FLOW = (("r1", "本年新收"), ("r2", "上年结转"), ("r3", "本年办理"), ("r4", "结转下年"))


def charts_of(tables: Mapping[TableName, Table], format_: str, rules: Rules) -> list[Markup]:
    """Return the charts of a report: the year's flow, who applied, how it was answered."""
    table = tables.get("II")
    if not table:
        return []
    two = rules.table_two.formatted(format_)
    total = two.identities["APPLICANTS"].left[0]
    categories = two.identities["APPLICANTS"].right
    flow = [(label, _count(table, row, total)) for row, label in _FLOW]
    applicants = [(two.columns[column].label, _count(table, "r1", column)) for column in categories]
    return [
        bars("flow", "申请的收到、办理与结转（件）", flow),
        bars("applicants", "新收申请的申请人（件）", applicants),
        bars("results", "办理结果（件）", list(_results(table, total, format_, rules))),
    ]


def bars(name: str, title: str, values: Sequence[tuple[str, int]]) -> Markup:
    """Return a bar chart; its description says every value in words."""
    most = max((value for _, value in values), default=0) or 1
    height = _TITLE + _STEP * len(values) + 10
    told = "；".join(f"{label} {value}" for label, value in values)
    parts = [
        Markup('<svg class="chart" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-t {}-d">').format(
            _WIDTH, height, name, name
        ),
        Markup('<title id="{}-t">{}</title><desc id="{}-d">{}</desc>').format(name, title, name, told),
        Markup('<text x="0" y="18" font-size="15" font-weight="600">{}</text>').format(title),
    ]
    for index, (label, value) in enumerate(values):
        top = _TITLE + index * _STEP + 5
        width = round(_BAR * value / most)
        parts.append(
            Markup(
                '<text x="{}" y="{}" text-anchor="end" font-size="13">{}</text>'
                '<rect x="{}" y="{}" width="{}" height="18" fill="{}"/>'
                '<text x="{}" y="{}" font-size="13">{}</text>'
            ).format(
                _LABEL, top + 14, _short(label), _LABEL + 10, top, width, _COLOUR, _LABEL + 16 + width, top + 14, value
            )
        )
    return Markup("").join([*parts, Markup("</svg>")])


def _results(table: Table, total: str, format_: str, rules: Rules) -> Iterator[tuple[str, int]]:
    """Yield the results by group: what stands under one heading is one bar."""
    two = rules.table_two.formatted(format_)
    summed: dict[str, int] = {}
    for row in two.identities["RESULTS"].right:
        label = two.rows[row].group or two.rows[row].label
        summed[label] = summed.get(label, 0) + _count(table, row, total)
    yield from summed.items()


def _count(table: Table, row: str, column: str) -> int:
    return int(table.get(row, {}).get(column) or 0)


def _short(label: str) -> str:
    """Shorten a printed label to what fits beside its bar."""
    text = label.partition("（区分")[0]
    return text if len(text) <= 15 else f"{text[:14]}…"

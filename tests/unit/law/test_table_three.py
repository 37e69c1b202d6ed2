"""Table III of the annual report: its shape and its identity."""

import pytest

from shared.law.rows import UnknownCode
from shared.law.rules import load_rules

TABLE = load_rules().table_three


def test_it_is_one_row_of_fifteen_cells() -> None:
    assert [group.label for group in TABLE.groups] == ["行政复议", "未经复议直接起诉", "复议后起诉"]
    assert [column.label for column in TABLE.columns] == ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    assert len(TABLE.whole({})) == 15
    assert set(TABLE.whole({}).values()) == {0}
    assert {TABLE.pending, TABLE.total} <= set(TABLE.columns.codes)


def test_the_total_of_a_group_is_the_sum_of_its_cells() -> None:
    cells = TABLE.whole({("suit", "corrected"): 2, ("suit", "pending"): 1, ("suit", "total"): 3})
    assert TABLE.check(cells) == []
    [broken] = TABLE.check({**cells, ("suit", "pending"): 0})
    assert (broken.identity, broken.where, broken.left, broken.right) == ("REMEDIES", "suit", 3, 2)


def test_a_cell_outside_the_table_is_refused() -> None:
    with pytest.raises(UnknownCode):
        TABLE.whole({("appeal", "total"): 1})

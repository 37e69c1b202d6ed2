"""What every store promises about rows."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.store.port import Query, Row, Scalar, Store
from tests.support.stored import row


async def test_a_row_is_written_where_it_is_newer(store: Store) -> None:
    await store.put([row("a", 2), row("b", 2), row("a", 3), row("a", 1)])
    await store.put([row("b", 1), row("c", 1), row("b", 2)])

    found = await store.rows("things", ["a", "b", "c", "d"])

    assert {name: (each.version, each.data) for name, each in found.items()} == {
        "a": (3, {"version": 3}),
        "b": (2, {"version": 2}),
        "c": (1, {"version": 1}),
    }


async def test_the_newest_of_many_at_once_stays(store: Store) -> None:
    await asyncio.gather(*(store.put([row("a", version), row("b", 20 - version)]) for version in range(1, 20)))

    found = await store.rows("things", ["a", "b"])

    assert {name: each.version for name, each in found.items()} == {"a": 19, "b": 19}


async def test_data_may_hold_any_json(store: Store) -> None:
    data = {"a.b": {"$set": [1, 1.5, None, True, "〔已删除〕", 2**63 - 1]}, "$x": ""}
    await store.put([Row("things", "a", 1, data, {"n": 1.5})])

    assert (await store.rows("things", ["a"]))["a"] == Row("things", "a", 1, data, {"n": 1.5})


async def test_a_row_is_inserted_once(store: Store) -> None:
    first = await store.insert([row("a", 1), row("b", 1), row("a", 9)])
    second = await store.insert([row("b", 7), row("c", 1)])

    assert (sorted(first), second) == (["a", "b"], ["c"])
    found = await store.rows("things", ["a", "b", "c"])
    assert [found[name].version for name in "abc"] == [1, 1, 1]


async def test_of_many_inserting_one_row_one_does(store: Store) -> None:
    written = await asyncio.gather(*(store.insert([row("a", number + 1)]) for number in range(8)))

    assert sum(len(each) for each in written) == 1
    winner = next(number for number, each in enumerate(written) if each)
    assert (await store.rows("things", ["a"]))["a"].version == winner + 1


async def test_of_many_swapping_one_version_one_does(store: Store) -> None:
    assert await store.swap(row("a", 1), None)
    assert not await store.swap(row("a", 1), None)
    assert not await store.swap(row("b", 2), 1)

    swapped = await asyncio.gather(
        *(store.swap(Row("things", "a", 2, {"by": number}, {"by": number}), 1) for number in range(8))
    )

    assert sum(swapped) == 1
    found = (await store.rows("things", ["a"]))["a"]
    assert (found.data, found.index, found.version) == ({"by": swapped.index(True)}, {"by": swapped.index(True)}, 2)


async def test_rows_and_tables_can_be_deleted(store: Store) -> None:
    await store.put([row("a"), row("b"), row("c", table="others", kind="x")])
    assert await store.count("others", Query(equal={"kind": "x"})) == {None: 1}

    await store.delete("things", ["a", "unknown"])
    await store.drop("others")
    await store.drop("never-seen")

    assert list(await store.rows("things", ["a", "b"])) == ["b"]
    assert (await store.page("others", Query())).items == []
    await store.put([row("c", table="others", kind="x")])
    assert await store.count("others", Query(equal={"kind": "x"})) == {None: 1}


async def test_rows_are_counted_by_a_field(store: Store) -> None:
    await store.put([row(str(number), state="abc"[number % 3], body=number % 2) for number in range(9)])
    await store.put([row("x", body=0)])

    assert await store.count("things", Query(), by="state") == {"a": 3, "b": 3, "c": 3, None: 1}
    assert await store.count("things", Query(equal={"body": 1}), by="state") == {"a": 1, "b": 2, "c": 1}
    assert await store.count("things", Query(order="body", low=1)) == {None: 4}
    assert await store.count("empty", Query()) == {None: 0}


@pytest.mark.parametrize(
    "query",
    [Query(low=1), Query(equal={"a.b": 1}), Query(order='"; drop'), Query(after="?"), Query(after="W10")],
)
async def test_a_question_nobody_can_answer_is_a_mistake(store: Store, query: Query) -> None:
    with pytest.raises(ValueError, match=r"field|cursor"):
        await store.page("things", query)


async def test_a_table_name_is_checked(store: Store) -> None:
    with pytest.raises(ValueError, match="not a name"):
        await store.put([row("a", table='x" (y')])


words = st.sampled_from([None, "", "a", "ab", "abc", "b", "沪府", "沪府办", "\ud7ff", "z"])
numbers = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from([0.5, -1.25]))
indexes = st.fixed_dictionaries({}, optional={"word": words, "number": numbers, "flag": st.sampled_from(["x", "y"])})
queries = st.builds(
    Query,
    equal=st.fixed_dictionaries({}, optional={"word": words, "number": numbers, "flag": st.just("x")}),
    prefix=st.fixed_dictionaries({}, optional={"word": st.sampled_from(["", "a", "ab", "沪府", "\ud7ff"])}),
    order=st.just("number"),
    low=numbers,
    high=numbers,
    down=st.booleans(),
    limit=st.integers(1, 4),
) | st.builds(
    Query,
    equal=st.fixed_dictionaries({}, optional={"flag": st.just("x")}),
    order=st.sampled_from([None, "word"]),
    down=st.booleans(),
    limit=st.integers(1, 4),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(indexes=st.lists(indexes, max_size=12), asked=st.lists(queries, min_size=1, max_size=4))
async def test_pages_are_what_a_plain_filter_says(
    store: Store, indexes: list[dict[str, Scalar]], asked: list[Query]
) -> None:
    rows = [Row("things", f"r{number}", 1, {}, index) for number, index in enumerate(indexes)]
    await store.delete("things", [f"r{number}" for number in range(12)])
    await store.put(rows)

    for query in asked:
        expected = [each.id for each in _plain(rows, query)]
        assert await _all_pages(store, query) == expected
        assert (await store.count("things", query))[None] == len(expected)


async def _all_pages(store: Store, query: Query) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = await store.page(
            "things",
            Query(query.equal, query.prefix, query.order, query.low, query.high, query.down, after, query.limit),
        )
        assert len(page.items) <= query.limit
        found += [each.id for each in page.items]
        if page.next is None:
            return found
        after = page.next


def _plain(rows: list[Row], query: Query) -> list[Row]:
    def fits(each: Row) -> bool:
        index = each.index
        value = index.get(query.order) if query.order else None
        return (
            all(index.get(field) == wanted for field, wanted in query.equal.items())
            and all(
                isinstance(text := index.get(field), str) and text.startswith(prefix)
                for field, prefix in query.prefix.items()
            )
            and (query.low is None or (value is not None and value >= query.low))  # type: ignore[operator]
            and (query.high is None or (value is not None and value <= query.high))  # type: ignore[operator]
        )

    def rank(each: Row) -> tuple[bool, Scalar, str]:
        value = each.index.get(query.order) if query.order else None
        return value is not None, 0 if value is None else value, each.id

    return sorted(filter(fits, rows), key=rank, reverse=query.down)

"""Waiting for a condition with a deadline: what tests do instead of sleeping."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def until(condition: Callable[[], Awaitable[T]], seconds: float = ..., what: str = ...) -> T: ...
@overload
async def until(condition: Callable[[], T], seconds: float = ..., what: str = ...) -> T: ...
async def until(condition: Callable[[], Any], seconds: float = 10.0, what: str = "the condition") -> Any:
    """Ask again and again until the condition is truthy and return what it said.

    Args:
        condition: a function or coroutine function without arguments.
        seconds: the deadline.
        what: names the condition in the failure.

    Raises:
        AssertionError: the deadline passed; the text carries the last answer.
    """
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < end, f"{what} did not hold within {seconds} s; last answer: {answer!r}"
        await asyncio.sleep(0.01)

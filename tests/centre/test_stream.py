"""The stream of changes: a page that opens it is first told that anything may have changed."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from centre.web.stream import Changes


def test_a_page_is_first_told_that_anything_may_have_changed() -> None:
    """For what came between its drawing and the opening of its stream, or while that was away, nobody tells it else."""

    async def first() -> str:
        page = Changes("postgresql:///nowhere").of_a_page()
        opening = await anext(page)
        await page.aclose()  # type: ignore[attr-defined]
        return opening

    # On a thread of its own: a browser that an earlier test has opened keeps a loop running on this one.
    with ThreadPoolExecutor(1) as thread:
        lines = thread.submit(asyncio.run, first()).result().split("\n")
    assert 'data: ["*"]' in lines
    assert lines[-2:] == ["", ""]  # which ends an event; what does not is not heard

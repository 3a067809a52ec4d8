"""Who says what a page may read: the system's Chromium, or without one the browser model."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Protocol

from demo.checks import Asked, Observation, PageName
from demo.chromium import Chromium, NoChromium
from demo.model import Model


class Judge(Protocol):
    """A browser with a page on each origin."""

    name: str

    def observe(self, page: PageName, api: str, asked: Asked) -> Observation:
        """Run one fetch() in a page; everything but the number of invocations is filled in."""


def open_judge(running: ExitStack, pages: Mapping[PageName, str]) -> tuple[Judge, str]:
    """Start Chromium on `running`; where that cannot be, return the browser model and why."""
    try:
        return running.enter_context(Chromium(pages)), ""
    except NoChromium as reason:
        return running.enter_context(Model(pages)), str(reason)

"""The CORS-preflight cache (https://fetch.spec.whatwg.org/#cors-preflight-cache)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..standard import AUTHORIZATION
from .refusal import Credentials

# Seconds that Chromium keeps an answer at most.
CHROMIUM_MAX_AGE = 7200


@dataclass(slots=True)
class _CacheEntry:
    credentials: bool
    method: str | None
    header_name: str | None
    expires: float

    def serves(self, credentials: Credentials) -> bool:
        """Key, origin and URL aside (https://fetch.spec.whatwg.org/#concept-cache-match)."""
        return self.credentials or credentials != "include"

    def names(self, value: str, entry: str | None) -> bool:
        # With credentials * was a literal when it was stored, and engines keep it one.
        return entry == value or (entry == "*" and not self.credentials)


class PreflightCache:
    """Fetch's "CORS-preflight cache" of one page's network partition.

    `clock` gives seconds that never run backwards; `limit` is the most a server's Max-Age counts for
    (7,200 s in Chromium, 86,400 s in Firefox, 600 s in WebKit).
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, limit: int = CHROMIUM_MAX_AGE) -> None:
        self._clock = clock
        self._limit = limit
        self._entries: dict[tuple[str, str], list[_CacheEntry]] = {}

    def clear(self, origin: str | None = None, url: str | None = None) -> None:
        """Fetch, "clear cache entries" of one origin and URL; without arguments, all of them.

        Source: https://fetch.spec.whatwg.org/#concept-cache-clear
        """
        if origin is None or url is None:
            self._entries.clear()
        else:
            self._entries.pop((origin, url), None)

    def has_method(self, origin: str, url: str, credentials: Credentials, method: str) -> bool:
        """Fetch, "method cache entry match" (https://fetch.spec.whatwg.org/#concept-cache-match-method)."""
        return bool(self._methods(self._live(origin, url), credentials, method))

    def has_header_name(self, origin: str, url: str, credentials: Credentials, name: str) -> bool:
        """Fetch, "header-name cache entry match"; * never stands for Authorization.

        Source: https://fetch.spec.whatwg.org/#concept-cache-match-header
        """
        return bool(self._names(self._live(origin, url), credentials, name))

    def store(
        self,
        origin: str,
        url: str,
        credentials: Credentials,
        methods: Iterable[str],
        header_names: Iterable[str],
        max_age: int,
    ) -> None:
        """Matching entries get a new age, others are new (https://fetch.spec.whatwg.org/#cors-preflight-fetch-0)."""
        expires = self._clock() + min(max_age, self._limit)
        included = credentials == "include"
        live = self._live(origin, url)
        for method in methods:
            found = self._methods(live, credentials, method)
            live += [] if found else [_CacheEntry(included, method, None, expires)]
            for entry in found:
                entry.expires = expires
        for name in header_names:
            found = self._names(live, credentials, name)
            live += [] if found else [_CacheEntry(included, None, name.lower(), expires)]
            for entry in found:
                entry.expires = expires
        self._entries[origin, url] = live

    def _live(self, origin: str, url: str) -> list[_CacheEntry]:
        now = self._clock()
        return [entry for entry in self._entries.get((origin, url), ()) if entry.expires > now]

    @staticmethod
    def _methods(entries: list[_CacheEntry], credentials: Credentials, method: str) -> list[_CacheEntry]:
        return [e for e in entries if e.serves(credentials) and e.names(method, e.method)]

    @staticmethod
    def _names(entries: list[_CacheEntry], credentials: Credentials, name: str) -> list[_CacheEntry]:
        name = name.lower()
        return [
            e
            for e in entries
            if e.serves(credentials)
            and (e.header_name == name if name == AUTHORIZATION else e.names(name, e.header_name))
        ]

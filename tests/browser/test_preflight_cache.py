"""The preflight cache on a clock of its own."""

from __future__ import annotations

from lambda_cors_kit.browser import PreflightCache

ORIGIN, URL = "https://app.example.com", "https://api.example.com/items"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_entry_lives_as_long_as_it_says() -> None:
    clock = Clock()
    cache = PreflightCache(clock=clock)
    cache.store(ORIGIN, URL, "omit", ["PUT"], ["X-A"], 60)
    clock.now += 59.9
    assert cache.has_method(ORIGIN, URL, "omit", "PUT")
    assert cache.has_header_name(ORIGIN, URL, "omit", "x-a")
    clock.now += 0.1
    assert not cache.has_method(ORIGIN, URL, "omit", "PUT")
    assert not cache.has_header_name(ORIGIN, URL, "omit", "x-a")


def test_zero_seconds_are_no_entry() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "omit", ["PUT"], ["x-a"], 0)
    assert not cache.has_method(ORIGIN, URL, "omit", "PUT")


def test_the_browsers_own_limit_wins() -> None:
    clock = Clock()
    cache = PreflightCache(clock=clock)
    cache.store(ORIGIN, URL, "omit", ["PUT"], [], 86400)
    clock.now += 7199
    assert cache.has_method(ORIGIN, URL, "omit", "PUT")
    clock.now += 1
    assert not cache.has_method(ORIGIN, URL, "omit", "PUT")


def test_origin_and_url_are_the_key() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "omit", ["PUT"], [], 60)
    assert not cache.has_method("https://other.example", URL, "omit", "PUT")
    assert not cache.has_method(ORIGIN, URL + "?page=2", "omit", "PUT")


def test_methods_have_their_case_and_header_names_have_none() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "omit", ["patch"], ["X-A"], 60)
    assert not cache.has_method(ORIGIN, URL, "omit", "PATCH")
    assert cache.has_header_name(ORIGIN, URL, "omit", "x-A")


def test_an_answer_without_credentials_does_not_serve_a_request_with_them() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "same-origin", ["PUT"], ["x-a"], 60)
    assert cache.has_method(ORIGIN, URL, "omit", "PUT")
    assert not cache.has_method(ORIGIN, URL, "include", "PUT")
    assert not cache.has_header_name(ORIGIN, URL, "include", "x-a")


def test_an_answer_with_credentials_serves_both() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "include", ["PUT"], ["x-a"], 60)
    assert cache.has_method(ORIGIN, URL, "omit", "PUT")
    assert cache.has_header_name(ORIGIN, URL, "include", "x-a")


def test_the_wildcard_serves_all_but_authorization() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "omit", ["*"], ["*"], 60)
    assert cache.has_method(ORIGIN, URL, "omit", "ANYTHING")
    assert cache.has_header_name(ORIGIN, URL, "omit", "x-anything")
    assert not cache.has_header_name(ORIGIN, URL, "omit", "authorization")


def test_the_wildcard_of_a_request_with_credentials_stays_a_literal() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "include", ["*", "PUT"], ["*"], 60)
    assert not cache.has_method(ORIGIN, URL, "include", "DELETE")
    assert not cache.has_header_name(ORIGIN, URL, "include", "x-a")
    assert cache.has_method(ORIGIN, URL, "include", "*")


def test_a_new_answer_renews_what_it_names_and_keeps_the_rest() -> None:
    clock = Clock()
    cache = PreflightCache(clock=clock)
    cache.store(ORIGIN, URL, "omit", ["PUT", "DELETE"], ["x-a"], 10)
    clock.now += 9
    cache.store(ORIGIN, URL, "omit", ["PUT"], ["X-A"], 10)
    clock.now += 9
    assert cache.has_method(ORIGIN, URL, "omit", "PUT")
    assert cache.has_header_name(ORIGIN, URL, "omit", "x-a")
    assert not cache.has_method(ORIGIN, URL, "omit", "DELETE")


def test_a_new_answer_may_end_an_entry() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "omit", ["PUT"], [], 60)
    cache.store(ORIGIN, URL, "omit", ["PUT"], [], 0)
    assert not cache.has_method(ORIGIN, URL, "omit", "PUT")


def test_clearing() -> None:
    cache = PreflightCache(clock=Clock())
    cache.store(ORIGIN, URL, "omit", ["PUT"], [], 60)
    cache.store(ORIGIN, URL + "/1", "omit", ["PUT"], [], 60)
    cache.clear(ORIGIN, URL)
    assert not cache.has_method(ORIGIN, URL, "omit", "PUT")
    assert cache.has_method(ORIGIN, URL + "/1", "omit", "PUT")
    cache.clear()
    assert not cache.has_method(ORIGIN, URL + "/1", "omit", "PUT")

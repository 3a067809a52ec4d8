"""Datasette over one database, as its documentation wraps it: `Datasette(files).app()`."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from datasette.app import Datasette

DATA = Path(os.environ["APPS_DATA"])
FILE = DATA / "books.db"
FILE.unlink(missing_ok=True)
with sqlite3.connect(FILE) as database:
    database.executescript(
        """
        create table authors (id integer primary key, name text);
        create table books (id integer primary key, title text, author integer references authors(id), cover blob);
        create table "a/b %" (key text primary key, value text);
        """
    )
    database.executemany("insert into authors values (?, ?)", [(1, "Karel Čapek"), (2, "Stanisław Lem")])
    database.executemany(
        "insert into books values (?, ?, ?, ?)",
        [(number, f"Book {number}", 1 + number % 2, bytes(range(256))) for number in range(120)],
    )
    database.executemany('insert into "a/b %" values (?, ?)', [("x/y", "slash"), ("100%", "percent"), ("é", "e")])
database.close()

datasette = Datasette(
    [],
    immutables=[str(FILE)],
    settings={"base_url": os.environ["APPS_PREFIX"] + "/"},
    metadata={
        "title": "Books",
        "databases": {"books": {"queries": {"by_title": "select * from books where title = :title"}}},
    },
    secret="not a secret",
)
app = datasette.app()

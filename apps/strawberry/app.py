"""GraphQL with Strawberry's ASGI application, mounted in Starlette."""

from __future__ import annotations

from dataclasses import dataclass

import strawberry
from starlette.applications import Starlette
from starlette.routing import Mount
from strawberry.asgi import GraphQL
from strawberry.file_uploads import Upload
from strawberry.types import Info

_books = ["Dune"]


@strawberry.type
@dataclass
class Book:
    """A book."""

    title: str


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def books(self, contains: str = "") -> list[Book]:
        """The books with a text in their title."""
        return [Book(title=each) for each in _books if contains in each]

    @strawberry.field
    async def where(self, info: Info) -> str:
        """The address as the application sees it."""
        return str(info.context["request"].url)

    @strawberry.field
    def broken(self) -> str:
        """An error."""
        raise ValueError("broken")


@strawberry.type
class Mutation:
    """What can be done."""

    @strawberry.mutation
    def add(self, title: str, info: Info) -> Book:
        """Add a book, and set cookies."""
        _books.append(title)
        info.context["response"].set_cookie("last", "1")
        info.context["response"].set_cookie("count", str(len(_books)))
        return Book(title=title)

    @strawberry.mutation
    async def upload(self, file: Upload) -> str:
        """A file by the multipart specification of GraphQL."""
        return (await file.read()).hex()  # type: ignore[no-any-return]  # Strawberry has no type for it


_schema = strawberry.Schema(Query, Mutation)
app = Starlette(routes=[Mount("/graphql", GraphQL(_schema, multipart_uploads_enabled=True))])

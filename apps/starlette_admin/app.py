"""starlette-admin over SQLAlchemy, mounted as its documentation does."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette_admin.contrib.sqla import Admin, ModelView

DATA = Path(os.environ["APPS_DATA"])


class Base(DeclarativeBase):
    """What the tables share."""


class Post(Base):
    """A row."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(default="")


engine = create_engine(f"sqlite:///{DATA}/posts.db", connect_args={"check_same_thread": False})
Base.metadata.create_all(engine)
with Session(engine) as session:
    if session.get(Post, 1) is None:
        session.add_all(Post(id=number, title=f"Post {number}", body="ä" * number) for number in range(1, 31))
        session.commit()


async def home(request: Request) -> HTMLResponse:
    """Where the admin is."""
    return HTMLResponse(f'<a href="{request.url_for("admin:index")}">admin</a>')


app = Starlette(routes=[Route("/", home)])
admin = Admin(engine, title="Posts", secret_key="not a secret")
admin.add_view(ModelView(Post))
admin.mount_to(app)

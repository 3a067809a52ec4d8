"""The quickstart: a small items API, and the one line that gives it CORS on AWS Lambda."""

from typing import Annotated

from fastapi import Cookie, FastAPI, HTTPException, Response
from pydantic import BaseModel

from lambda_cors_kit import CORSHandler

app = FastAPI(title="Items")


class Item(BaseModel):
    """What a client may write."""

    name: str
    price: float


# One container's memory, enough to look at; a real API keeps its items in a database.
items: dict[int, Item] = {1: Item(name="Lamp", price=29.5), 2: Item(name="Desk", price=180.0)}


@app.get("/")
async def root() -> dict[str, str]:
    """Say that the API is there."""
    return {"message": "Hello from Lambda"}


@app.get("/items")
async def list_items() -> dict[int, Item]:
    """Return every item by its number."""
    return items


@app.get("/items/{number}")
async def read_item(number: int) -> Item:
    """Return one item; a number that is not there is a 404."""
    if number not in items:
        raise HTTPException(status_code=404, detail=f"There is no item {number}.")
    return items[number]


@app.put("/items/{number}")
async def write_item(number: int, item: Item) -> Item:
    """Create or replace one item; a browser asks first, with a preflight."""
    items[number] = item
    return item


@app.get("/me")
async def me(response: Response, visits: Annotated[int, Cookie()] = 0) -> dict[str, int]:
    """Count this visitor's calls in a cookie, which a browser keeps and sends only to credentialed requests."""
    # SameSite=None, because a page on another site than the API's is what CORS is about; it requires Secure.
    response.set_cookie("visits", str(visits + 1), secure=True, httponly=True, samesite="none")
    return {"visits": visits + 1}


@app.get("/crash")
async def crash() -> None:
    """Fail as code does: the page reads a 500 and not a CORS error, the log has the traceback."""
    raise RuntimeError("This endpoint always fails.")


# What Lambda calls. The policy comes from Terraform, in the environment of the function.
handler = CORSHandler(app)

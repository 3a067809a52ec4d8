"""An API at https://api.example.com/v1: the base path is the address's affair, the app's routes do not have it."""

from fastapi import FastAPI, HTTPException

from lambda_cors_kit import CORSHandler

# Without the links that FastAPI makes itself: its redirect of /v1/items/ and its page of documentation would leave
# the base path out.
app = FastAPI(title="Items", redirect_slashes=False, openapi_url=None)

items = {1: "Lamp", 10: "Desk"}


@app.get("/items")
async def list_items() -> dict[int, str]:
    """Return every item by its number."""
    return items


@app.put("/items/{number}")
async def rename_item(number: int, name: str) -> dict[int, str]:
    """Give an item another name; a browser asks first, with a preflight that API Gateway answers."""
    if number not in items:
        raise HTTPException(status_code=404, detail=f"There is no item {number}.")
    items[number] = name
    return {number: name}


# What Lambda calls. Unlike a stage, a domain's base path stays in the event's path: /v1/items comes as /v1/items.
# It is taken off where a segment ends: /v10/items stays /v10/items, which is no route here, so a readable 404.
handler = CORSHandler(app, api_gateway_base_path="/v1")

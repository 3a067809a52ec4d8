"""An API at https://api.example.com/v1: the base path is the address's, the app's routes do not have it."""

from fastapi import FastAPI, HTTPException

from lambda_cors_kit import CORSHandler

app = FastAPI(title="Items")

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


# What Lambda calls. The event says where the app's own path begins, so nothing here names the base path, and what
# the app links to (its redirect of /v1/items/, its page /v1/docs) has it.
handler = CORSHandler(app)

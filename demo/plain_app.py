"""The quickstart's app without the kit: FastAPI's middleware and Mangum, as articles on this stack write it."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from mangum import Mangum

from examples.quickstart.app import app as items

app = FastAPI(title="Items", routes=items.routes)
app.add_middleware(
    CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"]
)

# What Lambda calls.
handler = Mangum(app)

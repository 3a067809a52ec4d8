"""An API that hands out presigned URLs: the page puts its file into the bucket itself, past the function."""

import os
from typing import Literal
from uuid import uuid4

import boto3
from botocore.config import Config
from fastapi import FastAPI
from pydantic import BaseModel

from lambda_cors_kit import CORSHandler

app = FastAPI(title="Uploads")

# The bucket's regional address: the global one answers preflights with a redirect, which browsers refuse.
s3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))


class Upload(BaseModel):
    """What a page wants to upload."""

    content_type: Literal["application/pdf", "image/jpeg", "image/png"]


@app.post("/upload-urls", status_code=201)
def sign(upload: Upload) -> dict[str, str]:
    """Return where to PUT the file within five minutes, with the Content-Type that was asked for."""
    key = f"uploads/{uuid4()}"
    put = {"Bucket": os.environ["UPLOADS_BUCKET"], "Key": key, "ContentType": upload.content_type}
    return {"key": key, "url": s3.generate_presigned_url("put_object", Params=put, ExpiresIn=300)}


# What Lambda calls. The policy comes from Terraform, in the environment of the function.
handler = CORSHandler(app)

"""Signature Version 4, as a page with AWS credentials of its own sends it to a Function URL with AWS_IAM.

A real page would have temporary credentials, of an Amazon Cognito identity pool for instance. The local gateway
looks whether there is a signature, and verifies none.
"""

from __future__ import annotations

from dataclasses import replace

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from demo.checks import Asked

_CREDENTIALS = Credentials("test", "test", "test")
_REGION = "us-east-1"


def signed(asked: Asked, api: str) -> Asked:
    """Return `asked` with the headers of a signature over it: Authorization, X-Amz-Date, X-Amz-Security-Token."""
    request = AWSRequest(asked.method, api + asked.path, dict(asked.headers), asked.content)
    SigV4Auth(_CREDENTIALS, "lambda", _REGION).add_auth(request)
    return replace(asked, headers=dict(request.headers.items()))

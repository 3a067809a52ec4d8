"""What to change, by the layer that is at fault. Facts about AWS stand with their page."""

from __future__ import annotations

from .layers import Layer

MEANING = {
    "preflight.redirected": "browsers follow no redirect of a preflight",
    "preflight.authorized": "something wants credentials, and browsers send none with a preflight",
    "preflight.unanswered": "nothing there answers OPTIONS",
    "preflight.failed": "whatever answers OPTIONS is broken",
    "errors.without_headers": "without CORS headers, so that the page sees a CORS error, not the status",
}

LIKENESS = {
    "suffix": "origins are compared by how they begin",
    "prefix": "origins are compared by how they end",
    "dot": "a dot in the list is taken for any character, as in a regular expression",
}

# https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
# https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html#header-caching-web-cors
_REMEDIES = {
    "headers.duplicate": {
        "": "Two layers write, for example gateway and app: leave it to one. The output cors.writer of "
        "modules/lambda_api says which.",
        "function_url": "The Function URL adds its headers to those of the function: take cors off the URL, or "
        "CORS out of the app.",
        "rest_api": "On a REST API the app writes on responses and the gateway on its errors: look for a second "
        "CORS middleware in the app, or for a CDN that adds headers.",
        "cloudfront": "Let the response headers policy override the origin's headers, or take CORS out of it.",
    },
    "preflight.redirected": {
        "": "Call the final URL: https, the exact path, with or without the slash at its end.",
    },
    "preflight.authorized": {
        "": "Answer OPTIONS before authorization.",
        "rest_api": "Give the OPTIONS methods authorization NONE and no API key, and deploy the stage again; look "
        "at web ACL and resource policy too.",
        "http_api": "An authorizer on $default or on an ANY route catches OPTIONS: put it on routes with their "
        "method, or add OPTIONS /{proxy+} and OPTIONS / without authorization.",
        "function_url": "Set cors on the Function URL, which then answers preflights itself, or let its "
        "authorization be NONE.",
        "cloudfront": "Allow OPTIONS in the cache behaviour, and forward Origin, Access-Control-Request-Method "
        "and Access-Control-Request-Headers.",
    },
    "preflight.unanswered": {
        "": "Let the app or the gateway answer OPTIONS on every path.",
        "rest_api": "Add OPTIONS methods to / and to /{proxy+}, and deploy the stage again; check the stage in "
        "the URL.",
        "http_api": "Set cors_configuration on the API, or route OPTIONS to the function.",
        "function_url": "Set cors on the Function URL, or let the app answer OPTIONS.",
    },
    "preflight.failed": {
        "": "Look into the log of what answers OPTIONS.",
        "rest_api": "With the binary media type */* a MOCK integration needs content_handling CONVERT_TO_TEXT, on "
        "the integration and on its response; otherwise look into the execution log of the stage.",
    },
    "preflight.refused": {
        "": "Add the origin, method or header to the policy and apply it. The log of the function names what was "
        "refused, if the function answered; a gateway's template keeps no log.",
    },
    "errors.without_headers": {
        "": "Let the outermost layer write the headers on errors too: with lambda-cors-kit, CORSHandler(app).",
        "rest_api": "Give the gateway responses DEFAULT_4XX, DEFAULT_5XX, UNAUTHORIZED and ACCESS_DENIED CORS "
        "headers (modules/lambda_api does), and deploy the stage again.",
        "http_api": "Errors of an HTTP API's own cannot be customised: let every path reach the function "
        "($default), and look for the cause (authorizer, throttling, timeout).",
    },
    "vary.missing": {
        "": "Send Vary: Origin on every response, refusals included; lambda-cors-kit does.",
        "http_api": "Let the function add Vary: Origin, or keep caches away from this API.",
        "cloudfront": "Put Origin into the cache key (cache policy), and send Vary: Origin.",
    },
}

# Where the gateway has no part in what the function behind it wrote.
_OF_THE_WRITER = ("errors.without_headers",)

# The value of x-amzn-ErrorType, and what it means for whoever sees a "CORS error".
# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
_GATEWAY_ERRORS = {
    "missingauthenticationtoken": "the API has no such path or method, or no such stage; check the URL",
    "forbidden": "an API key is missing or wrong, a web ACL or resource policy refused, or the URL has the wrong "
    "stage",
    "unauthorized": "the authorizer wants a token that the request does not have",
    "accessdenied": "the authorizer or the resource policy refused; for a Function URL, the permission to invoke "
    "it is missing",
    "internalservererror": "the function crashed, timed out or returned no valid response; its log knows more",
    "internalfailure": "the function crashed, timed out or returned no valid response; its log knows more",
    "limitexceeded": "a quota or the rate of the usage plan is exceeded",
    "toomanyrequests": "throttled: the rate of the stage or the function's concurrency is exceeded",
    "throttling": "throttled: the rate of the stage or the function's concurrency is exceeded",
    "requesttoolarge": "the body is over the limit; no CORS header can be set on this error",
}


def of(code: str, layer: Layer | None) -> str:
    """The remedy for a finding in an answer of `layer`."""
    by_gateway = _REMEDIES[code]
    if layer is None or (code in _OF_THE_WRITER and layer.itself is False):
        return by_gateway[""]
    return by_gateway.get(layer.gateway) or by_gateway[""]


def gateway_error(error_type: str) -> str | None:
    """What a value of x-amzn-ErrorType means; None for an unknown one."""
    name = error_type.partition(":")[0].strip().lower().removesuffix("exception")
    return _GATEWAY_ERRORS.get(name)

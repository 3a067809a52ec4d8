"""The rules that a change of a live API keeps, on one instance's plan and events. Each returns what breaks it."""

from __future__ import annotations

from collections.abc import Callable

from tests.modules.lambda_api.applies import Event, Step, type_of

# What a request passes on its way.
SERVING = {
    "aws_api_gateway_base_path_mapping",
    "aws_api_gateway_integration",
    "aws_api_gateway_method",
    "aws_api_gateway_stage",
    "aws_apigatewayv2_api_mapping",
    "aws_apigatewayv2_domain_name",
    "aws_apigatewayv2_integration",
    "aws_apigatewayv2_route",
    "aws_apigatewayv2_stage",
    "aws_lambda_alias",
    "aws_lambda_function",
    "aws_lambda_function_url",
    "aws_lambda_permission",
}
# What invokes the function, or decides which part of the API is served.
INVOKING = {
    "aws_api_gateway_deployment",
    "aws_api_gateway_integration",
    "aws_api_gateway_stage",
    "aws_apigatewayv2_authorizer",
    "aws_apigatewayv2_integration",
}
INVOKED = {"aws_lambda_alias", "aws_lambda_function", "aws_lambda_permission"}
# What a deployment of a REST API is a copy of.
DEPLOYED = {
    "aws_api_gateway_gateway_response",
    "aws_api_gateway_integration",
    "aws_api_gateway_integration_response",
    "aws_api_gateway_method",
    "aws_api_gateway_method_response",
    "aws_api_gateway_rest_api_policy",
}


def destroyed_first(step: Step) -> set[str]:
    """What serves and is planned to be destroyed before it is created again."""
    return {a for a, actions in step.planned.items() if actions == ["delete", "create"] and type_of(a) in SERVING}


def gone_before_its_successor(step: Step) -> set[str]:
    """What serves and began to go before the last of its kind was there."""
    created = _last(step, lambda e: e.done and e.action == "create")
    return {
        event.address
        for place, event in enumerate(step.events)
        if _begins_to_go(event) and event.type in SERVING and place < created.get(event.type, -1)
    }


def gone_before_its_callers_left(step: Step) -> set[str]:
    """What is invoked and began to go before everything that invoked it was changed."""
    changed = _last(step, lambda e: e.done and e.action != "delete" and e.type in INVOKING)
    last = max(changed.values(), default=-1)
    return {
        e.address for place, e in enumerate(step.events) if _begins_to_go(e) and e.type in INVOKED and place < last
    }


def deployed_all_the_same(step: Step) -> set[str]:
    """Parts of a REST API that are destroyed after the deployment which should lack them."""
    deployments = [
        p for p, e in enumerate(step.events) if e.type == "aws_api_gateway_deployment" and e.action == "create"
    ]
    if not deployments or any(_begins_to_go(e) and e.type == "aws_api_gateway_rest_api" for e in step.events):
        return set()
    later = step.events[deployments[0] :]
    return {event.address for event in later if _begins_to_go(event) and event.type in DEPLOYED}


def deploys(step: Step) -> bool:
    """Whether there is a new deployment of a REST API."""
    return any(event.type == "aws_api_gateway_deployment" and event.action == "create" for event in step.events)


def gap(step: Step, kind: str) -> float:
    """Seconds from the beginning of the destruction of the last of a kind to the end of its creation."""
    away = [e.seconds for e in step.events if _begins_to_go(e) and e.type == kind]
    back = [e.seconds for e in step.events if e.done and e.action == "create" and e.type == kind]
    return max(back) - min(away) if away and back else 0.0


def _begins_to_go(event: Event) -> bool:
    return not event.done and event.action == "delete"


def _last(step: Step, wanted: Callable[[Event], bool]) -> dict[str, int]:
    return {event.type: place for place, event in enumerate(step.events) if wanted(event)}

"""The test bed: one apply, one local gateway for each module, a recorder before each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embedded import ROOT
from embedded.aws import EmbeddedAWS
from embedded.terraform import Terraform, cli_environment
from engines.answers import Answering
from engines.apis import GATEWAYS, SLOW, module, public, served, shortened, variables
from engines.pages import Pages
from engines.recorder import Recorder
from lambda_cors_kit.local import Gateway, read_deployment

HERE = Path(__file__).parent
WHERE = HERE.relative_to(ROOT) / "root"

Place = tuple[str, str]


@dataclass(frozen=True)
class Bed:
    """Everything that a browser needs: gateways and recorders by (gateway, api), `answers` before their server."""

    origins: Mapping[str, str]
    resources: int
    gateways: Mapping[Place, Gateway]
    recorders: Mapping[Place, Recorder]
    answers: Recorder


@contextmanager
def made(folder: Path) -> Iterator[Bed]:
    """Deploy from a copy in `folder`, serve, and end it all."""
    with ExitStack() as running:
        pages = running.enter_context(Pages())
        state = public(deployed(folder, pages.ports))
        gateways = start(running, state)
        recorders = {
            place: running.enter_context(Recorder(gateway.url)) for place, gateway in gateways.items()
        }
        answers = running.enter_context(Recorder(running.enter_context(Answering()).url))
        yield Bed(pages.origins, resources(state), gateways, recorders, answers)


def deployed(folder: Path, ports: Sequence[int]) -> dict[str, Any]:
    """Apply the root once, to an AWS that ends with the state read: nothing has to be destroyed."""
    for name in (Path("modules"), WHERE):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform*", "terraform.tf*")
        )
    root = folder / WHERE
    (root / "terraform.tfvars.json").write_text(json.dumps(variables(ports)))
    with EmbeddedAWS() as aws:
        terraform = Terraform(root, cli_environment(aws.environment))
        terraform.init()
        terraform.apply()
        return terraform.state()


def start(running: ExitStack, state: Mapping[str, Any]) -> dict[Place, Gateway]:
    """Start every gateway on `running`."""
    gateways = {
        (gateway, api): served_from(shortened(state) if api.endswith(SLOW) else state, gateway, api, policy)
        for gateway in GATEWAYS
        for api, policy in served(gateway).items()
    }
    with ThreadPoolExecutor(len(gateways)) as pool:
        for started in pool.map(Gateway.start, gateways.values()):
            running.callback(started.close)
    return gateways


def served_from(state: Mapping[str, Any], gateway: str, api: str, policy: str) -> Gateway:
    """The gateway of one module, not started."""
    deployment = read_deployment(state, f'module.api["{module(gateway, policy)}"]')
    handler = "slow:handler" if api.endswith(SLOW) else "app:handler"
    return Gateway.of_deployment(deployment, handler, app_dir=HERE / "app")


def resources(state: Mapping[str, Any]) -> int:
    """How many resources Terraform manages there."""
    return sum(len(each["instances"]) for each in state["resources"] if each["mode"] == "managed")

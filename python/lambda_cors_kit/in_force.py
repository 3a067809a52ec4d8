"""What is in force in this process: the policy that was handed over, or what Terraform says in the environment."""

from __future__ import annotations

from .decision import Decision, GatewayWrites
from .environment import VARIABLE, read_environment
from .policy import CORSPolicy
from .problems import PolicyError, Problem, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .environment import Contract

    Writing = Decision | GatewayWrites | None


def in_force(policy: CORSPolicy | None, environ: Mapping[str, str]) -> Writing:
    """What decides on responses; None where `cors = null`, and nobody writes headers.

    Raises:
        PolicyError: where no policy is given and the environment has none that can be used, or where a policy is
            given although the environment says that the gateway writes: then every header would come twice.
    """
    if policy is not None and not environ.get(VARIABLE):
        return Decision(policy)
    contract = read_environment(environ)
    if contract.writer == "gateway":
        if policy is not None:
            raise _error(
                "environment.two_writers",
                "gateway",
                "says that the gateway writes the CORS headers, and policy= would have the function write them as "
                'well, which browsers refuse: leave policy= out, or deploy with cors_writer = "function"',
            )
        given = CORSPolicy.from_contract(contract.policy)
        return GatewayWrites(contract.vary and not (given is not None and given.origins.any))
    if policy is None:
        policy = _from_file(contract) if contract.policy_file else CORSPolicy.from_contract(contract.policy)
    return Decision(policy) if policy is not None else None


def _from_file(contract: Contract) -> CORSPolicy:
    """The policy that travels in the image, if it is the one that was deployed."""
    # Not loaded by the Lambda runtime, and needed for long lists alone.
    from hashlib import sha256
    from pathlib import Path

    from .policy_file import PolicyFileError, read_policy_file

    assert contract.policy_file is not None
    path, expected = contract.policy_file["path"], contract.policy_file["sha256"]
    try:
        policy = read_policy_file(Path(path))
    except PolicyFileError as error:
        raise _error(
            "environment.policy_file", path, f"names a policy file that cannot be used: {error}"
        ) from None
    found = sha256(policy.to_json().encode()).hexdigest()
    if found != expected:
        raise _error(
            "environment.policy_file",
            path,
            f"names the policy file {shown(path)} with the hash {expected}, and the file in the image has "
            f"{found}: one of the two is older; build the image from the policy that Terraform read, and apply "
            "again",
        )
    return policy


def _error(code: str, value: object, message: str) -> PolicyError:
    return PolicyError([Problem(code, VARIABLE, value, message)])

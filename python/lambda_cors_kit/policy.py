"""The CORS policy: six fields, checked against the rule book, normalised, frozen."""

from __future__ import annotations

import json
import os
from functools import cached_property

from .origins import ANY_PORT, Entry, OriginSet
from .problems import PolicyError, Problem, shown
from .rules import DANGEROUS, DEFAULTS, problems, type_of_policy, with_defaults
from .standard import NORMALIZED_METHODS, SAFELISTED_RESPONSE_HEADERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Never


class CORSPolicy:
    """One CORS policy, checked when it is made and frozen from then on.

    Args:
        allow_origins: origins as browsers send them (`https://app.example.com`), patterns
            (`https://*.example.com`, `http://localhost:*`), or `*` alone.
        allow_methods: methods beyond GET, HEAD and POST, which need no listing; or `*` alone.
        allow_headers: request headers a page may set; or `*`, which does not cover `authorization`.
        expose_headers: response headers a page may read besides the safelisted ones; or `*` alone.
        allow_credentials: whether cookies and HTTP authentication of the browser may be used.
        max_age: seconds for which a browser may keep a preflight answer, 0 to 86400; 0 means not at all.
        dangerously_allow_insecure_origins: allow credentials for `http://` origins beyond loopback.
        dangerously_allow_public_suffix_wildcards: allow credentials for `*.` above or on a public suffix.

    A field that is None is one left out, but for allow_origins, which is required.

    Raises:
        PolicyError: with every problem, each with a stable code (docs/rules.md).

    Source: https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    allow_origins: tuple[str, ...]
    allow_methods: tuple[str, ...]
    allow_headers: tuple[str, ...]
    expose_headers: tuple[str, ...]
    allow_credentials: bool
    max_age: int
    dangerously_allow_insecure_origins: bool
    dangerously_allow_public_suffix_wildcards: bool

    def __init__(
        self,
        /,
        allow_origins: Sequence[str] = DEFAULTS["allow_origins"],
        *,
        allow_methods: Sequence[str] | None = DEFAULTS["allow_methods"],
        allow_headers: Sequence[str] | None = DEFAULTS["allow_headers"],
        expose_headers: Sequence[str] | None = DEFAULTS["expose_headers"],
        allow_credentials: bool | None = DEFAULTS["allow_credentials"],
        max_age: int | None = DEFAULTS["max_age"],
        dangerously_allow_insecure_origins: bool | None = DEFAULTS["dangerously_allow_insecure_origins"],
        dangerously_allow_public_suffix_wildcards: bool | None = DEFAULTS[
            "dangerously_allow_public_suffix_wildcards"
        ],
        **unknown: Never,
    ) -> None:
        given: dict[str, Any] = {**locals()}
        del given["self"]
        # A misspelt field is a problem beside the others, not a TypeError in their place.
        given |= given.pop("unknown")
        found = problems(given)
        if found:
            raise PolicyError(found)
        self.__dict__.update(_normalise(with_defaults(given)))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> CORSPolicy:
        """The policy that modules/lambda_api handed to this function in `LAMBDA_CORS_KIT_POLICY`.

        Raises:
            PolicyError: where the variable is unset, broken, of another version, or holds no policy.
        """
        # Loaded where there is an environment to read: a policy alone needs none.
        from .environment import read_environment

        contract = read_environment(environ)
        policy = cls.from_contract(contract.policy)
        if policy is None:
            why = "cors = null, so there is no policy to read; write a cors object"
            if contract.writer == "gateway":
                why = "a policy that the gateway obeys by itself, so none travels to the function"
            elif contract.policy_file is not None:
                why = f"a policy that stands in the file {shown(contract.policy_file['path'])}; read that"
            message = f"the module was given {why}"
            raise PolicyError([Problem("environment.no_policy", "LAMBDA_CORS_KIT_POLICY", None, message)])
        return policy

    @classmethod
    def from_contract(cls, fields: object) -> CORSPolicy | None:
        """The `policy` part of the contract: an object, or None where there is no CORS at all."""
        if fields is None:
            return None
        return cls(**_fields(fields))

    @classmethod
    def from_json(cls, text: str) -> CORSPolicy:
        """A policy from a JSON object with the fields of this class.

        Raises:
            PolicyError: with every problem, also where `text` is not a JSON object.
        """
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = text
        return cls(**_fields(value))

    def to_json(self) -> str:
        """The policy as one JSON object: sorted keys, no white space, dangerously_* only where true."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))

    def to_dict(self) -> dict[str, Any]:
        """The six fields, and the dangerously_* ones where true, as plain JSON values."""
        fields = {name: self.__dict__[name] for name in DEFAULTS}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in fields.items()
            if value is not False or name not in DANGEROUS
        }

    def allows_origin(self, origin: str) -> bool:
        """Whether a page on `origin`, as its browser sends it in the Origin header, may read responses."""
        return origin in self.origins

    @cached_property
    def origins(self) -> OriginSet:
        """The entries of `allow_origins`, compiled for look-ups."""
        return OriginSet(self.allow_origins)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a CORSPolicy is frozen; make a new one with another {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a CORSPolicy is frozen; {name} stays")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CORSPolicy) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.to_dict().items())
        return f"CORSPolicy({fields})"


def _fields(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PolicyError(type_of_policy(value))
    return value


def _normalise(fields: dict[str, Any]) -> dict[str, Any]:
    methods = (m.upper() if m.upper() in NORMALIZED_METHODS else m for m in fields["allow_methods"])
    exposed = (h.lower() for h in fields["expose_headers"])
    return {
        **fields,
        "allow_origins": _without_covered(dict.fromkeys(fields["allow_origins"])),
        "allow_methods": tuple(dict.fromkeys(methods)),
        "allow_headers": tuple(dict.fromkeys(h.lower() for h in fields["allow_headers"])),
        "expose_headers": tuple(dict.fromkeys(h for h in exposed if h not in SAFELISTED_RESPONSE_HEADERS)),
    }


def _without_covered(origins: Iterable[str]) -> tuple[str, ...]:
    """Leaves out the patterns that a wider pattern names already."""
    entries = [Entry(text) for text in origins]
    patterns = {(e.scheme, e.base, e.port) for e in entries if e.is_subdomain_pattern}
    return tuple(e.text for e in entries if not (e.is_subdomain_pattern and _is_covered(e, patterns)))


def _is_covered(entry: Entry, patterns: set[tuple[str, str, str | None]]) -> bool:
    if entry.port != ANY_PORT and (entry.scheme, entry.base, ANY_PORT) in patterns:
        return True
    parent = entry.base
    while parent:
        parent = parent.partition(".")[2]
        if (entry.scheme, parent, entry.port) in patterns or (entry.scheme, parent, ANY_PORT) in patterns:
            return True
    return False

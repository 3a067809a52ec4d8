"""What Lambda loads in a cold start: `benchmarks.lambdas.handler`, the stack that BENCHMARK_STACK names."""

from __future__ import annotations

import os

from .stacks import STACKS

handler = STACKS[os.environ["BENCHMARK_STACK"]].build()

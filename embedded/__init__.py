"""The embedded AWS: moto's server on loopback, and the Terraform that applies to it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"

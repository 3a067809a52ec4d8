"""`python -m embedded.server [--record FILE] …`: moto's server, extended; what follows is for moto itself."""

from __future__ import annotations

import os
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

# Before everything that needs it: a moto that cannot be imported is named.
import moto.server as moto_server
from moto.moto_server.werkzeug_app import MotoRequestHandler

from embedded import moto_extensions
from embedded.recording import Recorder

RECORD = "--record"


def end_with_parent() -> None:
    """End when standard input does: a parent that was killed leaves no server behind."""
    os.read(0, 1)
    os._exit(0)


def recorded(made: Any, file: Path, *arguments: Any) -> Recorder:
    """Return the application that `made` makes, behind a recorder."""
    return Recorder(made(*arguments), file)


def main(arguments: list[str]) -> None:
    """Serve until the parent ends."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    moto_extensions.apply()
    # Head and body in one segment: under load the provider gives up on some answers whose body comes later.
    MotoRequestHandler.wbufsize = -1
    if arguments[:1] == [RECORD]:
        moto: Any = moto_server
        moto.DomainDispatcherApplication = partial(recorded, moto.DomainDispatcherApplication, Path(arguments[1]))
        arguments = arguments[2:]
    moto_server.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])

"""A module that cannot be imported."""

import a_module_that_nobody_has  # type: ignore[import-not-found]  # the mistake

handler = a_module_that_nobody_has.handler

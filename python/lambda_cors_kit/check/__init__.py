"""A doctor for live APIs: sends what a browser would send, judges it as a browser would, and says what to change.

What a browser does stands in `lambda_cors_kit.browser` alone. Here are the requests over a real network
(`transport`, `probes`), what else their answers tell (`layers`, `findings`, `other_pages`), and how they differ
from the policy that was deployed (`deployed`, `drift`). `examination` puts these in order, `printing` shows it.
"""

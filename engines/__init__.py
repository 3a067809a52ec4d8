"""Real browser engines: drivers, the APIs and pages they are asked about, and what each answered."""

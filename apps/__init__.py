"""Real applications behind the local gateways, beside uvicorn: `python -m apps`, or `make apps`."""

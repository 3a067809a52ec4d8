"""ASGI for Lambda and for tests: an event loop, one request on it, and the lifespan."""

"""The test suites of Starlette, FastAPI and Mangum, asked through Lambda events: `make suites`."""

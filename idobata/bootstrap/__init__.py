"""From a fresh clone to a running house: the environment in `.venv`, and the browser the tests look through.

Standard library only: it runs before anything is installed. Keeps `.venv`, its stamp, and `.tools`.
"""

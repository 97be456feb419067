"""The outside world: the server that listens, the worker that sends, mail. Nothing here knows a feature, and nothing here decides.

Keeps nothing itself: what must not be lost is in the outbox (`store/`) before anything here is told of it.
"""

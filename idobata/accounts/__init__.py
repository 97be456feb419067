"""People who sign in: their address, their roles, their sessions and the mail links they use.

Keeps as little as possible: readers and those who drop in have no account at all.
"""

"""The welcome mark: staff assess a gathering against the city's written criteria, its host agrees, and it holds while nothing changes.

Keeps marks with their consent, and staff notes. Nothing here is about a person who comes: there is no table of such people.
"""

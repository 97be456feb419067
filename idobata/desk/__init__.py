"""The confirmation desk: what waits for the city's editors, and what they decide. Keeps nothing of its own but deeds."""

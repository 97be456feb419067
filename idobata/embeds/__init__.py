"""Lists and gatherings on other sites' pages, and on the screen in the town hall. Keeps nothing, and knows nobody who looks."""

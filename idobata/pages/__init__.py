"""The first page, the city's own words, and whether the site is alive."""

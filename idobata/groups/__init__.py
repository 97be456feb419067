"""Groups in whose name gatherings are posted: a page, words, links, members."""

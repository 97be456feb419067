"""The map: the list once more, by place. Keeps nothing in the database; pictures of the map (tiles) lie in the data folder for a month."""

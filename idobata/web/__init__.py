"""The toolkit of all screens: files and look, page cache, gate and guards, form helpers. Keeps nothing about the town."""

"""robots.txt (RFC 9309): robots may read all that readers read, and are kept out of rooms without reading and of endless choices."""

# Rooms behind a sign-in or a mailed link, forms, and what a page loads by itself.
_CLOSED = (
    "/desk",
    "/my",
    "/post",
    "/sign-",
    "/still/",
    "/groups/start",
    "/groups/join/",
    "/groups/welcome/",
    "/groups/still/",
    "/first-step/answer/",
    "/gatherings/*/report",
    "/places/suggest",
    "/map/tiles/",
    "/embed/",
    "/-/",
)
# Pages that take filters. There are more choices of them than a robot could ever read, and all lead to the same gatherings.
_FILTERED = ("/gatherings", "/first-step", "/calendar", "/calendar/*", "/map", "/groups", "/groups/*", "/places/*", "/districts/*")
# Where both the page and its machine twins lie under a name: the twins are for programs, with every filter.
_WITH_TWINS = ("/groups/*", "/places/*", "/districts/*")


def robots_txt(sitemap: str) -> str:
    """The file. `sitemap` is an absolute address."""
    lines = ["User-agent: *"]
    lines += [f"Disallow: {path}" for path in _CLOSED]
    for path in _FILTERED:
        # The longest rule that fits is the one that counts.
        lines += [f"Disallow: {path}?", f"Allow: {path}?lang=", f"Allow: {path}?page="]
    lines += [f"Allow: {path}.*?" for path in _WITH_TWINS]
    return "\n".join([*lines, "", f"Sitemap: {sitemap}", ""])

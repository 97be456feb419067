"""`python3 -m idobata`: make the house its own environment with the standard library alone, then go in.

This file must be readable by a Python that is too old, so that such a Python can say so.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the Python this is for never reads pyproject.toml
    FOUND = f"{sys.version_info[0]}.{sys.version_info[1]}"
    sys.stderr.write(
        f"Idobata には Python 3.11 以上が必要です（いまは {FOUND} です）。新しい Python でもう一度お願いします。\n"
        f"Idobata needs Python 3.11 or newer (this is {FOUND}); please start it with a newer one.\n"
    )
    sys.exit(1)

# multiprocessing may import this file under another name: then nothing happens.
if __name__ == "__main__":
    from idobata.bootstrap import start

    start.prepare(sys.argv[1:])

    # Only now is everything of requirements.lock there.
    from idobata import cli

    cli.main(sys.argv[1:])

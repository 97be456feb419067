"""The lines of HTML that somebody copies into a page of another site."""

from html import escape

SANDBOX = "allow-popups allow-popups-to-escape-sandbox"


def sandbox(*, fit: bool) -> str:
    """What the frame may do: open our pages in a tab; with `fit` also run the script that tells its height."""
    return f"{SANDBOX} allow-scripts" if fit else SANDBOX


def snippet(address: str, title: str, height: int, script: str) -> str:
    """The frame, and with the address of the sizing script the line that loads it. `height` counts where no script runs, in CSS pixels."""
    where = f'src="{escape(address)}" title="{escape(title)}" width="100%" height="{height}" style="border:0"'
    frame = f'<iframe {where} loading="lazy" sandbox="{sandbox(fit=bool(script))}"></iframe>'
    return f'{frame}\n<script async src="{escape(script)}"></script>' if script else frame

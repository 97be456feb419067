"""Adds a package of the operating system, where that is in our power: root on a system of the Debian family."""

import os
import shutil
import sys

from idobata.bootstrap.commands import CommandFailed, Commands


def may_install() -> bool:
    """True when we may add packages to this system."""
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(commands: Commands, package: str) -> bool:
    """Add one package; True when it worked. The lists of packages are fetched only when those at hand do not do."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    add = ("apt-get", "install", "-y", "--no-install-recommends", package)
    for steps in ((add,), (("apt-get", "update"), add)):
        try:
            for step in steps:
                commands.run(*step, extra=quiet)
        except CommandFailed:
            continue
        return True
    return False

"""The folders and files of a clone that the bootstrap makes."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A clone. Everything made in it is in `.venv` and `.tools`, which git ignores."""

    checkout: Path

    @property
    def venv(self) -> Path:
        """The one environment of this clone."""
        return self.checkout / ".venv"

    @property
    def python(self) -> Path:
        """The Python inside the environment."""
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def tools(self) -> Path:
        """What only the bootstrap needs: uv, its log, its lock."""
        return self.checkout / ".tools"

    @property
    def log(self) -> Path:
        """What installers said the last time."""
        return self.tools / "install.log"

    @property
    def unfinished(self) -> Path:
        """There while the environment is being changed; left behind when that was interrupted."""
        return self.tools / "unfinished"

    @property
    def has_python(self) -> bool:
        """False when there is no environment, or the Python it was made with is gone."""
        return os.access(self.python, os.X_OK)

    @property
    def is_here(self) -> bool:
        """True when this very process runs inside the environment."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.venv)

"""Runs another program quietly and keeps everything it says in a log."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


class CommandFailed(Exception):
    """A program could not be started or ended with an error."""


@dataclass(slots=True)
class Commands:
    """Runs programs in one folder with one environment. `output` holds what those that failed have said."""

    folder: Path
    environ: Mapping[str, str]
    log: Path
    held: Sequence[int] = ()  # open files a program keeps while it runs, even when the bootstrap was killed
    output: list[str] = field(default_factory=list)

    def run(self, *command: str | Path, extra: Mapping[str, str] | None = None) -> str:
        """Run to the end and return what was said. Raises CommandFailed."""
        words = [str(word) for word in command]
        try:
            done = subprocess.run(
                words,
                cwd=self.folder,
                env={**self.environ, **(extra or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                check=False,
                pass_fds=self.held if os.name == "posix" else (),
            )
        except OSError as error:
            self._failed(words, f"{error.strerror} ({error.errno})")
            raise CommandFailed(words[0]) from error
        if done.returncode != 0:
            self._failed(words, done.stdout)
            raise CommandFailed(words[0])
        self._keep(words, done.stdout)
        return done.stdout

    def _failed(self, words: Sequence[str], said: str) -> None:
        self.output.append(said)
        self._keep(words, said)

    def _keep(self, words: Sequence[str], said: str) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(words)}\n{said}\n")

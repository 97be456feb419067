"""What a person reads while the house is made ready, and when that fails: one plain sentence, in Japanese and in English."""

import errno
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same sentence twice."""

    japanese: str
    english: str

    def say(self) -> None:
        """Write it to the person at the terminal."""
        print(f"{self.japanese}\n{self.english}", file=sys.stderr, flush=True)


class Trouble(Exception):
    """The house cannot be made ready; `sentence` says why and what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.english)
        self.sentence = sentence


FIRST_TIME = Sentence(
    "はじめての準備をしています。1分ほどお待ちください。",
    "Getting ready for the first time; this takes about a minute.",
)
RENEWING = Sentence("必要な部品をそろえています。少しお待ちください。", "Bringing the parts up to date; one moment, please.")
WAITING = Sentence("ほかの画面で準備が進んでいます。終わるまで待ちます。", "Another start is getting ready; waiting for it to finish.")
BROWSER = Sentence(
    "テストに使うブラウザー（Chromium）を入れています。1分ほどお待ちください。",
    "Installing the browser for the tests (Chromium); this takes about a minute.",
)
BROWSER_MISSING = Sentence(
    "ブラウザー（Chromium）が見つからないので、画面のテストはできません。",
    "There is no browser (Chromium), so the tests that need one cannot run.",
)
STOPPED = Sentence("準備を途中でやめました。もう一度始めると、続きから直します。", "Stopped while getting ready; the next start mends it.")
DISK_FULL = Sentence(
    "ディスクがいっぱいで準備ができませんでした。1GBほど空けて、もう一度お願いします。",
    "The disk is full; please free about 1 GB and start again.",
)
NO_NETWORK = Sentence(
    "部品を取りに行けませんでした。インターネットのつながりをたしかめて、もう一度お願いします。",
    "The packages could not be fetched; please check the network and start again.",
)
WRONG_HASH = Sentence(
    "届いた部品がこちらの控えと合わないので、入れるのをやめました。時間をおいて、もう一度お願いします。",
    "What arrived does not match our list of checksums, so nothing was installed; please try again later.",
)
TESTS_NEED_A_CLONE = Sentence(
    "テストは、git で取ってきたフォルダーの中で動かしてください。",
    "The tests run only from a clone of the repository.",
)
LOST = Sentence(
    "準備した環境に入れませんでした。フォルダー .venv を消して、もう一度お願いします。",
    "The prepared environment does not open; please delete the folder .venv and start again.",
)

_SIGNS: tuple[tuple[Sentence, tuple[str, ...]], ...] = (
    (DISK_FULL, ("no space left on device", "os error 28", "disk quota exceeded", "errno 28")),
    (WRONG_HASH, ("do not match the hashes", "hash mismatch", "hashes are required")),
    (
        NO_NETWORK,
        (
            "name resolution",
            "name or service not known",
            "nodename nor servname",
            "getaddrinfo failed",
            "dns error",
            "error sending request",
            "failed to establish a new connection",
            "failed to fetch",
            "newconnectionerror",
            "connection refused",
            "connection reset",
            "connection broken",
            "network is unreachable",
            "no route to host",
            "timed out",
            "sslerror",
            "certificate verify failed",
            "proxyerror",
            "could not connect",
            "network connectivity is disabled",
        ),
    ),
)
_NO_VENV_SIGNS = ("ensurepip is not available", "no module named venv", "no module named ensurepip")
_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


def no_venv(package: str) -> Sentence:
    """This Python lacks its venv module; `package` is the system's name for it."""
    return Sentence(
        f"この Python には venv がありません。「apt install {package}」のあとで、もう一度お願いします。",
        f'This Python has no venv module; please run "apt install {package}" and start again.',
    )


def not_writable(folder: Path) -> Sentence:
    """Nothing may be written there."""
    return Sentence(
        f"フォルダー {folder} に書きこめません。書きこめる場所に置いて、もう一度お願いします。",
        f"The folder {folder} cannot be written to; please put the clone where you may write and start again.",
    )


def explain(output: str, log: Path, folder: Path, venv_package: str) -> Sentence:
    """The sentence for what installers wrote before they gave up. The whole of it is kept in `log`."""
    text = output.lower()
    for sentence, signs in _SIGNS:
        if any(sign in text for sign in signs):
            return sentence
    if any(sign in text for sign in _NO_VENV_SIGNS):
        return no_venv(venv_package)
    if "permission denied" in text or "read-only file system" in text:
        return not_writable(folder)
    return Sentence(
        f"準備ができませんでした。くわしいことは {log} にあります。",
        f"Getting ready did not work; the details are in {log}.",
    )


def explain_error(error: OSError, folder: Path) -> Sentence:
    """The sentence for what the operating system refused to the bootstrap itself."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    if error.errno in _NOT_WRITABLE:
        return not_writable(folder)
    return Sentence(
        f"準備ができませんでした（{error.strerror or error}）。",
        f"Getting ready did not work ({error.strerror or error}).",
    )

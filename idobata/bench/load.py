"""Pressing one address with many requests: with wrk where it is installed, else with processes of our own.

Our own clients need more of the machine than wrk, so rates are lower; ratios within a run stay true.
"""

import http.client
import multiprocessing
import re
import shutil
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

_WRK = shutil.which("wrk")
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it. Times are milliseconds; `failures` counts broken connections and answers other than 2xx and 3xx."""

    per_second: float
    p50: float
    p99: float
    failures: int


def tool() -> str:
    """What presses, for the heading of a table."""
    return "wrk" if _WRK else "http.client"


def press(port: int, path: str, *, connections: int, seconds: float, headers: Mapping[str, str]) -> Load:
    """Ask for `path` on this machine over `connections` kept connections at once for `seconds`."""
    return _wrk(_WRK, port, path, connections, seconds, headers) if _WRK else _own(port, path, connections, seconds, headers)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the sorted values lie; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def _wrk(wrk: str, port: int, path: str, connections: int, seconds: float, headers: Mapping[str, str]) -> Load:
    command = [wrk, "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency", "--timeout", "20s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    return read_wrk(done.stdout)


def read_wrk(printed: str) -> Load:
    """What wrk printed, in numbers. ValueError when it is no report of wrk."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    if rate is None:
        raise ValueError("this is no report of wrk")
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", printed)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", printed)
    failures = sum(int(number) for number in broken.groups()) if broken else 0
    return Load(float(rate[1]), _latency(printed, "50"), _latency(printed, "99"), failures + (int(refused[1]) if refused else 0))


def _latency(printed: str, share: str) -> float:
    found = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s|m)\s*$", printed, re.MULTILINE)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def _own(port: int, path: str, connections: int, seconds: float, headers: Mapping[str, str]) -> Load:
    processes = min(2, connections)
    context = multiprocessing.get_context("spawn")
    shares = [connections // processes + (at < connections % processes) for at in range(processes)]
    with context.Pool(processes) as pool:
        found = pool.starmap(_client, [(port, path, share, seconds, dict(headers)) for share in shares])
    times = [one for client in found for one in client[0]]
    return Load(
        sum(len(client[0]) for client in found) / seconds,
        statistics.median(times) if times else 0.0,
        percentile(times, 0.99),
        sum(client[1] for client in found),
    )


def _client(port: int, path: str, connections: int, seconds: float, headers: dict[str, str]) -> tuple[list[float], int]:
    times: list[float] = []
    failures: list[int] = []
    until = time.perf_counter() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        while (began := time.perf_counter()) < until:
            try:
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                failures.append(1)
                connection.close()
                continue
            times.append((time.perf_counter() - began) * 1000)
            if answer.status >= 400:
                failures.append(1)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(failures)

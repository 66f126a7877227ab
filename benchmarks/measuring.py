"""Timing, progress and tables. Ratios are what counts: machines are shared and noisy."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

RUNS = 5
PROJECT = Path(__file__).resolve().parent.parent


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is going on, with the seconds it has taken so far."""
    over = threading.Event()
    begun = time.monotonic()

    def tick() -> None:
        while not over.wait(1.0):
            if sys.stderr.isatty():
                print(f"\r  {what} … {time.monotonic() - begun:.0f} s", end="", file=sys.stderr)

    print(f"  {what} …", end="", file=sys.stderr, flush=True)
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        over.set()
        ticker.join()
        again = f"\r  {what} …" if sys.stderr.isatty() else ""
        print(f"{again} {time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def median_seconds(
    what: str,
    action: Callable[[], object],
    *,
    runs: int = RUNS,
    before: Callable[[], object] = lambda: None,
) -> float:
    """Median time of ``action``; ``before`` sets each run up and is not counted."""
    times = []
    for number in range(1, runs + 1):
        with step(f"{what}, run {number} of {runs}"):
            before()
            times.append(seconds(action))
    return median(times)


def p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""
"""By a small process between: Linux counts to a process what the one that started it held."""


def peak_megabytes(what: str, words: list[str]) -> int:
    """The most memory a command has, which is then over."""
    with step(f"{what} in a process of its own"):
        between = [sys.executable, "-c", PEAK, *words]
        found = subprocess.run(between, cwd=PROJECT, capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"{' '.join(words[1:])} failed.")
    return int(found.stdout) // 1024


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table in Markdown, ready to be kept; the core count stands beside the title."""
    print(f"\n{title} ({cores()} cores)\n")
    lines = [[_text(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print(f"| {' | '.join(cells)} |", flush=True)


def _text(cell: object) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)

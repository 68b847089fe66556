"""What a process that runs threads does first and last, so that what it does can be watched."""

from __future__ import annotations

from pathlib import Path

from telemetry.logs import start_logs
from telemetry.tracing import flush_tracing, start_tracing


def start_telemetry(log_file: Path | None) -> None:
    """Begin with log lines, where there is a file for them, and with spans. Raises LogFileError."""
    start_logs(log_file)
    start_tracing()


def end_telemetry() -> None:
    """Send what has not been sent."""
    flush_tracing()

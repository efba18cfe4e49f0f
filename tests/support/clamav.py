"""A real clamd on a unix socket, knowing one signature of our own: nothing harmful is in the tests."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

MARK = b"CUMPLE-PRUEBA-DE-ANTIVIRUS-6f1d"
SIGNATURE = f"Cumple.Prueba.UNOFFICIAL:0:*:{MARK.hex()}\n"
# Below what the application takes, to see what happens beyond it.
STREAM_MEGABYTES = 2
SECONDS = 60


class Clamd:
    """The daemon with its folder; `url` is its address as CUMPLE_CLAMAV_URL takes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "clamd.ctl"
        self.url = f"unix://{self.socket}"
        program = shutil.which("clamd") or "/usr/sbin/clamd"
        assert Path(program).is_file(), "clamd is missing: bash scripts/install-system.sh tests"
        (folder / "base").mkdir()
        (folder / "base" / "cumple.ndb").write_text(SIGNATURE)
        self.config = folder / "clamd.conf"
        self.config.write_text(
            f"LocalSocket {self.socket}\nDatabaseDirectory {folder / 'base'}\nTemporaryDirectory {folder}\n"
            f"Foreground yes\nLogFile {folder / 'log'}\nStreamMaxLength {STREAM_MEGABYTES}M\nMaxThreads 2\n"
        )
        self.process = subprocess.Popen([program, "--config-file", str(self.config)])
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.connect(str(self.socket))
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"clamd did not start:\n{(self.folder / 'log').read_text()}")

    def pause(self) -> None:
        """It takes connections and answers nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """It answers again."""
        os.kill(self.process.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=SECONDS)

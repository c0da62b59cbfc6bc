"""A JupyterLab of this test's own, and a real browser to open it in."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from pipeline.workbook import ROOT

CHROMIUM_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()

_SETTINGS = {
    # every cell in the page, also those out of sight
    "notebook-extension/tracker": {"windowingMode": "none"},
    # no toast over the page
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@dataclass(frozen=True)
class Lab:
    """A running server and the folder that it serves."""

    url: str
    folder: Path


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on copies of the notebooks, with all that it remembers in a temp folder."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "notebooks"
    folder.mkdir()
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, folder)
    for name, values in _SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with open(home / "log", "w") as log:
        server = subprocess.Popen(_command(port, folder), env=_home(home), stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/api/status", server, home / "log")
            yield Lab(f"http://127.0.0.1:{port}", folder)
        finally:
            server.terminate()
            server.wait(30)


def _command(port: int, folder: Path) -> list[str]:
    flags = f"--allow-root --no-browser --ServerApp.ip=127.0.0.1 --ServerApp.port={port}"
    flags += " --ServerApp.port_retries=0 --IdentityProvider.token= --ServerApp.password="
    flags += " --LabApp.expose_app_in_browser=True"
    return [sys.executable, "-m", "jupyterlab", *flags.split(), f"--ServerApp.root_dir={folder}"]


def _home(home: Path) -> dict[str, str]:
    folders = {f"JUPYTER_{kind}_DIR": str(home / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    return os.environ | folders


def _wait(url: str, server: subprocess.Popen, log: Path, seconds: int = 90) -> None:
    for _ in range(2 * seconds):
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=10).close()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"no answer from {url} in {seconds} s:\n{log.read_text()}")


@pytest.fixture(scope="module")
def browser():
    """Chromium, from CHROMIUM or the PATH; skips where there is none."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")
    if not program:
        pytest.skip(
            "no Chromium: install it (Debian: apt install chromium), or name it: CHROMIUM=…"
        )
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()

"""Where checkpoints go, and what is lost if they go nowhere safe."""

import sys
from pathlib import Path

DRIVE = Path("/content/drive")


def checkpoint_folder(setting: str | Path = "runs") -> Path:
    """Return ``setting`` as a folder; on Colab, mount Drive for it or say what is at stake.

    Colab's own disk is gone when the session ends. A path under /content/drive is on your Drive,
    which Colab asks you to allow; any other path works too, with a sentence of warning.
    """
    folder = Path(setting).expanduser()
    if "google.colab" in sys.modules:
        if DRIVE in folder.parents:
            _mount()
        else:
            print(
                f"{folder} is on this session's disk: if the session ends, log and checkpoints "
                f"are lost. To keep them, set CHECKPOINTS to {DRIVE}/MyDrive/workbook."
            )
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _mount() -> None:
    from google.colab import drive  # there on Colab alone

    if not (DRIVE / "MyDrive").exists():
        drive.mount(str(DRIVE))

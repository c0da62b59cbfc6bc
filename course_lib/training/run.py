"""The state of a run: what is saved after each epoch, and how a run comes back."""

import hashlib
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel

import course_lib
from course_lib.data.dataset import ImageData
from course_lib.data.feeding import Feeder
from course_lib.files import write_atomically
from course_lib.training.device import Placement
from course_lib.training.log import Log, augmented_by
from course_lib.training.optimizer import make_average, make_optimizer, make_schedule
from course_lib.training.recipe import Recipe

# What a run that is continued has to share with its beginning, beside the recipe.
IDENTITY = ("network", "architecture", "data", "train_images", "test_label_digest", "augmentation")


def commit() -> str:
    """Return the commit of the workbook that runs, "+changes" if it was edited, or "unknown"."""
    here = Path(course_lib.__file__).parent
    git = ["git", "-C", str(here)]
    try:
        head = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], check=True,
                              capture_output=True, text=True)  # fmt: skip
        dirty = subprocess.run([*git, "status", "--porcelain", "--", str(here)], check=True,
                               capture_output=True, text=True)  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return head.stdout.strip() + ("+changes" if dirty.stdout.strip() else "")


def make_header(
    model: nn.Module, data: ImageData, recipe: Recipe, place: Placement, feed: dict,
    augmentation: str | None = None,
) -> dict:  # fmt: skip
    """Return the log's first line: everything that a figure from this run has to be quoted with."""
    return {
        "kind": "header",
        "network": type(model).__name__,
        "architecture": hashlib.sha256(repr(model).encode()).hexdigest()[:16],
        "parameters": sum(p.numel() for p in model.parameters()),
        "data": data.name,
        "train_images": len(data.train_labels),
        "test_images": len(data.test_labels),
        "test_label_digest": data.label_digest,
        "device": place.description,
        "versions": {
            "python": platform.python_version(),
            "torch": str(torch.__version__),  # a plain text, which weights_only can read back
            "course_lib": course_lib.__version__,
        },
        "commit": commit(),
        "command": " ".join(["python -m course_lib", *sys.argv[1:]])
        if Path(sys.argv[0]).name == "__main__.py"
        else "course_lib.training.train",
        "recipe": recipe.as_dict(),
        "feed": feed,
        **({"augmentation": augmentation} if augmentation is not None else {}),
    }


@dataclass(frozen=True)
class Times:
    """Seconds of an ``epoch``, those of its ``training`` without the evaluation that follows, and
    those in which training ``waited`` for images."""

    epoch: float
    training: float
    waited: float


@dataclass
class Run:
    """Model, average, optimiser, schedule and log of one run, saved together after each epoch."""

    model: nn.Module
    average: AveragedModel
    recipe: Recipe
    folder: Path
    optimizer: torch.optim.Optimizer
    schedule: OneCycleLR
    scaler: torch.amp.GradScaler
    device: str
    feed: str
    log: Log
    epoch: int = 0

    @classmethod
    def start(
        cls, model: nn.Module, data: ImageData, recipe: Recipe, folder: Path,
        place: Placement, feeder: Feeder, resume: bool, augmentation: str | None = None,
    ) -> "Run":  # fmt: skip
        """Make a new run in an empty folder, or bring back the one that the folder holds.

        ``augmentation`` describes one that is not the recipe's.
        """
        optimizer = make_optimizer(model, recipe)
        run = cls(
            model,
            make_average(model, recipe),
            recipe,
            folder,
            optimizer,
            make_schedule(optimizer, recipe, feeder.steps),
            torch.amp.GradScaler(place.device.type, init_scale=2.0**12, enabled=place.scale),
            place.description,
            feeder.way,
            Log(make_header(model, data, recipe, place, feeder.description(), augmentation)),
        )
        saved = folder / "last.pt"
        if saved.exists() and not resume:
            raise ValueError(
                f"{folder} already holds a run; continue it with resume=True (or --resume), "
                "or choose another folder"
            )
        if saved.exists():
            run._restore(saved)
        run.log.write(folder / "log.jsonl")
        return run

    def step(self, loss: Tensor) -> None:
        """Do one optimiser step on ``loss``, move the schedule and the average."""
        self.optimizer.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.schedule.step()
        self.average.update_parameters(self.model)

    def finish_epoch(
        self, epoch: int, learned: tuple[float, float], judged: tuple[float, float], times: "Times"
    ) -> None:
        """Log the epoch and save everything; a kill before the save repeats the epoch."""
        record = {
            "kind": "epoch",
            "epoch": epoch,
            "train_loss": round(learned[0], 5),
            "train_accuracy": round(learned[1], 5),
            "test_loss": round(judged[0], 5),
            "test_accuracy": round(judged[1], 5),
            "learning_rate": round(self.schedule.get_last_lr()[0], 6),
            "seconds": round(times.epoch, 2),
            "train_seconds": round(times.training, 2),
            "waited": round(times.waited, 2),
            "device": self.device,  # a resumed run may go on elsewhere
            "feed": self.feed,
        }
        self.log.append(record, self.folder / "log.jsonl")
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "scaler": self.scaler.state_dict(),
            "header": self.log.header,
            "epochs": self.log.epochs,
        }
        write_atomically(self.folder / "last.pt", lambda file: torch.save(state, file))
        self.epoch = epoch

    def stop(self) -> str:
        """Go back to the last saved state, and say in a sentence where the run stands."""
        where = f"Stopped in epoch {self.epoch + 1} of {self.recipe.epochs}."
        if not self.epoch:
            return f"{where} No epoch was finished, so nothing is saved; run again from the start."
        self._restore(self.folder / "last.pt")
        return (
            f"{where} The state after epoch {self.epoch} is in {self.folder}; resume=True "
            "(or --resume) goes on from there."
        )

    def _restore(self, saved: Path) -> None:
        """Load a saved state; refuse one of another recipe, network or data set."""
        state = torch.load(saved, map_location="cpu", weights_only=True)
        header, mine = state["header"], self.log.header
        wrong = self.recipe.differences(header["recipe"]) + [
            f"{key}: {header.get(key)} before, {mine.get(key)} now"
            for key in IDENTITY
            if header.get(key) != mine.get(key)
        ]
        if augmented_by(header) != augmented_by(mine):
            wrong.append(f"augmented by {augmented_by(header)} before, by {augmented_by(mine)} now")
        if wrong:
            raise ValueError(f"{saved} belongs to another run ({'; '.join(wrong)}); "
                             "use its settings, or choose another folder")  # fmt: skip
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        if state["scaler"]:  # empty where the run so far needed none
            self.scaler.load_state_dict(state["scaler"])
        self.log = Log(header, state["epochs"])
        self.epoch = len(self.log.epochs)

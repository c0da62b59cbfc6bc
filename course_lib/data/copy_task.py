"""The copy task: random bits in, and at each place the bits that lie some cells to the right.

Nothing can be guessed from a random bit's neighbours. So a network gets a distance right if a path
leads there, and else half of the time: learning obeys the receptive field (lessons 03, 04, 07, 08).
"""

import torch
from torch import Generator, Tensor, nn


class CopyTask:
    """Batches of rows of random bits, and for each distance the row moved to the left by it.

    ``draw()`` returns (inputs, targets): bits as -1 and 1, (N, 1, L), and targets 0 and 1,
    (N, number of distances, L). Bits that lie beyond the row's end are zeros in both.
    """

    def __init__(self, distances: range, length: int = 64, batch: int = 64, seed: int = 0) -> None:
        self.distances, self.length, self.batch = distances, length, batch
        self.generator = Generator().manual_seed(seed)

    def draw(self) -> tuple[Tensor, Tensor]:
        """A new batch."""
        bits = torch.randint(0, 2, (self.batch, self.length), generator=self.generator).float()
        targets = torch.zeros(self.batch, len(self.distances), self.length)
        for number, distance in enumerate(self.distances):
            targets[:, number, : self.length - distance] = bits[:, distance:]
        return 2 * bits[:, None] - 1, targets

    @torch.no_grad()
    def accuracy(self, model: nn.Module, batches: int = 8) -> list[float]:
        """The share of right bits for each distance, where all distances lie inside the row."""
        inside = slice(0, self.length - max(self.distances))
        right = torch.zeros(len(self.distances))
        for _ in range(batches):
            inputs, targets = self.draw()
            agree = (model(inputs) > 0) == (targets > 0.5)
            right += agree[..., inside].float().mean((0, 2))
        return (right / batches).tolist()

# %% [markdown]
# # Pixel shuffle
#
# **You will see** how channels become pixels, number by number, and back again; a picture scrambled
# by a wrong order that no shape betrays; that it is a transposed convolution in other clothes, with
# its checkerboard and a cure for it; and a photograph enlarged by a network that trains in seconds.
#
# **You need** notebooks 01 to 05.
#
# **Time** about 70 minutes for sections 1 to 6 and the first four exercises; the rest, marked
# *deeper*, another 35.

# %% [markdown]
# ## 1. A larger picture from the numbers that are there
#
# Lesson 05 made maps larger by stamping. The stamps overlapped, and the overlaps showed. **Can you
# make a map twice as high and twice as wide without any overlap?**
#
# Twice as high and twice as wide is four times as many pixels. So take four maps, and make one of all
# their numbers. Nobody forbids it: we are free to move pixels about as we like. This is called **pixel
# shuffle**; $r$, here 2, is its *upscale factor*.
#
# **Answer the question first.** Then try this:
#
# - Follow the red outline. Step through the output with *Play*: in which order do the channels of
#   the input come by?
# - Set *factor r* to 3. How many channels go in for one that comes out?
# - Choose *unshuffle* under *direction*.

# %%
from course_lib.explorers.pixel_shuffle import PixelShuffleExplorer
from course_lib.frontends.jupyter import explore

explore(PixelShuffleExplorer())

# %% [markdown]
# On the left the small maps are laid out as the places of a block are. Every block on the right is
# a miniature of that layout. The rule, for output channel $c$, row $y$ and column $x$:
#
# $$\text{out}[c, y, x] = \text{in}[\,c\,r^2 + (y \bmod r)\,r + (x \bmod r),\;\; \lfloor y/r \rfloor,\;\; \lfloor x/r \rfloor\,]$$
#
# In words: divide the place by $r$. The quotients say **where** in the small map to look, and the
# remainders say **which** of the $r^2$ maps of the channel. The shape goes from $(C r^2, H, W)$ to
# $(C, H r, W r)$.

# %% [markdown]
# ## 2. It moves numbers, and that is all
#
# The numbers of the explorer again, by the rule, one at a time. (Without the loops it will be your
# first exercise.)

# %%
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
r = 2
maps = torch.arange(48).reshape(1, 8, 2, 3)  # (N, C·r², H, W)
ours = torch.zeros(1, 2, 4, 6, dtype=maps.dtype)  # (N, C, H·r, W·r)
for c in range(2):
    for y in range(4):
        for x in range(6):
            ours[:, c, y, x] = maps[:, c * r * r + y % r * r + x % r, y // r, x // r]
print(ours[0, 1].numpy())
torch.testing.assert_close(ours, nn.PixelShuffle(2)(maps))

# %% [markdown]
# One hears that pixel shuffle *interpolates*, or that it *learns to enlarge*. Does it? An
# interpolation makes numbers that were not there before. A layer that learns has weights.

# %%
layer = nn.PixelShuffle(2)
x = torch.randn(1, 8, 2, 3, requires_grad=True)
assert torch.equal(layer(x).flatten().sort().values, x.flatten().sort().values)  # the same numbers
assert sum(p.numel() for p in layer.parameters()) == 0  # no weights

layer(x)[0, 1, 3, 2].backward()  # which inputs does this pixel read?
print("reads (N, C, H, W) =", x.grad.nonzero().tolist(), "with weight", float(x.grad.max()))
assert x.grad.nonzero().tolist() == [[0, 6, 1, 1]]

# %% [markdown]
# Neither. It reads one number, with weight 1. What is learned, the layer *before* it has to learn:
# that one puts out $r^2$ channels for each channel wanted. If it does not, PyTorch says so, and our
# geometry adds what to do:

# %%
from course_lib.geometry import PixelShuffle

print(PixelShuffle(2).problem((6, 2, 3)))

# %% [markdown]
# ### Size and receptive field
#
# A shuffle makes the output $r$ times as large. **And the receptive field?** Below are two layers
# of 3x3 and a shuffle. Decide before you look: does the last layer make the field larger, smaller,
# or neither?
#
# **Try this.** Move *row* and *column* by one, then by one more: when does the box on the image
# move? Then set *factor* to 3.

# %%
from course_lib.explorers.receptive_field import ReceptiveFieldExplorer

kinds = ("convolution", "pixel shuffle", "pixel unshuffle")
explore(ReceptiveFieldExplorer(kinds, preset="pixel shuffle at the end"), question=False)

# %% [markdown]
# The field stays as it is, and the jump is divided by $r$: two neighbours in the output are half a
# pixel apart, measured in pixels of the input. All pixels of a block see **the same box**. If they
# are to differ, it is their filters that must differ. Keep that in mind until section 5.

# %% [markdown]
# ## 3. Whose order?
#
# The rule counts the channel first, then the row in the block, then the column. One can as well
# count the place first and the channel last: $(dy \cdot r + dx)\,C + c$. TensorFlow does it that
# way, in `depth_to_space`. **Does it matter?** The shapes are the same, and the numbers too.
#
# **Try this.** Go back to the explorer and switch on *other channel order*. Then set *large
# channels C* to 1. When is there no difference?
#
# Now with a photograph. We take it apart with `pixel_unshuffle`, the way back, and put it together
# in three ways.

# %%
import matplotlib.cbook
import numpy as np
from PIL import Image

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    face = Image.open(file).convert("RGB").crop((132, 132, 384, 348)).resize((84, 72))
photo = torch.from_numpy(np.array(face) / 255).float().permute(2, 0, 1)[None]  # (1, 3, 72, 84)
maps = F.pixel_unshuffle(photo, 2)
print(tuple(maps.shape))  # (N, C·r², H/r, W/r)

# %%
from course_lib import plots
from course_lib.frontends.figures import show


def pixels(picture):
    """A picture (1, 3, H, W) as a figure takes it, (H, W, 3)."""
    return picture[0].permute(1, 2, 0).numpy()


places_first = maps.reshape(1, 4, 3, 36, 42).transpose(1, 2).reshape(1, 12, 36, 42)
ways = {
    "PyTorch's order": F.pixel_shuffle(maps, 2),
    "the other order": F.pixel_shuffle(places_first, 2),
    "a reshape": maps.reshape(photo.shape),
}
told = (
    "A face put together in three ways. In PyTorch's order it is as it was; in the other order the "
    "colours are mixed up from pixel to pixel; by a reshape it falls apart into small copies."
)
show(*plots.pixel_shuffle.in_a_row({name: pixels(way) for name, way in ways.items()}, told))
assert [torch.equal(way, photo) for way in ways.values()] == [True, False, False]

# %% [markdown]
# Neither of the two wrong ones raises an error. In the middle, a pixel gets for its red, green and
# blue what belongs to other colours and to its neighbours. A network that is *trained* in one order
# does not mind which; weights that are carried from one library to the other do. To mend it,
# reorder the filters of the layer before the shuffle once, as `places_first` did with the maps.

# %% [markdown]
# ## 4. A transposed convolution in other clothes
#
# A convolution that puts out $C r^2$ channels, and a shuffle behind it: together they are called a
# **sub-pixel convolution**. In lesson 05 there was a layer without overlap too, the transposed
# convolution whose kernel is as large as its stride. Each input cell stamps a block of $r$x$r$ of
# its own. **Is there a difference?**
#
# A 1x1 convolution before the shuffle has $r^2$ filters for a channel, one for each place of the
# block. The stamp has $r^2$ weights, one for each place of the block. So lay the filters out as a
# stamp. That is a shuffle as well, of the weight:

# %%
torch.manual_seed(0)
x = torch.randint(-4, 5, (2, 3, 5, 6)).float()  # (N, C_in, H, W)
weight = torch.randint(-4, 5, (2 * r * r, 3, 1, 1)).float()  # (C·r², C_in, 1, 1)
subpixel = F.pixel_shuffle(F.conv2d(x, weight), r)

stamp = F.pixel_shuffle(weight.transpose(0, 1), r)  # (C_in, C, r, r)
transposed = F.conv_transpose2d(x, stamp, stride=r)
print(tuple(stamp.shape), tuple(transposed.shape), float((subpixel - transposed).abs().max()))
assert torch.equal(subpixel, transposed)

# %% [markdown]
# The difference is 0.0: one function, written in two ways. (Whole numbers, so that the order of
# adding cannot make a difference either.)
#
# ### With a 3x3 (deeper)
#
# And a 3x3 before the shuffle? Then each output pixel reads 3x3 cells, and the stamp has $3r$ rows
# and columns: for $r = 2$ a kernel of 6 with stride 2. The flip is that of lesson 05: a transposed
# layer uses its kernel the other way round.

# %%
weight = torch.randint(-4, 5, (2 * r * r, 3, 3, 3)).float()  # (C·r², C_in, 3, 3)
subpixel = F.pixel_shuffle(F.conv2d(x, weight, padding=1), r)

stamp = F.pixel_shuffle(weight.flip(2, 3).transpose(0, 1), r)  # (C_in, C, 3r, 3r)
transposed = F.conv_transpose2d(x, stamp, stride=r, padding=r)
print(tuple(stamp.shape), tuple(transposed.shape), float((subpixel - transposed).abs().max()))
assert torch.equal(subpixel, transposed)

# %% [markdown]
# So a sub-pixel convolution is a transposed convolution **whose kernel is a multiple of the
# stride**. The uneven overlaps of lesson 05 cannot occur: every pixel gets equally many
# contributions. And it is made of an ordinary convolution, the operation that every library has
# made fast.
#
# The bench below puts such pairs side by side. Of the four variants of the second way, all agree
# with the first at the start. **Which one agrees for all settings?** Change *input channels*,
# *output channels* and *weights*, and name the faults of the others. (One of them waits in exercise
# 5.)

# %%
from course_lib.measured.equivalences import EquivalenceExplorer

explore(EquivalenceExplorer(topic="pixel_shuffle"))

# %% [markdown]
# ## 5. Is it free of checkerboards?
#
# No overlaps, so no checkerboard: this is said of pixel shuffle in many places. Let us see what a
# fresh head, its weights random, makes of a picture without any content: a flat grey.
#
# **Predict.** A 3x3 convolution with random weights, then the shuffle. How many *different* values
# has a channel of the output, away from the border: with $r = 2$, and with $r = 3$? And with
# $r = 2$ and ICNR, where the four filters of a channel start as copies of one?

# %%
from course_lib.exercises import pixel_shuffle as check

# <solution>
values, confidence = {"r = 2": 4, "r = 3": 9, "ICNR": 1}, "think"
# </solution>
# <stub>
# values, confidence = {"r = 2": ..., "r = 3": ..., "ICNR": ...}, ...  # "guess", "think" or "sure"
# </stub>
check.flat_values(values, confidence=confidence)

# %%
from course_lib.models.super_resolution import icnr


def weights(*shape):
    """Random whole numbers, so that what is equal is equal to the last digit."""
    return torch.randint(-5, 6, shape).float()


torch.manual_seed(11)  # with other seeds two sums may happen to be equal
flat = torch.ones(1, 1, 9, 9)
heads = {
    "r = 2, random": (weights(4, 1, 3, 3), 2),
    "r = 3, random": (weights(9, 1, 3, 3), 3),
    "r = 2, ICNR": (icnr(weights(1, 1, 3, 3), 2), 2),
}
seen = {}
for name, (weight, factor) in heads.items():
    large = F.pixel_shuffle(F.conv2d(flat, weight, padding=1), factor)[0, 0]
    seen[name] = (large[6:12, 6:12].numpy(), factor)  # away from the border
    print(f"{name}: different values {len(np.unique(seen[name][0]))}")

# %%
show(*plots.pixel_shuffle.flat_heads(seen))
assert [len(np.unique(numbers)) for numbers, _ in seen.values()] == [4, 9, 1]

# %% [markdown]
# $r^2$ filters look at the same flat window, and each puts out a number of its own. The pattern
# repeats in every block: a checkerboard, without any overlap. **Equal counts, unequal weights**, as
# with the kernel of 2 at stride 2 in lesson 05. It has to be so, since it is the same layer.
#
# The cure takes one line. Draw one filter for each channel, and let all $r^2$ start as copies of
# it. The name is ICNR (Aitken and others, 2017). Then the head starts as **nearest upsampling**,
# which is flat where the picture is flat:

# %%
x, filters = torch.randn(2, 3, 5, 6), torch.randn(4, 3, 3, 3)  # (N, C_in, H, W), (C, C_in, 3, 3)
head = F.pixel_shuffle(F.conv2d(x, icnr(filters, 2), padding=1), 2)
torch.testing.assert_close(head, F.interpolate(F.conv2d(x, filters, padding=1), scale_factor=2))

# %% [markdown]
# It is a start, and no promise. Training moves each filter its own way, since the places of a block
# have different things to say. It may move them apart on flat areas too.

# %% [markdown]
# ## 6. Enlarge a photograph
#
# This is what the layer was made for: **super-resolution**, a large picture from a small one. On
# the slides a small picture stands beside what several networks make of it, MSSRNet and SRGAN among
# them.
#
# Ours is in grey, and the small picture is made in the plainest way: each pixel is the mean of a
# block of 2x2. Of four numbers one is left. The network trains on the photograph above and below
# the face. The face itself it never sees, until the test.

# %%
with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    grey = torch.from_numpy(np.array(Image.open(file).convert("L")) / 255).float()[None, None]
test, parts = grey[..., 132:348, 132:384], (grey[..., :132, :], grey[..., 348:, :])


def shrink(picture):
    return F.avg_pool2d(picture, 2)


def crops(count=8, side=48):
    """Pieces (N, 1, side, side) of what may be seen: made small, and as they were."""
    pieces = []
    for _ in range(count):
        part = parts[torch.randint(2, ())]
        top, left = (int(torch.randint(n - side + 1, ())) for n in part.shape[2:])
        pieces.append(part[0, :, top : top + side, left : left + side])
    return shrink(torch.stack(pieces)), torch.stack(pieces)


# %% [markdown]
# The opponent is no network at all. **Bicubic** interpolation lays smooth curves through the small
# pixels; every image editor has it. We measure with the *peak signal-to-noise ratio*,
# $10 \log_{10}(1 / \text{mean squared error})$, in dB. More is better; 1 dB more is a fifth less
# error, 3 dB half.


# %%
def bicubic(small):
    return F.interpolate(small, scale_factor=2, mode="bicubic")


def psnr(picture):
    """How near the enlarged face is to the real one, in dB."""
    return -10 * float(F.mse_loss(picture.clamp(0, 1), test).log10())


# %% [markdown]
# Three layers; all of them work on small maps, and the last step is the shuffle. The other head is
# a transposed convolution, kernel 4 and stride 2, as in lesson 05.


# %%
def network(*head, width=16):
    """Two layers that look, and a head that enlarges: (N, 1, H, W) -> (N, 1, 2H, 2W)."""
    look = [nn.Conv2d(1, width, 5, padding=2), nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1), nn.ReLU()]  # fmt: skip
    return nn.Sequential(*look, *head)


def subpixel():
    return network(nn.Conv2d(16, 4, 3, padding=1), nn.PixelShuffle(2))


def stamps():
    return network(nn.ConvTranspose2d(16, 1, 4, stride=2, padding=1))


# %% [markdown]
# Should such a network draw the whole picture? Most of it bicubic gets right. So let it say only
# **what bicubic gets wrong**, and add the two. That is the residual add of lesson 03 again. The
# head starts at zero, and so the network starts as bicubic, and not worse.


# %%
class OverBicubic(nn.Module):
    """Bicubic, and what a network adds to it."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        weight, bias = list(network.parameters())[-2:]
        nn.init.zeros_(weight)
        nn.init.zeros_(bias)

    def forward(self, small):
        return bicubic(small) + self.network(small)


assert torch.equal(OverBicubic(subpixel())(shrink(test)), bicubic(shrink(test)))

# %% [markdown]
# **Predict** the order of these four, from worst to best: bicubic; the sub-pixel network on its
# own; the sub-pixel network over bicubic; the transposed network over bicubic.

# %%
from course_lib.training.fit import fit

plans = {
    "sub-pixel, alone": subpixel,
    "sub-pixel, over bicubic": lambda: OverBicubic(subpixel()),
    "transposed, over bicubic": lambda: OverBicubic(stamps()),
}
enlarged = {"bicubic": bicubic(shrink(test))}
for name, make in plans.items():
    torch.manual_seed(4)
    model = make()
    fit(model, crops, F.mse_loss, steps=300, learning_rate=0.003)
    with torch.no_grad():
        enlarged[name] = model(shrink(test))

# %%
eye = (slice(32, 92), slice(44, 124))  # the piece that is shown; the figures are of the whole face
pieces = {name: (way[0, 0][eye].numpy(), psnr(way)) for name, way in enlarged.items()}
small = shrink(test)[0, 0, 16:46, 22:62].numpy()
show(*plots.pixel_shuffle.enlarged(test[0, 0][eye].numpy(), small, pieces))

# %%
score = {name: psnr(way) for name, way in enlarged.items()}
assert score["sub-pixel, alone"] < score["bicubic"]
assert score["sub-pixel, over bicubic"] > score["bicubic"] + 0.2
assert score["transposed, over bicubic"] > score["bicubic"] + 0.2

# %% [markdown]
# On its own the network **loses to bicubic**. In 300 steps it has to learn first what every program
# knows: to copy the picture. Over bicubic it spends all its steps on the edges, and wins.
#
# Which of the two heads is ahead depends on the seed. After section 4 that is no surprise: they are
# relatives, the one with a kernel of 4 and the other with one of 6.
#
# **Try this.** Give the network alone 3,000 steps instead of 300: does it catch up with bicubic?
# And feed a trained one a flat grey, `model(torch.full((1, 1, 16, 16), 0.5))`: is its answer flat,
# away from the border?
#
# A network that minimises the squared error puts a blurred edge where it cannot know which way it
# goes: the mean of all that is possible costs least. SRGAN (Ledig and others, 2017) therefore lets
# a second network judge whether a picture looks real. Its PSNR is lower, and people like its
# pictures better. Both of its enlarging steps are sub-pixel convolutions.

# %% [markdown]
# ## 7. Why at low resolution? (deeper)
#
# The first networks for this task enlarged by bicubic at once, and worked on the large picture
# (SRCNN, Dong and others, 2014). **What does that cost?** Here are the same three layers, before
# and behind the step that enlarges. The geometry counts:

# %%
from course_lib.geometry import Convolution, Upsample, chain, layer_table

look = [Convolution(1, 16, 5, padding=2), Convolution(16, 16, 3, padding=1)]
early = [Upsample(scale_factor=2), *look, Convolution(16, 1, 3, padding=1)]
late = [*look, Convolution(16, 4, 3, padding=1), PixelShuffle(2)]
tables = {
    name: layer_table(chain(layers, in_channels=1), (108, 126))
    for name, layers in (("enlarge first", early), ("shuffle last", late))
}
for name, table in tables.items():
    print(f"{name:13} {table.macs / 1e6:5.1f} million MACs, {table.parameters:,} parameters, "
          f"field {table.receptive_field[0]} pixels of the small picture")  # fmt: skip

# %%
first, last = tables.values()
assert first.rows[-1].output_size == last.rows[-1].output_size == (216, 252)
assert 3.4 < first.macs / last.macs < 3.5
print(tables["shuffle last"])

# %% [markdown]
# The layers that look cost $r^2 = 4$ times as much on the large map; only the last one has four
# times as many filters to make up for it. And they see less: the same kernels span half as much of
# the picture, where the pixels are half as wide. This was the point of the paper that introduced
# the layer (Shi and others, 2016): it enlarged video in real time.

# %% [markdown]
# ## 8. Back again: smaller without a loss (deeper)
#
# A stride, a pooling: every way to make maps smaller that you know so far throws numbers away.
# Unshuffle does not. **Try this.** Follow a few numbers; then make the *input width* 5.

# %%
from course_lib.explorers.pixel_shuffle.explorer import UNSHUFFLE

explore(PixelShuffleExplorer(direction=UNSHUFFLE, channels=1, height=4, width=6, channel=2))

# %% [markdown]
# Pixels become channels, all of them, and a shuffle brings every one back. (You have met these
# small maps in lesson 04: they are the interleaved pictures that never meet behind layers of rate
# 2.)

# %%
small = F.pixel_unshuffle(photo, 2)
print(tuple(photo.shape), "->", tuple(small.shape))  # (N, C, H, W) -> (N, C·r², H/r, W/r)
assert torch.equal(F.pixel_shuffle(small, 2), photo)
assert torch.equal(small[:, 1], photo[:, 0, 0::2, 1::2])  # channel 1: dy = 0, dx = 1, of red

# %% [markdown]
# What does it mean that a pooling loses numbers? That it cannot tell some pictures apart. These two
# have the same averages of 2x2, in every block:

# %%
one = 0.25 + 0.5 * photo
pattern = 0.25 * torch.tensor([[1.0, -1], [-1, 1]]).repeat(36, 42)  # (72, 84); a block adds up to 0
other = one + pattern
averages = F.avg_pool2d(one, 2)
torch.testing.assert_close(F.avg_pool2d(other, 2), averages)

told = (
    "A pale face; the same face under a fine checkerboard; and the averages of 2x2, in which both "
    "are the same face, half as large."
)
three = {"one picture": one, "another": other, "the averages of both": averages}
show(*plots.pixel_shuffle.in_a_row({name: pixels(shown) for name, shown in three.items()}, told))

# %% [markdown]
# A convolution with kernel 2 and stride 2 from 3 to 3 channels has blind spots too: it makes 3
# numbers out of each 12, so there are nine directions in which a block can change unseen, whatever
# the weights are. Only with 12 channels out it may keep everything.
#
# And the two ways belong together. A convolution behind an unshuffle *is* a strided convolution,
# its kernel a multiple of the stride:

# %%
weight = torch.randint(-4, 5, (5, 12, 3, 3)).float()  # (C_out, C·r², 3, 3), behind an unshuffle
numbers = torch.randint(-4, 5, (2, 3, 8, 10)).float()  # (N, C, H, W)
behind = F.conv2d(F.pixel_unshuffle(numbers, 2), weight, padding=1)
strided = F.conv2d(numbers, F.pixel_shuffle(weight, 2), stride=2, padding=2)  # a kernel of 6x6
assert torch.equal(behind, strided)

# %% [markdown]
# Section 4 upside down: the weight is shuffled, and a sub-pixel convolution turns into its mirror
# image. FFDNet, a network against noise (Zhang and others, 2018), begins with an unshuffle and ends
# with a shuffle. All its layers work on a quarter of the pixels, and none is lost on the way.

# %% [markdown]
# ## 9. Recap
#
# - Pixel shuffle turns $r^2$ channels into blocks of $r$x$r$ pixels. It moves numbers; it has no
#   weights.
# - The channel is $c\,r^2 + dy\,r + dx$ in PyTorch. Another order has the same shapes and scrambles
#   the picture.
# - A convolution and a shuffle are a transposed convolution whose kernel is a multiple of the
#   stride.
# - No overlap is not yet no checkerboard: $r^2$ filters start with $r^2$ numbers. ICNR starts them
#   equal.
# - Super-resolution: work on small maps, shuffle last, and add to bicubic what it gets wrong.
# - Unshuffle makes maps smaller and loses nothing.
#
# ## 10. Exercises
#
# **Exercise 1. Shuffle without a loop** (★★, 15 minutes). Write `pixel_shuffle` for any factor,
# with `reshape` and `permute`, or with one slice for each place of the block.


# %%
def pixel_shuffle(x, upscale_factor):
    """x: (N, C·r², H, W); returns (N, C, H·r, W·r)."""
    # <solution>
    n, channels, height, width = x.shape
    r = upscale_factor
    x = x.reshape(n, channels // r**2, r, r, height, width)  # (N, C, dy, dx, H, W)
    x = x.permute(0, 1, 4, 2, 5, 3)  # (N, C, H, dy, W, dx)
    return x.reshape(n, channels // r**2, height * r, width * r)
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.pixel_shuffle(pixel_shuffle)

# %% [markdown] tags=["hint"]
# Split the axis of the channels into three: channel, row in the block, column in the block. In
# which order do they stand in $c\,r^2 + dy\,r + dx$?

# %% [markdown] tags=["hint"]
# A row of the output is $y = i\,r + dy$. So the axis of $dy$ has to stand right behind that of the
# rows $i$ before the two become one.

# %% [markdown]
# **Exercise 2. Where did it come from?** (★, 5 minutes). With $r = 3$ and two channels coming out:
# from which channel, row and column of the input is the pixel of channel 1, row 5, column 7? On
# paper; then look it up in the explorer.

# %%
# <solution>
source = {"channel": 1 * 9 + 2 * 3 + 1, "row": 1, "column": 2}
# </solution>
# <stub>
# source = {"channel": ..., "row": ..., "column": ...}
# </stub>
check.source(source)

# %% [markdown] tags=["hint"]
# Divide 5 and 7 by 3, with remainder.

# %% [markdown]
# **Exercise 3. ICNR** (★, 10 minutes). From one filter for each channel, make the weight of the
# convolution before the shuffle: all $r^2$ filters of a channel equal.


# %%
def icnr(filters, upscale_factor):
    """filters: (C, C_in, k, k); returns (C·r², C_in, k, k)."""
    # <solution>
    return filters.repeat_interleave(upscale_factor**2, dim=0)
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.icnr(icnr)

# %% [markdown] tags=["hint"]
# Which channels of the input make up channel 0 of the output: 0, 1, 2, 3, or every second one? The
# explorer shows it.

# %% [markdown] tags=["hint"]
# PyTorch has two functions that repeat. One gives a, b, a, b; the other a, a, b, b.

# %% [markdown]
# **Exercise 4. How many filters?** (★, 5 minutes). A network has maps of 32 channels, 60 rows and
# 80 columns, and is to end with a picture in red, green and blue, four times as high and four times
# as wide, by one 3x3 convolution with biases and one shuffle. How many channels does the
# convolution put out, how many parameters has it, and what is the size of the picture?

# %%
# <solution>
answer = {"channels": 3 * 4**2, "parameters": 48 * 32 * 9 + 48, "size": (240, 320)}
# </solution>
# <stub>
# answer = {"channels": ..., "parameters": ..., "size": (..., ...)}  # size: (height, width)
# </stub>
check.colour_head(answer)

# %% [markdown] tags=["hint"]
# Three channels come out of the shuffle. How many go in?

# %% [markdown]
# **Exercise 5. The same layer, the other way** (★★★, 20 minutes, deeper). A transposed convolution has a
# kernel of $r$x$r$ and stride $r$, with weight `(C_in, C_out, r, r)` and bias `(C_out,)`. Give
# weight and bias of the 1x1 convolution that does the same with a shuffle behind it. It is section
# 4 backwards, and the biases come on top.


# %%
def as_subpixel(weight, bias):
    """Of a transposed convolution with kernel = stride: (C_in, C_out, r, r) and (C_out,)."""
    # <solution>
    c_in, c_out, r, _ = weight.shape
    pointwise = weight.permute(1, 2, 3, 0).reshape(c_out * r * r, c_in, 1, 1)
    return {"weight": pointwise, "bias": bias.repeat_interleave(r * r)}
    # </solution>
    # <stub>
    # return {"weight": ..., "bias": ...}  # (C_out·r², C_in, 1, 1) and (C_out·r²,)
    # </stub>


check.as_subpixel(as_subpixel)

# %% [markdown] tags=["hint"]
# The first axis of the pointwise weight counts $c\,r^2 + dy\,r + dx$; its second is the input
# channel. In which order must the axes of `weight` stand, before a `reshape` joins three of them?

# %% [markdown] tags=["hint"]
# A bias belongs to an output channel, and so to all $r^2$ filters that make it.

# %% [markdown]
# ## Further reading
#
# - W. Shi and others, *Real-Time Single Image and Video Super-Resolution Using an Efficient
#   Sub-Pixel Convolutional Neural Network*, arXiv 1609.05158: the layer, sections 4 and 7.
# - W. Shi and others, *Is the deconvolution layer the same as a convolutional layer?*, arXiv
#   1609.07009: section 4, by the same authors.
# - A. Odena, V. Dumoulin, C. Olah, *Deconvolution and Checkerboard Artifacts*, Distill 2016, doi
#   10.23915/distill.00003: section 5.
# - A. Aitken and others, *Checkerboard artifact free sub-pixel convolution*, arXiv 1707.02937:
#   ICNR, section 5.
# - C. Ledig and others, *Photo-Realistic Single Image Super-Resolution Using a Generative
#   Adversarial Network*, arXiv 1609.04802: SRGAN, section 6.
# - C. Dong and others, *Image Super-Resolution Using Deep Convolutional Networks*, arXiv
#   1501.00092: SRCNN, section 7.
# - K. Zhang and others, *FFDNet: Toward a Fast and Flexible Solution for CNN based Image
#   Denoising*, arXiv 1710.04026: section 8.
# - J. Howard explains the layer in a lecture, from minute 35 on:
#   https://www.youtube.com/watch?v=nG3tT31nPmQ&t=2128

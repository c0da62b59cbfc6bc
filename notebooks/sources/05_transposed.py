# %% [markdown]
# # Transposed convolution
#
# **You will see** how a map is made larger: by stamps, by zeros, and by a matrix on its side, three
# times the same numbers; why it undoes nothing; where the lost pixel of a stride comes back; and a
# flat grey that does not stay flat.
#
# **You need** notebooks 01 to 03; section 8 also needs the last part of 04.
#
# **Time** about 75 minutes for sections 1 to 4, 6 to 8 and the first four exercises; the rest,
# marked *deeper*, another 40.

# %% [markdown]
# ## 1. From 5x5 to 7x7
#
# A 3x3 kernel makes a 3x3 map of a 5x5 one. **What would you do to get 7x7?** Or 9x9, nearly twice
# the size? (Some slides ask for «a larger channel size». They mean height and width, the spatial
# size; the number of channels has nothing to do with it.)
#
# With the means of lesson 01: put zeros round the map. Two on every side make 9x9 of it, and the
# kernel makes 7x7 of that. For an output of 9x9, put a zero *between* any two cells, and one all round:
# 11x11. **How much of the work is wasted?** Guess the share of the multiplications that meet a zero, for
# each of the two.

# %%
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
picture = torch.arange(1.0, 26).reshape(1, 1, 5, 5)  # (N, C, H, W)

wrapped = torch.zeros(1, 1, 9, 9)
wrapped[..., 2:-2, 2:-2] = picture
spread = torch.zeros(1, 1, 11, 11)
spread[..., 1:-1:2, 1:-1:2] = picture
print(spread[0, 0, :5].int().numpy())


# %%
def wasted(zeros_put_in):
    """A 3x3 slides over the map: how many multiplications meet a zero, and how many there are."""
    zeros = F.conv2d((zeros_put_in == 0).float(), torch.ones(1, 1, 3, 3))
    return int(zeros.sum()), 9 * zeros.numel()


for name, prepared in {"7x7, zeros round it": wrapped, "9x9, zeros between": spread}.items():
    zeros, all_of_them = wasted(prepared)
    print(f"{name}: {zeros} of {all_of_them}, {100 * zeros / all_of_them:.1f} %")
assert wasted(wrapped) == (216, 441)
assert wasted(spread) == (560, 729)

# %% [markdown]
# Half of them, and three quarters. A simple way, but inefficient, and all these zeros had to be written
# down first. There is a way without any. (In its terms, the first was kernel 3 with stride 1, the second
# kernel 3, stride 2, padding 1.)

# %% [markdown]
# ## 2. Three readings of one layer
#
# A convolution *gathers*: an output cell looks at a box of inputs. Turn the arrows round and you have
# a **transposed convolution**, which *scatters*: an input cell lays the kernel, times its value, on the
# output, like a stamp. The stamps of neighbours begin `stride` cells apart. Where they overlap, they
# add.
#
# **Try this**, after the question:
#
# - Press *step* and watch the stamps. The cell outlined in red is written out below the picture.
# - Choose *insert zeros* under *reading*: it is section 1. Do the numbers of the output change? Set
#   *input* to 5, *stride* to 1, *padding* to 0: there are your 49 %. And *stride* 2, *padding* 1: 77 %.
# - Choose *the matrix, transposed*. Back at *input* 3, which row of it makes the red cell?

# %%
from course_lib.explorers.transposed import TransposedExplorer
from course_lib.frontends.jupyter import explore

explore(TransposedExplorer())

# %% [markdown]
# One layer, three ways to see it, and the same numbers in each. Only the price differs: 5x5 stamps of
# nine products are 225 multiplications, and that is what was left of the 441 without the zeros.
#
# Now in code, along one row first. The input is 3, 3, 4, the kernel 2, 1, 4, and the stride 2. Every line
# below is a stamp:

# %%
row, taps = torch.tensor([3.0, 3, 4]), torch.tensor([2.0, 1, 4])
stamps = torch.zeros(3, 7)
for i in range(3):
    stamps[i, 2 * i : 2 * i + 3] = row[i] * taps
print(stamps.int().numpy())
print(stamps.sum(0).int().numpy(), "their sum")

# %% [markdown]
# **With zeros**, as in section 1: one between two cells, two at each end. The kernel slides over them
# *flipped*. Why? The last cell of a stamp got the kernel's last weight, from an input that lies to its
# left. So, seen from an output, the last weight belongs to the left.

# %%
spread = torch.zeros(9)
spread[2:-2:2] = row
windows = spread.unfold(0, 3, 1)  # all places of the kernel, (7, 3)
torch.testing.assert_close(windows @ taps.flip(0), stamps.sum(0))

# %% [markdown]
# **With a matrix.** A layer `Conv1d` with stride 2 is a matrix `C` with the kernel in each row, two places
# further each time (lesson 01, section 9; a layer does not flip). It makes 3 numbers of 7. Lay it on its
# side, and it makes 7 of 3. This is where the name comes from.

# %%
C = torch.zeros(3, 7)
for i in range(3):
    C[i, 2 * i : 2 * i + 3] = taps
print(C.T.int().numpy())

seven = torch.arange(7.0)
torch.testing.assert_close(C @ seven, F.conv1d(seven[None], taps[None, None], stride=2)[0])
torch.testing.assert_close(C.T @ row, stamps.sum(0))

# %% [markdown]
# In the plane nothing changes. Here are the numbers of the explorer; PyTorch's layer is
# `nn.ConvTranspose2d`. Our own two functions, for stamps and for zeros, will be your first exercises.

# %%
from course_lib.convolutions import transposed_by_stamps, transposed_by_zeros

x = torch.tensor([[3.0, 3, 4], [1, 2, 4], [3, 4, 1]])[None, None]
kernel = torch.tensor([[1.0, 2, 1], [3, 1, 2], [2, 1, 4]])[None, None]
out = F.conv_transpose2d(x, kernel, stride=2)
print(out[0, 0].int().numpy())
torch.testing.assert_close(transposed_by_stamps(x, kernel, stride=2), out)
torch.testing.assert_close(transposed_by_zeros(x, kernel, stride=2), out)
assert out[0, 0, 2, 2] == 3 * 4 + 3 * 2 + 1 * 1 + 2 * 1 == 21
assert 5 * 5 * kernel.numel() == 441 - 216  # section 1, stamped

# %% [markdown]
# And with channels. Mind the weight: **the input channels come first**, the other way round than in a
# convolution. Section 5 says why.

# %%
torch.manual_seed(0)
layer = nn.ConvTranspose2d(3, 4, kernel_size=4, stride=2, padding=1, bias=False)
maps = torch.randn(2, 3, 5, 7)
print("weight", tuple(layer.weight.shape), " output", tuple(layer(maps).shape))
for ours in (transposed_by_stamps, transposed_by_zeros):
    torch.testing.assert_close(ours(maps, layer.weight, stride=2, padding=1), layer(maps))

# %% [markdown]
# ## 3. Three names, and one of them is wrong
#
# - **Transposed convolution**: after the matrix. This is what we say.
# - **Fractionally strided convolution**: after the zeros. The kernel moves by one place, and that is
#   half of the way to the next real input: a stride of 1/2.
# - **Deconvolution**: after what it seems to do. You will still find it in papers and in code, and it
#   is misleading. To deconvolve is to *undo* a convolution.
#
# **Predict**: blur a picture, and then apply the transposed convolution with the same kernel. Is the
# result sharper than the blurred picture, as sharp, or less sharp?

# %%
import numpy as np

from course_lib import plots
from course_lib.frontends.figures import show
from course_lib.scene import draw_scene

scene = draw_scene(np.random.default_rng(18), height=96, width=120)
sharp = torch.from_numpy(scene.image).permute(2, 0, 1)[:, None].double() / 255  # (3, 1, H, W)
taps = torch.tensor([1, 2, 4, 2, 1]).double() / 10
blur = torch.outer(taps, taps)[None, None]

blurred = F.conv2d(sharp, blur, padding=2)
transposed = F.conv_transpose2d(blurred, blur, padding=2)

# %% [markdown]
# (The three colours are convolved each for itself, as three pictures of one channel.) A real
# deconvolution has to solve equations. Along each axis our blur is a matrix, which multiplies the
# picture from the left and from the right; so we solve twice:


# %%
def matrix_of_blur(size):
    """The square matrix that blurs a column of that many pixels, with zeros beyond its ends."""
    impulses = torch.eye(size).double()[:, None]
    return F.conv1d(impulses, taps[None, None], padding=2)[:, 0]  # symmetric, as the taps are


down, across = map(matrix_of_blur, sharp.shape[2:])
torch.testing.assert_close(down @ sharp @ across, blurred)
undone = torch.linalg.solve(down, blurred)
undone = torch.linalg.solve(across, undone.mT).mT
torch.testing.assert_close(undone, sharp)

# %%
pictures = {
    "a picture": sharp,
    "convolved": blurred,
    "transposed convolution of it": transposed,
    "deconvolution of it": undone,
}
pictures = {name: one[:, 0].permute(1, 2, 0).numpy() for name, one in pictures.items()}
show(*plots.transposed.side_by_side(
    pictures, "A drawn scene; the scene blurred; the blurred scene after a transposed convolution, "
    "which is more blurred still; and after a deconvolution, as sharp as at first."))  # fmt: skip

# %% [markdown]
# **It blurs a second time.** Of a symmetric blur the transpose is the blur itself. (The dark frame is
# that of the zeros beyond the edge, lesson 01.) Solving the equations brings the picture back, and that
# is a deconvolution.
#
# With a stride it is worse: *nothing* can undo it. A convolution with stride 2 makes a quarter of the
# numbers, so many pictures give the same result. Here are two of them, the scene with stripes and the
# scene without. On the way back the kernel has four times the weights, so that the picture is as bright
# as before:

# %%
stripes = 0.2 * (-1.0) ** torch.arange(120)  # bright and dark columns in turn
smooth = torch.tensor([1.0, 2, 1])
smooth = torch.outer(smooth, smooth)[None, None].double() / 16
plain, striped = (F.conv2d(one, smooth, stride=2) for one in (sharp, sharp + stripes))
torch.testing.assert_close(striped, plain)

way_back = F.conv_transpose2d(striped, 4 * smooth, stride=2)
pictures = {
    "with stripes": sharp + stripes,
    "convolved, stride 2": striped,
    "the same without stripes": plain,
    "transposed convolution": way_back,
}
for name, one in pictures.items():
    print(f"{name:25}{tuple(one.shape[2:])}")

# %%
pictures = {name: one[:, 0].permute(1, 2, 0).numpy() for name, one in pictures.items()}
show(*plots.transposed.side_by_side(
    pictures, "The scene with fine stripes; convolved with stride 2, coarse and without a stripe; the "
    "scene without stripes convolved, no different; and the way back, blurred and without stripes."))  # fmt: skip

# %% [markdown]
# What comes back is the *size*, and not the picture: the resolution of before, and a convolution on the
# way. Nothing more is promised. What that is good for, we see in section 8. And even the size is not
# quite right: it was 96x120, and now it is one less each way.

# %% [markdown]
# ## 4. How large, and the lost pixel
#
# From the stamps, with kernel $k$, stride $s$ and dilation $d$: the last one begins $(n-1)\,s$ cells behind
# the first and is $d\,(k-1)+1$ wide. So for an input of $n$
#
# $$\text{size} = (n-1)\,s + d\,(k-1) + 1 - 2p + o.$$
#
# It has two terms more, and both mean something else than their names say.
#
# **`padding` $p$ takes away.** It is the padding of the convolution whose way back this is: what that
# one added all round, this one crops. The same numbers, without a margin:

# %%
cropped = F.conv_transpose2d(x, kernel, stride=2, padding=1)
torch.testing.assert_close(cropped, out[..., 1:-1, 1:-1])
print("padding 0:", tuple(out.shape[2:]), " padding 1:", tuple(cropped.shape[2:]))

# %% [markdown]
# **`output_padding` $o$** chooses. A stride rounds down, so several sizes become one. With kernel 3,
# stride 2 and padding 1:

# %%
from course_lib.geometry import Convolution, TransposedConvolution, chain

there = Convolution(1, 1, 3, stride=2, padding=1)
back = TransposedConvolution(1, 1, 3, stride=2, padding=1)
for size in (5, 6, 7, 8):
    small = there.output_size(size)
    print(f"{size} -> {small[0]} -> {back.output_size(small)[0]}")
assert [there.output_size(size)[0] for size in (5, 6, 7, 8)] == [3, 3, 4, 4]

# %% [markdown]
# Nobody can tell from a 4 whether it was a 7 or an 8. The way back takes the smaller one, and where it was
# 8, a row and a column of pixels are lost. A network that is to answer for every pixel needs them.
# `output_padding=1` brings them back. Or name the size that you want:

# %%
shrink = nn.Conv2d(1, 1, 3, stride=2, padding=1)
grow = nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)
small = shrink(torch.randn(1, 1, 8, 8))
print("as it is", tuple(grow(small).shape[2:]))
print("asked for", tuple(grow(small, output_size=(8, 8)).shape[2:]))
assert grow(small, output_size=(8, 8)).shape == (1, 1, 8, 8)

# %% [markdown]
# It is no padding of the output either. No zeros are put there: **a row and a column that padding would
# have cropped are kept**, at the bottom and at the right.

# %%
torch.testing.assert_close(
    F.conv_transpose2d(x, kernel, stride=2, padding=1, output_padding=1), out[..., 1:, 1:]
)

# %% [markdown]
# Only where nothing was cropped, there is nothing to keep. If `output_padding` is larger than `padding`,
# the last row and column lie beyond every stamp. They hold the bias and nothing else, whatever the
# input. Four cells of 1, stamps of 1, 1, 1:

# %%
for padding in (0, 1):
    ones = F.conv_transpose1d(torch.ones(1, 1, 4), torch.ones(1, 1, 3), None, 2, padding, 1)
    print("padding", padding, ones[0, 0].int().tolist())
    assert (ones[0, 0, -1] == 0) == (padding == 0)

# %% [markdown]
# Such a dead strip is easily overlooked in a picture, and no training fills it. (You can see it in the
# explorer above: *padding* 0 and *output_padding* 1.) Which `output_padding` a size needs is exercise 3.

# %% [markdown]
# ## 5. You have met it before (deeper)
#
# A gradient goes through a layer the way back. Whatever the layer multiplies with on the way there, the
# gradient is multiplied with on the way back, by the same wires: with the matrix transposed. So **the
# gradient of a convolution is a transposed convolution**, with the same weight:

# %%
strided = nn.Conv2d(3, 8, kernel_size=3, stride=2, bias=False)
images = torch.randn(2, 3, 9, 11, requires_grad=True)
result = strided(images)
gradient = torch.randn_like(result)  # some gradient that arrives from behind
result.backward(gradient)
torch.testing.assert_close(images.grad, F.conv_transpose2d(gradient, strided.weight, stride=2))
print("one weight for both:", tuple(strided.weight.shape))

# %% [markdown]
# The weight of the convolution is (out, in, height, width). On the way back out is in, and so
# `ConvTranspose2d` has its input channels first. Nothing was permuted here.
#
# It also explains a picture of lesson 03. There a kernel of 3 with stride 2 read some pixels once, some
# twice and some four times, and the gradient had this checkerboard. **It is the checkerboard of the next
# section.** The lectures show one of them with strides and another with transposed convolutions. They
# are one, seen from both ends:

# %%
pixels = torch.ones(1, 1, 9, 9, requires_grad=True)
F.conv2d(pixels, torch.ones(1, 1, 3, 3), stride=2).sum().backward()
stamped = F.conv_transpose2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3), stride=2)
torch.testing.assert_close(pixels.grad, stamped)
assert set(stamped.unique().tolist()) == {1, 2, 4}

# %% [markdown]
# The wires say what it costs, too. Each input cell multiplies with each weight once: the MACs are
# *weights times input cells*. To take the output cells, as for a convolution, would be four times too
# many at stride 2. PyTorch's own counter has it right (1 MAC is 2 FLOPs):

# %%
from torch.utils.flop_counter import FlopCounterMode

with FlopCounterMode(display=False) as counter:
    layer(maps[:1])  # 3 to 4 channels, kernel 4, stride 2, on 5x7
weights = layer.weight.numel()
print(f"{weights} weights x {5 * 7} inputs = {weights * 5 * 7:,} MACs")
assert counter.get_total_flops() == 2 * weights * 5 * 7
assert TransposedConvolution(3, 4, 4, 2, 1).macs((10, 14)) == weights * 5 * 7

# %% [markdown]
# ## 6. Count the stamps
#
# How many stamps lie on each output cell? Below they are counted for kernel 3 and stride 2. **Predict**
# for kernel 4, before you move the slider: which counts occur then, away from the borders?
#
# **Try this.** Change *kernel size* to 4. Find two more pairs of kernel size and stride that go like
# it. What have they in common? Then look at the lower right part of the picture: there the input is 1
# everywhere.

# %%
explore(TransposedExplorer(reading="overlap counts", input_size=5, row=4, column=4), question=False)

# %% [markdown]
# Along an axis kernel 3 lays 2, 1, 2, 1, … stamps. In the image rows and columns multiply: 4, 2, 2, 1.
# The cell with the most has four times as many as the one with the fewest. One period and that ratio
# for five layers, counted by the geometry and by PyTorch:

# %%
from course_lib.geometry import overlaps_along

table = {}
for k, s in [(2, 2), (3, 2), (4, 2), (5, 2), (6, 3)]:
    counts = overlaps_along(TransposedConvolution(1, 1, k, s), 0, input_size=8)
    ones = F.conv_transpose1d(torch.ones(1, 1, 8), torch.ones(1, 1, k), stride=s)
    assert counts == ones[0, 0].tolist()
    period = counts[3 * s : 4 * s]  # away from the ends
    table[k, s] = (sorted(period), (max(period) / min(period)) ** 2)
    print(f"kernel {k}, stride {s}: {period}, in the image {table[k, s][1]:.2f} : 1")
assert table[3, 2] == ([1, 2], 4)
assert table[5, 2] == ([2, 3], 2.25)
assert table[2, 2] == ([1, 1], 1)
assert table[4, 2] == ([2, 2], 1)
assert table[6, 3] == ([2, 2, 2], 1)

# %% [markdown]
# The counts are equal where the **kernel size is a multiple of the stride**. So one often reads: take
# kernel 4 with stride 2, and there is no checkerboard. (Odena and others, 2016, from whom the advice
# comes, are more careful.) The picture's lower right part says otherwise, with kernel 4, too.

# %% [markdown]
# ## 7. Equal counts are not enough
#
# A sum of four products is not equal to another sum of four products. Below, a flat grey image is
# enlarged in four ways: by three transposed convolutions, and by repeating each pixel (`nn.Upsample`)
# with an ordinary 3x3 behind. All weights are equal, as when one counts. **Answer the question**, and
# then try this:
#
# - Set *weights* to *random*. Move *seed*: is one of the first three ever flat?
# - Set *layers* to 2 and 3. What becomes of the pattern, and of its period?
# - Choose *a drawn scene*. Through all of this, what can still be made out?

# %%
from course_lib.measured.upsampling import UpsamplingExplorer

explore(UpsamplingExplorer())

# %% [markdown]
# Only the last one is flat, whatever the seed. Look at an output of kernel 4 and stride 2 away from the
# border. It gets four stamps, and from each of them one weight: *which* weights, depends on whether its
# row is even or odd, and its column. So there are four kinds of output cells (**phases**), each with a
# small kernel of its own. Of a flat image each phase makes the sum of its weights, and nothing makes the
# four sums equal:

# %%
four = torch.tensor([[1.0, 2, 1, 3], [3, 1, 1, 2], [2, 1, 4, 3], [1, 2, 1, 2]])[None, None]
flat = F.conv_transpose2d(torch.ones(1, 1, 6, 6), four, stride=2)[0, 0, 4:8, 4:8]
print(flat.int().numpy())
sums = torch.stack([four[0, 0, a::2, b::2].sum() for a in (0, 1) for b in (0, 1)])
torch.testing.assert_close(flat[:2, :2].flatten(), sums)

# %% [markdown]
# After a resize all outputs are made by one and the same 3x3, and so a flat map stays flat. The price:
# it works on the large map. MACs for each input cell, from a channel to a channel:

# %%
four_two = TransposedConvolution(1, 1, 4, stride=2, padding=1)
three_after = Convolution(1, 1, 3, padding=1)
cells = 10 * 10
print("kernel 4, stride 2:", four_two.macs((20, 20)) // cells)
print("resize, then 3x3:  ", three_after.macs((20, 20)) // cells)

# %% [markdown]
# There are other ways out. Begin with even weights, of the same sum in each phase, as bilinear
# interpolation has them. (The kernel of the way back in section 3 was one: uneven counts, even sums.
# Exercise 5 makes any kernel even.) Or let a layer of stride 1 follow, which can learn to smooth. Or take
# *pixel shuffle*, lesson 06; it is a transposed convolution with kernel = stride in disguise, has the
# same trouble, and its own remedy.
#
# ### Does training mend it? (deeper)
#
# Random weights are not the end of the story. Let us teach all four to enlarge grey scenes from 24x24 to
# 48x48, and then show them a flat grey. **Predict:** does the pattern go away?


# %%
from course_lib.data.scenes import scenes
from course_lib.training.fit import fit


def enlarger(*last):
    """A 3x3 layer with 8 channels, and then one of the four ways."""
    return nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), *last)


def small_and_large(random):
    """Grey scenes at half the size, (N, 1, 24, 24), and as they were, (N, 1, 48, 48)."""
    large = scenes(random, 4)[0].mean(1, keepdim=True) + 0.5
    return F.avg_pool2d(large, 2), large


# %%
ways = {
    "kernel 3, stride 2": lambda: [nn.ConvTranspose2d(8, 1, 3, 2, padding=1, output_padding=1)],
    "kernel 4, stride 2": lambda: [nn.ConvTranspose2d(8, 1, 4, 2, padding=1)],
    "kernel 2, stride 2": lambda: [nn.ConvTranspose2d(8, 1, 2, 2)],
    "resize, then 3x3": lambda: [nn.Upsample(scale_factor=2), nn.Conv2d(8, 1, 3, padding=1)],
}


@torch.no_grad()
def of_flat(model):
    """What becomes of a flat grey, away from borders: (24, 24)."""
    return model(torch.full((1, 1, 20, 20), 0.55))[0, 0, 8:32, 8:32].numpy()


def ripple(flat):
    return np.ptp(flat) / abs(flat).mean()


# %%
trained, before = {}, {}
for name, way in ways.items():
    torch.manual_seed(0)
    random, model = np.random.default_rng(0), enlarger(*way())
    before[name] = ripple(of_flat(model))
    fit(model, lambda r=random: small_and_large(r), F.mse_loss, steps=150)
    trained[name] = model

# %%
test = small_and_large(np.random.default_rng(1))[0][:1]
with torch.no_grad():
    pictures = {name: model(test)[0, 0].numpy() for name, model in trained.items()}
flats = {name: of_flat(model) for name, model in trained.items()}
show(*plots.transposed.after_training(pictures, flats))

after = {name: ripple(flat) for name, flat in flats.items()}
assert after.pop("resize, then 3x3") < 1e-5
for name, left in after.items():
    assert 0.001 < left < before[name] / 4

# %% [markdown]
# The pattern has become weak, since the loss asks for that. It has not become nothing: a loss of this
# kind hardly notices the last per cent. An eye does. Look at the sky in the upper row.
# (The rim is that of the zeros beyond the edge again.)

# %% [markdown]
# ## 8. Encoder and decoder
#
# If it is no inverse, what is it good for? For the way up in a network that goes down first. An
# **encoder** makes the maps smaller and smaller: cheap, and with a field that grows fast. A **decoder**
# makes them large again. Lesson 04 asked for the class of every pixel in drawn scenes, in
# which the lake has the colour of the sky, and there dilated layers did it at full resolution. Now the
# other way:

# %%
from itertools import pairwise


class EncoderDecoder(nn.Module):
    """48x48 to 6x6 and back; with `joined`, the encoder's maps are added on the way up."""

    def __init__(self, joined, widths=(12, 16, 24, 32)):
        super().__init__()
        self.joined, pairs = joined, list(pairwise(widths))
        self.first = nn.Conv2d(3, widths[0], 3, padding=1)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 3, 2, padding=1) for a, b in pairs)
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 4, 2, padding=1) for a, b in pairs[::-1])
        self.last = nn.Conv2d(widths[0], 5, 1)

    def forward(self, x):
        x, kept = torch.relu(self.first(x)), []
        for layer in self.down:
            kept.append(x)
            x = torch.relu(layer(x))
        for layer in self.up:
            same_size = kept.pop()
            x = torch.relu(layer(x))
            x = x + same_size if self.joined else x
        return self.last(x)


# %%
from course_lib.receptive_field import analyse

analyse(EncoderDecoder(joined=False), (48, 48))

# %% [markdown]
# Go down the column *output*: 48, 24, 12, 6, and back. Here it is beside lesson 04's network, with four
# layers of rates 1, 2, 4, 8 at full resolution:

# %%
from course_lib.geometry import layer_table

rates = [Convolution(12, 12, 3, padding=rate, dilation=rate) for rate in (1, 2, 4, 8)]
dilated = layer_table(
    chain([Convolution(3, 12, 1), *rates, Convolution(12, 5, 1)], in_channels=3), (48, 48)
)
up_again = analyse(EncoderDecoder(joined=False), (48, 48))
for name, one in {"dilated": dilated, "down and up": up_again}.items():
    field, macs = one.receptive_field[0], one.macs / 1e6
    print(f"{name:11}  field {field}, {one.parameters:6,} parameters, {macs:4.1f} million MACs")
assert up_again.receptive_field > dilated.receptive_field
assert up_again.macs < dilated.macs / 2

# %% [markdown]
# A field as wide, six times the weights, since small maps can have many channels, and less than half the
# work.
#
# On its way everything has to pass through 6x6 cells. **Predict**: which of the five classes will come
# out worst, and will the lake be told from the sky?

# %%
answers = {}
test_images, test_classes = scenes(np.random.default_rng(1), 40)  # scenes not trained on
for joined in (False, True):
    torch.manual_seed(0)
    random, model = np.random.default_rng(0), EncoderDecoder(joined)
    fit(model, lambda r=random: scenes(r, 6), F.cross_entropy, steps=120)
    with torch.no_grad():
        answers["joined" if joined else "down and up"] = model(test_images).argmax(1)  # (N, H, W)

# %%
pictures = (test_images[:6] + 0.5).permute(0, 2, 3, 1).numpy()
maps = {name: one[:6].numpy() for name, one in ({"the answer": test_classes} | answers).items()}
show(*plots.dilated.segmentations(
    pictures, maps, "Without the joins, what is small is missing or shapeless and edges are rough; "
    "with them nearly everything is right."))  # fmt: skip

# %%
from course_lib.scene import CLASSES, HOUSE, LAKE, TREE

for name, classes in answers.items():
    right = classes == test_classes
    found = [right[test_classes == number].float().mean() for number in range(len(CLASSES))]
    assert found[LAKE] > 0.8, "the field is wide enough for both"
    small = right[(test_classes == HOUSE) | (test_classes == TREE)].float().mean()
    assert small > 0.85 if name == "joined" else small < 0.7

# %% [markdown]
# The lake is found: the field is wide enough. The houses and trees get lost, and every edge is rough.
# **A transposed convolution restores the resolution and not the information.** Where exactly a roof
# begins cannot be seen in 6x6 cells. It has to be packed into their channels and unpacked again, and
# that takes long to learn. (Let `fit` take 600 steps, half a minute: then most of the trees are there,
# and their edges are still rough.)
#
# The second network has the same weights in number. But on its way up it adds the map of the same size
# from its way down: what was sharp there is sharp again. Such bridges make the U of a **U-Net**
# (Ronneberger and others, 2015, who put the maps beside each other instead of adding them). Context
# comes from below, edges come across.
#
# Here the sizes divide: 48, 24, 12, 6. What if they do not? With 50 pixels, and kernel 4 on the way up:

# %%
sizes = [50]
for _ in range(3):
    sizes += there.output_size(sizes[-1])[:1]  # kernel 3, stride 2, padding 1
enlarged = TransposedConvolution(1, 1, 4, stride=2, padding=1).output_size(sizes[-1])
print("down:", *sizes, " and up from", sizes[-1], "to", enlarged[0])
lost = [n - back.output_size(m)[0] for n, m in pairwise(sizes)]
assert sizes == [50, 25, 13, 7]
assert lost == [1, 0, 0]

# %% [markdown]
# A map of 14 cannot be added to one of 13. Take on the way up the settings of the way down, kernel 3,
# stride 2, padding 1, and ask for the size: `layer(x, output_size=same_size.shape[2:])`. Of the three
# layers one has to add a lost pixel then.

# %% [markdown]
# ## 9. What one output sees (deeper)
#
# Transposed layers have a receptive field as all layers have. Look into the table of section 8 again.
# Down to 6x6 the **jump** is doubled by each stride: 1, 2, 4, 8. On the way up each layer *halves* it, and
# at the end it is 1 again: neighbouring outputs belong to neighbouring pixels. The field never shrinks.
#
# The note below the table says that the field *depends on the position*. An output reads as many inputs
# as stamps lie on it. With kernel 3 and stride 2 that is one or two, by its phase:

# %%
from course_lib.geometry import receptive_fields

one_layer = chain([TransposedConvolution(1, 1, 3, stride=2)], in_channels=1)
field = receptive_fields(one_layer, one_layer.shapes(8))[one_layer.output]
print("jump", field.jump[0], " field, at most", field.size[0])
for cell in range(3, 7):
    read = [index for index, _ in TransposedConvolution(1, 1, 3, stride=2).taps_along(0, cell)]
    print(f"output {cell} reads the inputs", *sorted(read))

# %% [markdown]
# At most it is $\lceil k/s \rceil$ along an axis: two for kernel 3 or 4 with stride 2, and **one for kernel
# 2**. A layer whose kernel is its stride sees nothing new at all; it only writes finer.
#
# **Try this.** Run `from course_lib.explorers.receptive_field import ReceptiveFieldExplorer` and then
# `explore(ReceptiveFieldExplorer(preset="down and up again"))`: it is the workbench of lesson 03 with
# transposed layers. Step from output to output, and watch the size of the field.

# %% [markdown]
# ## 10. Where it hurts
#
# - **Style transfer.** Johnson and others (2016), *Perceptual Losses for Real-Time Style Transfer and
#   Super-Resolution*, train an encoder–decoder whose way up has layers of stride 1/2. Their loss compares
#   features of VGG-16, and its gradient, which comes back through poolings, is uneven itself (section
#   5). The example in PyTorch's own collection resizes and convolves instead, for that reason.
# - **Super-resolution.** Here every pixel is the product. A pattern of period 2 on skin or sky is what
#   people see first. SRGAN (Ledig and others, 2017) and many after it use pixel shuffle, others resize
#   and convolve.
# - **Generators** that draw pictures from noise: several transposed layers in a row, and each adds its
#   ripple to that of the layer before. You saw it with *layers* at 3.
# - **Hardly** in segmentation: the class with the largest score wins, and a weak ripple in the scores
#   changes it at edges only.
#
# When to take which? If the output is a picture: resize and 3x3, or pixel shuffle with a careful start
# (lesson 06). If it is a map of scores: a transposed convolution with kernel 4 and stride 2 enlarges and
# convolves in one step, at less than half the price.

# %% [markdown]
# ## 11. Which of them is right? (deeper)
#
# A bench for all that was said: three pairs, zeros and stamps, the gradient, the matrix. On the left is
# PyTorch's layer, on the right another way to it, in four variants. One is equal to it **for all
# settings**. The bench opens with settings at which all four are equal, and so does many a test that
# people write.
#
# **Try this.** Find settings that tell the variants apart, and name the fault of each. Which kernels and
# which paddings let a wrong one through?

# %%
from course_lib.measured.equivalences import EquivalenceExplorer

explore(EquivalenceExplorer(topic="transposed"))

# %% [markdown]
# A symmetric kernel hides a flip. Kernel 3 with padding 1 hides the wrong rim of zeros, since there
# k − 1 − p is p. One channel hides swapped axes, and a stride that comes out even hides a forgotten
# `output_padding`. The inputs of the exercises below are chosen to hide nothing.

# %% [markdown]
# ## 12. Recap
#
# - A transposed convolution stamps: each input cell lays the kernel on the output, `stride` apart, and
#   overlaps add. Zeros and a flipped kernel, or the convolution's matrix on its side, give the same.
# - It is the gradient of a convolution, with the same weight, and no inverse of it.
# - size = (n − 1)·s + d·(k − 1) + 1 − 2p + o. Padding crops; output_padding keeps some of what would be
#   cropped, and where there is nothing to keep, a dead strip is left.
# - Counts are even if the kernel size is a multiple of the stride. A flat image stays flat only if the
#   weights of all phases have the same sum.
# - A decoder restores the resolution. The detail has to come from elsewhere.
#
# ## 13. Exercises
#
# **Exercise 1. Stamp and sum** (★★, 15 minutes). Write the transposed convolution of section 2, for one
# channel. The maps need not be square.


# %%
def stamp_and_sum(x, kernel, stride, padding):
    """x and kernel: tensors of shape (height, width)."""
    # <solution>
    (height, width), (kh, kw) = x.shape, kernel.shape
    canvas = torch.zeros((height - 1) * stride + kh, (width - 1) * stride + kw)
    for i in range(height):
        for j in range(width):
            canvas[i * stride : i * stride + kh, j * stride : j * stride + kw] += x[i, j] * kernel
    return canvas[padding : canvas.shape[0] - padding, padding : canvas.shape[1] - padding]
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


from course_lib.exercises import transposed as check

check.stamp_and_sum(stamp_and_sum)

# %% [markdown] tags=["hint"]
# How large must the canvas be, before anything is cropped? Take the formula of section 4 with p = 0.

# %% [markdown] tags=["hint"]
# Two loops over the input cells. The stamp of cell (i, j) begins at row `i * stride`. Crop last, and mind
# that `canvas[0:-0]` is empty.

# %% [markdown]
# **Exercise 2. The slow way** (★★, 15 minutes). The same by zeros put in and one `F.conv2d`. The padding is
# smaller than the kernel here.


# %%
def by_zeros(x, kernel, stride, padding):
    """The same by a convolution of an input with zeros put in; padding is less than k."""
    # <solution>
    (height, width), (kh, kw) = x.shape, kernel.shape
    spread = torch.zeros((height - 1) * stride + 1, (width - 1) * stride + 1)
    spread[::stride, ::stride] = x
    down, across = kh - 1 - padding, kw - 1 - padding
    spread = F.pad(spread, (across, across, down, down))
    return F.conv2d(spread[None, None], kernel.flip(0, 1)[None, None])[0, 0]
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.by_zeros(by_zeros)

# %% [markdown] tags=["hint"]
# Without padding the first window has to end on the first input cell. How many zeros stand before it?
# And how many are left of them if `padding` rows of the output are cropped?

# %% [markdown] tags=["hint"]
# `F.pad(map, (left, right, top, bottom))`; `kernel.flip(0, 1)`; `F.conv2d` wants (N, C, H, W) for both.

# %% [markdown]
# **Exercise 3. The lost pixel** (★, 10 minutes). A convolution with these settings took in a map of size
# `n`. Which `output_padding` gives back `n` on the way back?


# %%
def output_padding(n, kernel_size, stride, padding):
    """What brings back the size n that a convolution with these settings took in."""
    # <solution>
    return (n + 2 * padding - kernel_size) % stride
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.output_padding(output_padding)

# %% [markdown] tags=["hint"]
# The convolution steps as often as it can, and some rows at the end are left unread. How many?

# %% [markdown]
# **Exercise 4. A checkerboard of period 3** (★, 5 minutes). A kernel of 5x5 with stride 3. Away from the
# borders, how many times as many stamps lie on the fullest output cell as on the emptiest? Use a pencil,
# and then the explorer of section 6.

# %%
# <solution>
ratio = 4
# </solution>
# <stub>
# ratio = ...
# </stub>
check.overlap_ratio(ratio)

# %% [markdown] tags=["hint"]
# Along one axis the stamps of 5 cells begin at 0, 3, 6, … Which of them lie on the cells 6, 7 and 8?

# %% [markdown]
# **Exercise 5. Make it even** (★★★, 15 minutes, deeper). Section 7: each phase makes the sum of its
# weights of a flat image. Divide the weights of each phase by their sum, so that flat stays flat. Do not
# change the kernel that you are given.


# %%
def evened(kernel, stride):
    """The kernel (k, k) with the weights of each phase divided by their sum."""
    # <solution>
    even = kernel.clone()
    for row in range(stride):
        for column in range(stride):
            even[row::stride, column::stride] /= even[row::stride, column::stride].sum()
    return even
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.evened(evened)

# %% [markdown] tags=["hint"]
# Which weights meet in one output? Those that lie a stride apart: `kernel[row::stride, column::stride]`.

# %% [markdown]
# ## Further reading
#
# - V. Dumoulin, F. Visin, *A Guide to Convolution Arithmetic for Deep Learning*, arXiv 1603.07285:
#   sections 2 to 4, with many drawings.
# - A. Odena, V. Dumoulin, C. Olah, *Deconvolution and Checkerboard Artifacts*, Distill 2016,
#   doi 10.23915/distill.00003: sections 5 to 7.
# - M. Zeiler, D. Krishnan, G. Taylor, R. Fergus, *Deconvolutional Networks*, CVPR 2010,
#   doi 10.1109/CVPR.2010.5539957: where the third name comes from.
# - J. Long, E. Shelhamer, T. Darrell, *Fully Convolutional Networks for Semantic Segmentation*,
#   arXiv 1411.4038, and O. Ronneberger, P. Fischer, T. Brox, *U-Net*, arXiv 1505.04597: section 8.
# - J. Johnson, A. Alahi, L. Fei-Fei, *Perceptual Losses for Real-Time Style Transfer and
#   Super-Resolution*, arXiv 1603.08155, and C. Ledig and others, *Photo-Realistic Single Image
#   Super-Resolution Using a Generative Adversarial Network*, arXiv 1609.04802: section 10.

# %% [markdown]
# # Depthwise separable convolution
#
# **You will see** the two jobs that a convolution does at once, and what it saves to do them one after
# the other; what is given up for that, measured on trained layers; a second kind of *separable* that
# lectures mix up with the first; the blocks of MobileNet and Xception; and whether fewer
# multiplications are as much faster on your machine.
#
# **You need** notebooks 01 to 04.
#
# **Time** about 70 minutes for sections 1 to 5, 7 and 9 and the first three exercises; the rest, marked
# *deeper*, another 50.

# %% [markdown]
# ## 1. What is wrong with this convolution?
#
# A lecture shows an ordinary layer, 3x3, from 16 maps to 32, and asks: *what is wrong with this
# convolution?* It runs, and it trains. So what?

# %%
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
normal = nn.Conv2d(16, 32, kernel_size=3, padding=1, bias=False)
print(tuple(normal.weight.shape), f"= {normal.weight.numel():,} weights")  # (C_out, C_in, 3, 3)

# %% [markdown]
# It does two jobs at once.
#
# - It **looks**: each number that comes out is made of 3x3 neighbours.
# - It **mixes**: each number that comes out is made of all 16 channels.
#
# And since it does both in one step, it needs a kernel of its own for *every pair* of an input and an
# output channel. 16 · 32 = 512 pairs, 9 weights each. The two jobs are multiplied, and so is their
# price.
#
# Nothing is wrong with the result. The question is whether the two jobs have to be done together.
# **Before you go on:** how would you do them one after the other, and what would that cost?

# %% [markdown]
# ## 2. Look: one kernel for each channel
#
# The first job alone. Every channel gets one kernel, and no channel hears of another. In code it is a
# loop over the channels, each an ordinary convolution from one map to one map:

# %%
x = torch.randn(2, 16, 20, 30)  # (N, C, H, W)
kernels = torch.randn(16, 1, 3, 3)  # one for each channel

maps = []
for channel in range(16):
    one = x[:, channel : channel + 1]  # (N, 1, H, W)
    maps.append(F.conv2d(one, kernels[channel][None], padding=1))
looked = torch.cat(maps, dim=1)  # (N, 16, H, W)

# %% [markdown]
# This is a **depthwise** convolution. PyTorch has a switch for it: `groups`, set to the number of
# channels. (What the switch does in between is the subject of lesson 08.)

# %%
depthwise = nn.Conv2d(16, 16, kernel_size=3, padding=1, groups=16, bias=False)
with torch.no_grad():
    depthwise.weight.copy_(kernels)
torch.testing.assert_close(depthwise(x), looked)
print(tuple(depthwise.weight.shape), f"= {depthwise.weight.numel():,} weights")

# %% [markdown]
# 144 weights. Look at the shape: the second number, which was 16, is 1, since each filter reads one
# channel only.
#
# Here is one on a photograph. Red is blurred, green asks where it gets lighter to the right, blue where
# it gets lighter downwards. **Predict** the three maps: does anything of the red get into the others?

# %%
import matplotlib.cbook
import numpy as np
from PIL import Image

from course_lib import plots
from course_lib.frontends.figures import show

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    photo = Image.open(file).convert("RGB").crop((50, 20, 450, 500)).resize((65, 78))
picture = torch.from_numpy(np.array(photo) / 255).float().permute(2, 0, 1)[None]  # (1, 3, 78, 65)
sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
three = torch.stack([torch.ones(3, 3) / 9, sobel, sobel.T])[:, None]  # (3, 1, 3, 3)
answers = F.conv2d(picture, three, groups=3)

# %%
show(
    *plots.gallery(
        [*picture[0].numpy(), *answers[0].numpy()],
        columns=3,
        titles=["red", "green", "blue"],
        rows=["goes in", "comes out"],
        alt="Above, the red, green and blue channel of a portrait. Below, what comes out: the red "
        "one blurred, upright edges of the green one, level edges of the blue one.",
    )
)

# %% [markdown]
# Nothing gets across. To see it in numbers, change one channel and ask which outputs notice:

# %%
other = x.clone()
other[:, 5] += 1
changed = (depthwise(other) != depthwise(x)).any(3).any(2).any(0)
print("outputs that change:", changed.nonzero().flatten().tolist())
assert changed.nonzero().flatten().tolist() == [5]

# %% [markdown]
# Put ten such layers behind each other, and you have 16 networks that have never met.

# %% [markdown]
# ## 3. Mix: one weight for each pair
#
# The second job alone is an old friend from lesson 02, the **pointwise** convolution: 1x1, one weight
# for each pair of channels, and no neighbours.

# %%
pointwise = nn.Conv2d(16, 32, kernel_size=1, bias=False)
print(tuple(pointwise.weight.shape), f"= {pointwise.weight.numel():,} weights")

other = x.clone()
other[:, :, 7, 11] += 1  # one pixel, in all channels
changed = (pointwise(other) != pointwise(x)).any(1).any(0)  # (H, W)
print("places that change:", changed.nonzero().tolist())
assert changed.nonzero().tolist() == [[7, 11]]

# %% [markdown]
# ### Learning obeys the wires
#
# In lessons 03 and 04 networks copied bits and failed where no path led. Now there are two rows of
# random bits, two channels. Each channel has to answer four questions at every place: what is my bit
# *here*, what is my *next* one, and the same two about the *other* channel.
#
# **Predict** for each of three networks which questions it learns: depthwise alone, pointwise alone, and
# one behind the other.

# %%
from course_lib.training.fit import fit

questions = ["mine, here", "mine, next", "other's, here", "other's, next"]
generator = torch.Generator().manual_seed(0)


def draw(batch=64, length=64):
    """Bits as -1 and 1, (N, 2, L), and the answers as 0 and 1, four for each channel, (N, 8, L)."""
    bits = torch.randint(0, 2, (batch, 2, length), generator=generator).float()
    mine = torch.stack([bits, bits.roll(-1, 2)], dim=2)  # (N, 2, here and next, L)
    return 2 * bits - 1, torch.cat([mine, mine.flip(1)], dim=2).flatten(1, 2)


# %%
networks = {
    "depthwise": nn.Conv1d(2, 8, 3, padding=1, groups=2),  # four kernels for each channel
    "pointwise": nn.Conv1d(2, 8, 1),
    "depthwise, then pointwise": nn.Sequential(
        nn.Conv1d(2, 4, 3, padding=1, groups=2), nn.Conv1d(4, 8, 1)
    ),
}
accuracies = {}
for name, network in networks.items():
    fit(network, draw, F.binary_cross_entropy_with_logits, steps=150, learning_rate=0.05)
    bits, wanted = draw()
    right = ((network(bits) > 0) == (wanted > 0.5))[..., :-1]  # the last place has no next one
    accuracies[name] = right.float().mean((0, 2)).view(2, 4).mean(0).tolist()

# %%
paths = {
    "depthwise": {"mine, here", "mine, next"},
    "pointwise": {"mine, here", "other's, here"},
    "depthwise, then pointwise": set(questions),
}
show(*plots.separable.answered(questions, paths, accuracies))
for name, shares in accuracies.items():
    for question, share in zip(questions, shares, strict=True):
        assert share > 0.9 if question in paths[name] else share < 0.6

# %% [markdown]
# Each of the two does its own job perfectly, and the other not at all. One behind the other they do
# both.

# %% [markdown]
# ## 4. First look, then mix
#
# That is the whole idea. A depthwise convolution, and a pointwise one behind it: together a
# **depthwise separable convolution**. Here it is at one pixel, in small whole numbers.
#
# **Try this:**
# 1. Follow one row from left to right, and check a product with the sum below the picture.
# 2. Step through the *output channels*. Which columns change, and which stay as they are?
# 3. Look at the last column, *at once*. How does it come from the depthwise kernels?

# %%
from course_lib.explorers.separable import SeparableExplorer
from course_lib.frontends.jupyter import explore

explore(
    SeparableExplorer(view="numbers at one output", in_channels=3, out_channels=4, size=7),
    question=False,
)

# %% [markdown]
# The windows, the kernels and the three numbers that they make stay. Only the pointwise weights change
# from output to output. So the work of looking is done once, and all outputs share it.
#
# The last column says: as long as nothing stands between the two, they *are* one normal convolution.
# Its filter for output $j$ has for channel $m$ the depthwise kernel, multiplied by one number:
#
# $$\text{weight}_{j,m} = \text{pointwise}_{j,m} \cdot \text{depthwise}_m$$

# %%
pair = nn.Sequential(depthwise, pointwise)
at_once = pointwise.weight * depthwise.weight[:, 0]  # (32, 16, 1, 1) * (16, 3, 3)
print(tuple(at_once.shape))
torch.testing.assert_close(F.conv2d(x, at_once, padding=1), pair(x), atol=1e-4, rtol=0)

# %% [markdown]
# A normal layer may choose 512 kernels freely. The pair chooses 16, and 512 numbers to multiply them
# with.

# %% [markdown]
# ## 5. What it costs
#
# Now count. Thick wires carry a kernel, thin ones a single weight.
#
# **Answer the question first.** Then try this:
# 1. Slide the *output channels* to the end. Which number does the saving come close to, and never
#    reach?
# 2. Set *output channels* to 1. What happened?
# 3. Find a kernel and a number of channels with which the pair has more than 20 times fewer weights.

# %%
explore(SeparableExplorer())

# %% [markdown]
# With the numbers of the lecture: 16 · 3 · 3 = 144 weights to look, 16 · 32 = 512 to mix, **656 in
# all, against 4,608**. And for any sizes:
#
# $$\frac{k^2\,C_\text{in} + C_\text{in}\,C_\text{out}}{k^2\,C_\text{in}\,C_\text{out}}
# = \frac{1}{C_\text{out}} + \frac{1}{k^2}$$
#
# The input channels cancel. With a 3x3 and many outputs what is left is about a ninth. With a single
# output channel there is nobody to share the looking with, and the pair costs *more*.

# %%
from course_lib.geometry import Convolution


def look(channels, kernel_size=3, **settings):
    """A depthwise layer that keeps the size at stride 1."""
    padding = kernel_size // 2
    return Convolution(
        channels, channels, kernel_size, padding=padding, groups=channels, bias=False, **settings
    )


def mix(before, after):
    """A pointwise layer."""
    return Convolution(before, after, kernel_size=1, bias=False)


# %%
for before, after, k in [(16, 32, 3), (128, 128, 3), (512, 512, 3), (96, 96, 7), (16, 1, 3)]:
    ours = look(before, k).parameters + mix(before, after).parameters
    direct = Convolution(before, after, k, bias=False).parameters
    print(f"{before:3} -> {after:3}, {k}x{k}: {ours:7,} for {direct:9,}, 1 in {direct / ours:4.1f}")
    assert abs(ours / direct - (1 / after + 1 / k**2)) < 1e-12

assert sum(p.numel() for p in pair.parameters()) == 656
assert normal.weight.numel() == 4608

# %% [markdown]
# The MACs have the same ratio, since every weight works once at every output place. Output size and
# receptive field are those of the normal layer: the 1x1 adds nothing to either. Stride and dilation
# belong to the depthwise layer, so that the pointwise one has fewer places to work at.

# %%
from course_lib.geometry import chain, layer_table

one_way = layer_table(chain([Convolution(16, 32, 3, 2, 1, bias=False)], in_channels=16), 56)
other_way = layer_table(chain([look(16, stride=2), mix(16, 32)], in_channels=16), 56)
print(other_way)
assert other_way.rows[-1].output_shape == one_way.rows[-1].output_shape
assert other_way.receptive_field == one_way.receptive_field
assert round(one_way.macs / other_way.macs, 6) == round(4608 / 656, 6)

# %% [markdown]
# ## 6. What is given up (deeper)
#
# Every filter of the pair is made of multiples of the same 16 kernels. How severe is that? Ask layers
# that were free to choose: the normal 3x3 layers in the networks of the assignment, whose trained
# weights ship with the workbook.
#
# Take one input channel, and the kernels with which all outputs read it. Write each as a row of nine
# numbers: a table of $C_\text{out}$ rows. If all rows were multiples of one kernel, the layer could be
# written as a pair with nothing lost. **Guess:** how much of a trained layer can one kernel a channel
# hold? And how much of random numbers?
#
# The best single kernel, the best two, and so on are found by a *singular value decomposition*, SVD for
# short. Its squared singular values say how much each of them holds.


# %%
def held(weight):
    """The share of a weight (C_out, C_in, 3, 3) that 1, 2, ... 9 kernels a channel can hold."""
    tables = weight.transpose(0, 1).flatten(2)  # (C_in, C_out, 9)
    parts = torch.linalg.svdvals(tables).square().sum(0)  # added up over the channels
    return (parts.cumsum(0) / parts.sum()).tolist()


# %%
from course_lib.models.pretrained import load_pretrained

nine, seven = load_pretrained("session9"), load_pretrained("session7")
shares = {
    "trained, 32 to 32 channels": held(nine.c1[1].conv.weight.detach()),
    "trained, 64 to 64": held(nine.c2[1].conv.weight.detach()),
    "trained, 128 to 128": held(seven.c3[0].conv.weight.detach()),
    "random numbers, 64 to 64": held(torch.randn(64, 64, 3, 3)),
}
show(*plots.separable.kept(shares))
*trained, random = shares.values()
assert all(line[0] > random[0] + 0.08 for line in trained)
assert all(line[0] < 0.5 and line[8] > 0.999 for line in trained)

# %% [markdown]
# One kernel holds more of a trained layer than of chance, so there is something to it. But it is less
# than half. A pair is **not** a cheaper way to write down a layer that you have. It is another layer,
# to be trained as what it is. Whether it does the task is then for the task to say: MobileNet has
# 70.6 % of ImageNet's pictures right, and with normal layers in the place of the pairs 71.7 % (Howard
# and others, 2017). One point, for less than an eighth of the work.
#
# Between the two ends lies the **depth multiplier**: several kernels for each channel. It is an argument
# of TensorFlow's layer; in PyTorch one sets `out_channels` to a multiple. With nine there is nothing
# left to lose. A table with nine columns has rank nine at most:


# %%
def split(weight, kernels):
    """A layer (C_out, C_in, 3, 3) as depthwise and pointwise weights, so many kernels a channel."""
    columns, values, rows = torch.linalg.svd(weight.transpose(0, 1).flatten(2), full_matrices=False)
    depthwise = rows[:, :kernels].reshape(-1, 1, 3, 3)  # (C_in * kernels, 1, 3, 3)
    pointwise = (columns * values[:, None])[..., :kernels]  # (C_in, C_out, kernels)
    return depthwise, pointwise.transpose(0, 1).flatten(1)[..., None, None]


# %%
maps = torch.randn(1, 64, 16, 16)
weight = nine.c2[1].conv.weight.detach()
wanted = F.conv2d(maps, weight, padding=1)
errors = []
for kernels in range(1, 10):
    looking, mixing = split(weight, kernels)
    error = F.conv2d(F.conv2d(maps, looking, padding=1, groups=64), mixing) - wanted
    errors.append((error.norm() / wanted.norm()).item())
assert all(more > fewer for more, fewer in zip(errors, errors[1:], strict=False))
assert errors[0] > 0.5
assert errors[8] < 1e-5

# %% [markdown]
# The error falls with every kernel, and at nine it is rounding. But nothing has been saved:

# %%
for kernels in (1, 2, 4, 8, 9):
    looking, mixing = split(weight, kernels)
    print(f"kernels a channel: {kernels}, weights: {looking.numel() + mixing.numel():6,}")
print(f"the layer itself,     weights: {weight.numel():6,}")

# %% [markdown]
# ## 7. The other separable
#
# There is an older thing that is called separable. Some *kernels* are a column times a row:
#
# $$\begin{pmatrix} -1 & 0 & 1 \\ -2 & 0 & 2 \\ -1 & 0 & 1 \end{pmatrix} =
# \begin{pmatrix} 1 \\ 2 \\ 1 \end{pmatrix} \begin{pmatrix} -1 & 0 & 1 \end{pmatrix}$$
#
# That is the Sobel kernel. The slides write it as $y = \text{conv}(x, k)$ with $k = k_1 \cdot k_2$: the
# dot is this product, each number of the column with each of the row. Then two convolutions in one
# dimension do the work of one in two:

# %%
column, row = torch.tensor([1.0, 2, 1]), torch.tensor([-1.0, 0, 1])
assert torch.equal(torch.outer(column, row), sobel)

grey = picture.mean(1, keepdim=True)  # (1, 1, 78, 65)
tall = F.conv2d(grey, column.view(1, 1, 3, 1))  # smooth downwards
both = F.conv2d(tall, row.view(1, 1, 1, 3))  # compare across
torch.testing.assert_close(both, F.conv2d(grey, sobel[None, None]), atol=1e-5, rtol=0)

# %% [markdown]
# (The other Sobel kernel, for level edges, is the column $(1, 0, -1)$ times the row $(1, 2, 1)$, with
# the signs of the slides.) This is **spatially separable**, and it costs $2k$ multiplications for
# $k^2$: 6 for 9, and 30 for 225 with a 15x15 blur. Image processing has lived on it for decades.
#
# **Which of these kernels can be separated?** Decide for each before you look below. A column times a
# row is a matrix of rank 1: every row is a multiple of one row.

# %%
binomial = np.array([1, 4, 6, 4, 1])
kernels = {
    "Sobel": sobel.numpy(),
    "box": np.ones((3, 3)),
    "Gauss, 5x5": np.outer(binomial, binomial),
    "Laplace": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "diagonal": np.eye(3),
}
show(*plots.separable.ranks(kernels))
found = {name: int(np.linalg.matrix_rank(kernel)) for name, kernel in kernels.items()}
print(found)
assert list(found.values()) == [1, 1, 1, 2, 2, 3]

# %% [markdown]
# The bars are the singular values again, this time of the kernel itself. One bar: one column times one
# row, and the SVD gives you both (exercise 3). Two bars: a sum of two such products, so it takes two
# pairs of convolutions. A diagonal edge needs three, as many as a 3x3 can.
#
# ### Who uses which?
#
# Of *spatially separable* convolutions two of the course's documents say that they were "used
# immensely" in Xception, Inception and MobileNets. **Do you believe it?** Networks can be asked:

# %%
from torchvision import models

with torch.device("meta"):  # shapes only
    families = {
        "Inception v3": models.inception_v3(init_weights=False),
        "MobileNetV2": models.mobilenet_v2(),
        "MobileNetV3": models.mobilenet_v3_large(),
    }
counts = {}
for name, network in families.items():
    layers = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    rows_or_columns = sum(m.kernel_size[0] != m.kernel_size[1] for m in layers)
    depthwise_ones = sum(m.groups == m.in_channels > 1 for m in layers)
    counts[name] = rows_or_columns, depthwise_ones
    print(f"{name:12} of {len(layers)}: {rows_or_columns:2} are 1xk or kx1, {depthwise_ones:2} depthwise")  # fmt: skip

# %%
assert counts["Inception v3"] == (34, 0)
assert counts["MobileNetV2"] == (0, 17)
assert counts["MobileNetV3"] == (0, 15)

# %% [markdown]
# A third of it is true. Inception v3 has 1x7 and 7x1 layers, one behind the other, and no depthwise
# one. MobileNets have depthwise layers, and not a single row or column. And Xception? Its title is
# *Deep Learning with Depthwise Separable Convolutions*, and its first pages warn not to confuse them
# with spatially separable ones.
#
# | | depthwise separable | spatially separable |
# |---|---|---|
# | what is cut | looking from mixing | height from width |
# | weights (C_out, C_in, k, k) become | (C_in, 1, k, k) and (C_out, C_in, 1, 1) | k x 1 and 1 x k |
# | multiplications | 1/C_out + 1/k² of them | 2/k of them |
# | pays off with | many output channels | large kernels |
# | used by | Xception, MobileNet, nearly all small networks since | image processing, Inception v3 |
#
# (In Inception v3 the two are not the factors of one kernel, either: each mixes all channels, and a
# ReLU stands between. The shape is that of a separable kernel, the function is another.)
#
# ### The bench
#
# Three claims of this lesson, each with four ways to write it. Three of the four are wrong, and at first
# all agree. Change the settings until they give themselves away.

# %%
from course_lib.measured.equivalences import EquivalenceExplorer

explore(EquivalenceExplorer(topic="separable"))

# %% [markdown]
# ## 8. Blocks (deeper)
#
# A pair seldom comes alone. Here are the blocks of three networks, with the normal block of ResNet
# beside them, all on 128 maps of 28x28. *Look* is a depthwise 3x3, *mix* a pointwise layer, BN the
# BatchNorm that rescales each channel, and ReLU6 a ReLU that stops at 6.
#
# | block | in this order | added to the input |
# |---|---|---|
# | ResNet | 3x3, BN, ReLU, 3x3, BN | yes |
# | MobileNet (2017) | look, BN, ReLU, mix, BN, ReLU | no |
# | MobileNetV2 (2018) | mix to 6 times as many, BN, ReLU6, look, BN, ReLU6, mix back, BN | yes |
# | Xception (2017) | three times: ReLU, look, mix, BN | yes |

# %%
from course_lib.geometry import Add, Elementwise, Network, merge, source

C = 128
norm, relu, relu6 = map(Elementwise, ("BN", "ReLU", "ReLU6"))
direct = Convolution(C, C, 3, padding=1, bias=False)
blocks = {
    "ResNet": [direct, norm, relu, direct, norm],
    "MobileNet": [look(C), norm, relu, mix(C, C), norm, relu],
    "MobileNetV2": [mix(C, 6 * C), norm, relu6, look(6 * C), norm, relu6, mix(6 * C, C), norm],
    "Xception": [relu, look(C), mix(C, C), norm] * 3,
}

# %%
costs = {}
for name, steps in blocks.items():
    node = image = source(C)
    for step in steps:
        node = node.then(step)
    if name != "MobileNet":
        node = merge(Add(), image, node)
    table = layer_table(Network(node), 28)
    rows = [row for row in table.rows if row.parameters]
    kinds = {"convolution": "normal", "depthwise": "depthwise", "pointwise": "pointwise"}
    costs[name] = [(kinds[row.kind], row.parameters, row.macs) for row in rows]
    print(f"{name:12} field {table.receptive_field[0]}, {len(rows)} layers, "
          f"{table.parameters:7,} parameters, {table.macs / 1e6:5.1f} million MACs")  # fmt: skip
show(*plots.separable.blocks(costs))

# %% [markdown]
# Three things to see.
#
# **MobileNetV2 turns the bottleneck of lesson 02 inside out**: narrow, wide, narrow. A 3x3 in the wide
# place would be very costly, a depthwise one is not, so it can afford six times the channels there. It
# is called an *inverted residual*. What is added up and carried from block to block are the narrow
# maps.
#
# **The non-linearities differ, and on purpose.** MobileNet puts a ReLU behind each layer. Xception puts
# none between look and mix: it was tried both ways, and without it learned faster and better. Then
# the two are one normal convolution in disguise, as section 4 says. MobileNetV2 has none behind the
# last layer: a ReLU that sets numbers to 0 in a narrow map loses what no other channel has kept.
# (`DepthwiseSeparable` of notebook 20 is MobileNet's block, with the input added where the shapes allow
# it.)
#
# **The looking is nearly free.** Hardly any of the bars belongs to the depthwise layers. In MobileNet as
# a whole, built as in lesson 03:

# %%
from course_lib.geometry import GlobalPooling, Linear

stem = Convolution(3, 32, 3, stride=2, padding=1, bias=False)
pairs, plain, channels = [stem], [stem], 32
widths = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
for width, stride in zip(widths, (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1), strict=True):
    pairs += [look(channels, stride=stride), mix(channels, width)]
    plain += [Convolution(channels, width, 3, stride, padding=1, bias=False)]
    channels = width
head = [GlobalPooling(), Linear(1024, 1000)]
mobilenet, full = (layer_table(chain([*net, *head]), 224) for net in (pairs, plain))

# %%
for name, table in (("MobileNet", mobilenet), ("normal layers", full)):
    print(f"{name:14} {table.parameters / 1e6:4.1f} parameters, {table.macs / 1e6:5,.0f} MACs, in millions")  # fmt: skip
for kind in ("depthwise", "pointwise"):
    work = sum(row.macs for row in mobilenet.rows if row.kind == kind)
    print(f"{kind}: {100 * work / mobilenet.macs:.0f} % of MobileNet's MACs")
assert (round(mobilenet.parameters, -5), round(mobilenet.macs, -6)) == (4_200_000, 569_000_000)
assert (round(full.parameters, -5), round(full.macs, -7)) == (29_300_000, 4_870_000_000)

# %% [markdown]
# (The paper's Table 4 has the same four figures, but for a 1 in the last place of the largest.) 95 % of
# the work is mixing. Whoever wants to save still more has to cut *there*: lesson 08 does, with groups
# in the 1x1.
#
# Our blocks are those of torchvision, by count:

# %%
from torchvision.models.mobilenetv2 import InvertedResidual

from course_lib.receptive_field import analyse

theirs = analyse(InvertedResidual(C, C, stride=1, expand_ratio=6), 28, in_channels=C)
assert [(row.parameters, row.macs) for row in theirs.rows if row.parameters] == [
    (parameters, macs) for _, parameters, macs in costs["MobileNetV2"]
]

# %% [markdown]
# ## 9. Fewer MACs: how much faster?
#
# "Depthwise separable, so it is eight times faster." **Is it?** Let us take the time on the machine
# that you sit at: normal layers, depthwise ones, pointwise ones, and pairs, from 16 to 256 channels on
# maps of 56x56, on one thread. The shortest of several runs counts, by a clock that stands while the
# processor does something else.

# %%
from course_lib.geometry import numbers_moved
from course_lib.measured.timing import busy, seconds


def in_torch(layer):
    """The same layer, ready to run."""
    return nn.Conv2d(
        layer.in_channels, layer.out_channels, layer.kernel_size, padding=layer.padding,
        groups=layer.groups, bias=False,
    )  # fmt: skip


def kinds_of(c):
    """What is to be timed between c and c channels."""
    normal, looking, mixing = Convolution(c, c, 3, padding=1, bias=False), look(c), mix(c, c)
    return {"normal": [normal], "depthwise": [looking], "pointwise": [mixing],
            "pair": [looking, mixing]}  # fmt: skip


# %%
timed = []
for c in (16, 32, 64, 128, 256):
    maps = torch.randn(1, c, 56, 56)
    for kind, layers in kinds_of(c).items():
        model = nn.Sequential(*map(in_torch, layers))
        macs = sum(layer.macs((56, 56)) for layer in layers)
        moved = sum(numbers_moved(layer, (c, 56, 56)) for layer in layers)
        with torch.no_grad():
            took = seconds(lambda model=model, maps=maps: model(maps), clock=busy)
        timed.append(plots.separable.Timed(kind, c, macs, macs / moved, took))

at_128 = {layer.kind: layer for layer in timed if layer.channels == 128}
print(f"128 channels: {at_128['normal'].macs / at_128['pair'].macs:.1f} times fewer MACs")

# %% [markdown]
# **Predict before you run the picture:** with 128 channels, how many times faster is the pair *here*? Put
# a number in the place of the first dots, and how sure you are in the place of the second. It goes into
# your ledger and is right if you are within a factor of 1.5. Nobody grades it, and nobody could: no two
# machines agree.

# %%
from course_lib.exercises.separable import times_faster

guess, confidence = ..., ...  # such as 2.5, and "guess", "think" or "sure"
times_faster(guess, at_128["normal"].seconds / at_128["pair"].seconds, confidence)

# %%
show(*plots.separable.speed(timed))

# %% [markdown]
# **Read the left chart** like this. If time were MACs and nothing else, all points would lie on the
# dashed line. What lies above it takes longer than its MACs say. Where do your depthwise layers lie? Read
# off the time of the normal layer and of the pair, once with 16 channels and once with 128, and divide.
# (Other programs that run meanwhile still take memory and cache, and can bend both charts. Then wait,
# and run the two cells again.)
#
# Why should a MAC take longer in one layer than in another? A processor multiplies only what has
# arrived. Each layer has to fetch its maps and weights from memory, and bring its maps back. So ask how
# many MACs there are for each number that is moved, at best. That is the **arithmetic intensity**, and
# the geometry knows it without a stopwatch:

# %%
from course_lib.geometry import intensity

print("MACs for each number moved, on maps of 56x56")
for c in (16, 64, 256):
    values = [
        f"{kind} {float(intensity(layers[0], (c, 56, 56))):6.1f}"
        for kind, layers in kinds_of(c).items()
        if kind != "pair"
    ]
    print(f"{c:3} channels: " + ", ".join(values))
assert all(float(intensity(look(c), (c, 56, 56))) < 4.5 for c in (16, 64, 256))

# %% [markdown]
# A normal layer uses each number that it fetches for all of its outputs, so more channels mean more work
# for each number. A depthwise layer uses it nine times, and then it is done with it. Nine MACs for one
# number in and one out is 4.5, *however many channels there are*. A processor that multiplies faster
# than it fetches spends most of such a layer waiting.
#
# **The right chart** sets your machine's speed against this number. Where memory is the limit, points
# rise with the intensity; where the multipliers are, they level off. Such a chart is called a *roofline*
# (Williams and others, 2009).
#
# More reasons why the points may not lie where the MACs say:
#
# - A pair is two layers: a map is written and read once more in between.
# - Every call costs something before the first multiplication. In small layers that is much of the
#   time.
# - Libraries have been polished for large matrix products for decades. A normal layer and a 1x1 are
#   such products. A depthwise layer is not one.
# - Maps that fit into the processor's fast cache are moved cheaply, larger ones are not.
#
# So what is a MAC count worth? It is the same on all machines, it is exact, and it is the work that a
# perfect machine would still have to do. Parameters are memory and download. For time there is only the
# stopwatch, on the machine that matters. **Try this:** other map sizes, other kernels, a batch of 16.

# %% [markdown]
# ## 10. Recap
#
# - A normal convolution looks and mixes at once, with a kernel for each pair of channels.
# - Depthwise: one kernel a channel, `groups` = channels; it mixes nothing. Pointwise: it looks at no
#   neighbour. First one, then the other, does both.
# - The pair has 1/C_out + 1/k² of the weights and the MACs: 656 for 4,608. Size and field stay.
# - Without a non-linearity between, it is a normal convolution with shared kernels: less than a normal
#   one can be, unless each channel gets nine.
# - Spatially separable is another thing: a kernel of rank 1 is a column times a row.
# - MobileNet's work is 95 % mixing. MobileNetV2 is wide where it looks.
# - Fewer MACs need not be as much faster: a depthwise layer does little with each number that it moves.
#   Measure.
#
# ## 11. Exercises
#
# **Exercise 1. Build one** (★, 5 minutes). From 16 maps to 32 of the same size, with 656 weights and
# nothing else.

# %%
# <solution>
layer = nn.Sequential(
    nn.Conv2d(16, 16, kernel_size=3, padding=1, groups=16, bias=False),
    nn.Conv2d(16, 32, kernel_size=1, bias=False),
)
# </solution>
# <stub>
# layer = ...  # nn.Sequential(...)
# </stub>

from course_lib.exercises import separable as check

check.build(layer)

# %% [markdown] tags=["hint"]
# Two layers. Which argument keeps the channels apart in the first one?

# %% [markdown] tags=["hint"]
# 656 is without biases. What has to be said, so that there are none?

# %% [markdown]
# **Exercise 2. The ratio** (★, 10 minutes). How many weights has the pair for each weight of the normal
# layer, for any number of channels and any square kernel? Give a number, less than 1 in most cases.


# %%
def ratio(in_channels, out_channels, kernel_size):
    """Weights of the pair for each weight of the normal layer."""
    # <solution>
    return 1 / out_channels + 1 / kernel_size**2
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.ratio(ratio)

# %% [markdown] tags=["hint"]
# Write both counts down as products, and divide. One of the three letters cancels.

# %% [markdown]
# **Exercise 3. Column times row** (★★, 15 minutes). Write a function that finds the two factors of a
# kernel, as a dict with `"column"` and `"row"`, or says None where there are none. Kernels need not be
# square, and floats are rounded. Any scale will do: twice the column with half the row is right too.


# %%
def separate(kernel):
    """kernel (height, width) -> {"column": (height,), "row": (width,)}, or None."""
    # <solution>
    columns, values, rows = torch.linalg.svd(kernel)
    if values[1] > 1e-5 * values[0]:
        return None
    return {"column": values[0] * columns[:, 0], "row": rows[0]}
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.separate(separate)

# %% [markdown] tags=["hint"]
# `columns, values, rows = torch.linalg.svd(kernel)`. The kernel is the sum of
# `values[i] * outer(columns[:, i], rows[i])`. When is one term enough?

# %% [markdown] tags=["hint"]
# The second singular value of a product is not exactly 0, because floats are rounded. How large may it
# be, compared with the first?

# %% [markdown]
# **Exercise 4. Is it depthwise?** (★★, 10 minutes). Layers with half as many groups as channels have
# been handed in as depthwise, and so have 1x1 layers with as many groups as channels. Write the test:
# true for a layer that looks at neighbours, in each channel alone. A layer with several kernels for
# each channel counts.


# %%
def is_depthwise(layer):
    """Whether an nn.Conv2d looks at neighbours, in each channel alone."""
    # <solution>
    return layer.groups == layer.in_channels and layer.kernel_size != (1, 1)
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.is_depthwise(is_depthwise)

# %% [markdown] tags=["hint"]
# A layer has the attributes `groups`, `in_channels`, `out_channels` and `kernel_size`. The last one is a
# pair.

# %% [markdown]
# **Exercise 5. An inverted residual** (★, 5 minutes). A block of MobileNetV2: from 24 channels to 144 by
# a 1x1, a depthwise 3x3, and back to 24 by a 1x1. How many weights has each of the three layers, without
# biases?

# %%
# <solution>
weights = {"expand": 24 * 144, "depthwise": 9 * 144, "project": 144 * 24}
# </solution>
# <stub>
# weights = {"expand": ..., "depthwise": ..., "project": ...}
# </stub>
check.inverted_residual(weights)

# %% [markdown] tags=["hint"]
# How many channels are there where the depthwise layer stands?

# %% [markdown]
# ## Further reading
#
# - F. Chollet, *Xception: Deep Learning with Depthwise Separable Convolutions*, arXiv 1610.02357.
# - A. Howard and others, *MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
#   Applications*, arXiv 1704.04861: sections 5 to 8; Table 4 compares pairs with normal layers.
# - M. Sandler and others, *MobileNetV2: Inverted Residuals and Linear Bottlenecks*, arXiv 1801.04381.
# - C. Szegedy and others, *Rethinking the Inception Architecture for Computer Vision*, arXiv
#   1512.00567: rows and columns, section 7.
# - L. Sifre, *Rigid-Motion Scattering for Image Classification*, PhD thesis, École Polytechnique, 2014:
#   depthwise separable layers, some years before Xception.
# - S. Williams, A. Waterman, D. Patterson, *Roofline: An Insightful Visual Performance Model for
#   Multicore Architectures*, doi 10.1145/1498765.1498785: section 9.
# - E. Bendersky, *Depthwise separable convolutions for machine learning*, eli.thegreenplace.net, 2018:
#   the course's documents take their example, 656 against 4,608, from there.

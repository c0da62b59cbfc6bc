# %% [markdown]
# # Channels and pointwise convolutions
#
# **You will see** what a channel is, in the maps of a trained network; what a filter is made of and
# what it costs; a convolution that looks at one pixel and no further, and why most networks of today
# are full of it; and where the 138 million parameters of a famous network sit, and where its work is
# done.
#
# **You need** notebooks 00 and 01.
#
# **Time** about 60 minutes for sections 1 to 6 and the first three exercises. Section 7 and the parts
# marked *deeper* take another 30.

# %% [markdown]
# ## 1. What is a channel?
#
# A photograph has three channels: how much red there is at each pixel, how much green, how much
# blue. Give it to a layer with 32 filters, and 32 channels come out. **What do they hold?**
#
# Nobody names them. The network finds them in training. So let us take a trained one, the network of
# the assignment, whose weights ship with the workbook, and show its first layer a photograph.

# %%
import matplotlib.cbook
import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    photo = np.array(Image.open(file).convert("RGB").crop((50, 20, 450, 500)).resize((65, 78)))
x = torch.from_numpy(photo / 255).float().permute(2, 0, 1)[None]  # (1, 3, 78, 65)

# %%
from course_lib.models.pretrained import load_pretrained

net = load_pretrained("session9")  # trained on CIFAR-10
first = net.c1[0]  # its first layer: a 3x3 convolution, then BatchNorm and ReLU
with torch.no_grad():
    maps = first(net.normalize(x))[0]
assert (maps.amax((1, 2)) < 0.1).sum() == 1  # one map holds next to nothing
print(tuple(x.shape), "->", tuple(maps.shape))  # (1, 3, H, W) -> (32, H, W)

# %% [markdown]
# (*ReLU* keeps positive numbers and turns negative ones into 0; *BatchNorm* shifts and scales each map, and
# lesson 03 has a word on it.) The network was trained on pictures of 32x32. Its weights do not depend on
# the size, so a larger picture will do. Here is the photograph, at the top left, and its 32 maps, each on a scale of its
# own: yellow is the most, dark blue the least.

# %%
from course_lib import plots
from course_lib.frontends.figures import show

show(
    *plots.gallery(
        [photo, *maps.numpy()],
        columns=11,
        alt="A portrait photograph and the 32 maps of the network's first layer. Some are bright in "
        "the dark uniform, some in the face, some in the blue background, many along edges only.",
    )
)

# %% [markdown]
# Each map is a picture of the same scene, and each shows something else of it. Look for one that is
# bright in the uniform, one for the skin, one for the background. Others see nothing but edges, and one
# stays dark all over.
#
# Do we only imagine that? Let us ask six plain questions by hand. Where is it light, where dark, red,
# blue? Where does it get lighter to the right, and where downwards?

# %%
sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])  # the edge finder of lesson 01


def ask(x):
    """Six questions to a picture (1, 3, H, W), each answered by a map: name -> (H, W)."""
    red, green, blue = x[0]
    light = x[0].mean(0)
    framed = F.pad(light[None, None], (1, 1, 1, 1), mode="replicate")
    right, down = (F.conv2d(framed, k[None, None])[0, 0] for k in (sobel, sobel.T))
    return {
        "light": light,
        "dark": 1 - light,
        "red": red - (green + blue) / 2,
        "blue": blue - (red + green) / 2,
        "edge →": right.relu(),
        "edge ↓": down.relu(),
    }


# %% [markdown]
# For each question, find the map that is most like the answer. The measure is the correlation: 1
# where two maps rise and fall together, −1 where one rises as the other falls, as light and dark do, and 0
# where they have nothing to do with each other.


# %%
def likeness(questions, maps):
    """The correlation of each question (rows) with each map (columns)."""
    asked = F.adaptive_avg_pool2d(torch.stack(list(questions.values())), maps.shape[1:])
    both = torch.cat([asked, maps]).flatten(1).corrcoef()
    return both[: len(asked), len(asked) :].nan_to_num()  # a map that is all zero has none


by_hand = ask(x)
alike = likeness(by_hand, maps)  # (6, 32)
chosen = alike.argmax(1)
assert (alike.amax(1) > 0.8).all()  # every question has a map that is very much like its answer

# %% [markdown]
# The best of 32 may be best by chance. So we test the six choices on a picture that had no say in
# them, a sheet of coloured shapes:

# %%
from course_lib.data import load

drawn = load("synthetic")
six = [np.flatnonzero(drawn.test_labels == label)[0] for label in range(6)]
tiles = drawn.test_images[six]  # (6, 32, 32, 3)
sheet = np.concatenate([np.concatenate(tiles[i::3], axis=1) for i in range(3)])  # (96, 64, 3)
y = torch.from_numpy(sheet / 255).float().permute(2, 0, 1)[None]  # (1, 3, 96, 64)
with torch.no_grad():
    maps_of_sheet = first(net.normalize(y))[0]
assert (likeness(ask(y), maps_of_sheet)[range(6), chosen] > 0.5).all()
print("all six choices hold on the second picture")

# %%
pictures = []
for picture, asked, answered in ((photo, by_hand, maps), (sheet, ask(y), maps_of_sheet)):
    pictures += [picture, *asked.values(), picture, *answered[chosen]]
show(
    *plots.gallery(
        pictures,
        columns=7,
        titles=["picture", *by_hand],
        rows=["asked\nby hand", "the network's\nmap"] * 2,
        alt="Four rows of six maps: the answers computed by hand on the portrait, the network's "
        "maps most like them, and the same for a sheet of coloured shapes. In each column the "
        "network's map resembles the one made by hand, on both pictures.",
    )
)

# %% [markdown]
# (The map that is dark all over would be dark here too: training has let its weights shrink to almost
# nothing.)
#
# And is that training? Any filter weighs the three colours somehow, so some maps of a network with *random*
# weights look light, or dark, or red as well. Take five such networks. How well do they meet the question
# that they meet worst?

# %%
from course_lib.models.pretrained import make_network


def untrained(seed):
    """The same network as it is before training."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return make_network("session9").eval()


worst = []
for seed in range(5):
    twin = untrained(seed)
    with torch.no_grad():
        worst.append(likeness(by_hand, twin.c1[0](twin.normalize(x))[0]).amax(1).min())
assert max(worst) < 0.75 < 0.85 < alike.amax(1).min()
print(f"untrained: {min(worst):.1f} to {max(worst):.1f}; trained: {alike.amax(1).min():.1f}")

# %% [markdown]
# Each of them has a question that none of its maps is very much like. The trained network has none such.
#
# That is what a channel is: **one map, and on it where one thing was found.** Hence the name
# *feature map*. The spatial size says how many places there are. The number of channels says how
# many things are looked for at each of them.
#
# Two words of caution. "Is like the red" is less than "is there for the red": we have compared maps,
# and not asked what the network does with them. And a map can only show what the picture holds. There
# is nothing green in the photograph, so it cannot tell us which map looks for green:

# %%
in_photo = {"green": x[0, 1] - (x[0, 0] + x[0, 2]) / 2}
in_sheet = {"green": y[0, 1] - (y[0, 0] + y[0, 2]) / 2}
assert likeness(in_photo, maps).max() < 0.6 < 0.85 < likeness(in_sheet, maps_of_sheet).max()
print("a map that is like the green: on the sheet yes, on the photograph no")

# %% [markdown]
# ### Further in (deeper)
#
# The first layer's maps have names in plain words. Is that so for all twelve layers? For each, count
# the maps that are like one of our six questions, with a correlation above 0.6. And beside it the same for
# a network before training:


# %%
def met(network):
    """For each layer the share of its maps that are like one of the six questions."""
    shares, h = {}, network.normalize(x)
    for block in ("c1", "c2", "c3", "c4"):
        for number, layer in enumerate(getattr(network, block), start=1):
            h = layer(h)
            like = likeness(by_hand, h[0]).amax(0) > 0.6
            shares[f"{block.upper()}.{number}"] = like.float().mean().item()
    return shares


with torch.no_grad():
    named = {"trained": met(net), "before training": met(untrained(0))}
for share in named.values():
    assert share["C1.1"] > 0.5 > 0.2 > max(list(share.values())[6:])

# %%
show(
    *plots.shares(
        named,
        "Maps that are like one of the six questions, % of the layer",
        alt="Bars for the twelve layers of the network, from C1.1 to C4.3, trained and before "
        "training: most maps of the first layer are like one of the questions, fewer in later "
        "blocks, and hardly any in the last two. Before training it falls likewise, but later.",
    )
)

# %% [markdown]
# The further in, the fewer, and before training as well: each layer mixes what came before it. So the chart
# does not say what these channels have learned, only that our six words do not reach that far. There are better
# dictionaries: Bau and others (2017) compared the maps of large networks with more than a thousand
# labelled colours, materials, parts and objects, and found single channels for lamps, heads and
# stairways.

# %% [markdown]
# ## 2. Kernel and filter
#
# Now the layer that makes such maps. **Guess first:** a "3x3 filter" on a colour picture, how many
# weights has it?
#
# Two words are often mixed up, and it helps to keep them apart:
#
# - a **kernel** is a table of weights for *one* input channel;
# - a **filter** is a kernel for *every* input channel, together. It makes one output channel.
#
# First the question above the controls. **Then try this:**
# 1. Step through the *output channels*. Which of the numbers change, and which stay?
# 2. Add one *input channel*. By how much does each filter grow? And with one more *output channel*?
# 3. Change the *map height = width*. Which count moves, and which does not? (A *MAC* is one multiplication
#    with its addition; section 3 counts them.)

# %%
from course_lib.explorers.channels import ChannelsExplorer
from course_lib.frontends.jupyter import explore

explore(ChannelsExplorer(out_channels=2))

# %% [markdown]
# So the answer is 27, and a bias: the filter is 3 channels deep. All filters read the same window, each
# with numbers of its own. Another input channel adds a kernel to *every* filter, another output channel
# adds a whole filter. And the map's size changes the work, not the weights.
#
# In code, with the same numbers, one channel after the other:

# %%
channels = [
    [[1, 1, 1], [2, 2, 2], [3, 3, 3]],
    [[0, 1, 2], [0, 1, 2], [0, 1, 2]],
    [[1, 2, 3], [2, 3, 0], [3, 0, 1]],
]
kernels = [
    [[1, -1, -1], [0, -1, -1], [1, 0, 0]],
    [[1, 1, 1], [0, 1, -1], [-1, 2, 2]],
    [[0, -1, -1], [1, 0, 0], [2, 0, 0]],
]
window, one_filter = torch.tensor(channels).float(), torch.tensor(kernels).float()  # (C_in, 3, 3)
parts = (window * one_filter).sum((1, 2))
print(parts.tolist(), "and the bias -1 make", parts.sum().item() - 1)

# %%
out = F.conv2d(window[None], one_filter[None], torch.tensor([-1.0]))  # (1, 1, 1, 1)
assert out.item() == parts.sum() - 1 == 8

# %% [markdown]
# As a formula, with ⋆ for the cross-correlation of lesson 01. Output channel $j$ is the sum over all
# input channels $m$, and a bias:
#
# $$\text{out}_j = \text{bias}_j + \sum_{m=0}^{C_\text{in}-1} \text{weight}_{j,m} \star \text{in}_m$$

# %%
layer = nn.Conv2d(3, 4, kernel_size=3)
out = torch.zeros(4, 76, 63)  # (C_out, H, W)
for j in range(4):
    out[j] = layer.bias[j]
    for m in range(3):
        out[j] += F.conv2d(x[:, m : m + 1], layer.weight[j, m][None, None])[0, 0]
torch.testing.assert_close(out, layer(x)[0])
print("two loops over channels and nn.Conv2d agree")

# %% [markdown]
# And with every index written out, at row $r$ and column $c$. Here $u$ and $v$ count the taps:
#
# $$\text{out}_{j,r,c} = \text{bias}_j + \sum_{m}\sum_{u}\sum_{v}
# \text{weight}_{j,m,u,v}\;\text{in}_{m,\,r+u,\,c+v}$$
#
# Plus signs in $r+u$ and $c+v$: nothing is flipped. `einsum` takes such a formula nearly as it
# stands: a letter that is missing on the right of the arrow is summed over.

# %%
windows = x.unfold(2, 3, 1).unfold(3, 3, 1)  # (N, C_in, rows, columns, 3, 3)
out = torch.einsum("nmrcuv,jmuv->njrc", windows, layer.weight) + layer.bias[:, None, None]
torch.testing.assert_close(out, layer(x))

# %% [markdown]
# Every lecture has its own letters. Mind the F and the N below:
#
# | | here, and in PyTorch | in one set of slides | in one lecture's notes |
# |---|---|---|---|
# | kernel size | k | F | $H_f$ and $W_f$ |
# | input channels | $C_\text{in}$ | $C_\text{in}$ | F |
# | output channels | $C_\text{out}$ | K, or "depth" | no letter, index $f'$ |
# | spatial size | H and W | N going in, O coming out | no letter |
# | pictures at once | N | no letter | no letter |
# | order of the weights | $C_\text{out}$, $C_\text{in}$, row, column | the same | row, column, $C_\text{in}$, $C_\text{out}$ |
#
# The last line bites: TensorFlow keeps its weights in the right-hand order. `permute(3, 2, 0, 1)`
# brings them to PyTorch.
#
# **To think about** (★, 3 minutes). One lecture writes the one-dimensional convolution so:
#
# $$(f * k)_i = \sum_{k \in [-w, w]} f(i - k)\, h(k)$$
#
# One letter stands for two things, and one thing has two letters. Which? Another course says, in
# effect: a filter moves over a channel, scales the data there and sums it up to a new map. What is
# missing?

# %% [markdown] tags=["solution"]
# $k$ is the kernel on the left and an index on the right, where the kernel is called $h$. Lesson 01
# has it straight: $(f * h)_i = \sum_k h_k f_{i-k}$.
#
# And a filter moves over *all* channels at once, with a kernel of its own for each. "Scales" hides
# that every place of the kernel has its own weight. Then the bias.

# %% [markdown]
# ### Channels have no order
#
# Two pixels side by side are neighbours in the world. **Predict:** are channel 4 and channel 5
# neighbours in any such sense? Could we deal the 32 maps out like a pack of cards?

# %%
one, two = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 4, 3)
deal = torch.randperm(8, generator=torch.Generator().manual_seed(1))
before = two(one(x).relu())
with torch.no_grad():
    one.weight[:], one.bias[:] = one.weight[deal], one.bias[deal]  # the filters in another order
    two.weight[:] = two.weight[:, deal]  # and what reads them, in the same
torch.testing.assert_close(two(one(x).relu()), before)
print("channels dealt out anew:", deal.tolist(), "- the output is the same")

# %% [markdown]
# We could, if the layer that reads them is dealt out alike. A normal convolution slides over rows and
# columns and never over channels: it reads them all at once. Which number a channel has is chance, and
# another training run deals them otherwise. (Lessons 06 and 08 have layers for which the order counts.)

# %% [markdown]
# ## 3. What does a layer cost?
#
# The weight of a layer holds its filters, one after the other: `(C_out, C_in, k, k)`.

# %%
layer = nn.Conv2d(in_channels=64, out_channels=128, kernel_size=3)
print(tuple(layer.weight.shape), tuple(layer.bias.shape))

# %% [markdown]
# It makes 128 maps of 64; how large they are, lesson 01 says. Count its parameters: there are
# $C_\text{out}$ filters, each of $k \cdot k \cdot C_\text{in}$ weights and one bias. In the letters of
# the slides that is $F \cdot F \cdot C_\text{in} \cdot K + K$, and in ours
#
# $$\text{parameters} = k \cdot k \cdot C_\text{in} \cdot C_\text{out} + C_\text{out}$$
#
# **Your turn.** Count the parameters of these three layers with pencil and paper, and put your
# numbers in the place of the dots.

# %%
layers = nn.Sequential(
    nn.Conv2d(3, 64, kernel_size=3, padding=1),
    nn.Conv2d(64, 128, kernel_size=3, padding=1),
    nn.Conv2d(128, 32, kernel_size=1),
)
# <solution>
yours = [3 * 3 * 3 * 64 + 64, 3 * 3 * 64 * 128 + 128, 1 * 1 * 128 * 32 + 32]
# </solution>
# <stub>
# yours = [..., ..., ...]
# </stub>
print("weight               yours  counted by torch")
for layer, mine in zip(layers, yours, strict=True):
    counted = sum(p.numel() for p in layer.parameters())
    both = ("…", "…") if mine is ... else (mine, counted)
    print(f"{tuple(layer.weight.shape)!s:16} {both[0]!s:>9} {both[1]!s:>17}")

# %% [markdown]
# `torchsummary`, which the assignment asks for, prints the same in its last column:

# %%
from course_lib.models.summary import summary

summary(layers, (3, 32, 32))

# %% [markdown]
# Parameters are memory. The work is another matter. A weight is used once at *every* output place,
# each time for one multiplication and one addition. That pair is a **MAC**, a multiply-add:
#
# $$\text{MACs} = k \cdot k \cdot C_\text{in} \cdot C_\text{out} \cdot H_\text{out} \cdot W_\text{out}$$

# %%
from course_lib.receptive_field import analyse

for size in (32, 64):
    table = analyse(layers, size)
    print(f"{size}x{size}: {table.parameters:,} parameters, {table.macs:>11,} MACs")

# %% [markdown]
# Twice the side, four times the places, four times the work. The parameters stay. PyTorch can count
# as well, and counts the multiplication and the addition apart, as two floating-point operations:

# %%
from torch.utils.flop_counter import FlopCounterMode

with FlopCounterMode(display=False) as counter:
    layers(torch.zeros(1, 3, 64, 64))
assert counter.get_total_flops() == 2 * table.macs
print(f"{counter.get_total_flops():,} FLOPs, twice the MACs")

# %% [markdown]
# So 1 MAC is 2 FLOPs. Not everybody counts so. The ResNet paper, and every lecture that copies its
# figure, says that VGG-19 costs "19.6 billion FLOPs". Build it and look. (On the device `meta` a
# network has shapes and no numbers, so that its 144 million weights take no memory.)

# %%
from torchvision import models

with torch.device("meta"):
    vgg19 = models.vgg19()
print(f"{analyse(vgg19, 224).macs:,} MACs")

# %% [markdown]
# They are MACs. The paper says so, in brackets: "FLOPs (multiply-adds)". torchvision's table of models
# has a column GFLOPS with the same figure, without the brackets. When you compare two figures, first
# ask what was counted.

# %% [markdown]
# ## 4. One pixel at a time: the 1x1
#
# What is left of a filter if the kernel shrinks to 1x1? One number for each input channel, and a bias. With
# one channel in and one out, the layer multiplies the whole map by one number and adds another. So is a
# 1x1 convolution just a dimmer?
#
# **Predict.** Take a picture with its channels, shuffle all its pixels, apply a layer, and put the
# pixels back in their places. Is the result the same as without the shuffle, for a 1x1 layer? For a
# 3x3 layer? And how sure are you: `"guess"`, `"think"` or `"sure"`?

# %%
from course_lib.exercises import channels as check

# <solution>
unchanged, confidence = {"1x1": True, "3x3": False}, "think"
# </solution>
# <stub>
# unchanged, confidence = {"1x1": ..., "3x3": ...}, ...  # True or False
# </stub>
check.shuffled_pixels(unchanged, confidence=confidence)

# %% [markdown]
# The two layers below are two of the questions of section 1. "How red?" needs one pixel, so it is a
# 1x1 convolution. "Lighter to the right?" needs neighbours.

# %%
order = torch.randperm(78 * 65, generator=torch.Generator().manual_seed(0))


def shuffle(image, order):
    """Every pixel to another place, with all its channels; (N, C, H, W) -> the same."""
    return image.flatten(2)[..., order].view(image.shape)


weights = {
    "1x1": torch.tensor([1, -0.5, -0.5]).view(1, 3, 1, 1),  # red - (green + blue) / 2
    "3x3": sobel.expand(1, 3, 3, 3) / 3,
}

# %%
pictures, same = [], {}
for name, weight in weights.items():
    padding = weight.shape[-1] // 2
    direct = F.conv2d(x, weight, padding=padding)
    mixed = F.conv2d(shuffle(x, order), weight, padding=padding)
    back = shuffle(mixed, order.argsort())  # the same moves, backwards
    same[name] = torch.allclose(back, direct, atol=1e-5)
    pictures += [shuffle(x, order)[0].permute(1, 2, 0), mixed[0, 0], back[0, 0], direct[0, 0]]
print(same)

# %%
show(
    *plots.gallery(
        [picture.numpy() for picture in pictures],
        columns=4,
        titles=["shuffled", "layer applied", "unshuffled", "not shuffled"],
        rows=list(weights),
        alt="Two rows. With a 1x1 layer the shuffled picture, put back in order, gives the same map "
        "of what is red as the picture itself. With a 3x3 layer it gives noise instead of edges.",
    )
)

# %% [markdown]
# A 1x1 layer looks at one pixel and no further, but at *all its channels*. It mixes them, and that is
# all that it does: at every pixel the same matrix, times the numbers that the pixel holds. Hence its
# other name, **pointwise**.
#
# **Try this:** step through the output channels and follow the row of the matrix. Then set *kernel
# size* to 3 and back.

# %%
explore(ChannelsExplorer(kernel_size=1, out_channels=2, output_channel=0), question=False)

# %% [markdown]
# The same numbers once more, first at one pixel, then at all pixels of the photograph:

# %%
matrix = torch.tensor([[-1.0, 0, 2], [1, 1, 0]])  # (C_out, C_in)
bias = torch.tensor([2.0, -1])
pixel = torch.tensor([2.0, 1, 3])
print(matrix @ pixel + bias)

# %%
out = F.conv2d(x, matrix[:, :, None, None], bias)  # (1, 2, 78, 65)
torch.testing.assert_close(out[0, :, 40, 30], matrix @ x[0, :, 40, 30] + bias)
everywhere = torch.einsum("jm,nmrc->njrc", matrix, x) + bias[:, None, None]
torch.testing.assert_close(out, everywhere)

# %% [markdown]
# A matrix times a vector, and a bias: that is a fully connected layer. So a 1x1 convolution is a
# small `nn.Linear` over the channels, used at every pixel with the same weights. In exercise 2 you
# write it that way.
#
# ### Colours
#
# You know such matrices. Grey is 0.299 red + 0.587 green + 0.114 blue, since the eye is most
# sensitive to green. That is a filter of 1x1x3. Pillow converts with the same numbers:

# %%
grey = torch.tensor([0.299, 0.587, 0.114])  # ITU-R BT.601
y = F.conv2d(x, grey.view(1, 3, 1, 1))  # (1, 1, 78, 65)
pillow = torch.from_numpy(np.array(Image.fromarray(photo).convert("L")) / 255)
assert (y[0, 0] - pillow).abs().max() < 1 / 255  # Pillow rounds to whole numbers

# %% [markdown]
# With three filters a picture comes out again. **Before you look:** what does each of these do?

# %%
eye = torch.eye(3)
conversions = {
    "A": (grey.expand(3, 3), 0.0),
    "B": ((eye + grey) / 2, 0.0),
    "C": (-eye, 1.0),
    "D": (eye.flip(0), 0.0),
}
pictures = [photo]
for matrix, bias in conversions.values():
    y = F.conv2d(x, matrix[:, :, None, None], torch.full((3,), bias))
    pictures.append(y[0].permute(1, 2, 0).clamp(0, 1).numpy())

# %%
show(
    *plots.gallery(
        pictures,
        columns=5,
        titles=["photo", *conversions],
        alt="A portrait photograph and four versions of it: grey, half as colourful, as a negative, "
        "and with red and blue exchanged, which makes the face blue.",
    )
)

# %% [markdown]
# A is grey: all rows alike, so all channels are. B is halfway there. C, the negative, needs the bias.
# D has the ones on the other diagonal: red and blue change places. You will meet it: OpenCV
# reads images as blue, green, red, and a network that learned red, green, blue then sees blue faces.
#
# Here the numbers were chosen by us, for colours. Between two layers of a network they are learned,
# for 64 or 512 channels at a time. A **depthwise** convolution does the opposite: it looks at the
# neighbours and mixes nothing. Lesson 07 puts the two together.

# %% [markdown]
# ## 5. Two in a row
#
# **Predict:** two 1x1 layers, one behind the other, 3 → 16 → 2 channels. What can they do that a
# single one, 3 → 2, cannot?

# %%
one, two = nn.Conv2d(3, 16, 1), nn.Conv2d(16, 2, 1)
first_matrix, second_matrix = one.weight[..., 0, 0], two.weight[..., 0, 0]
matrix = second_matrix @ first_matrix  # (2, 16) @ (16, 3)
bias = second_matrix @ one.bias + two.bias
single = F.conv2d(x, matrix[:, :, None, None], bias)
torch.testing.assert_close(two(one(x)), single, atol=1e-5, rtol=0)

many = sum(p.numel() for p in (*one.parameters(), *two.parameters()))
print(f"{many} parameters do the work of {matrix.numel() + bias.numel()}")

# %% [markdown]
# Nothing at all. A matrix times a matrix is a matrix. What makes two layers more than one is a step between
# them that is no sum of products, a **non-linearity**, such as the ReLU: max(0, x). Put one there, and two 1x1 layers can ask what no single one can: "how
# *different* are red and blue, whichever is more?"

# %%
difference = torch.tensor([[1.0, 0, -1], [-1, 0, 1]])[:, :, None, None]  # red - blue, blue - red
add_up = torch.ones(1, 2, 1, 1)
y = F.conv2d(F.conv2d(x, difference).relu(), add_up)  # (1, 1, 78, 65)
torch.testing.assert_close(y[:, 0], (x[:, 0] - x[:, 2]).abs())
assert F.conv2d(F.conv2d(x, difference), add_up).abs().max() < 1e-6  # without ReLU: nothing is left

# %% [markdown]
# A small network of fully connected layers, run at every pixel: Lin and others (2013) called that a
# *network in network*, and with it the 1x1 convolution came into use.

# %% [markdown]
# ## 6. The bottleneck
#
# A 1x1 layer is the cheapest way to change the *number* of channels and leave the spatial size alone. The
# Inception networks use it for that. In the example of one set of slides, 32 filters of 1x1x64 make 32
# channels of 64. Each filter is a dot product with the 64 numbers of a pixel.

# %%
squeeze = nn.Conv2d(64, 32, kernel_size=1)
print(tuple(squeeze.weight.shape))
print("(1, 64, 56, 56) ->", tuple(squeeze(torch.zeros(1, 64, 56, 56)).shape))  # (N, C, H, W)

# %% [markdown]
# What is it good for? Large kernels are costly where there are many channels. So first make them
# few. Here is the 5x5 branch of the first Inception module, which makes 32 channels of 192, on maps of
# 28x28: at once ("naive"), and with a 1x1 down to 16 channels before it, as it was built.

# %%
from course_lib.geometry import Convolution

naive = Convolution(192, 32, 5, padding=2).macs((28, 28))
down = Convolution(192, 16, 1).macs((28, 28))
wide = Convolution(16, 32, 5, padding=2).macs((28, 28))
print(f"naive   {naive:>11,} MACs")
print(f"reduced {down + wide:>11,} = {down:,} + {wide:,}")

# %% [markdown]
# Nearly ten times fewer. ResNet's deeper versions do it in both directions: 1x1 down, 3x3 where it is
# narrow, 1x1 up again.
#
# **Exercise 1. Count a bottleneck** (★, 5 minutes). A block goes from 256 channels to 64 (1x1), stays
# at 64 (3x3), and goes back to 256 (1x1). How many weights has it, without biases? And a single 3x3
# from 256 to 256 channels? With pencil and paper: the explorer after it gives it away.

# %%
# <solution>
weights = {"bottleneck": 256 * 64 + 9 * 64 * 64 + 64 * 256, "direct": 9 * 256 * 256}
# </solution>
# <stub>
# weights = {"bottleneck": ..., "direct": ...}
# </stub>
check.bottleneck_weights(weights)

# %% [markdown] tags=["hint"]
# Three layers, three products $k \cdot k \cdot C_\text{in} \cdot C_\text{out}$. In which of them is
# $k$ not 1?

# %% [markdown]
# "So a bottleneck always saves." **Answer the explorer's question before you slide.** Then try this:
# 1. Widen the *middle* slowly. The picture says how far it is cheaper, and that is not up to 127. Which
#    layers eat the difference?
# 2. Set the *kernel in the middle* to 7; the direct layer gets it too. Does the limit move up, or down?
# 3. Make the middle twice as wide as the outside. Somebody does that on purpose: the last line says
#    who.

# %%
from course_lib.explorers.bottleneck import BottleneckExplorer

explore(BottleneckExplorer(channels=128, middle=32))

# %% [markdown]
# It saves up to a width, and that width is not the full one, since the two 1x1 layers cost something
# too. Beside a 7x7 they weigh less, and it pays for wider middles. Exercise 4 asks for a limit.
#
# And there is a price, whatever the count says: all that 128 numbers say about a pixel has to pass
# through 32. Leave the ReLUs and the 3x3 away, and a matrix shows it. Two 1x1 layers, 64 → 8 → 64, are
# one matrix of 64x64, but only one of *rank* 8: whatever goes in, the outputs lie in a space of 8
# dimensions.

# %%
down, up = torch.randn(8, 64), torch.randn(64, 8)
print(tuple((up @ down).shape), "of rank", torch.linalg.matrix_rank(up @ down).item())

# %% [markdown]
# ## 7. Where do 138 million parameters sit?
#
# VGG-16 (2014) has 13 convolutions of 3x3, five poolings, and three fully connected layers at the end.
# It has 138,357,544 parameters and takes some 15 billion MACs for a picture of 224x224.
#
# **Guess two numbers, and write them down:** which share of the parameters is in the convolutions?
# Which share of the MACs?

# %%
with torch.device("meta"):
    vgg16 = models.vgg16()
table = analyse(vgg16, 224)
rows = [row for row in table.rows if row.parameters]
convolutions = [row for row in rows if row.kind == "convolution"]
assert table.parameters == 138_357_544
for name in ("parameters", "macs"):
    part = sum(getattr(row, name) for row in convolutions) / getattr(table, name)
    print(f"the convolutions hold {100 * part:.1f} % of all {name.replace('macs', 'MACs')}")

# %%
show(
    *plots.costs(
        [f"{row.kind} {'x'.join(map(str, row.output_shape))}" for row in rows],
        {"parameters": [row.parameters for row in rows], "MACs": [row.macs for row in rows]},
        dense=[row.kind == "linear" for row in rows],
        alt="The 16 layers of VGG-16 with their output sizes, each with its share in all parameters "
        "to the left and in all MACs to the right. The convolutions reach to the right; the three "
        "fully connected layers, hatched, to the left, the first of them by far the longest.",
    )
)

# %% [markdown]
# Nearly all the work is done by a tenth of the parameters. **Why?** Look at one weight of each kind:

# %%
second_convolution, first_linear = rows[1], rows[13]
for row in (second_convolution, first_linear):
    height, width = row.output_size
    print(f"{row.kind}: a weight works {height}·{width} = {height * width:,} times")
print(f"but 512·7·7 = {512 * 7 * 7:,} numbers meet 4,096 units: {512 * 7 * 7 * 4096:,} weights")

# %% [markdown]
# A convolution's weight is shared by all places, so it is one parameter and thousands of MACs. A fully
# connected layer shares nothing: a weight for each pair of numbers, and each works once. So
# **convolutions are heavy to compute and light to store, and fully connected layers the reverse.**
#
# **Why are the first layers convolutions, and the last ones fully connected?** Early on, the question
# is what is *where*, and the two assumptions of lesson 01 hold: what matters is near, and what is
# worth finding here is worth finding there. At the end the question is about the picture as a whole.
# Every number may then matter to every class, and the map is so small that a layer without the two
# assumptions can just be paid for. One often says: the convolutions are the **feature extractor**, the rest
# is the **head** for the task. Change the task, and you may keep the extractor.

# %% [markdown]
# ### The head is a convolution too (deeper)
#
# A fully connected layer on a map of 7x7 is a convolution whose kernel is 7x7: there is one place
# where it fits. Here on a small map:

# %%
head = nn.Linear(6 * 2 * 3, 5)
small = torch.randn(1, 6, 2, 3)  # (N, C, H, W)
weight = head.weight.view(5, 6, 2, 3)  # the same numbers as a 2x3 kernel
torch.testing.assert_close(F.conv2d(small, weight, head.bias)[..., 0, 0], head(small.flatten(1)))
larger = torch.randn(1, 6, 4, 5)
print("on a larger map:", tuple(F.conv2d(larger, weight, head.bias).shape))

# %% [markdown]
# Written so, the head takes a larger picture as well, and answers once for each place. Networks that
# label every pixel began like that (Long and others, 2015).
#
# ### Does the head have to be so large? (deeper)
#
# No. Take the mean of each of the 512 maps (GAP, lesson 01) and put one linear layer behind it:

# %%
features = sum(row.parameters for row in convolutions)
print(f"VGG-16 with its head     {table.parameters:>11,} parameters")
print(f"with GAP and one linear  {features + 512 * 1000 + 1000:>11,}")

# %% [markdown]
# That is another network, to be trained anew, and this count does not say how good it would be. But Lin and
# others proposed GAP in 2013, with one map for each class and no linear layer behind it. GoogLeNet and
# ResNet end with GAP and one linear layer, and so do most networks since. The assignment asks for GAP too.
#
# ### Why 64, 128, 256, 512? (deeper)
#
# The slides list powers of 2 as the common setting. It is a habit that suits the hardware, which works
# on blocks of 8, 16 or 32 channels, and no law: the assignment's network has layers of 96 and 160. The
# *doubling* has a reason, though. Look at the chart again: from 224x224 down to 28x28, the long bars
# are all of one length.

# %%
same = [row for row in convolutions if row.macs == convolutions[1].macs]
for row in same:
    print(f"{row.output_shape!s:16} {row.parameters:>9,} parameters {row.macs:,} MACs")

# %% [markdown]
# Halve height and width, and there is a quarter of the places. Double the channels, going in and coming
# out, and there are four times the weights. The work stays the same. (The bars of half the length are the
# layers that do the doubling: what comes in is not doubled yet. The very first layer reads 3 channels only,
# and the last block stays at 512 and gets by with a quarter.)
#
# A last warning: MACs are not seconds. A layer also has to fetch its numbers from memory, and one that
# does little with each waits for the next. Lesson 07 measures it.

# %% [markdown]
# ## 8. Recap
#
# - A channel is one map: at each place, how much of one thing was found. To a normal convolution,
#   channels have no order.
# - A kernel belongs to one input channel. A filter has one for each, and makes one output channel.
# - Weights have the shape (C_out, C_in, k, k). Parameters: k·k·C_in·C_out + C_out, whatever the
#   spatial size. MACs: each weight times the number of output places. 1 MAC is 2 FLOPs.
# - A 1x1 layer looks at one pixel and mixes its channels: one matrix at all pixels. Two in a row
#   without a non-linearity are one.
# - A bottleneck saves while its middle is narrow, and all information has to pass through there.
# - Convolutions are heavy to compute and light to store; fully connected layers the reverse.
#
# ## 9. Exercises
#
# Exercise 1 is in section 6.
#
# **Exercise 2. A 1x1 without a convolution** (★★, 10 minutes). Write the 1x1 convolution with
# `F.linear`, which does `input @ weight.T + bias` over the *last* axis.


# %%
def pointwise_as_linear(x, weight, bias):
    """x (N, C_in, H, W), weight (C_out, C_in), bias (C_out,) -> (N, C_out, H, W)."""
    # <solution>
    pixels = x.permute(0, 2, 3, 1)  # (N, H, W, C_in)
    return F.linear(pixels, weight, bias).permute(0, 3, 1, 2)
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.pointwise_as_linear(pointwise_as_linear)

# %% [markdown] tags=["hint"]
# The channels have to be the last axis for `F.linear`, and the second one again afterwards.

# %% [markdown] tags=["hint"]
# Lesson 00 had two ways to do that, and one of them ruins the picture: `permute` and `reshape`.

# %% [markdown]
# **Exercise 3. Colours in a circle** (★, 5 minutes). Write the weight of a 1x1 convolution that makes
# (G, B, R) of (R, G, B): the first output channel is the green of the input, and so on.

# %%
# <solution>
weight = torch.tensor([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])[:, :, None, None]
# </solution>
# <stub>
# weight = ...  # a tensor of floats, shape (3, 3, 1, 1)
# </stub>
check.swap_channels(weight)

# %% [markdown] tags=["hint"]
# Row o says what output channel o is made of. The first row has to pick the green.

# %% [markdown]
# **Exercise 4. How narrow is narrow?** (★★, 10 minutes). Between layers of 64 channels stands a
# bottleneck 64 → m → m → 64, without biases. What is the largest m with which it still has fewer
# weights than a 3x3 from 64 to 64? Work it out; the explorer of section 6 then tells you whether you
# are right.

# %%
# <solution>
direct = 9 * 64 * 64
widest = max(m for m in range(1, 65) if 64 * m + 9 * m * m + m * 64 < direct)
# </solution>
# <stub>
# widest = ...
# </stub>
check.widest_middle(widest)

# %% [markdown] tags=["hint"]
# The bottleneck has 64·m + 9·m·m + m·64 weights. That has to be less than 9·64·64.

# %% [markdown]
# ## Further reading
#
# - M. Lin, Q. Chen, S. Yan, *Network In Network*, arXiv 1312.4400: 1x1 convolutions, and GAP.
# - C. Szegedy and others, *Going Deeper with Convolutions*, arXiv 1409.4842: Inception; Table 1 has
#   the numbers of section 6.
# - K. Simonyan, A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*,
#   arXiv 1409.1556: VGG.
# - K. He and others, *Deep Residual Learning for Image Recognition*, arXiv 1512.03385: bottleneck
#   blocks, and "FLOPs (multiply-adds)".
# - D. Bau and others, *Network Dissection: Quantifying Interpretability of Deep Visual
#   Representations*, arXiv 1704.05796: what single channels answer to.
# - J. Long, E. Shelhamer, T. Darrell, *Fully Convolutional Networks for Semantic Segmentation*, arXiv
#   1411.4038.

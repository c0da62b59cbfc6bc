# %% [markdown]
# # Grouped convolution
#
# **You will see** a weight that is smaller than it should be, and the two graphics cards that are the
# reason; a dial that leads from an ordinary convolution to a depthwise one; what one half of a network
# cannot know of the other, and a shuffle that costs nothing and mends it; three drawings of one and
# the same block; all kinds of convolution of this course in one table, and a game to combine them.
#
# **You need** notebooks 01 to 05, and 07 for section 7. The table of section 9 looks back at 06 too.
#
# **Time** about 80 minutes for sections 1 to 5, 7, 9 and 10, and the first four exercises; the rest,
# marked *deeper*, another 40.

# %% [markdown]
# ## 1. Two towers
#
# In 2012 networks by Krizhevsky, Sutskever and Hinton won the ImageNet competition by a wide margin: a
# top-5 error of 15.3 %, when the second-best had 26.2 %. (One of them alone had 17.0 %, on the pictures
# of 2010.) It is called AlexNet today. Here are its eight layers, with the numbers of the paper:

# %%
from course_lib.geometry import Convolution, Linear

alexnet = {
    "conv1": Convolution(3, 96, 11, stride=4),
    "conv2": Convolution(96, 256, 5, padding=2, groups=2),
    "conv3": Convolution(256, 384, 3, padding=1),
    "conv4": Convolution(384, 384, 3, padding=1, groups=2),
    "conv5": Convolution(384, 256, 3, padding=1, groups=2),
    "fc6": Linear(9216, 4096),
    "fc7": Linear(4096, 4096),
    "fc8": Linear(4096, 1000),
}

# %% [markdown]
# The second layer reads 96 channels and makes 256, with a kernel of 5x5. From lesson 02 you know the
# shape of its weight: (256, 96, 5, 5). **Is it?**

# %%
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(0)
conv2 = nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=2)
print(tuple(conv2.weight.shape))
assert tuple(conv2.weight.shape) == alexnet["conv2"].weight_shape == (256, 48, 5, 5)

# %% [markdown]
# Each of its filters reads 48 channels, not 96. The other 48 belong to the other **tower**:

# %%
from course_lib import plots
from course_lib.frontends.figures import show

show(*plots.grouped.towers(alexnet))

# %% [markdown]
# The network was spread over two graphics cards, each of which held one half of the channels. Where the
# arrows stay in their row, a card read only what it had in its own memory. The towers exchange what they
# have found at the third convolution, and in the fully connected layers.
#
# **Why?** One often reads that it was done to reduce the computation. The paper gives another reason: a
# GTX 580 had 3 GB of memory, and the network was too large for one of them. What stays on a card need
# not be sent to the other. That it also halves the work of three layers comes on top.
#
# In PyTorch a layer in two towers is one argument: `groups=2`. The first half of the filters reads the
# first half of the channels, the second half the second. Two towers, by hand:

# %%
x = torch.randn(2, 96, 27, 27)  # (N, C, H, W)
weight, bias = conv2.weight, conv2.bias
one = F.conv2d(x[:, :48], weight[:128], bias[:128], padding=2)
two = F.conv2d(x[:, 48:], weight[128:], bias[128:], padding=2)
torch.testing.assert_close(torch.cat([one, two], 1), conv2(x))

# %% [markdown]
# Split, convolve, concatenate: that is a **grouped convolution**. What did it save? The same network
# twice, once with its groups and once without. **Guess first**: will the parameters fall by a half, or
# hardly at all?

# %%
from dataclasses import replace

from course_lib.geometry import Pooling, chain, layer_table


def table_of(layers):
    """AlexNet's layers with its three poolings, on a picture of 227x227."""
    steps = []
    for name, layer in layers.items():
        steps.append(layer)
        if name in ("conv1", "conv2", "conv5"):
            steps.append(Pooling(3, 2))
    return layer_table(chain(steps), 227)


towers = table_of(alexnet)
joined = table_of({name: replace(layer, groups=1) if name.startswith("conv") else layer
                   for name, layer in alexnet.items()})  # fmt: skip

# %%
rows = zip(towers.rows, joined.rows, strict=True)
costly = [pair for pair in rows if pair[0].parameters]
heading = ("parameters", "with one group", "MACs", "with one group")
print(f"{'':6}{heading[0]:>12}{heading[1]:>16}{heading[2]:>15}{heading[3]:>16}")
counts = [(name, *pair) for name, pair in zip(alexnet, costly, strict=True)]
for name, apart, together in [*counts, ("all", towers, joined)]:
    print(f"{name:6}{apart.parameters:>12,}{together.parameters:>16,}"
          f"{apart.macs:>15,}{together.macs:>16,}")  # fmt: skip
assert towers.parameters == 60_965_224  # «60 million parameters»
assert 1.02 < joined.parameters / towers.parameters < 1.03
assert joined.macs > 1.5 * towers.macs

# %% [markdown]
# In the three grouped layers half of the weights are gone. Of all parameters that is little more than
# 2 %, since the fully connected layers hold nearly all of them; of the MACs it is more than a third. You
# know the reason from lesson 02: convolutions are heavy to compute and light to store.
#
# Two more things that the paper reports. The towers became different by themselves: in every training,
# whatever the start, the first filters on one card came to look mostly for edges without colour, and
# those on the other mostly for colours. And compared with a network that had *half the filters*, on a
# single card, the error fell by 1.7 points (top-1). So a second tower helps. Whether two towers are as
# good as one wide one, it does not say.
#
# (The network that torchvision calls `alexnet` is a later version for one card. It has no groups.)

# %% [markdown]
# ## 2. The groups dial
#
# Why stop at two? Any number goes that divides the input channels and the output channels. On the left
# below are the wires: a line where an output channel reads an input channel. On the right is the
# weight, with a cell for each kernel: as the ordinary layer that it is a part of, and as it is kept.
#
# **Answer the question first**, then try this:
#
# 1. Turn *groups* from 1 up to 8. Which settings work, and what does each do to the blocks?
# 2. Set *output channels* to 12. Which numbers of groups are left? Which axis of the weight is divided?
# 3. Choose *ConvTranspose2d*. What has happened to the two axes?

# %%
from course_lib.explorers.groups import GroupsExplorer
from course_lib.frontends.jupyter import explore

explore(GroupsExplorer())

# %% [markdown]
# The question's layer keeps its 8 filters; with 4 groups each of them reads 2 channels. Two groups cut
# half of the wires, and half of the weights and MACs goes with them. With $g$ groups, one wire in $g$ is
# left:
#
# $$\text{weights} = k \cdot k \cdot \frac{C_\text{in}}{g} \cdot C_\text{out}$$
#
# A trap is in the shape. There is still a filter for each output channel, so **the first axis stays
# whole**, and the second, what a filter reads, is divided. A transposed convolution keeps its input
# channels first (lesson 05), and so it is the *outputs* that are divided there:

# %%
for groups in (1, 2, 4, 8):
    conv = nn.Conv2d(8, 16, 3, groups=groups)
    transposed = nn.ConvTranspose2d(8, 16, 3, groups=groups)
    print(f"groups={groups}  Conv2d {tuple(conv.weight.shape)!s:14} "
          f"ConvTranspose2d {tuple(transposed.weight.shape)}")  # fmt: skip
    assert tuple(conv.weight.shape) == Convolution(8, 16, 3, groups=groups).weight_shape

# %% [markdown]
# Output size and receptive field are not touched. Groups are about channels alone.

# %% [markdown]
# ## 3. The same layer, with zeros
#
# Look at the weight of the explorer again: blocks along the diagonal, and nothing elsewhere. Take this
# at its word. Make an ordinary weight of zeros, and write the blocks into it:

# %%
layer = nn.Conv2d(8, 12, 3, padding=1, groups=4, bias=False)
dense = torch.zeros(12, 8, 3, 3)  # (C_out, C_in, k, k)
for group in range(4):
    filters, channels = slice(3 * group, 3 * group + 3), slice(2 * group, 2 * group + 2)
    dense[filters, channels] = layer.weight[filters]
print((dense != 0).any(3).any(2).int().numpy())  # a 1 for each kernel that is there

# %%
x = torch.randn(2, 8, 10, 13)
torch.testing.assert_close(F.conv2d(x, dense, padding=1), layer(x))
print(f"{(dense == 0).float().mean():.0%} of the dense weight is zero")

# %% [markdown]
# So a grouped convolution is an ordinary one in which most weights are zero and stay zero, and it never
# multiplies with them. You have met this thought before: a dilated kernel is a large one with zeros
# between (lesson 04), there in space, here among the channels.
#
# Whatever a grouped layer can do, the ordinary one can do too. **What can the grouped one not do?**

# %% [markdown]
# ## 4. What one group cannot see
#
# "Grouping saves." It does, and half the wires are cut. Let us see what that means in a network of two
# grouped layers.
#
# **Answer the question first**, then try this:
#
# 1. Nudge one channel after the other. How far does each get, with *a layer of the same groups*
#    behind?
# 2. Put *a channel shuffle* between the layers. And now?
# 3. Leave the shuffle in and turn *groups* to 6, then to 12. Why does it not reach everywhere?

# %%
again = "a layer of the same groups"
explore(GroupsExplorer(in_channels=12, out_channels=12, groups=3, then=again))

# %% [markdown]
# Without the shuffle no wire ever leaves its group. That is not one network but three thin ones side by
# side, and it stays so, however many layers follow. The **channel shuffle** (Zhang and others, 2018)
# writes the channels down as a table, a group in each row, and reads it column by column. No weight,
# no MAC.
#
# The question's network in code. Nudge channel 0, and count the outputs that move:

# %%
first, second = (nn.Conv2d(8, 8, 3, padding=1, groups=2) for _ in range(2))
nets = {
    "two grouped layers": nn.Sequential(first, second),
    "with a shuffle between": nn.Sequential(first, nn.ChannelShuffle(2), second),
}
x = torch.randn(1, 8, 6, 7)
nudged = x.clone()
nudged[:, 0] += 1
moves = {name: int((net(x) != net(nudged)).any(3).any(2).sum()) for name, net in nets.items()}
for name, count in moves.items():
    print(f"{name}: {count} of 8 output channels move")
assert list(moves.values()) == [4, 8]

# %% [markdown]
# ### Learning obeys the wires
#
# In lessons 03 and 04 networks had to copy bits from places that they could or could not see. The same
# with channels. Eight channels of random bits go in, and *each half* of the outputs is to say all
# eight of them. There are two layers of two groups, and nothing but the shuffle is different.
# **Predict**: which of the sixteen bits will each network learn?

# %%
from course_lib.geometry import channel_shuffle_sources


def network(shuffle):
    """Two 1x1 layers of two groups: 8 channels in, 64 between, 2 times 8 out."""
    between = [nn.ChannelShuffle(2)] if shuffle else []
    return nn.Sequential(nn.Conv2d(8, 64, 1, groups=2), nn.ReLU(), *between,
                         nn.Conv2d(64, 16, 1, groups=2))  # fmt: skip


def seen(output, shuffle):
    """The input channels that an output channel reads, from the geometry of both layers."""
    one, two = Convolution(8, 64, 1, groups=2), Convolution(64, 16, 1, groups=2)
    order = channel_shuffle_sources(64, 2 if shuffle else 1)
    between = [order[channel] for channel in two.channels_read_by(output)]
    return {source for channel in between for source in one.channels_read_by(channel)}


# %%
from course_lib.training.fit import fit

random = torch.Generator().manual_seed(0)


def bits(count=256):
    """Random bits as -1 and 1, (N, 8, 1, 1), and as 0 and 1, twice, (N, 16, 1, 1)."""
    drawn = torch.randint(0, 2, (count, 8, 1, 1), generator=random).float()
    return 2 * drawn - 1, torch.cat([drawn, drawn], 1)


# %%
names = {False: "two groups", True: "two groups, shuffled between"}
reached, accuracies = {}, {}
for shuffle, name in names.items():
    torch.manual_seed(0)
    model = network(shuffle)
    fit(model, bits, F.binary_cross_entropy_with_logits, steps=150)
    inputs, targets = bits(2000)
    right = ((model(inputs) > 0) == (targets > 0.5)).float().mean((0, 2, 3))  # (16,)
    accuracies[name] = right.reshape(2, 8).tolist()
    reached[name] = [seen(0, shuffle), seen(8, shuffle)]

# %%
show(*plots.grouped.learned(reached, accuracies))
for name in names.values():
    for half, shares in zip(reached[name], accuracies[name], strict=True):
        for channel, share in enumerate(shares):
            assert share > 0.9 if channel in half else share < 0.6

# %% [markdown]
# No training helps against a wire that is not there. (AlexNet knew it: that is what its third
# convolution is for.)
#
# There are two ways to join groups again. One is a 1x1 over all channels: choose it under *behind it*
# in the explorer, with 12 groups, and you have the depthwise separable convolution of lesson 07. The
# other is the shuffle. **When is it the better one?** Where the 1x1 layers are what costs most.
# ShuffleNet puts groups into the 1x1 layers themselves, and a shuffle behind the first. Three blocks
# from 240 channels to 60 and back, with the formulas of the paper beside them:

# %%
outside, inside, g = 240, 60, 3


def block(ends, middle):
    """1x1 down with that many groups, 3x3, 1x1 up: the weights, and so the MACs at each position."""
    layers = (Convolution(outside, inside, 1, groups=ends, bias=False),
              Convolution(inside, inside, 3, groups=middle, bias=False),
              Convolution(inside, outside, 1, groups=ends, bias=False))  # fmt: skip
    return sum(layer.parameters for layer in layers)


costs = {"ResNet": block(1, 1), "ResNeXt": block(1, g), "ShuffleNet": block(g, inside)}
for name, weights in costs.items():
    print(f"{name:10} {weights:>6,}")
c, m = outside, inside
assert list(costs.values()) == [2*c*m + 9*m*m, 2*c*m + 9*m*m // g, 2*c*m // g + 9*m]  # fmt: skip

# %% [markdown]
# A sixth of ResNet's block. What is saved can buy width: more channels at the same price, which small
# networks need most.

# %% [markdown]
# ## 5. One block, drawn three times
#
# Groups came back in 2017, and not to save memory. ResNeXt (Xie and others) asks: you have a budget for
# a block. Is it better to spend it on *one* path that is wide, or on *many* that are narrow? The
# number of paths got a name, **cardinality**. This is the block with 32 of them, in the three ways in
# which the paper draws it:

# %%
down, three, up = Convolution(256, 4, 1), Convolution(4, 4, 3, padding=1), Convolution(4, 256, 1)
Block = plots.grouped.Block
forms = {
    "(a) added up": Block([[down, three, up]] * 32, "+"),
    "(b) concatenated": Block([[down, three]] * 32, "concatenate", [Convolution(128, 256, 1)]),
    "(c) grouped": Block([[Convolution(256, 128, 1), Convolution(128, 128, 3, groups=32),
                           Convolution(128, 256, 1)]]),
}  # fmt: skip
show(
    *plots.grouped.blocks(
        forms,
        alt="Three blocks. In (a) 32 branches of 1x1, 3x3 and 1x1 from 256 channels over 4 to 256 "
        "are added up. In (b) 32 branches of 1x1 and 3x3 are concatenated, and one 1x1 follows. In "
        "(c) there is one chain of 1x1, a 3x3 with 32 groups, and 1x1.",
    )
)

# %% [markdown]
# «Equivalent building blocks», says the caption. **Do you believe it?** In (a) there are 96
# convolutions and a sum, in (c) three convolutions. Let us take the weights of (c) and cut them up:

# %%
paths, width = 32, 4
squeeze = nn.Conv2d(256, paths * width, 1, bias=False)
middle = nn.Conv2d(paths * width, paths * width, 3, padding=1, groups=paths, bias=False)
expand = nn.Conv2d(paths * width, 256, 1, bias=False)


def form_c(x):
    return expand(middle(squeeze(x).relu()).relu())


def path(x, number):
    """One path up to its 3x3: 256 channels to 4 to 4."""
    own = slice(number * width, (number + 1) * width)  # of the 128 channels
    return F.conv2d(F.conv2d(x, squeeze.weight[own]).relu(), middle.weight[own], padding=1).relu()


# %%
def form_b(x):
    return expand(torch.cat([path(x, number) for number in range(paths)], 1))


def form_a(x):
    columns = expand.weight.split(width, 1)  # of each (256, 4, 1, 1)
    return sum(F.conv2d(path(x, number), columns[number]) for number in range(paths))


with torch.no_grad():
    x = torch.randn(1, 256, 7, 9)
    torch.testing.assert_close(form_a(x), form_c(x), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(form_b(x), form_c(x), atol=1e-5, rtol=1e-4)

# %% [markdown]
# It is true, in two steps, and each is a thing that you have seen:
#
# - **(b) is (c).** 32 layers that read the same map and write beside each other are one layer with 32
#   times as many filters. And 32 layers that each read their own piece are a grouped layer: the towers.
# - **(a) is (b).** A 1x1 layer is a matrix (lesson 02). To add up what 32 narrow matrices make of 32
#   pieces is what one wide matrix makes of the pieces together.
#
# (BatchNorm does no harm inside the paths, since it treats each channel by itself, as ReLU does. Behind
# the last 1x1 both have to wait until the paths have been added.)
#
# What does the block cost? The bottleneck of ResNet in lesson 02 went from 256 to 64 and back:


# %%
def bottleneck(width, groups=1):
    """The weights of 256 -> width -> width -> 256, the 3x3 in the middle grouped."""
    layers = (Convolution(256, width, 1, bias=False),
              Convolution(width, width, 3, groups=groups, bias=False),
              Convolution(width, 256, 1, bias=False))  # fmt: skip
    return [layer.parameters for layer in layers]


for name, weights in {"ResNet": bottleneck(64), "ResNeXt": bottleneck(128, 32)}.items():
    print(f"{name:8}", " + ".join(f"{count:,}" for count in weights), f"= {sum(weights):,}")
assert sum(bottleneck(64)) == 69_632
assert sum(bottleneck(128, 32)) == sum(p.numel() for layer in (squeeze, middle, expand)
                                       for p in layer.parameters()) == 70_144  # fmt: skip

# %% [markdown]
# The same price within one per cent, and twice as wide inside. Is it better? The paper trained five
# networks of 50 layers in which only this was different. Their errors on ImageNet are from its Table
# 3; the weights of the blocks we count ourselves:

# %%
published = {(1, 64): 23.9, (2, 40): 23.0, (4, 24): 22.6, (8, 14): 22.3, (32, 4): 22.2}  # top-1, %
weights = [sum(bottleneck(count * each, count)) for count, each in published]
show(*plots.grouped.cardinality(
    {f"{count}x{each}": error for (count, each), error in published.items()}, weights))  # fmt: skip
assert max(weights) < 1.03 * min(weights)

# %% [markdown]
# At the same price, more paths that are narrower did better: each time, and less each time. A network
# with groups is not only a cheaper network. It is *another* one, and one may be better off with it.
#
# Note where the weights are: more than nine tenths in the two 1x1 layers, which have no groups. That is
# what ShuffleNet went on from.

# %%
parts = bottleneck(128, 32)
print(f"the two 1x1 layers: {(parts[0] + parts[2]) / sum(parts):.1%}")

# %% [markdown]
# ### The same function, among four (deeper)
#
# Equal numbers once are not yet a proof. In the bench below, one way of writing a block stands on the
# left, and on the right another way, in four variants. One of them is the same function, three have a
# fault; and the bench opens with settings at which all four agree. **Which is right?**
#
# 1. Read the lines of each variant, *A* to *D*, below the picture. What is different?
# 2. Choose settings at which a wrong one gives itself away: other *groups*, other *input channels*. Then
#    *name the fault*.
# 3. Choose another *pair*: (a) = (c), or the dense layer with blocks of section 3.

# %%
from course_lib.measured.equivalences import EquivalenceExplorer

explore(EquivalenceExplorer(topic="grouped", pair="ResNeXt (a) = (b)"))

# %% [markdown]
# One path, one channel in each, equal weights: special cases hide faults. So a test that two layers are
# equal takes several groups, other channels going out than coming in, and numbers without symmetry. The
# checks below do.

# %% [markdown]
# ## 6. Inception against ResNeXt (deeper)
#
# Branches are older than ResNeXt. Inception, whose 1x1 layers you met in lesson 02, lays four side by
# side. What is the difference?

# %%
inception = Block(
    [
        [Convolution(192, 64, 1)],
        [Convolution(192, 96, 1), Convolution(96, 128, 3)],
        [Convolution(192, 16, 1), Convolution(16, 32, 5)],
        [Pooling(3, 1, 1), Convolution(192, 32, 1)],
    ],
    "concatenate",
)
show(
    *plots.grouped.blocks(
        {"Inception (3a)": inception, "ResNeXt": forms["(a) added up"]},
        alt="Left, an Inception block: four branches of different kernels and widths, concatenated. "
        "Right, a ResNeXt block: 32 branches that are all alike, added up.",
    )
)

# %% [markdown]
# Both *split* the work, *transform* each part, and *merge* the results. But:
#
# | | Inception | ResNeXt |
# |---|---|---|
# | the branches | designed one by one: other kernels, other widths | all alike |
# | to be chosen for a block | four topologies and six widths | two numbers: how many, how wide |
# | they meet in | a concatenation: each branch has its own channels | a sum: each may write to all channels |
# | fields in one block | 1x1, 3x3, 5x5 side by side | 3x3 only |
# | can be written as | four layers side by side | one grouped layer |
#
# The last line is the practical one. Branches that are alike can be one call of `Conv2d`. Branches that
# differ cannot. Inception has the richer block, and somebody has to find those numbers, anew for each
# stage of the network. ResNeXt has one rule for the whole network.
#
# How unequal are Inception's branches?

# %%
costs = [sum(getattr(layer, "parameters", 0) for layer in branch) for branch in inception.branches]
for branch, weights in zip(inception.branches, costs, strict=True):
    name = " → ".join(f"{'x'.join(map(str, layer.kernel_size))} {layer.title}" for layer in branch)
    print(f"{name:40} {weights:>8,} parameters")

# %% [markdown]
# The branch with the 3x3 holds more than three quarters of all.

# %% [markdown]
# ## 7. The end of the dial
#
# Turn the dial to the end: as many groups as input channels. Each output channel reads one input
# channel. That is the **depthwise** convolution of lesson 07. Here is the dial for 16 to 32 channels:

# %%
for groups in (1, 2, 4, 8, 16):
    layer = Convolution(16, 32, 3, groups=groups, bias=False)
    print(
        f"groups={groups:<2} weight {layer.weight_shape!s:15} {layer.parameters:>5,}  {layer.kind}"
    )
depthwise, pointwise = (
    Convolution(16, 16, 3, groups=16, bias=False),
    Convolution(16, 32, 1, bias=False),
)
print(f"depthwise 16 to 16, then pointwise: {depthwise.parameters + pointwise.parameters}")
assert depthwise.parameters + pointwise.parameters == 656

# %% [markdown]
# So 4,608 and 656, the pair of numbers of lesson 07, are the two ends of one dial, with a 1x1 behind the
# second to join what was cut. (ConvNeXt, of 2022, is a ResNet in which the dial was turned to this end on
# purpose; its authors call the step *ResNeXt-ify*.)
#
# Two cautions. Not every `groups > 1` is depthwise: a layer of 64 channels with `groups=32` is grouped,
# with 2 channels in each. And a shuffle cannot help a depthwise layer. A group of one channel has
# nothing to deal out:

# %%
numbers = torch.arange(8.0).reshape(1, 8, 1, 1)
for groups in (2, 4, 8):
    order = nn.ChannelShuffle(groups)(numbers).flatten().int().tolist()
    print(f"shuffled in {groups} groups: {order}")
assert order == list(range(8))

# %% [markdown]
# ## 8. More groups, more speed? (deeper)
#
# A kernel of 3x3 on maps of 32x32, once from 64 channels to 64 and once from 16 to 16. With two groups
# it is half of the multiplications, with 64 groups a 64th. **How much faster will it be on your
# machine?** Draw the line in your mind before you run the cell.

# %%
from course_lib.measured.timing import busy, seconds

dial = [1, 2, 4, 8, 16, 32, 64]
layers = [Convolution(64, 64, 3, padding=1, groups=groups, bias=False) for groups in dial]
measured = {}
with torch.no_grad():
    for channels in (64, 16):
        x = torch.randn(1, channels, 32, 32)
        nets = [nn.Conv2d(channels, channels, 3, padding=1, groups=groups, bias=False)
                for groups in dial if groups <= channels]  # fmt: skip
        measured[f"{channels} channels"] = [
            seconds(lambda net=net, x=x: net(x), clock=busy) for net in nets
        ]
show(*plots.grouped.macs_and_time(dial, [layer.macs((32, 32)) for layer in layers], measured))

# %% [markdown]
# This picture is yours: it was measured when the cell ran, and it differs from machine to machine. Look
# for a place where *more* groups took *more* time; on most machines there is one. And hardly anywhere
# does the time fall as far as the MACs. Two reasons:
#
# - **The libraries.** There are fast programs for the dense layer, for depthwise, and for some widths
#   of a group in between. Other settings take a slower way.
# - **The memory.** Groups cut multiplications. They do not cut what has to be fetched and written: the
#   maps are as large as before. Here is the arithmetic intensity of lesson 07, the MACs for each number
#   that is moved:

# %%
from course_lib.geometry import intensity

work = [float(intensity(layer, (64, 32, 32))) for layer in layers]
print("groups               ", *(f"{groups:>6}" for groups in dial))
print("MACs per number moved", *(f"{share:6.1f}" for share in work))
assert work == sorted(work, reverse=True)

# %% [markdown]
# From hundreds down to a handful. So MACs say what a layer *asks for*; time has to be measured, on the
# machine where it matters.

# %% [markdown]
# ## 9. All kinds in one table
#
# You have now seen every kind of convolution of this course. Here they are, on a map of 32x32 with 32
# channels. Nothing is typed in but the settings; sizes, fields, parameters and MACs are worked out.

# %%
from course_lib.geometry import PixelShuffle, TransposedConvolution

C = 32
kinds = {
    "01 normal, 3x3": [Convolution(C, C, 3, padding=1)],
    "01 normal, stride 2": [Convolution(C, C, 3, stride=2, padding=1)],
    "02 pointwise, 1x1": [Convolution(C, C, 1)],
    "03 two 3x3": [Convolution(C, C, 3, padding=1)] * 2,
    "04 dilated, rate 2": [Convolution(C, C, 3, padding=2, dilation=2)],
    "05 transposed, k4 s2": [TransposedConvolution(C, C, 4, 2, 1)],
    "06 3x3, pixel shuffle": [Convolution(C, 4 * C, 3, padding=1), PixelShuffle(2)],
    "07 depthwise separable": [Convolution(C, C, 3, padding=1, groups=C), Convolution(C, C, 1)],
    "08 grouped, 4 groups": [Convolution(C, C, 3, padding=1, groups=4)],
}

# %%
purpose = {
    "01 normal, 3x3": "find things in a neighbourhood",
    "01 normal, stride 2": "halve the map, widen later fields",
    "02 pointwise, 1x1": "mix channels, change their number",
    "03 two 3x3": "a wider field, one more ReLU",
    "04 dilated, rate 2": "a wider field, same weights and size",
    "05 transposed, k4 s2": "a larger map, learned",
    "06 3x3, pixel shuffle": "a larger map, worked out small",
    "07 depthwise separable": "space and channels one by one",
    "08 grouped, 4 groups": "paths that are apart, cheaper",
}
print(f"{'':24}{'output':>8}{'field':>7}{'params':>9}{'MACs':>13}   what for")
for name, stack in kinds.items():
    table = layer_table(chain(stack, C), 32)
    size = "x".join(map(str, table.rows[-1].output_size))
    print(f"{name:24}{size:>8}{table.receptive_field[0]:>7}{table.parameters:>9,}"
          f"{table.macs:>13,}   {purpose[name]}")  # fmt: skip

# %% [markdown]
# **To think about** (★, 5 minutes). Read it column by column. Which kinds change the output size? Which
# widen the field? Which has the fewest parameters for a field of 3? And find rows with the same
# parameters and different MACs: in what do they differ?

# %% [markdown] tags=["solution"]
# Stride, transposed and pixel shuffle change the size. Stacking and dilation widen the field; a stride
# widens the fields of the layers behind it. Depthwise separable has the fewest parameters for a field of
# 3. *Normal* and *stride 2* have the same weights, and stride 2 uses them at a quarter of the positions.
# *Dilated* has the parameters and the MACs of *normal*: its wider field costs nothing, but has holes.

# %% [markdown]
# ## 10. Go crazy
#
# «Go crazy», say the slides at the end of their list of convolutions, and mean: combine them as you
# like. Here is a game for it, with six puzzles. Each tells you what goes in, what has to come out, how
# far every output must see, and what you may spend. Any kind of layer may be used. Solved is solved;
# the score says how much of the budget you have left.
#
# **Answer the question first**, then try this:
#
# 1. *1 · look further* opens with three plain layers that see 7x7. What is the least that you have to
#    change to see 19x19?
# 2. *3 · take apart* and *4 · a narrow waist*: which lesson helps?
# 3. *5 · deal the channels out* turns on something of this lesson. What happens to *channels read* when
#    you take it away?

# %%
from course_lib.explorers.budget import BudgetExplorer

explore(BudgetExplorer())

# %% [markdown]
# The best known stacks come from a search over many combinations; once, by hand, its stack was
# improved. The search knows no more than you do: no kind of layer is good or bad by itself. What
# counts is what the task asks for (reach, resolution, mixing) and which of the two budgets runs out
# first. It does not try everything, and so a score can be beaten.

# %% [markdown]
# ## 11. Recap
#
# - A grouped convolution splits the channels into runs, convolves each with its own filters, and
#   concatenates. One wire in $g$ is left, one weight in $g$, one MAC in $g$.
# - The first axis of the weight stays whole, the second is divided: (C_out, C_in / g, k, k), and for a
#   transposed layer (C_in, C_out / g, k, k).
# - It is an ordinary layer with a block-diagonal weight. Output size and field stay as they are.
# - Grouped layers in a row never exchange anything. A 1x1 or a channel shuffle joins them.
# - AlexNet had groups because of 3 GB of memory a card; ResNeXt because many narrow paths did better
#   than one wide one at the same price.
# - As many groups as input channels: depthwise. Fewer MACs are not always less time.
#
# ## 12. Exercises
#
# **Exercise 1. Any number of towers** (★★, 15 minutes). Write the grouped convolution with `F.conv2d`,
# but without its `groups`: split, convolve, concatenate. No padding, stride 1, no bias.


# %%
def grouped_convolution(x, weight, groups):
    """x (N, C_in, H, W), weight (C_out, C_in / groups, k, k) -> (N, C_out, H', W')."""
    # <solution>
    parts, filters = x.chunk(groups, 1), weight.chunk(groups)
    outputs = [F.conv2d(part, own) for part, own in zip(parts, filters, strict=True)]
    return torch.cat(outputs, 1)
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


from course_lib.exercises import grouped as check

check.grouped_convolution(grouped_convolution)

# %% [markdown] tags=["hint"]
# Section 1 does it for two groups. `x.chunk(3, 1)` cuts the second axis into three pieces, neighbours
# together.

# %% [markdown] tags=["hint"]
# Along which axis is the weight cut? How many filters does each group have?

# %% [markdown]
# **Exercise 2. Two shapes** (★, 5 minutes). Which shapes have these two weights? With pencil and paper.

# %%
# <solution>
shapes = {
    "Conv2d(8, 16, 3, groups=4)": (16, 2, 3, 3),
    "ConvTranspose2d(8, 16, 4, groups=4)": (8, 4, 4, 4),
}
# </solution>
# <stub>
# shapes = {
#     "Conv2d(8, 16, 3, groups=4)": ...,
#     "ConvTranspose2d(8, 16, 4, groups=4)": ...,
# }
# </stub>
check.weight_shapes(shapes)

# %% [markdown] tags=["hint"]
# The first axis stays whole. Which channels come first in each of the two layers?

# %% [markdown]
# **Exercise 3. Deal the channels out** (★★, 10 minutes). Write the channel shuffle. With 6 channels and
# 2 groups, 0 1 2 | 3 4 5 becomes 0 3 1 | 4 2 5.


# %%
def channel_shuffle(x, groups):
    """x (N, C, H, W), C divisible by groups -> the same shape, channels in another order."""
    # <solution>
    n, c, h, w = x.shape
    table = x.reshape(n, groups, c // groups, h, w)
    return table.transpose(1, 2).reshape(n, c, h, w)
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.channel_shuffle(channel_shuffle)

# %% [markdown] tags=["hint"]
# Write the channels as a table with a group in each row: one axis becomes two.

# %% [markdown] tags=["hint"]
# Read the table column by column: swap the two axes, then make one of them again.

# %% [markdown]
# **Exercise 4. Count a ResNeXt block** (★, 5 minutes). A block goes from 256 channels to 128 (1x1),
# stays at 128 (3x3, 32 groups), and goes back to 256 (1x1), without biases. How many weights has it?
# Try it without looking back.

# %%
# <solution>
weights = 256 * 128 + 9 * 128 * 128 // 32 + 128 * 256
# </solution>
# <stub>
# weights = ...
# </stub>
check.resnext_weights(weights)

# %% [markdown] tags=["hint"]
# Three products. In the one in the middle, a filter reads only the channels of its group.

# %% [markdown]
# **Exercise 5. How far does a nudge get?** (★★★, 15 minutes). Two grouped layers with the same number of
# channels and groups, and a channel shuffle between. One input channel is nudged. How many output
# channels can move? Find the rule; the explorer of section 4 is there to try it on.


# %%
def moved(channels, groups):
    """channels is divisible by groups."""
    # <solution>
    width = channels // groups
    return width * min(groups, width)
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.moved(moved)

# %% [markdown] tags=["hint"]
# The first layer moves all channels of one group. To how many groups does the shuffle deal them?

# %% [markdown] tags=["hint"]
# There are two limits: how many channels the group has to deal out, and how many groups there are.

# %% [markdown]
# **Exercise 6. Hand in a stack** (★★★, 25 minutes). Two puzzles of section 10, each as a list of layers
# or an `nn.Sequential`. Build them yourself, or take the lines from below the picture of the game. This
# is what they ask for:

# %%
from course_lib.exercises import budget as check

print(f"look further: {check.look_further.task}")
print(f"deal out: {check.deal_out.task}")

# %%
# <solution>
stack = nn.Sequential(
    nn.Conv2d(16, 16, 3, padding=1, dilation=1, bias=False),
    nn.Conv2d(16, 16, 3, padding=3, dilation=3, bias=False),
    nn.Conv2d(16, 16, 3, padding=5, dilation=5, bias=False),
)
# </solution>
# <stub>
# stack = [...]  # layers in their order
# </stub>
check.look_further(stack)

# %%
# <solution>
stack = nn.Sequential(
    nn.Conv2d(64, 64, 1, groups=8, bias=False),
    nn.ChannelShuffle(8),
    nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False),
    nn.Conv2d(64, 64, 1, groups=8, bias=False),
)
# </solution>
# <stub>
# stack = [...]  # layers in their order
# </stub>
check.deal_out(stack)

# %% [markdown] tags=["hint"]
# *Look further*: three 3x3 layers add 2 times their rates to the field. Which three rates add up to 9
# and leave no hole?

# %% [markdown] tags=["hint"]
# *Deal out*: a 1x1 over all 64 channels has 4,096 weights, which is too many. What does it cost in 8
# groups, and what do two of those need between them?

# %% [markdown] tags=["solution"]
# The second stack is a ShuffleNet unit without its skip. The other four puzzles have checks too:
# `check.shrink_early`, `check.take_apart`, `check.narrow_waist`, `check.there_and_back`.

# %% [markdown]
# ## Further reading
#
# - A. Krizhevsky, I. Sutskever, G. Hinton, *ImageNet Classification with Deep Convolutional Neural
#   Networks*, NIPS 2012, doi:10.1145/3065386: the towers are in sections 3.2 and 3.5.
# - S. Xie and others, *Aggregated Residual Transformations for Deep Neural Networks*, arXiv 1611.05431:
#   ResNeXt; Figure 3 has the three blocks, Table 3 the errors of section 5.
# - X. Zhang and others, *ShuffleNet*, arXiv 1707.01083: the channel shuffle, and the formulas of
#   section 4.
# - N. Ma and others, *ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design*, arXiv
#   1807.11164: why MACs are not time, measured.
# - Z. Liu and others, *A ConvNet for the 2020s*, arXiv 2201.03545: ConvNeXt.
# - C. Szegedy and others, *Going Deeper with Convolutions*, arXiv 1409.4842: Inception.
# - A. Krizhevsky, *One weird trick for parallelizing convolutional neural networks*, arXiv 1404.5997: the
#   AlexNet of torchvision.

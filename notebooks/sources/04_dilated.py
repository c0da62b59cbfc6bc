# %% [markdown]
# # Dilated convolution
#
# **You will see** nine weights that span 5x5, 9x9 or 33x33 pixels, and what they leave out; that
# learning obeys the holes; a stack that covers 27 places with no path to spare; and networks that
# answer for every pixel of a picture, where all this is needed.
#
# **You need** notebooks 01 to 03.
#
# **Time** about 75 minutes for sections 1 to 4, 7 and 8 and the first three exercises; the rest,
# marked *deeper*, another 50.

# %% [markdown]
# ## 1. A 5x5 from a 3x3
#
# A 3x3 kernel sees 3x3 pixels. **What would you change so that it sees 5x5, with no weight more?**
#
# Pull the weights apart. A **dilated convolution** puts its taps not next to each other but `dilation`
# pixels apart. The dilation is also called the **rate**, and the convolution *atrous*, from the
# French *à trous*, with holes.
#
# **Try this.** Follow the nine outlined pixels on the left. Set *dilation* to 3: how many pixels does
# the kernel span, and how many of them does it read? Then find the *padding* that makes the output
# as large as the input again.

# %%
from course_lib.explorers.convolution import ConvolutionExplorer
from course_lib.frontends.jupyter import explore

nine = ConvolutionExplorer(input_size=7, stride=1, padding=2, dilation=2, row=3, column=3)
explore(nine, question=False)

# %% [markdown]
# With rate $d$ a kernel of $k$ spans $d(k-1)+1$ pixels: 3, 5, 7 for rates 1, 2, 3. And it is still nine
# weights, so it reads nine pixels. Of the 25 in a 5x5 box it misses 16.
#
# So it does not know what a 5x5 kernel knows. It is a 5x5 kernel in which *16 weights are zero, and
# stay zero*:

# %%
import torch
from torch import nn

from course_lib.convolutions import dilate

torch.set_num_threads(1)
kernel = torch.arange(1.0, 10).reshape(3, 3)
spread = dilate(kernel, 2)
print(spread.int().numpy())
print("holes:", int((spread == 0).sum()), "of", spread.numel())

# %% [markdown]
# (What `dilate` does will be your first exercise.) The ordinary convolution with this 5x5 kernel and
# the dilated one with the 3x3 kernel are one and the same:

# %%
torch.manual_seed(0)
x = torch.randn(2, 1, 12, 15)  # (N, C, H, W)
ours = nn.functional.conv2d(x, spread[None, None], padding=2)
theirs = nn.functional.conv2d(x, kernel[None, None], padding=2, dilation=2)
torch.testing.assert_close(ours, theirs)
assert theirs.shape == x.shape  # padding = dilation keeps the size of a 3x3

# %% [markdown]
# They differ in the price. The dilated one never looks at the zeros: nine multiplications for each
# output, and not 25. «A wider field of view at the same computational cost», say the slides. That is
# true if you compare it with a 3x3 *on the same map*. Keep the end of the sentence in mind; section
# 9 comes back to it.

# %% [markdown]
# ## 2. Does the field grow exponentially?
#
# "Dilated convolution increases the receptive field exponentially, while the parameters grow
# linearly." You find this sentence, in some form, in most lectures. **Is it true?** Decide before you
# run the cell: which of these three stacks grows exponentially?

# %%
from course_lib import plots
from course_lib.frontends.figures import show
from course_lib.geometry import Convolution, chain, layer_table


def row_of(rate):
    """A 3-tap layer in one dimension that keeps the size."""
    return Convolution(1, 1, (1, 3), padding=(0, rate), dilation=(1, rate), bias=False)


def field_of(rates):
    """The receptive field of a stack, by the recurrence of lesson 03."""
    return layer_table(chain(map(row_of, rates), in_channels=1), (1, 9)).receptive_field[1]


# %%
rates = {
    "rates 1, 1, 1, …": [1] * 9,
    "rates 1, 2, 3, …": [*range(1, 10)],
    "rates 1, 2, 4, …": [2**layer for layer in range(9)],
}
fields = {name: [field_of(r[:n]) for n in range(1, 10)] for name, r in rates.items()}
for name, values in fields.items():
    print(f"{name}  field {values}")
show(*plots.dilated.growth(fields))

# %% [markdown]
# All three have nine weights a layer, so the parameters grow linearly in each. The field grows
# linearly with a fixed rate, like a square with rates 1, 2, 3, and exponentially only if **the rates
# grow by a factor** from layer to layer. A layer adds $2d$ to the field, whatever came before it. Where
# the rates double, each layer adds about as much as all earlier ones together:

# %%
layers = range(1, 10)
assert fields["rates 1, 1, 1, …"] == [2 * n + 1 for n in layers]
assert fields["rates 1, 2, 3, …"] == [n * n + n + 1 for n in layers]
assert fields["rates 1, 2, 4, …"] == [2 ** (n + 1) - 1 for n in layers]

# %% [markdown]
# So dilation does not make the field grow exponentially. Doubling does. The paper that made dilated
# convolutions known, Yu and Koltun (2016), says so with its condition: rates 1, 2, 4, 8, …

# %% [markdown]
# ## 3. The gridding lab
#
# A field is a box, and we said how wide it is. Now look into it. Below are three layers of 3x3 with
# rates of your choice. On top, one output in a row, and the ways down to the pixels that it reads.
# Below the row, the same in the plane. The numbers count paths, as in lesson 03; hatched pixels have
# no path at all.
#
# **Answer the question first**, then try this:
#
# - Choose *2, 2, 2* under *rates of*. How wide is the box, and how much of it is read?
# - *2, 4, 8* has the widest box of all. Move *place* along it with the slider. Which places are holes?
# - Type rates of your own: two layers that leave a hole. Then two that leave none, with the widest
#   box that you can find.

# %%
from course_lib.explorers.gridding import GriddingExplorer

explore(GriddingExplorer())

# %% [markdown]
# Rates 2, 2, 2 span 13x13 and read 29 % of it: steps of −2, 0 and 2 only ever make even numbers.
# Rates 1, 2, 3 have a box of the same size, and read all of it. It is **the span that is quoted, and
# the coverage that works**. Such a pattern of holes is called *gridding*.
#
# The numbers, for six stacks. They come from the paths, counted exactly:

# %%
from course_lib.geometry import path_counts


def seen_by(rates):
    """The places that one output reads, counted from its own, with the number of paths to each."""
    paths = path_counts(chain(map(row_of, rates), in_channels=1)).counts
    return {column: int(number) for (_, column), number in sorted(paths.items())}


table = {}
for rates in [(2, 2, 2), (1, 2, 3), (1, 2, 5), (1, 2, 9), (2, 4, 8), (4, 4, 4)]:
    span, read = field_of(rates), len(seen_by(rates))
    table[rates] = (span, read, round(100 * (read / span) ** 2))
    print(f"{rates}: span {span}, read {read} in a row, {table[rates][2]} % of the plane")
assert [share for _, _, share in table.values()] == [29, 100, 100, 71, 27, 8]
assert table[2, 2, 2][:2] == (13, 7)
assert table[2, 4, 8][:2] == (29, 15)

# %% [markdown]
# ### Pictures that never meet (deeper)
#
# Another way to see it. A layer of rate 2 goes from even rows to even rows and from odd to odd, and
# likewise for columns. So a map falls into four pictures, interleaved like this:

# %%
show(*plots.dilated.phases(8, 2))

# %% [markdown]
# The layer works on each of them as an ordinary 3x3 convolution, on its own. Here is the body of a
# function that does exactly that, and the proof that it is the same layer:

# %%
import inspect

from course_lib.convolutions import dilated_by_phases

print(inspect.getsource(dilated_by_phases).split('"""')[2])
weight = torch.randn(4, 1, 3, 3)  # (C_out, C_in, 3, 3)
torch.testing.assert_close(
    dilated_by_phases(x, weight, 2), nn.functional.conv2d(x, weight, padding=2, dilation=2)
)

# %% [markdown]
# Put three such layers behind each other, and the four pictures pass through the whole network
# without one number from picture 1 reaching picture 2. Neighbouring pixels of the output have been
# worked out from different pixels of the input altogether. A single layer of rate 1 joins them.

# %% [markdown]
# ## 4. Learning obeys the holes
#
# In lesson 03 a network copied bits from some places to the right, and it failed where its field
# ended. Now the same task, with rates. The networks differ in nothing else: the same number of
# layers, the same weights, the same training.
#
# **Predict** for each of them which distances from 0 to 8 it learns. Say it aloud or write it down:
# rates 1, 1, 1; then 2, 2, 2; then 1, 2, 3; then 2, 4, 8.

# %%
from course_lib.data.copy_task import CopyTask
from course_lib.training.fit import fit


def rows_of_bits(rates, width=24, outputs=9):
    """A 3-tap layer for each rate, (N, 1, L), then a 1x1: an output for each distance."""
    layers, channels = [], 1
    for rate in rates:
        layers += [nn.Conv1d(channels, width, 3, padding=rate, dilation=rate), nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.Conv1d(channels, outputs, 1))


# %%
stacks = [(1, 1, 1), (2, 2, 2), (1, 2, 3), (2, 4, 8)]
accuracies = []
for rates in stacks:
    torch.manual_seed(0)
    task, model = CopyTask(range(9), batch=32), rows_of_bits(rates)
    fit(model, task.draw, nn.functional.binary_cross_entropy_with_logits, steps=250)
    accuracies.append(task.accuracy(model))

# %%
reached = [seen_by(rates).keys() for rates in stacks]
show(*plots.copy_task(range(9), reached, accuracies, [f"rates {rates}" for rates in stacks]))
for seen, measured in zip(reached, accuracies, strict=True):
    for place, share in enumerate(measured):
        assert share > 0.9 if place in seen else share < 0.6

# %% [markdown]
# The hatched bars are the holes of the lab, one by one. With rates 2, 2, 2 the bit 1 place away, the
# nearest neighbour, is guessed, and the bit 6 places away is known. The stack 2, 4, 8 reaches as far as
# 14 places and learns no odd one of them.
#
# The geometry told us so before the first step of training. It cost no data and no time.

# %% [markdown]
# ## 5. A rule of thumb, and its blind spot (deeper)
#
# Is there a rule for good rates? The one that is most often quoted is the **hybrid** rule of Wang and
# others (2018). Begin at the last layer with $M_n = r_n$, and go back to the second:
#
# $$M_i = \max(M_{i+1} - 2r_i,\; 2r_i - M_{i+1},\; r_i)$$
#
# $M$ is meant as the largest distance between two pixels that are read. The rates are accepted if
# $M_2$ is at most $k$, the kernel size. The lab works it out, below the picture. Let us hold it against
# the truth, for all stacks of three rates from 1 to 9 in growing order:

# %%
from itertools import combinations_with_replacement
from math import gcd

from course_lib.explorers.gridding.coverage import largest_gaps

wrong = {"accepted, with holes": [], "refused, without holes": []}
for rates in combinations_with_replacement(range(1, 10), 3):
    accepted, full = largest_gaps(rates)[-1] <= 3, len(seen_by(rates)) == field_of(rates)
    if accepted and not full:
        wrong["accepted, with holes"].append(rates)
    if full and not accepted:
        wrong["refused, without holes"].append(rates)
for how, stacks in wrong.items():
    print(how, len(stacks), *stacks)

# %% [markdown]
# What it refuses has holes. But it accepts 20 stacks that have holes as well, our 2, 2, 2 among them.
# The authors add a second advice: the rates should have no common factor. Does that mend it? And look
# at the 20 again: what have they in common?

# %%
holes = wrong["accepted, with holes"]
print("no common factor:", *(rates for rates in holes if gcd(*rates) == 1))
assert len(holes) == 20
assert all(rates[0] in (2, 3) for rates in holes)
assert (len(seen_by((2, 3, 4))), field_of((2, 3, 4))) == (17, 19)

# %% [markdown]
# It does not: 2, 3, 4 has no common factor, passes the rule, and reads 17 of 19 places. All 20 begin
# with a rate of 2 or 3. The rule stops at the second layer and never asks about the first. **With a
# first rate of 1, it was right every time** in this list. The examples in the paper do begin with 1.
#
# A rule of thumb is a fine thing to choose with. To know, count the paths.

# %% [markdown]
# ## 6. No path to spare (deeper)
#
# Three layers of three taps make 3 · 3 · 3 = 27 paths, in a row. So no stack of three can read more than
# 27 places. Choose *1, 3, 9* in the lab.

# %%
paths = seen_by((1, 3, 9))
assert sorted(paths) == list(range(-13, 14))  # all 27 places, without a hole
assert set(paths.values()) == {1}  # and one path to each

for place in (5, 7, 11, 13):
    for a in (-1, 0, 1):
        for b in (-3, 0, 3):
            if place - a - b in (-9, 0, 9):
                print(f"{place:2} = {place - a - b:+} {b:+} {a:+}")

# %% [markdown]
# Every whole number from −13 to 13 is a sum of −1, 0 or 1, of −3, 0 or 3, and of −9, 0 or 9, and in
# one way only. That is *balanced ternary*, the number system in which the digits are −1, 0 and 1.
# (It is also how one weighs up to 13 kilograms on a pair of scales with weights of 1, 3 and 9.)
#
# Is it then the best stack? It has the widest field that three layers can have without a hole. But a
# single path to each place means that the weights of each path are shared with all the others: 27
# weights for 729 places. Where more paths meet, as with 1, 2, 3, there is more freedom, and the
# middle has more weight. Wide or rich: the paths are there to be spent on one or the other.

# %% [markdown]
# ## 7. Looking back only: causal stacks
#
# A sound is a row of numbers, 16,000 of them a second. WaveNet (van den Oord and others, 2016) makes
# speech number by number, and so it must not look at what has not been said yet. All its padding lies
# on the left: such a convolution is called **causal**. It has two taps, *now* and $d$ moments ago, and
# rates that double.
#
# **Try this.** Each output below has a tree of its own. Move *place* and follow the path. Then type
# the rates *1, 1, 1, 1* and *4, 4*: which of the two leaves moments out?

# %%
explore(GriddingExplorer(preset="WaveNet: two taps, 1, 2, 4, 8"))

# %% [markdown]
# Two taps and rates 1, 2, 4, 8: each place in exactly one way again. This time it is the binary system,
# with the digits 0 and 1.
#
# Does it really not look ahead? Change one number of a row, and see which outputs change:

# %%
from course_lib.convolutions import causal_convolution


def causal_stack(row, rates=(1, 2, 4, 8)):
    """Two taps of 1 in each layer, (N, 1, L)."""
    for rate in rates:
        row = causal_convolution(row, torch.ones(1, 1, 2), rate)
    return row


silence, click = torch.zeros(1, 1, 40), torch.zeros(1, 1, 40)
click[..., 10] = 1
changed = (causal_stack(click) != causal_stack(silence))[0, 0].nonzero().flatten().tolist()
print("a click at 10 is heard at", changed[0], "to", changed[-1])
assert changed == list(range(10, 26))

# %% [markdown]
# Not one moment before it, and 16 in all: its own, and 15 after it. WaveNet goes on up to rate 512, and
# then begins anew at 1. How far back the ten layers look is exercise 5.

# %% [markdown]
# ## 8. An answer for every pixel
#
# Why should one want a wide field at full resolution? A network that says *cat* makes its maps smaller
# and smaller, until one vector is left. Many tasks ask for more: an answer that has the size of the
# picture. That is called **dense prediction**. *What is the output? Dense*, say the slides.
#
# Here is a scene, drawn by a program that therefore knows all the answers, and ten things one can do
# with it. In the first row: the class of every pixel (**semantic** segmentation); the things that one
# can count, one by one (**instance**); both together (**panoptic**); where one thing ends. In the
# second: how far away it is; **keypoints**, here the top of each thing; and three spoiled pictures
# whose dense target is the picture itself. **Look** at the two trees that overlap: what do *semantic*
# and *instance* make of them?

# %%
import numpy as np

from course_lib.scene import CLASSES, LAKE, draw_scene

scene = draw_scene(np.random.default_rng(18), height=96, width=120)
show(*plots.dilated.dense_targets(scene))

# %% [markdown]
# More tasks of this kind: landmarks of a face and the pose of a body (keypoints with names), saliency
# (where would a person look first?), and pictures painted after a reference.
#
# They all want two things at once. **Local accuracy**: an edge is to lie on the right pixel. And
# **context**: what a pixel is depends on what is around it. A stride buys context and sells accuracy.
# There are two ways out. One makes the maps small and then large again, an *encoder* and a *decoder*;
# lesson 05 has the layer for it. The other never makes them small, and dilates.
#
# Our scene has a trap. The lake has exactly the colour of the sky. **Can a network tell the two apart
# that sees 9x9 pixels?** What about one that sees 31x31, with as many weights?


# %%
def scenes(random, count):
    """Pictures (N, 3, 48, 48) in [-0.5, 0.5], and the class of each pixel, (N, 48, 48)."""
    drawn = [draw_scene(random) for _ in range(count)]
    images = torch.from_numpy(np.stack([one.image for one in drawn]))
    classes = torch.from_numpy(np.stack([one.semantic for one in drawn]))
    return images.permute(0, 3, 1, 2) / 255 - 0.5, classes


# %% [markdown]
# Each layer of our two networks *adds* its result to what went in, like the residual branches of
# lesson 03. So what was seen nearby is not lost behind the layers that look far.


# %%
class Adding(nn.Module):
    """A 3x3 layer whose result is added to what went in."""

    def __init__(self, width, rate):
        super().__init__()
        self.layer = nn.Conv2d(width, width, 3, padding=rate, dilation=rate)

    def forward(self, x):
        return x + torch.relu(self.layer(x))


def segmenter(rates, width=12):
    """A layer for each rate between two 1x1: a score for each class at every pixel."""
    layers = [Adding(width, rate) for rate in rates]
    return nn.Sequential(nn.Conv2d(3, width, 1), *layers, nn.Conv2d(width, len(CLASSES), 1))


# %%
answers = {}
test_images, test_classes = scenes(np.random.default_rng(1), 40)  # scenes not trained on
for rates in [(1, 1, 1, 1), (1, 2, 4, 8)]:
    torch.manual_seed(0)
    random, model = np.random.default_rng(0), segmenter(rates)
    fit(model, lambda random=random: scenes(random, 6), nn.functional.cross_entropy, steps=120)
    name = "rates " + ", ".join(map(str, rates))
    with torch.no_grad():
        answers[name] = model(test_images).argmax(1)  # (N, H, W)
    print(name, "field", field_of(rates), "weights", sum(p.numel() for p in model.parameters()))

# %%
pictures = ((test_images[:6] + 0.5).permute(0, 2, 3, 1)).numpy()
rows = {"the answer": test_classes} | answers
show(*plots.dilated.segmentations(pictures, {name: maps[:6] for name, maps in rows.items()}))

# %%
shares = {
    name: [float((maps == number)[test_classes == number].float().mean()) for number in range(5)]
    for name, maps in answers.items()
}
show(*plots.dilated.found(shares))
near, far = shares.values()
assert far[LAKE] > near[LAKE] + 0.3
right = [float((maps == test_classes).float().mean()) for maps in answers.values()]
assert right[1] > right[0]

# %% [markdown]
# The network with the small field finds the upper shore: green above blue, which the horizon never
# has. In the middle of the lake it sees blue and nothing else, and at the lower shore blue above
# green, as at the horizon; and so it says *sky*. The other one looks across to the upper shore.
# **The same weights, the same multiplications, another reach.**
#
# **Try this.** Take `(2, 2, 2, 2)`, with a field of 17: how much of the lake does it find? And replace
# `x + torch.relu(...)` by `torch.relu(...)` alone: with so few steps of training the wide network then
# loses the houses, which are small. Local accuracy does not come by itself where layers look far.
#
# A field is a limit and no promise (lesson 03): Zhou and others (2015) measured that cells of trained
# networks answer to much less than their field. A wide field makes context *possible*.

# %% [markdown]
# ## 9. What full resolution costs
#
# «The same computational cost»: compared with a 3x3 on the same map, yes. But a network with strides
# has smaller maps behind each of them, and a network that dilates instead has not. The assignment of
# lesson 20 has one of each kind, both of about 180,000 parameters:

# %%
from course_lib.models.session9 import Session9Net
from course_lib.models.session9_dilated import Session9DilatedNet
from course_lib.receptive_field import analyse

tables = {kind.__name__: analyse(kind(), (32, 32)) for kind in (Session9Net, Session9DilatedNet)}
for name, table in tables.items():
    print(f"{name:18} {table.parameters:,} parameters, {table.macs / 1e6:5.1f} million MACs")
strided, dilated = tables.values()
assert round(dilated.macs / strided.macs, 1) == 7.3

# %% [markdown]
# As many weights, and seven times the work, since every layer pays for every pixel. (All the maps are
# kept for the backward pass, too, and so is their memory.)
#
# ### A chosen output stride
#
# The usual way is in the middle. Let a network stride to a point, and dilate from there on. The
# **output stride** is the jump of its last map, picture pixels for each cell. A sentence from the
# slides: *atrous convolution with rate > 1 is applied after block 3 when output_stride = 16*. This is
# what it means, in small. Two layers, the first with stride 2; and the same two without the stride,
# the second with rate 2 instead:

# %%
torch.manual_seed(0)
first, second = torch.randn(8, 3, 3, 3), torch.randn(8, 8, 3, 3)  # (C_out, C_in, 3, 3)
picture = torch.randn(1, 3, 32, 48)

conv2d = nn.functional.conv2d
coarse = conv2d(conv2d(picture, first, stride=2, padding=1), second, padding=1)
fine = conv2d(conv2d(picture, first, padding=1), second, padding=2, dilation=2)
print(f"coarse {tuple(coarse.shape)}, fine {tuple(fine.shape)}")  # (N, C, H, W)
torch.testing.assert_close(fine[..., ::2, ::2], coarse)

# %% [markdown]
# The same weights. At every second pixel the fine map holds **the very numbers** of the coarse one, and
# between them three that were not worked out before. So the weights of a network that was trained with
# strides can be taken over as they are: leave out a stride, and double all rates behind it. In
# torchvision this is an argument of ResNet, `replace_stride_with_dilation`:

# %%
from torchvision.models import resnet50

choices = {32: (False, False, False), 16: (False, False, True), 8: (False, True, True)}
costs = {}
for output_stride, replaced in choices.items():
    with torch.device("meta"):  # shapes only: no memory, no weights
        network = resnet50(replace_stride_with_dilation=replaced)
    table = analyse(network, (224, 224))
    last = [row for row in table.rows if row.name.startswith("layer4")][-1]
    costs[output_stride] = table.macs
    print(f"output stride {last.jump[0]:2}: last map {last.output_size}, field "
          f"{last.receptive_field[0]}, {table.parameters:,} parameters, {table.macs / 1e9:4.1f} G MACs")  # fmt: skip
    assert last.jump == (output_stride, output_stride)
assert 4.6 < costs[8] / costs[32] < 4.7

# %% [markdown]
# Parameters and field stay. The map grows from 7x7 to 28x28, sixteen times as many cells, and the cost
# to nearly five times. DeepLab (Chen and others, 2017) works with output strides 16 and 8 in this way.
#
# ### When to use them
#
# «Use them if you need a wide field of view and cannot afford multiple convolutions or larger
# kernels», and they are «popular in real-time segmentation». Both are true on conditions:
#
# - **The resolution must be kept.** If one answer for the whole picture is wanted, strides see farther
#   for less.
# - **The maps are small already.** ENet, made for real-time segmentation (Paszke and others, 2016),
#   first makes the maps 8 times smaller on each side, and only then dilates. Its dilated layers work on
#   a 64th of the pixels.
# - **The rates leave no holes,** or other layers fill them.
# - **The map is larger than the spread kernel.** On a small one, all taps but the middle one read
#   padding. Rate 8 on a map of 7x7:

# %%
layer = chain([Convolution(1, 1, 3, padding=8, dilation=8)], in_channels=1)
print("pixels read by the middle cell:", path_counts(layer, (3, 3), input_size=7).covered)
assert path_counts(layer, (3, 3), input_size=7).covered == 1

# %% [markdown]
# A 3x3 with nine weights has become a 1x1. Chen and others noticed it in their network and added the
# average of the whole map beside it.

# %% [markdown]
# ## 10. Recap
#
# - Rate $d$ puts the taps $d$ apart: a span of $d(k-1)+1$ with the same weights, and with holes.
# - The field grows exponentially if the rates do. With a fixed rate it grows linearly.
# - Span is not coverage. Rates with a common factor never meet; learning obeys the holes.
# - Begin with rate 1. To be sure, count the paths.
# - Rates 1, 3, 9 read 27 places by 27 paths; two causal taps with rates 1, 2, 4, … do it in binary.
# - Dense prediction needs context without losing resolution. Dilation gives it at the same number of
#   weights; every layer behind a stride left out pays for more pixels.
#
# ## 11. Exercises
#
# **Exercise 1. Spread a kernel** (★, 10 minutes). Write `dilate`: the weights `rate` apart, and zeros
# between. A 3x3 with rate 2 becomes a 5x5. It should work for kernels that are not square.


# %%
def dilate(kernel, rate):
    """kernel: a tensor of shape (height, width)."""
    # <solution>
    height, width = kernel.shape
    spread = torch.zeros(rate * (height - 1) + 1, rate * (width - 1) + 1)
    spread[::rate, ::rate] = kernel
    return spread
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


from course_lib.exercises import dilated as check

check.dilate(dilate)

# %% [markdown] tags=["hint"]
# Begin with zeros of the right shape. How wide is it from the first weight to the last?

# %% [markdown] tags=["hint"]
# `spread[::2, ::2]` is every second row and column. It can be written to.

# %% [markdown]
# **Exercise 2. Keep the size** (★, 5 minutes). Which padding on each side keeps the size, for any odd
# kernel size and any rate, at stride 1?


# %%
def same_padding(kernel_size, dilation):
    """The padding on each side that keeps the size at stride 1; kernel_size is odd."""
    # <solution>
    return dilation * (kernel_size - 1) // 2
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.same_padding(same_padding)

# %% [markdown] tags=["hint"]
# Without padding the size shrinks by the span less 1. How much is that, and what does each side give?

# %% [markdown]
# **Exercise 3. Which places are read?** (★★, 15 minutes). One output, layers of three taps with these
# rates, in a row. Give the places that it reads, sorted, counted from its own: for rates 1, 1 they are
# `[-2, -1, 0, 1, 2]`, and for 2, 2 `[-4, -2, 0, 2, 4]`.


# %%
def places(rates):
    """The places that layers of three taps with these rates read, sorted; 0 is the own."""
    # <solution>
    read = {0}
    for rate in rates:
        read = {place + step for place in read for step in (-rate, 0, rate)}
    return sorted(read)
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.places(places)

# %% [markdown] tags=["hint"]
# Begin with the place 0 alone. From each place that you have, a layer steps to three.

# %% [markdown] tags=["hint"]
# A `set` keeps each place once, however many paths lead there.

# %% [markdown]
# **Exercise 4. Three rates** (★★, 15 minutes). Find three rates for kernels of 3 that leave no hole and
# span 17 places or more. Then find those with the widest span that is possible without a hole. Use
# your function, or the lab.

# %%
# <solution>
rates = [1, 2, 5]
# </solution>
# <stub>
# rates = [..., ..., ...]
# </stub>
check.full_rates(rates)

# %%
# <solution>
rates = [1, 3, 9]
# </solution>
# <stub>
# rates = [..., ..., ...]
# </stub>
check.largest_rates(rates)

# %% [markdown] tags=["hint"]
# Begin with 1. Two layers then read a stretch without holes. How far may the third one step, so that
# the three copies of the stretch touch?

# %% [markdown]
# **Exercise 5. How far back?** (★, 5 minutes). Ten causal layers of two taps, with rates 1, 2, 4 and so
# on up to 512: how many moments does one output see, the present one among them?

# %%
# <solution>
field = 1 + sum(2**layer for layer in range(10))
# </solution>
# <stub>
# field = ...
# </stub>
check.causal_field(field)

# %% [markdown] tags=["hint"]
# Each layer has one tap besides *now*. By how much does it add to what is seen?

# %% [markdown]
# ## Further reading
#
# - F. Yu, V. Koltun, *Multi-Scale Context Aggregation by Dilated Convolutions*, arXiv 1511.07122:
#   sections 2 and 8.
# - P. Wang and others, *Understanding Convolution for Semantic Segmentation*, arXiv 1702.08502: gridding
#   and the hybrid rule, section 5.
# - A. van den Oord and others, *WaveNet: A Generative Model for Raw Audio*, arXiv 1609.03499: section 7.
# - L.-C. Chen and others, *DeepLab*, arXiv 1606.00915, and *Rethinking Atrous Convolution for Semantic
#   Image Segmentation*, arXiv 1706.05587: output stride, and rates on small maps, section 9.
# - A. Kirillov and others, *Panoptic Segmentation*, arXiv 1801.00868: section 8.
# - A. Paszke and others, *ENet: A Deep Neural Network Architecture for Real-Time Semantic Segmentation*,
#   arXiv 1606.02147: section 9.
# - B. Zhou and others, *Object Detectors Emerge in Deep Scene CNNs*, arXiv 1412.6856: section 8.

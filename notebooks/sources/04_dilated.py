# %% [markdown]
# # Dilated convolution
#
# **You will see** how nine weights span 5x5, 7x7 or 17x17 pixels, and what they leave out; that a
# network learns what its rates can reach, and nothing that lies in the holes; three layers that read
# 27 places without a path to spare; and where all this is needed: in networks that answer for every
# pixel of a picture.
#
# **You need** notebooks 01 to 03.
#
# **Time** about 90 minutes for sections 1 to 4, 7 to 9 and the first three exercises; the parts marked
# *deeper* and the last two exercises, another 45.

# %% [markdown]
# ## 1. A 5x5 from a 3x3
#
# A 3x3 kernel sees 3x3 pixels. **What would you change so that it sees 5x5, with no weight more?**
#
# Pull the weights apart. A **dilated convolution** sets its taps not side by side but `dilation` pixels
# apart. This spacing is also called the **rate**, or *dilation rate*, and the layer an *atrous*
# convolution, from the French *à trous*: with holes.
#
# **Try this.**
#
# 1. Follow the nine outlined pixels on the left. How many pixels are spanned, and how many are read?
# 2. Set *dilation* to 3. Then find the *padding* that makes the output as large as the input again.
# 3. Go back to *dilation* 2, set *padding* to 0 and press ▶. It is the animation that many lectures
#    show: a 3x3 kernel with rate 2 walks over 7x7 pixels. How large is the output?

# %%
from course_lib.explorers.convolution import ConvolutionExplorer
from course_lib.frontends.jupyter import explore

nine = ConvolutionExplorer(input_size=7, stride=1, padding=2, dilation=2, row=3, column=3)
explore(nine, question=False)

# %% [markdown]
# With rate $d$ a kernel of $k$ spans $d(k-1)+1$ pixels: for a 3x3 that is 3, 5, 7 with rates 1, 2, 3. The
# size is kept by a padding of 3 with rate 3, and without padding 7x7 pixels give 3x3 outputs, just as
# with a 5x5 kernel.
#
# So it has the field of view of a 5x5. Has it the knowledge of a 5x5? It still has nine weights, and
# reads nine pixels. It is a 5x5 kernel in which *16 weights are zero, and stay zero*:

# %%
import torch
from torch import nn

from course_lib.convolutions import dilate

torch.set_num_threads(1)
kernel = torch.arange(1.0, 10).reshape(3, 3)
spread = dilate(kernel, 2)
print(spread.int().numpy())

# %% [markdown]
# (What `dilate` does will be your task in exercise 2.) Nine weights can be spread over any box. The wider
# it is, the less of it they read:

# %%
for rate in (1, 2, 3, 8):
    side = len(dilate(kernel, rate))
    print(f"rate {rate}: {side:2}x{side:<2} pixels, of which {side**2 - 9:3} are not read")

# %% [markdown]
# The ordinary convolution with the 5x5 kernel above, and the dilated one with the 3x3 kernel, are one
# and the same:

# %%
torch.manual_seed(0)
x = torch.randn(2, 1, 12, 15)  # (N, C, H, W)
ours = nn.functional.conv2d(x, spread[None, None], padding=2)
theirs = nn.functional.conv2d(x, kernel[None, None], padding=2, dilation=2)
torch.testing.assert_close(ours, theirs)
assert theirs.shape == x.shape  # padding = dilation keeps the size of a 3x3

# %% [markdown]
# They differ in the price. The dilated one never looks at the zeros: nine multiplications for each
# output, and not 25. The slides promise a wider field of view at the same computational cost, and that
# is true if you compare it with a 3x3 *on the same map*. Keep these last words in mind; section 9 comes
# back to them.

# %% [markdown]
# ## 2. Does the field grow exponentially?
#
# Lectures often say that dilation makes the receptive field grow exponentially while the parameters
# grow only linearly. **Is it true?** Decide before you run the second cell: which of its three stacks
# of layers grows exponentially?

# %%
from course_lib.geometry import Convolution, chain, layer_table


def row_of(rate):
    """A layer of three taps, along a row, that keeps the size. Columns would be alike."""
    return Convolution(1, 1, (1, 3), padding=(0, rate), dilation=(1, rate), bias=False)


def field_of(rates):
    """The receptive field of such layers, by the recurrence of lesson 03."""
    table = layer_table(chain(map(row_of, rates), in_channels=1), (1, 9))  # any size will do
    return table.receptive_field[1]


# %%
from course_lib import plots
from course_lib.frontends.figures import show

choices = {
    "rates 1, 1, 1, …": [1] * 9,
    "rates 1, 2, 3, …": [*range(1, 10)],
    "rates 1, 2, 4, …": [2**layer for layer in range(9)],
}
fields = {name: [field_of(r[:n]) for n in range(1, 10)] for name, r in choices.items()}
for name, values in fields.items():
    print(f"{name}  field {values}")
show(*plots.dilated.growth(fields))

# %% [markdown]
# On the axis at the left each line stands for four times the one below it. On such a logarithmic axis
# exponential growth is a straight line, and only one of the three is straight.
#
# All three have nine weights in a layer of 3x3, so the parameters grow linearly in each. A layer adds
# $2d$ to the field, whatever came before. With a fixed rate that is linear growth. With rates 1, 2, 3
# the field grows with the square of the number of layers. It grows exponentially only if **the rates
# grow by a factor** from layer to layer: where they double, each layer adds about as much as all
# earlier ones together. As formulas:

# %%
layers = range(1, 10)
assert fields["rates 1, 1, 1, …"] == [2 * n + 1 for n in layers]
assert fields["rates 1, 2, 3, …"] == [n**2 + n + 1 for n in layers]
assert fields["rates 1, 2, 4, …"] == [2 ** (n + 1) - 1 for n in layers]

# %% [markdown]
# So dilation does not make the field grow exponentially. Doubling does. The paper that made dilated
# convolutions known, Yu and Koltun (2016), gives the condition, rates 1, 2, 4, 8, …, and claims one
# thing more: that nothing in the field is left out. Is that so for all rates?

# %% [markdown]
# ## 3. The gridding lab
#
# A receptive field is given as the side of a box. Now look into the box. The lab has three layers of
# 3x3, with rates of your choice; the first rate belongs to the layer next to the image. At the top is
# one output, in a row, and the ways down to the pixels that it reads. Below the row is the same in the
# plane. Numbers count paths, as in lesson 03. A hatched pixel has no path to it: it is a **hole**.
# *Place* says how far a pixel lies to the right of the output, or to the left where it is negative.
#
# **Answer the question first**, then try this:
#
# 1. Choose *2, 2, 2* under *rates of*. How wide is the box, and how much of it is read?
# 2. *2, 4, 8* has the widest box in the list. Move *place* along it with the slider. Which are holes?
# 3. Type *dilation rates* of your own: two layers that leave a hole. Then the two that leave none and
#    have the widest box.
#
# (The hybrid rule on the right is for section 5.)

# %%
from course_lib.explorers.gridding import GriddingExplorer

explore(GriddingExplorer())

# %% [markdown]
# 1. Rates 2, 2, 2 span 13x13 pixels and read 29 % of them: steps of −2, 0 and 2 only ever add up to even
#    numbers. Rates 1, 2, 3 have a box of the same size, and read all of it.
# 2. All odd places, for the same reason. Of the widest box, 27 % is read.
# 3. Two even rates leave holes, and so do 1 and 4. The widest box without a hole is that of 1 and 3,
#    with nine places a row: two layers have no more than 3 · 3 paths.
#
# So **it is the span that is quoted, and the coverage that works.** Such a pattern of holes is called
# *gridding*.
#
# **Exercise 1. Three rates** (★★, 10 minutes). Find three rates, for kernels of 3, that leave no hole
# and span 17 places or more. Then find those with the widest span of all that leave none. Use the lab.

# %%
from course_lib.exercises import dilated as check

# <solution>
rates = [1, 2, 5]
# </solution>
# <stub>
# rates = [..., ..., ...]
# </stub>
check.full_rates(rates)

# %% [markdown] tags=["hint"]
# Begin with 1 and 2, and see which stretch they read without a hole. How far may the third layer step,
# so that the three copies of that stretch touch?

# %%
# <solution>
rates = [1, 3, 9]
# </solution>
# <stub>
# rates = [..., ..., ...]
# </stub>
check.largest_rates(rates)

# %% [markdown] tags=["hint"]
# Three layers of three taps have 27 paths, in a row. How many places can they reach at most? Then no
# two paths may lead to the same place. Which two rates read nine places by nine paths?

# %% [markdown]
# Now the numbers in code. `path_counts` follows every tap. (Yu and Koltun are right about their rates
# 1, 2, 4, 8: nothing is left out.)

# %%
from course_lib.geometry import path_counts


def seen_by(rates):
    """The places of a row that one output reads, with the number of paths to each."""
    paths = path_counts(chain(map(row_of, rates), in_channels=1)).counts
    return {column: int(number) for (_, column), number in sorted(paths.items())}


print(seen_by((2, 2, 2)))  # place: paths
for rates in [(1, 3), (1, 2, 4, 8)]:
    assert len(seen_by(rates)) == field_of(rates)  # no holes

# %%
shares = {}
print("rates      span  read  of the plane  most paths")
for rates in [(2, 2, 2), (1, 2, 3), (1, 2, 5), (1, 3, 9), (1, 2, 9), (2, 4, 8), (4, 4, 4)]:
    span, paths = field_of(rates), seen_by(rates)
    shares[rates] = round(100 * (len(paths) / span) ** 2)  # in %
    print(f"{rates}  {span:3} {len(paths):5} {shares[rates]:9} % {max(paths.values()):11}")
assert [*shares.values()] == [29, 100, 100, 100, 71, 27, 8]
assert set(seen_by((1, 3, 9)).values()) == {1}  # 27 of 27 places, by one path each

# %% [markdown]
# *Span* and *read* count places in a row. In the plane it is the same in both directions, so 7 of 13
# become 49 of 169. The last column is the number of paths to that place of the row which has most of
# them. One stack stands out: 1, 3, 9 has the widest box of those that read all of it, and never two
# paths to one place. Section 6 is about it.
#
# ### Pictures that never meet (deeper)
#
# There is another way to see the holes. A layer of rate 2 goes from even rows to even rows and from odd
# to odd, and so for columns. It takes a map for four pictures, which lie interleaved:

# %%
show(*plots.dilated.phases(8, 2))

# %% [markdown]
# Each picture gets an ordinary 3x3 convolution, on its own. Here is the body of a function that does
# exactly that, and then the proof that it is the same layer:

# %%
import inspect

from course_lib.convolutions import dilated_by_phases

print(inspect.getsource(dilated_by_phases).split('"""')[2])
weight = torch.randn(4, 1, 3, 3)  # (C_out, C_in, 3, 3)
torch.testing.assert_close(
    dilated_by_phases(x, weight, 2), nn.functional.conv2d(x, weight, padding=2, dilation=2)
)

# %% [markdown]
# Put three such layers behind each other, and the four pictures go through all of them without one
# number from picture 1 reaching picture 2. Two neighbouring outputs have been worked out from different
# pixels altogether, and need not agree. A single layer of rate 1, behind the others or before them,
# joins the pictures:

# %%
for rates in [(2, 2, 2, 1), (1, 2, 2, 2)]:
    assert len(seen_by(rates)) == field_of(rates) == 15  # no holes

# %% [markdown]
# ## 4. Learning obeys the holes
#
# In lesson 03 a network had to say the bit that lies $D$ places to the right, and it failed where its
# field ended. Now the same task, with rates. The networks differ in nothing else: as many layers, as
# many weights, the same training.
#
# Four stacks will try it, with rates `(2, 2, 2)`, `(1, 2, 3)`, `(2, 4, 8)` and `(1, 2, 9)`. The last
# one spans 25 places, 12 on each side. **Predict** which of the distances from 0 to 8 it can *not*
# learn. If you think that it learns them all, your list is empty: `[]`.

# %%
# <solution>
distances, confidence = [4, 5], "sure"
# </solution>
# <stub>
# distances, confidence = [...], ...  # "guess", "think" or "sure"
# </stub>
check.copy_holes(distances, confidence=confidence)

# %%
from course_lib.data.copy_task import CopyTask
from course_lib.training.fit import fit


def rows_of_bits(rates, width=24, outputs=9):
    """A layer of three taps for each rate, (N, 1, L), then a 1x1: an output for each distance."""
    layers, channels = [], 1
    for rate in rates:
        layers += [nn.Conv1d(channels, width, 3, padding=rate, dilation=rate), nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.Conv1d(channels, outputs, 1))


# %%
def learned(rates, outputs=9):
    """The share of right bits at each distance, after 250 steps of training."""
    torch.manual_seed(0)
    task, model = CopyTask(range(outputs), batch=32), rows_of_bits(rates, outputs=outputs)
    fit(model, task.draw, nn.functional.binary_cross_entropy_with_logits, steps=250)
    return task.accuracy(model)  # on new bits


stacks = [(2, 2, 2), (1, 2, 3), (2, 4, 8), (1, 2, 9)]
accuracies = [learned(rates) for rates in stacks]

# %%
reached = [seen_by(rates) for rates in stacks]
show(*plots.copy_task(range(9), reached, accuracies, [f"rates {rates}" for rates in stacks]))
for seen, measured in zip(reached, accuracies, strict=True):
    for place, share in enumerate(measured):
        assert share > 0.9 if place in seen else share < 0.6

# %% [markdown]
# The hatched bars are the holes of the lab, one by one. With rates 2, 2, 2 the bit next door is guessed,
# and the bit 6 places away is known. The stack 2, 4, 8 reaches 14 places to the right and learns no odd
# one of them. And 1, 2, 9 knows what is near and what is far; of the bits 4 and 5 places away, in the
# middle of its field, it gets one half right, as anyone would who guesses.
#
# The geometry told us so before the first step of training, without any data.
#
# **Try this.** Add `(2, 2, 2, 1)` to the list `stacks` and run the two cells again. What does one layer
# of rate 1 repair?

# %% [markdown]
# ## 5. A rule of thumb, and its blind spot (deeper)
#
# Is there a rule for good rates? The one that is quoted most is the **hybrid** rule of Wang and others
# (2018). For $n$ layers of kernel $k$, begin at the last one with $M_n = r_n$, its rate, and go back to
# the second:
#
# $$M_i = \max(M_{i+1} - 2r_i,\; 2r_i - M_{i+1},\; r_i)$$
#
# $M_i$ is meant as the largest step between neighbouring pixels that are read. The rates are accepted
# if $M_2$ is at most $k$: then the taps of the first layer are to fill what is left. The lab works it
# out, below the picture. Let us hold it against the truth, for all stacks of three rates from 1 to 9
# that do not get smaller:

# %%
from itertools import combinations_with_replacement

from course_lib.explorers.gridding.coverage import largest_gaps

accepted_with_holes, refused_without = [], []
for rates in combinations_with_replacement(range(1, 10), 3):
    accepted, full = largest_gaps(rates)[-1] <= 3, len(seen_by(rates)) == field_of(rates)
    if accepted and not full:
        accepted_with_holes.append(rates)
    if full and not accepted:
        refused_without.append(rates)

print("accepted, with holes:", len(accepted_with_holes))
print(*("-".join(map(str, rates)) for rates in accepted_with_holes))
print("refused, without holes:", len(refused_without))
assert (len(accepted_with_holes), len(refused_without)) == (20, 0)

# %% [markdown]
# What it refuses has holes. But it accepts 20 stacks that have holes as well, and our 2, 2, 2 is the
# first of them. The authors also advise rates without a common factor. Does that mend it? And look at
# the 20 again: what have they in common?

# %%
from math import gcd

left = [rates for rates in accepted_with_holes if gcd(*rates) == 1]
print("no common factor:", *("-".join(map(str, rates)) for rates in left))
assert len(seen_by((2, 3, 4))) == field_of((2, 3, 4)) - 2  # two holes
assert all(rates[0] in (2, 3) for rates in accepted_with_holes)

# %% [markdown]
# It does not: 2, 3, 4 has no common factor, passes the rule, and reads 17 of its 19 places. And all 20
# begin with a rate of 2 or 3. There is the blind spot. Three taps side by side do fill steps of 3, but the
# rule stops at the second layer and never asks whether the taps of the first *are* side by side. **With
# a first rate of 1 it is right every time** in this list; the two stacks with which the authors explain
# it, 1, 2, 5 and 1, 2, 9, begin with 1.
#
# A rule of thumb is a fine thing to choose with. To know, count the paths.

# %% [markdown]
# ## 6. No path to spare (deeper)
#
# Three layers of three taps have 3 · 3 · 3 = 27 paths, along a row. So they cannot read more than 27
# places. Choose *1, 3, 9* in the lab: they do read 27. Here is how they reach some of them.

# %%
from itertools import product

for steps in product((-9, 0, 9), (-3, 0, 3), (-1, 0, 1)):
    if sum(steps) in (5, 7, 11, 13):
        print(f"{sum(steps):2} =", *(f"{step:+}" for step in steps if step))
assert sorted(map(sum, product((-9, 0, 9), (-3, 0, 3), (-1, 0, 1)))) == [*range(-13, 14)]

# %% [markdown]
# Every whole number from −13 to 13 is a sum of −9, 0 or 9, of −3, 0 or 3, and of −1, 0 or 1, and in one
# way only. That is *balanced ternary*, the number system with the digits −1, 0 and 1. (It is also how to
# weigh up to 13 kilograms on a pair of scales, with weights of 1, 3 and 9.)
#
# **Is one path enough to learn by?** The field ends at 13. So this time we ask for all distances up
# to 14:

# %%
accuracy = learned((1, 3, 9), outputs=15)
show(*plots.copy_task(range(15), [seen_by((1, 3, 9))], [accuracy], ["rates (1, 3, 9)"]))
assert min(accuracy[:14]) > 0.9 > 0.6 > accuracy[14]

# %% [markdown]
# It is, for every one of them. No three layers of three taps can have a wider field without a hole.
#
# Is it then the best stack? In the plane it has to weigh 729 places with 27 weights: each place gets a
# product of three of them. Rates 1, 2, 3 have as many weights for 169 places, and several paths to those
# in the middle. Wide or fine: the paths can be spent on one or the other.

# %% [markdown]
# ## 7. Looking back only: causal stacks
#
# A recorded voice is a row of numbers, some 16,000 a second. WaveNet (van den Oord and others, 2016)
# makes speech number by number, and so it must not look at what has not been said yet. All its padding
# lies on the left: such a convolution is called **causal**. Each layer has two taps, one for *now* and
# one for $d$ moments ago, and the rates double.
#
# **Try this.** Move *place* back into the past, and follow the one path that leads there. Then type the
# rates *1, 1, 1, 1* and *4, 4*: which of the two leaves moments out?

# %%
causal = GriddingExplorer(preset="WaveNet: two taps, 1, 2, 4, 8", place=-11)
explore(causal, question=False)

# %% [markdown]
# 11 = 1 + 2 + 8: every number from 0 to 15 is such a sum in one way only. This time it is the binary
# system, with the digits 0 and 1. Four layers of rate 1 leave nothing out, but see no more than 5
# moments; 4, 4 reads three moments of nine.
#
# Does such a stack really not look ahead? Change one number of a row, and see which outputs change:

# %%
from course_lib.convolutions import causal_convolution


def causal_stack(row, rates=(1, 2, 4, 8)):
    """Layers of two taps, all weights 1; (N, 1, L) -> (N, 1, L)."""
    for rate in rates:
        row = causal_convolution(row, torch.ones(1, 1, 2), rate)
    return row


silence, click = torch.zeros(1, 1, 40), torch.zeros(1, 1, 40)
click[..., 10] = 1
changed = (causal_stack(click) != causal_stack(silence))[0, 0].nonzero().flatten().tolist()
print("a click at 10 is heard from", changed[0], "to", changed[-1])
assert changed == [*range(10, 26)]

# %% [markdown]
# Not one moment before it, and 16 in all: its own, and 15 after it. WaveNet goes on up to rate 512, and
# then begins anew at 1. How far back the ten layers look is exercise 5.

# %% [markdown]
# ## 8. An answer for every pixel
#
# Why should one want a wide field, and all pixels with it? A network that says *cat* makes its maps
# smaller and smaller, until one vector is left. Many tasks want more: an answer as large as the
# picture. That is called **dense prediction**, and it is what Yu and Koltun made their layers for.
#
# Here is a scene, drawn by a program that therefore knows all the answers, and nine tasks:
#
# - **semantic segmentation**: the class of every pixel;
# - **instance segmentation**: every thing that can be counted, apart from the others;
# - **panoptic segmentation**: both, so that each pixel has its class and each thing its number;
# - **edges**, and **depth**, how far away a pixel lies;
# - **keypoints**, here the top of each thing;
# - **denoising**, **super-resolution** and **demosaicing** begin with a spoiled picture: with noise, with
#   too few pixels, with one colour at each pixel, as a camera sees. The answer is the first picture.
#
# **Look** at the two trees in the middle that overlap. What do *semantic* and *instance* make of them?

# %%
import numpy as np

from course_lib.scene import CLASSES, LAKE, draw_scene

scene = draw_scene(np.random.default_rng(18), height=96, width=120)
show(*plots.dilated.dense_targets(scene))

# %% [markdown]
# For *semantic* they are one green patch, for *instance* they are two. More tasks of this kind: facial
# landmarks and pose estimation (keypoints with names), saliency (where would a person look first?), and
# art that repaints a picture after a reference image.
#
# They all want two things at once. **Local accuracy**: an edge has to lie on the right pixel. And
# **global context**: what a pixel is depends on what is around it, often far away. A convolution is
# local, so context has to be gathered. Strides and poolings do that, and pay with accuracy. There are
# two ways out. One makes the maps small and then large again, an *encoder* and a *decoder*; lesson 05
# has the layer for it. The other keeps them large, and dilates.
#
# Our scenes have a trap: the lake has exactly the colour of the sky. **Can a network that sees 9x9
# pixels tell them apart?** And one that sees 31x31, with as many weights?

# %%
from course_lib.data.scenes import scenes

test_images, test_classes = scenes(np.random.default_rng(1), count=40)  # not to be trained on
print(tuple(test_images.shape), tuple(test_classes.shape))  # (N, C, H, W) and (N, H, W)

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


# %% [markdown]
# The loss is the cross-entropy of lesson 03, for five classes in place of two: it is small where the
# right class has the highest score by far. It is averaged over all pixels. Training takes some seconds.


# %%
def trained(rates):
    """A segmenter after 120 steps, each on six new scenes."""
    torch.manual_seed(0)
    random, model = np.random.default_rng(0), segmenter(rates)
    fit(model, lambda: scenes(random, 6), nn.functional.cross_entropy, steps=120)
    return model


models, answers = {}, {}
for rates in [(1, 1, 1, 1), (1, 2, 4, 8)]:
    name = "rates " + ", ".join(map(str, rates))
    models[name] = trained(rates)
    with torch.no_grad():
        answers[name] = models[name](test_images).argmax(1)  # (N, H, W)
    weights = sum(p.numel() for p in models[name].parameters())
    print(f"{name}: field {field_of(rates)}, {weights:,} parameters")


# %%
def shown(images):
    """Tensors (N, 3, H, W) as pictures (N, H, W, 3)."""
    return (images + 0.5).permute(0, 2, 3, 1).numpy()


rows = {"the answer": test_classes[:6]} | {name: maps[:6] for name, maps in answers.items()}
show(*plots.dilated.segmentations(shown(test_images[:6]), rows))

# %% [markdown]
# How much of each class was found, in all 40 scenes:

# %%
found = {
    name: [float((maps == number)[test_classes == number].float().mean()) for number in range(5)]
    for name, maps in answers.items()
}
show(*plots.dilated.found(found))
near, far = found.values()
assert far[LAKE] > near[LAKE] + 0.3
right = [float((maps == test_classes).float().mean()) for maps in answers.values()]
assert right[1] > right[0]

# %% [markdown]
# The network with the small field finds the upper shore: green above blue, which the horizon never
# has. In the middle of the lake it sees blue and nothing else, and at the lower shore blue above green,
# as at the horizon. So it says *sky*. **The same weights, the same multiplications, another reach:** the
# other network finds nearly all of it.
#
# How? It could look across to the upper shore. Let us test that: paint all that lies above the middle
# of the lake in the blue of the sky, or else all that lies below. **Predict** which of the two deceives
# the network.

# %%
picture, lake = test_images[0], test_classes[0] == LAKE
row, column = (int(lake.any(axis).nonzero().float().mean()) for axis in (1, 0))  # its middle
above, below = picture.clone(), picture.clone()
above[:, :row] = below[:, row + 1 :] = picture[:, :1, :1]  # blue

three = torch.stack([picture, above, below])  # (3, 3, 48, 48)
with torch.no_grad():
    maps = models["rates 1, 2, 4, 8"](three).argmax(1)
told = "With blue above it the middle of the lake is taken for sky, with blue below it is not."
show(*plots.dilated.segmentations(shown(three), {"rates 1, 2, 4, 8": maps}, told))
assert (maps[:, row, column] == LAKE).tolist() == [True, False, True]

# %% [markdown]
# Without the upper shore the middle of the lake is sky. Without the lower one it stays a lake, and most
# of the new blue becomes a lake as well. The pixels themselves are the same in all three. So it is the
# context that decides, and training has found out where to look for it.
#
# **Try this.** Take `(2, 2, 2, 2)` in place of `(1, 1, 1, 1)`, with a field of 17: how much of the lake
# does it find? Then replace `x + torch.relu(...)` by `torch.relu(...)` alone. With so few steps of
# training the wide network now loses the houses and trees, which are small. Local accuracy does not
# come by itself where layers look far.
#
# A last caution. Some lectures say that in trained networks the information of a pixel stays local,
# and that dilation changes this. Zhou and others (2015) did measure that cells answer to much less than
# their field. But a field is a limit and no promise (lesson 03), and a dilated one is no exception: it
# makes context *possible*.

# %% [markdown]
# ## 9. What full resolution costs
#
# The same computational cost: compared with a 3x3 on the same map, yes. But a network with strides has
# small maps behind each of them, and one that dilates instead has large ones to the end. **Guess**
# how much more it calculates. The assignment of lesson 20 has one of each kind, both of about 180,000
# parameters, for pictures of 32x32:

# %%
from course_lib.models.session9 import Session9Net
from course_lib.models.session9_dilated import Session9DilatedNet
from course_lib.receptive_field import analyse

tables = [analyse(network, (32, 32)) for network in (Session9Net(), Session9DilatedNet())]
for name, table in zip(("with strides", "dilated"), tables, strict=True):
    print(f"{name:12}  {table.parameters:,} parameters, {table.macs / 1e6:5.1f} million MACs")
strided, dilated = tables
assert round(dilated.macs / strided.macs, 1) == 7.3

# %% [markdown]
# About as many weights, and seven times the work: every layer pays for every pixel. In training it
# also pays in memory, since all the maps are kept for the way back.
#
# ### A chosen output stride
#
# The usual way is in the middle: stride up to a point, and dilate from there on. The **output stride** is
# the jump of the last map, in pixels of the picture. A figure that the slides show, from Chen and others
# (2017), has an output stride of 16 and rates above 1 behind the third block. This is what it means, in
# small: two layers, the first with stride 2; and the same two without the stride, the second with rate 2
# instead.

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
# The weights are the same. In every second row and column the fine map holds **the very numbers** of the
# coarse one; the others are new. So a network that was trained with strides can keep its weights: leave
# out a stride, and double all rates behind it. In torchvision it is an argument of ResNet,
# `replace_stride_with_dilation`, for its last three stages:

# %%
from torchvision.models import resnet50

settings = {32: (False, False, False), 16: (False, False, True), 8: (False, True, True)}
work = {}
for output_stride, replaced in settings.items():
    with torch.device("meta"):  # shapes only: no memory, no weights
        network = resnet50(replace_stride_with_dilation=replaced)
    table = analyse(network, (224, 224))
    last = [row for row in table.rows if row.name.startswith("layer4")][-1]
    work[output_stride] = table.macs
    print(f"output stride {last.jump[0]:2}: last map {last.output_size},", end=" ")
    print(f"field {last.receptive_field[0]}, {table.parameters:,} parameters,", end=" ")
    print(f"{table.macs / 1e9:4.1f} G MACs")
    assert last.jump == (output_stride, output_stride)
assert 4.6 < work[8] / work[32] < 4.7

# %% [markdown]
# Parameters and field stay. The last map grows from 7x7 to 28x28, sixteen times as many cells, and the
# work to nearly five times. Chen and others use output strides of 16 and 8.
#
# ### When to use them
#
# The slides advise dilation where a wide field of view is needed and more layers or larger kernels cannot be
# afforded, and call it popular in real-time segmentation. Both are right on conditions:
#
# - **The resolution has to be kept.** If one answer for the whole picture is wanted, strides see farther
#   for less.
# - **The maps are small already.** ENet, made for real-time segmentation (Paszke and others, 2016),
#   first makes the maps 8 times smaller on each side, and only then dilates: its dilated layers work on
#   a 64th of the pixels.
# - **The rates leave no holes,** or other layers fill them.
# - **The map is larger than the spread kernel.** On a small one all taps but the middle one read
#   padding. Rate 8 on a map of 7x7:

# %%
layer = chain([Convolution(1, 1, 3, padding=8, dilation=8)], in_channels=1)
print("pixels read by the middle cell:", path_counts(layer, (3, 3), input_size=7).covered)
assert path_counts(layer, (3, 3), input_size=7).covered == 1

# %% [markdown]
# A 3x3 with nine weights has become a 1x1. Chen and others noticed it in their network, and added the
# average of the whole map beside it.

# %% [markdown]
# ## 10. Recap
#
# - Rate $d$ sets the taps $d$ apart: a span of $d(k-1)+1$ from the same weights, and holes between.
# - The field grows exponentially if the rates do. With a fixed rate it grows linearly.
# - Span is not coverage. Where all rates share a factor, the map falls into pictures that never meet.
#   Learning obeys the holes.
# - Begin with rate 1. To be sure, count the paths.
# - Rates 1, 3, 9 read 27 places by 27 paths. Two causal taps with rates 1, 2, 4, 8 do it in binary.
# - Dense prediction wants context and every pixel. Dilation gives both for the same number of weights,
#   but every layer then works on large maps. An output stride of 8 or 16 is the usual compromise.
#
# ## 11. Exercises
#
# Exercise 1 is in section 3.
#
# **Exercise 2. Spread a kernel** (★, 10 minutes). Write `dilate`: the weights `rate` apart, and zeros
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


check.dilate(dilate)

# %% [markdown] tags=["hint"]
# Begin with zeros of the right shape. How wide is it from the first weight to the last?

# %% [markdown] tags=["hint"]
# `spread[::2, ::2]` is every second row and column. It can be written to.

# %% [markdown]
# **Exercise 3. Keep the size** (★, 5 minutes). Which padding on each side keeps the size, for any odd
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
# Without padding the size shrinks by the span less 1. How much is that, and what is the share of each
# side?

# %% [markdown]
# **Exercise 4. Which places are read?** (★★, 15 minutes). One output, layers of three taps with these
# rates, in a row. Give the places that it reads, sorted, counted from its own: for rates 1, 1 they are
# `[-2, -1, 0, 1, 2]`, and for 2, 2 they are `[-4, -2, 0, 2, 4]`. Nothing from `course_lib` is needed.


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
# Each layer has one tap besides *now*. How much does it add to what is seen? Try it with the four layers
# of section 7 first.

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

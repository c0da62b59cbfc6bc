# %% [markdown]
# # Normal convolution
#
# **You will see** a convolution worked out by hand in one and two dimensions, and the same numbers
# from PyTorch; how large the output is, and why; what happens at the edges; how maps are made
# smaller; and what a convolution promises when the picture moves.
#
# **You need** notebook 00.
#
# **Time** about 60 minutes for sections 1 to 6, a good place for a break; 20 for sections 7 and 8;
# 35 for exercises 1 to 3. Section 9 and exercise 4, marked *deeper*, take another 30.

# %% [markdown]
# ## 1. Why convolve at all?
#
# A photograph of 224x224 pixels in three colours goes into a network. Suppose that its first layer
# is **fully connected**, or *dense*. Such a layer consists of units, and each unit makes one number:
# it multiplies every number of the photograph by a weight of its own, adds up, and adds a constant,
# the bias. **How many weights does one unit have?** Take a guess, then run the cell.

# %%
import torch
from torch import nn

torch.set_num_threads(1)
numbers = 3 * 224 * 224
print(f"one fully connected unit: {numbers:,} weights and a bias")

# %% [markdown]
# And there would be hundreds of such units, which costs memory and time. What is worse: the eye of a
# cat is an eye wherever it lies, yet the weights for one place know nothing of those for another, so
# an eye has to be learnt for each place anew. And with so many weights a network can learn the training
# pictures by heart, and then it fails on new ones. That is called **overfitting**.
#
# A convolution makes two assumptions instead:
#
# - **Locality.** What a pixel means depends on its neighbours first of all. So a unit looks at a
#   small window.
# - **Sharing.** What is worth finding here is worth finding there. So all windows use the same
#   weights.
#
# Such assumptions, built into a network before it has seen one picture, are called its *inductive
# bias*. The idea is older than the computers that could run it. Hubel and Wiesel found in 1959 that
# cells in a cat's visual cortex answer to edges in one small part of the field of view.
# Neighbouring cells watch neighbouring parts, and in 1962 the two proposed that later cells put
# together what earlier ones have found. Convolutional layers are like that: local, laid out like
# the picture, and one behind the other.

# %%
dense = nn.Linear(3 * 32 * 32, 64)
convolution = nn.Conv2d(3, 64, kernel_size=3)


def parameters(layer):
    return sum(p.numel() for p in layer.parameters())


print(f"64 units on a picture of 32x32:     {parameters(dense):>7,} parameters")
print(f"64 filters of 3x3x3 on any picture: {parameters(convolution):>7,} parameters")

# %% [markdown]
# A **filter** is what makes one output channel: here a window of 3x3 in each of the three colours,
# 27 weights and a bias. 64 of them are 64 · 28 parameters.
#
# The dense layer grows with the picture. The convolution does not: its parameters depend on the
# window and the channels, not on the size of the picture. What the 64 filters do cost is *time*,
# since each window is a small calculation of its own. Lesson 02 puts numbers to that.

# %% [markdown]
# ## 2. One dimension, by hand
#
# Take a row of eight numbers and a kernel of three:
#
#     f = 1  3  4  1  10  3  0  1
#     h = 1  0  -1
#
# To convolve is to flip the kernel, lay it on the first three numbers, multiply each by the number
# that lies on it, add up, and move one to the right. The flipped kernel is -1 0 1, so the first
# output is
#
#     -1·1 + 0·3 + 1·4 = 3
#
# and the second is -1·3 + 0·4 + 1·1 = -2. There are six places where the kernel fits. Work out the third
# with a pencil, then run the cell.

# %%
import numpy as np

f = np.array([1, 3, 4, 1, 10, 3, 0, 1])
h = np.array([1, 0, -1])
flipped = h[::-1]
for i in range(len(f) - len(h) + 1):
    window = f[i : i + 3]
    print(window, "·", flipped, "=", window @ flipped)

# %% [markdown]
# NumPy has it ready. `"valid"` means: only the places where the whole kernel fits.

# %%
print(np.convolve(f, h, "valid"))
assert np.convolve(f, h, "valid").tolist() == [3, -2, 6, 2, -10, -2]

# %% [markdown]
# As a formula, with $i$ for the output and $k$ for the place in the kernel, both counted from 0:
#
# $$(f * h)_i = \sum_k h_k \, f_{i-k}$$
#
# The minus sign is the flip: as $k$ goes forward in the kernel, $i-k$ goes backward in the signal.
# The whole kernel fits for the first time at $i=2$, and there the formula gives the same 3:
# $h_0 f_2 + h_1 f_1 + h_2 f_0 = 4 + 0 - 1$.
#
# Why flip at all? Because then it does not matter which of the two rows is called the kernel. Without the
# flip, the result would come out backwards. (`"full"`: all places where the two rows touch.)

# %%
assert np.convolve(f, h, "full").tolist() == np.convolve(h, f, "full").tolist()
one, other = np.correlate(f, h, "full"), np.correlate(h, f, "full")  # without the flip
assert one.tolist() == other[::-1].tolist()

# %% [markdown]
# ## 3. Does a layer flip its kernel?
#
# **Predict:** give the same `f` and `h` to PyTorch. Which six numbers come out?

# %%
from torch.nn import functional as F

signal = torch.tensor(f).float()[None, None]  # (N, C, L): one signal, one channel
kernel = torch.tensor(h).float()[None, None]  # (C_out, C_in, k)
print(F.conv1d(signal, kernel).flatten().int().tolist())

# %% [markdown]
# The signs are the other way round. PyTorch does *not* flip: it lays the kernel on as it is. The
# proper name for that is **cross-correlation**. Nearly all deep learning libraries do it and call
# it convolution, and so do we from here on.
#
# With the kernel 1 0 -1 a flip looks like a change of sign. Take one that shows the difference:

# %%
h = np.array([1, 0, 2])
kernel = torch.tensor(h).float()[None, None]
mine = np.array([f[i : i + 3] @ h for i in range(6)])  # no flip
assert F.conv1d(signal, kernel).flatten().tolist() == mine.tolist()
assert np.convolve(f, h[::-1], "valid").tolist() == mine.tolist()  # flipped twice is not flipped
print(mine)

# %% [markdown]
# Does it matter? Not for learning: a network that needs the flipped kernel learns the flipped
# weights. It matters when you *set* a kernel by hand.

# %% [markdown]
# ## 4. Two dimensions, and a puzzle
#
# Now the kernel is a small table, and slides over a larger one in both directions. A figure that
# has been copied from lecture to lecture shows the input and the kernel of the explorer below,
# padding 1, stride 2, and this output:
#
#     1  6  5
#     7 10  9
#     7 10  8
#
# Padding 1 puts a frame of zeros around the 5x5 input, so the kernel slides over 7x7 cells. Stride
# 2 moves it two cells at a time, to the right and down.
#
# **Which three of the nine numbers are right?** The explorer opens on the top left one and writes
# out its sum: it is 1, so that one is right. Work out others with pencil and paper, or guess. Put
# your answer into the cell after the explorer, and only then move *row* and *column* through all
# nine.

# %%
from course_lib.explorers.convolution import ConvolutionExplorer
from course_lib.frontends.jupyter import explore

explore(ConvolutionExplorer(row=0, column=0, all_outputs=False), question=False)

# %%
from course_lib.exercises import normal as check

# Your three (row, column) pairs, counted from 0, and "guess", "think" or "sure".
# <solution>
right, confidence = [(0, 0), (1, 0), (2, 1)], "sure"
# </solution>
# <stub>
# right, confidence = [(0, 0), (..., ...), (..., ...)], ...
# </stub>
check.copied_picture(right, confidence=confidence)

# %% [markdown]
# In code it is two loops. At each output, cut out a window, multiply, add up:

# %%
image = np.array(
    [[2, 2, 3, 3, 3], [0, 1, 3, 0, 3], [2, 3, 0, 1, 3], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3]]
)
kernel = np.array([[2, 0, 1], [1, 0, 0], [0, 1, 1]])
padded = np.pad(image, 1)  # a frame of zeros: 7x7


# %%
def slide(x, k, stride=1):
    """Lay the kernel k on every window of x, `stride` cells apart; (H, W) -> (H', W')."""
    height, width = k.shape
    rows = range(0, x.shape[0] - height + 1, stride)
    columns = range(0, x.shape[1] - width + 1, stride)
    return np.array([[(x[r : r + height, c : c + width] * k).sum() for c in columns] for r in rows])


output = slide(padded, kernel, stride=2)
print(output)

# %% [markdown]
# The output is a table again, called a **map**: the next layer can convolve it as it would a picture. As a
# formula, with $r$, $c$ for the place in the output, $u$, $v$ for the place in the kernel, $s$ for the
# stride, and $x$ for the padded input:
#
# $$y_{r,c} = \sum_u \sum_v w_{u,v}\, x_{sr+u,\; sc+v}$$
#
# Plus signs now: nothing is flipped. And PyTorch?

# %%
x = torch.tensor(image).float()[None, None]  # (N, C, H, W)
w = torch.tensor(kernel).float()[None, None]  # (C_out, C_in, kernel height, kernel width)
assert F.conv2d(x, w, stride=2, padding=1)[0, 0].tolist() == output.tolist()
print("the two loops and PyTorch agree")

# %% [markdown]
# So six of the printed numbers are wrong. Where do they come from? Go back to the explorer, tick
# *show all outputs* and set *stride* to 1: the nine numbers are the top left corner of *that*
# output. The figure moves its window by two cells and calculates with steps of one.

# %%
printed = [[1, 6, 5], [7, 10, 9], [7, 10, 8]]
assert slide(padded, kernel, stride=1)[:3, :3].tolist() == printed

# %% [markdown]
# It was drawn for a very good guide to convolution arithmetic (Dumoulin and Visin, see the end). A
# reader reported the error in 2018; the copies live on. One of them says below it that the input is
# 3x3x3. It is 5x5: count. In this workbook numbers are computed, or their source is named.
#
# ### What can a kernel find?
#
# The output is large where large weights lie on bright pixels, and negative weights on dark ones.
# So a kernel is a question, asked at each place. Let us ask a photograph three of them. **Predict:** which
# one answers to the line of the lips, which to the edge of the face, and what does the third one do?

# %%
import matplotlib.cbook
from PIL import Image

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    portrait = Image.open(file).convert("L").crop((50, 20, 450, 500))  # L: light and dark only
photo = np.array(portrait.resize((100, 120))) / 255

upright = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])  # Sobel and Feldman, 1968
kernels = {"upright edges": upright, "level edges": upright.T, "7x7 mean": np.ones((7, 7)) / 49}
answers = [abs(slide(photo, k)) for k in kernels.values()]  # from light to dark is an edge too

# %%
from course_lib import plots
from course_lib.frontends.figures import show

figure, alt = plots.gallery(
    [photo, *answers],
    columns=4,
    titles=["photo", *kernels],
    alt="A portrait, dark in blue and light in yellow, and three answers to it: the first kernel "
    "lights up along upright edges, the second along level ones, the third blurs the portrait.",
)
figure.set_size_inches(9, 3)
show(figure, alt)

# %% [markdown]
# The first kernel takes what lies on its right less what lies on its left. On even ground that is
# nothing; where dark meets light it is much: at the edge of the face. Turned on its side it compares
# below with above, and finds the lips. The third takes the mean of 49 pixels, and the picture is blurred.
#
# Nobody sets these numbers in a network. It learns them. Of networks trained on photographs, many
# end up with edge finders and blobs of colour in the first layer (Yosinski and others, 2014).
# Lesson 02 shows what one of them finds.

# %% [markdown]
# ## 5. How large is the output?
#
# Count the places where the kernel fits. Along one axis, with input size $n$, kernel size $k$,
# stride $s$, padding $p$ on both sides and dilation $d$ (the step between the places of the kernel,
# its *taps*; nearly always 1, and the subject of lesson 04), the output size is
#
# $$\left\lfloor \frac{n + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1$$
#
# The kernel spans $d(k-1)+1$ cells. What is left is the room to move; divide it by the stride, and
# count the first place too. The brackets ⌊ ⌋ mean: round down. Many lecture slides print
# $(n + 2p - k)/s + 1$, without the brackets and without the dilation, and the notes of Stanford's course
# CS231n call a stride that does not come out even invalid. PyTorch rounds down:

# %%
blank, weights = torch.zeros(1, 1, 8, 8), torch.zeros(1, 1, 3, 3)  # n = 8, k = 3, p = 0
for s, d in ((1, 1), (3, 1), (1, 2)):
    slides = (8 - 3) / s + 1
    size = F.conv2d(blank, weights, stride=s, dilation=d).shape[-1]
    print(f"stride {s}, dilation {d}: the slides say {slides:.2f}, PyTorch says {size}")

# %% [markdown]
# **Try this** in the explorer, which opens with the second of these cases.
#
# 1. Which cells are crossed out, and why?
# 2. Change *input* from 3 up to 12. For which sizes is nothing lost?
# 3. Set it to 8 again and choose *look at: an input cell*. How many outputs does a cell in the
#    middle feed? And a crossed one? And the one in the middle with stride 1?

# %%
case = ConvolutionExplorer(input_size=8, kernel_size=3, stride=3, padding=0, row=1, column=1)
explore(case, question=False)

# %% [markdown]
# The last two rows and columns are never read: a third window would have to begin at cell 6 and end
# at cell 8, and there is no cell 8. Nothing warns you. Inputs of 3, 6, 9 and 12 lose nothing. With
# a stride as long as the kernel the windows do not overlap, so a cell feeds one output, or none;
# with stride 1 it feeds nine.
#
# A few settings are worth knowing by heart. `course_lib.geometry` does the arithmetic for any
# layer. (Pooling comes in section 7; it slides a window too.) **Predict** the last three lines for 33: are
# the three sizes equal?

# %%
from course_lib.geometry import Convolution, Pooling

usual = {
    "3x3, stride 1, padding 1": Convolution(1, 1, 3, padding=1),
    "5x5, stride 1, padding 2": Convolution(1, 1, 5, padding=2),
    "1x1, stride 1, padding 0": Convolution(1, 1, 1),
    "3x3, stride 2, padding 1": Convolution(1, 1, 3, stride=2, padding=1),
    "pooling 2x2, stride 2": Pooling(2, stride=2),
    "pooling 3x3, stride 2": Pooling(3, stride=2),
}
for name, layer in usual.items():
    even, odd = layer.output_size(32), layer.output_size(33)  # (height, width)
    print(f"{name:26} 32 -> {even[0]:2}   33 -> {odd[0]}")

# %% [markdown]
# The last three halve the size, and do not agree on how: 32 becomes 16, 16 and 15, and 33 becomes 17, 16
# and 16. The first three keep it. A kernel of k takes k − 1 cells away, and the padding gives half of
# them back on each side. (`padding="valid"` is another word for none.) `padding="same"` works that out for any kernel, but only for stride 1. Ask
# for "same" and a larger stride together, and PyTorch refuses:

# %%
try:
    nn.Conv2d(1, 1, 3, stride=2, padding="same")
except ValueError as error:
    print(error)

# %% [markdown]
# ## 6. What lies beyond the edge?
#
# Zeros are a choice, and not a neutral one. To the network they are pixels like others: black ones,
# or of the mean colour where pictures are normalised to mean 0. There are other choices.
#
# **Try this:**
# 1. Answer the question above the controls.
# 2. Step through the *padding mode*, and move *padded column*: where does each hatched cell get its
#    value from?
#    (x[0] is the first real cell, so x[−2] is two cells *before* it, and not Python's last but one. The
#    slider counts from the left end of the padded row.)
# 3. Set *padding* to 1. Which two modes are now the same?
# 4. Choose *look at: equal cells through layers* and the mode *zeros*, and add *layers* up to 4.

# %%
from course_lib.explorers.padding_modes import PaddingModesExplorer

explore(PaddingModesExplorer())

# %% [markdown]
# With a padding of 1, *replicate* and *symmetric* are the same; from 2 on they part. *Clipped*
# means that nothing is added: the kernel is cut off at the edge.
#
# PyTorch's layers know four of these modes: zeros, reflect, replicate and circular. And there is a
# trap. `reflect` mirrors *at* the last cell, without repeating it. NumPy's `symmetric` mirrors
# *behind* it, so that the last cell stands there twice. SciPy's image filters and OpenCV call that
# one "reflect" too. PyTorch does not have it under any name:

# %%
row = torch.tensor([[1.0, 2, 3, 4]])
for mode in ("reflect", "replicate", "circular"):
    print(f"{mode:10}", F.pad(row, (2, 2), mode=mode).int().tolist()[0])
print("symmetric ", np.pad([1, 2, 3, 4], 2, mode="symmetric").tolist(), "(NumPy)")
try:
    F.pad(row, (2, 2), mode="symmetric")
except NotImplementedError:
    print("F.pad does not know the mode symmetric")

# %% [markdown]
# In the explorer the frame of zeros crept inwards, until 4 of the 12 cells were left. PyTorch's version, in
# two dimensions: a picture of one grey value goes through four layers that each take the mean of 3x3
# cells. Below is a row from the middle, mode by mode:

# %%
mean = torch.full((1, 1, 3, 3), 1 / 9)
unchanged = {}
for mode in ("constant", "replicate", "reflect", "circular"):  # F.pad says constant for zeros
    x = torch.ones(1, 1, 12, 12)  # (N, C, H, W)
    for _ in range(4):
        x = F.conv2d(F.pad(x, (1, 1, 1, 1), mode=mode), mean)
    middle = x[0, 0, 6]
    unchanged[mode] = int((middle > 0.999).sum())
    print(f"{mode:10}", *(f"{value:.2f}" for value in middle))
assert unchanged == {"constant": 4, "replicate": 12, "reflect": 12, "circular": 12}

# %% [markdown]
# One value went in. With zeros the frame creeps one cell further in with each layer, and only the
# middle third of the 12 columns is as it was. From such a frame a network can learn where the edge
# *is* (Islam and others, 2020). That is no fault, but you should know it.
#
# ### The layer, with all its settings
#
# Now you can read nearly the whole line with which PyTorch makes a layer:
#
#     nn.Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0,
#               dilation=1, groups=1, bias=True, padding_mode="zeros")
#
# Sizes may be one number or a pair (height, width). The channels are the subject of lesson 02, and
# `groups` says which of them a filter reads: all, unless you say otherwise. A new layer has random
# weights. Here it gets ours, the kernel of the puzzle:

# %%
layer = nn.Conv2d(1, 1, kernel_size=3, stride=2, padding=1, bias=False)
with torch.no_grad():
    layer.weight[0, 0] = torch.tensor(kernel)
x = torch.tensor(image).float()[None, None]  # (1, 1, 5, 5)
assert layer(x)[0, 0].tolist() == output.tolist()
print(layer)

# %% [markdown]
# ## 7. Smaller: pooling, or a stride
#
# Why smaller? A map of half the height and width has a quarter of the places, and so costs the next layer a
# quarter of the work. And each window of that layer sees more of the picture (lesson 03).
#
# **Pooling** slides a window too, but without weights. Max pooling takes the largest number in it,
# average pooling the mean:
#
# $$y_{r,c} = \max_{(i,j) \in \text{window}} x_{i,j} \qquad\qquad y_{r,c} = \frac{1}{k^2}
# \sum_{(i,j) \in \text{window}} x_{i,j}$$
#
# Pooling does not add up channels: each is pooled alone. And unless you say otherwise, its stride
# is the size of the window, so the windows lie side by side:

# %%
x = torch.tensor(image[:4, :4]).float()[None, None]  # (1, 1, 4, 4)
print("input\n", image[:4, :4])
print("max\n", F.max_pool2d(x, 2)[0, 0].int().numpy())
print("mean\n", F.avg_pool2d(x, 2)[0, 0].numpy())
assert F.avg_pool2d(x, 2)[0, 0, 0, 0] == (2 + 2 + 0 + 1) / 4

# %% [markdown]
# Average pooling *is* a convolution of each channel, with equal weights and a stride. Max pooling
# is none: no choice of weights picks the largest number.

# %%
quarter = torch.full((1, 1, 2, 2), 1 / 4)
assert torch.equal(F.avg_pool2d(x, 2), F.conv2d(x, quarter, stride=2))

# %% [markdown]
# A convolution with stride 2 halves the size as well. Can it replace pooling? "Without loss in
# accuracy", says the abstract of Springenberg and others (2015). Their Table 3 says it with more
# care. On CIFAR-10 (60,000 pictures of 32x32 in ten classes), without augmentation (lesson 09), their
# network C errs on
#
# | what makes the maps smaller | test pictures wrong |
# |---|---|
# | max pooling | 9.74 % |
# | a stride in the convolution before it, no pooling | 10.19 % |
# | a further convolution with stride 2, no pooling | 9.08 % |
# | a further convolution with stride 1, and max pooling | 9.31 % |
#
# A stride for the pooling: a little worse. A further layer with the stride: better, but then a
# further layer is better with pooling too. Part of the gain is the additional layer. The assignment
# of notebook 20 asks for strides.
#
# **Adaptive pooling** turns the question round: you name the output size, and it chooses the
# windows. Where the sizes do not divide, the windows overlap. From 7 to 3:

# %%
n, m = 7, 3
windows = [(i * n // m, -(-(i + 1) * n // m)) for i in range(m)]  # start; end, rounded up
row = torch.arange(7.0)  # 0 1 2 3 4 5 6
means = nn.AdaptiveAvgPool1d(m)(row[None, None])[0, 0]
assert means.tolist() == [row[start:end].mean().item() for start, end in windows]
print(windows, means.tolist())

# %% [markdown]
# With size 1 there is one window, the whole map: **global average pooling**, or GAP. Many networks end so:
# one number for each channel, whatever the size of the picture, and one linear layer behind it.

# %%
maps = torch.randn(2, 8, 7, 5, generator=torch.Generator().manual_seed(0))  # (N, C, H, W)
gap = nn.AdaptiveAvgPool2d(1)(maps)  # (2, 8, 1, 1)
torch.testing.assert_close(gap[..., 0, 0], maps.mean((2, 3)))

# %% [markdown]
# ## 8. If the picture moves
#
# "Local features detection is translation invariant", says one lecture. Half true: something else is
# meant. The picture moves one pixel to the right. **Predict** for each of these what the output does: does
# it *stay*, *move along*, or *change*?
#
# 1. a convolution with stride 1
# 2. a global mean
# 3. a max pooling of 2x2 with stride 2, or a convolution with stride 2

# %%
torch.manual_seed(1)
scene = torch.zeros(1, 1, 16, 16)
scene[..., 5:11, 4:10] = torch.rand(6, 6)  # something, far from the edges
moved = scene.roll(1, dims=3)  # one pixel to the right
w = torch.randn(1, 1, 3, 3)

# %%
before, after = F.conv2d(scene, w, padding=1), F.conv2d(moved, w, padding=1)
torch.testing.assert_close(after, before.roll(1, dims=3))
print("1. the convolution's output moves along")

before, after = scene.mean((2, 3)), moved.mean((2, 3))
torch.testing.assert_close(after, before)
print("2. the global mean stays")

# %%
halving = {
    "max pooling": lambda x: F.max_pool2d(x, 2),
    "a convolution with stride 2": lambda x: F.conv2d(x, w, stride=2, padding=1),
}
for name, layer in halving.items():
    before, after = layer(scene), layer(moved)
    along = (after - before.roll(1, dims=3)).abs().max()
    stay = (after - before).abs().max()
    assert min(along, stay) > 0.1
    two = layer(scene.roll(2, dims=3))
    torch.testing.assert_close(two, before.roll(1, dims=3))
    print(f"3. {name} changes; a move of two pixels moves its output, by one")

# %% [markdown]
# The names: to move along is **equivariance**, to stay is **invariance**. A convolution with stride
# 1 is equivariant (but for the frame of section 6). It keeps the place of what it found, and so a
# layer after it can use the place. A global mean, where a network ends in one, throws the place away.
#
# With a stride of 2 a layer is equivariant for moves by 2, 4, 6 pixels and for none in between. One pixel
# is half a cell of the smaller map, and there is no half cell. So other pixels share a window, and other
# numbers come out. Lesson 03 shows what that does to fine stripes.
#
# Pooling layers "create some invariance to shifts", says another lecture. In a weak sense, yes: where
# neighbours are alike, so are their maxima. Move the portrait of section 4 by one pixel:

# %%
grey = torch.tensor(photo[:, :98])[None], torch.tensor(photo[:, 1:99])[None]
change = (F.max_pool2d(grey[0], 2) - F.max_pool2d(grey[1], 2)).abs()
share = {"stay": (change == 0).float().mean(), "nearly": (change < 0.1).float().mean()}
print(f"{share['stay']:.0%} of the maxima stay")
print(f"{share['nearly']:.0%} change by less than a tenth of the scale")
assert share["stay"] < 0.5 < 0.8 < share["nearly"]

# %% [markdown]
# Azulay and Weiss (2019) asked whole networks. A shift by a single pixel can change what a trained network
# says, and neither its architecture nor augmentation prevents that.

# %% [markdown]
# ## 9. A convolution is a matrix (deeper)
#
# A fully connected layer is a matrix: output = M · input. A convolution is linear too, so it must
# have a matrix. Each row of M makes one output, so it holds the flipped kernel at that place, and
# zeros elsewhere. For `f` of section 2 and the kernel 1 0 -1:

# %%
h = np.array([1, 0, -1])
M = np.zeros((6, 8))
for i in range(6):
    M[i, i : i + 3] = h[::-1]
print(M.astype(int))
assert (M @ f).tolist() == np.convolve(f, h, "valid").tolist()

# %% [markdown]
# Both assumptions of section 1 can be seen at a glance: **locality** is the zeros outside the
# windows, **sharing** is the same numbers along the diagonals. Of 48 entries 18 lie in a window,
# and these 18 are the same three numbers again and again. Turn it round: a fully connected layer
# *could* learn to be a convolution. It is just not told to.
#
# In two dimensions PyTorch can write out all windows as columns (`unfold`); the convolution is then
# a single matrix product. That is one of the ways in which it is really computed.

# %%
x = torch.tensor(image).float()[None, None]  # (1, 1, 5, 5)
w = torch.tensor(kernel).float()  # (3, 3)
windows = F.unfold(x, 3, padding=1, stride=2)  # (N, 3·3, number of windows)
product = w.flatten() @ windows[0]  # (9,) @ (9, 9)
assert product.view(3, 3).tolist() == output.tolist()
print(tuple(windows.shape), "->", product.int().tolist())

# %% [markdown]
# ## 10. Recap
#
# - A convolution assumes locality and sharing. Its parameters depend on kernel and channels, not on
#   the size of the picture.
# - PyTorch's layers do not flip the kernel. That is called cross-correlation, and it does no harm.
# - Output size: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1. What the floor drops is never read.
# - Zero padding is a choice that leaves a frame. `reflect` is not symmetric.
# - A convolution moves along with the picture (equivariant); a global mean stays (invariant);
#   with a stride, convolution and pooling move along only when the picture moves by whole strides.
#
# ## 11. Exercises
#
# **Exercise 1. Convolve** (★, 10 minutes). Write the convolution of section 2, flip included, for
# any two rows of numbers, fractions among them, without `np.convolve`.


# %%
def convolve(f, h):
    """Slide the flipped h along f, only where it fits; f and h are numpy arrays."""
    # <solution>
    places = range(len(f) - len(h) + 1)
    return np.array([f[i : i + len(h)] @ h[::-1] for i in places])
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.convolve(convolve)

# %% [markdown] tags=["hint"]
# How many places are there where `h` fits? With 8 and 3 there were six.

# %% [markdown] tags=["hint"]
# At place `i` the window is `f[i : i + len(h)]`, and `h[::-1]` is the flipped kernel.

# %% [markdown]
# **Exercise 2. The output size** (★, 5 minutes). Write the formula of section 5.


# %%
def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
    """How many outputs there are along one axis."""
    # <solution>
    return (n + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.output_size(output_size)

# %% [markdown] tags=["hint"]
# In Python, `//` divides and rounds down.

# %% [markdown]
# **Exercise 3. A layer's convolution** (★★, 20 minutes). The real one: several images, several
# input channels, several filters, a stride. A filter has a kernel for *each* input channel, and
# adds up what they give. Loops are fine. (Lesson 02 is about channels; if this is too much now,
# come back.)


# %%
def conv2d(x, w, stride=1):
    """(N, C_in, H, W) and (C_out, C_in, kernel height, kernel width), no padding, loops."""
    # <solution>
    images, _, height, width = x.shape
    filters, _, kernel_height, kernel_width = w.shape
    rows = (height - kernel_height) // stride + 1
    columns = (width - kernel_width) // stride + 1
    output = torch.zeros(images, filters, rows, columns)
    for r in range(rows):
        for c in range(columns):
            top, left = r * stride, c * stride
            window = x[:, :, top : top + kernel_height, left : left + kernel_width]
            for j in range(filters):
                output[:, j, r, c] = (window * w[j]).sum((1, 2, 3))
    return output
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.conv2d(conv2d)

# %% [markdown] tags=["hint"]
# Make an output full of zeros first, of the right shape. Exercise 2 says how many rows and columns.

# %% [markdown] tags=["hint"]
# For the output at row `r` and column `c` the window begins at row `r * stride` and column
# `c * stride`. It has the shape `(N, C_in, kernel height, kernel width)`: multiply by one filter
# and add up over the last three axes.

# %% [markdown]
# **Exercise 4. The matrix of a convolution** (★★, 15 minutes, deeper). Write the matrix of section
# 9 for any kernel, fractions among its weights, and any length of the row.


# %%
def matrix_of(h, n):
    """The matrix M with M @ f == convolve(f, h), for every f of length n."""
    # <solution>
    M = np.zeros((n - len(h) + 1, n))
    for i in range(len(M)):
        M[i, i : i + len(h)] = h[::-1]
    return M
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.matrix_of(matrix_of)

# %% [markdown] tags=["hint"]
# One row for each output, one column for each input. Row `i` begins with `i` zeros.

# %% [markdown]
# ## Further reading
#
# - V. Dumoulin, F. Visin, *A guide to convolution arithmetic for deep learning*, arXiv 1603.07285.
#   The figure of section 4 is discussed in issue 17 of the repository vdumoulin/conv_arithmetic.
# - Y. LeCun and others, *Backpropagation Applied to Handwritten Zip Code Recognition*, Neural
#   Computation 1(4), 1989: local windows and shared weights, put to work.
# - D. Hubel, T. Wiesel, *Receptive fields of single neurones in the cat's striate cortex*, Journal
#   of Physiology 148(3), 1959, and *Receptive fields, binocular interaction and functional
#   architecture in the cat's visual cortex*, 160(1), 1962 (section 1).
# - J. Yosinski and others, *How transferable are features in deep neural networks?*, arXiv
#   1411.1792 (section 4).
# - M. A. Islam, S. Jia, N. Bruce, *How Much Position Information Do Convolutional Neural Networks
#   Encode?*, arXiv 2001.08248 (section 6).
# - J. T. Springenberg and others, *Striving for Simplicity: The All Convolutional Net*, arXiv
#   1412.6806 (section 7).
# - A. Azulay, Y. Weiss, *Why do deep convolutional networks generalize so poorly to small image
#   transformations?*, JMLR 20(184), 2019, arXiv 1805.12177 (section 8).

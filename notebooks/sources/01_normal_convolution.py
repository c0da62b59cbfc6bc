# %% [markdown]
# # Normal convolution
#
# **You will see** a convolution worked out by hand in one and two dimensions, and the same numbers
# from PyTorch; what happens at the edges; what the output size is and why; and what a convolution
# promises when the picture moves.
#
# **You need** notebook 00.
#
# **Time** about 60 minutes for sections 1 to 6 and the first three exercises. The sections marked
# *deeper* take another 30.

# %% [markdown]
# ## 1. Why convolve at all?
#
# A photograph of 224x224 pixels in three colours. Suppose the first layer is fully connected: each
# of its units looks at every number of the photograph. **How many weights does one unit have?**
# Take a guess, then run the cell.

# %%
import torch
from torch import nn

torch.set_num_threads(1)
numbers = 3 * 224 * 224
print(f"one fully connected unit: {numbers:,} weights and a bias")

# %% [markdown]
# And there would be hundreds of such units. Most of what they could learn is useless: the eye of a
# cat is an eye wherever it lies, yet each unit would have to learn it anew for each place.
#
# A convolution makes two assumptions instead:
#
# - **Locality.** What a pixel means depends on its neighbours first. So a unit looks at a small
#   window.
# - **Sharing.** What is worth finding here is worth finding there. So all windows use the same
#   weights.
#
# Such assumptions, built into a network before it has seen one picture, are called its *inductive
# bias*. The idea is older than computers that could run it: Hubel and Wiesel found in 1959 that
# cells in a cat's visual cortex answer to edges in one small part of the field of view.

# %%
dense = nn.Linear(3 * 32 * 32, 64)
small = nn.Conv2d(3, 64, kernel_size=3)


def parameters(layer):
    return sum(p.numel() for p in layer.parameters())


print(f"64 dense units on 32x32 pixels:  {parameters(dense):,} parameters")
print(f"64 filters of 3x3, any size:       {parameters(small):,} parameters")

# %% [markdown]
# The dense layer grows with the picture. The convolution does not: its parameters depend on the
# kernel alone. What the 64 filters cost is *time*, since each window is a small calculation of its
# own. Lesson 02 puts numbers to that.

# %% [markdown]
# ## 2. One dimension, by hand
#
# Take a row of eight numbers and a kernel of three:
#
#     f = 1  3  4  1  10  3  0  1
#     h = 1  0  -1
#
# To convolve is to flip the kernel, lay it on the first three numbers, multiply what lies above one
# another, add up, and move one to the right. The flipped kernel is -1 0 1, so the first output is
#
#     -1·1 + 0·3 + 1·4 = 3
#
# and the second is -1·3 + 0·4 + 1·1 = -2. There are six places where the kernel fits.

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
# As a formula, with the kernel's index $k$ and the output's index $i$:
#
# $$(f * h)_i = \sum_k h_k \, f_{i-k}$$
#
# The minus sign is the flip: as $k$ goes forward in the kernel, it goes backward in the signal.
#
# ## 3. Does a layer flip its kernel?
#
# **Predict:** give the same `f` and `h` to PyTorch. What comes out?

# %%
from torch.nn import functional as F

signal = torch.tensor(f).float()[None, None]  # (N, C, L)
kernel = torch.tensor(h).float()[None, None]  # (C_out, C_in, k)
print(F.conv1d(signal, kernel).flatten().int().tolist())

# %% [markdown]
# The signs are the other way round. PyTorch does *not* flip: it lays the kernel on as it is. The
# proper name for that is **cross-correlation**. All deep learning libraries do it and call it
# convolution, and so do we from here on.
#
# With this kernel a minus sign would have hidden the difference. Take one without symmetry:

# %%
h = np.array([1, 0, 2])
kernel = torch.tensor(h).float()[None, None]
mine = np.array([f[i : i + 3] @ h for i in range(6)])  # no flip
assert F.conv1d(signal, kernel).flatten().tolist() == mine.tolist()
assert np.convolve(f, h[::-1], "valid").tolist() == mine.tolist()  # flipped twice is not flipped
print(mine)

# %% [markdown]
# Does it matter? Not for learning: a network that needs the flipped kernel learns the flipped
# weights. It matters when you *set* a kernel by hand, and in lesson 05, where the flip comes back.

# %% [markdown]
# ## 4. Two dimensions, and a puzzle
#
# Now the kernel is a small table, and slides over a larger one in both directions. A figure that has
# been copied from lecture to lecture shows a 5x5 input with padding 1, a 3x3 kernel, stride 2, and
# this output:
#
#     1  6  5
#     7 10  9
#     7 10  8
#
# **Which three of the nine numbers are right?** Work out as many as you like, on paper or in your
# head; then choose the cell in the explorer and compare. Padding 1 puts a frame of zeros around the
# input. Stride 2 moves the kernel by two cells.

# %%
from course_lib.explorers.convolution import ConvolutionExplorer
from course_lib.frontends.jupyter import explore

explore(ConvolutionExplorer(row=0, column=0, all_outputs=False))

# %%
from course_lib.exercises import normal as check

# Your three (row, column) pairs, counted from 0, and "guess", "think" or "sure".
# <solution>
right, confidence = {(0, 0), (1, 0), (2, 1)}, "sure"
# </solution>
# <stub>
# right, confidence = {(..., ...), (..., ...), (..., ...)}, ...
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
stride = 2


# %%
def slide(x, k, stride):
    """Lay the kernel k on every window of x, `stride` cells apart; (H, W) -> (H', W')."""
    rows = range(0, x.shape[0] - k.shape[0] + 1, stride)
    columns = range(0, x.shape[1] - k.shape[1] + 1, stride)
    return np.array(
        [[(x[r : r + k.shape[0], c : c + k.shape[1]] * k).sum() for c in columns] for r in rows]
    )


output = slide(padded, kernel, stride)
print(output)

# %%
x = torch.tensor(image).float()[None, None]  # (N, C, H, W)
w = torch.tensor(kernel).float()[None, None]  # (C_out, C_in, kh, kw)
assert F.conv2d(x, w, stride=2, padding=1)[0, 0].tolist() == output.tolist()
print("the two loops and PyTorch agree")

# %% [markdown]
# The figure's caption is wrong as well: it speaks of an input of 3x3x3 and of "the central unit",
# but the input is 5x5, and the window that is marked belongs to the *top left* output. So much for
# copying. In this workbook every number is computed.
#
# ### What can a kernel find?
#
# Where the window looks like the kernel, the output is large. So a kernel is a question asked at
# each place. Three questions, asked of a photograph:

# %%
import matplotlib.cbook
from PIL import Image

from course_lib import plots
from course_lib.frontends.figures import show

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    grey = np.array(Image.open(file).convert("L").crop((50, 20, 450, 500)).resize((100, 120)))
grey = grey / 255
upright = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])  # Sobel's kernel, 1968
questions = {"photo": None, "upright edges": upright, "level edges": upright.T, "mean": np.full((3, 3), 1 / 9)}
answers = [grey if k is None else abs(slide(grey, k, 1)) for k in questions.values()]
show(
    *plots.gallery(
        answers,
        columns=4,
        titles=list(questions),
        alt="A grey portrait and three answers to it: the first kernel lights up along upright "
        "edges, the second along level ones, the third gives a blurred portrait.",
    )
)

# %% [markdown]
# Nobody sets these numbers in a network. It learns them, and the first layers of most networks turn
# out to hold just such edge finders.

# %% [markdown]
# ## 5. How large is the output?
#
# Count the places where the kernel fits. Along one axis, with input size $n$, kernel size $k$,
# stride $s$, padding $p$ on both sides and dilation $d$ (the step between taps, 1 until lesson 04):
#
# $$\left\lfloor \frac{n + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1$$
#
# The kernel spans $d(k-1)+1$ cells. What is left is the room to move; divide it by the stride, and
# count the first place too. The brackets ⌊ ⌋ mean: round down. Many lecture slides print the formula
# without them, and some explainers refuse a stride that does not come out even. PyTorch rounds down.
#
# **Try this** in the explorer, which opens with such a case. Which cells are crossed out, and why?
# Change the input size by one in either direction: for which sizes is nothing lost? Then look at an
# *input cell*: how many outputs does a cell in the middle feed, and how many does a crossed one?

# %%
explore(ConvolutionExplorer(input_size=8, kernel_size=3, stride=3, padding=0, row=1, column=1))

# %% [markdown]
# The last two rows and columns are never read: the window would need a third step, and it has no
# room for it. Nothing warns you. A few settings are worth knowing by heart:

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
    print(f"{name:26} 32 -> {layer.output_size(32)[0]:2}   33 -> {layer.output_size(33)[0]}")

# %% [markdown]
# The first three keep the size: padding is half of what the kernel lacks. `padding="same"` finds
# that number for you, for any kernel, as long as the stride is 1. Ask for both, and PyTorch refuses:

# %%
try:
    nn.Conv2d(1, 1, 3, stride=2, padding="same")
except ValueError as error:
    print(error)

# %% [markdown]
# ## 6. What lies beyond the edge?
#
# Zeros are a choice, and they are not neutral: to the network they are pixels, black ones or grey
# ones. There are others. **Try this:** step through the padding modes and look where each padded
# cell gets its value from. Then choose *equal cells through layers* and add layers.

# %%
from course_lib.explorers.padding_modes import PaddingModesExplorer

explore(PaddingModesExplorer())

# %% [markdown]
# Four names, and one trap. `reflect` mirrors *at* the last cell, without repeating it. Many image
# programs mirror *behind* it, so that the last cell appears twice, and call that symmetric. Torch
# has no such mode:

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
# And how far does the frame of zeros reach? Send a picture of one grey value through four layers
# that each take the mean of 3x3 cells, and count the columns that come out different from each
# other:

# %%
mean = torch.full((1, 1, 3, 3), 1 / 9)
distinct = {}
for mode in ("zeros", "replicate", "reflect", "circular"):
    x = torch.ones(1, 1, 12, 12)  # (N, C, H, W)
    for _ in range(4):
        x = F.conv2d(F.pad(x, (1,) * 4) if mode == "zeros" else F.pad(x, (1,) * 4, mode=mode), mean)
    distinct[mode] = len({round(v, 3) for v in x[0, 0, 6].tolist()})
print(distinct)
assert distinct["zeros"] == 5
assert distinct["replicate"] == distinct["reflect"] == distinct["circular"] == 1

# %% [markdown]
# One value went in. With zeros five come out, mirrored left and right: only the middle third of the
# 12 columns is as it was. A network can even learn from this where the edge *is*. That is no fault,
# but you should know it.

# %% [markdown]
# ## 7. Smaller: pooling, or a stride
#
# **Pooling** slides a window too, but without weights. Max pooling takes the largest number in it,
# average pooling the mean:
#
# $$y_{r,c} = \max_{(i,j) \in \text{window}} x_{i,j} \qquad\qquad y_{r,c} = \frac{1}{k^2}
# \sum_{(i,j) \in \text{window}} x_{i,j}$$
#
# There is one thing that pooling does not do: add up channels. Each is pooled alone.

# %%
x = torch.tensor(image[:4, :4]).float()[None, None]  # (1, 1, 4, 4)
print("input\n", image[:4, :4])
print("max\n", F.max_pool2d(x, 2)[0, 0].int().numpy())
print("mean\n", F.avg_pool2d(x, 2)[0, 0].numpy())
assert F.avg_pool2d(x, 2)[0, 0, 0, 0] == (2 + 2 + 0 + 1) / 4

# %% [markdown]
# Average pooling *is* a convolution, with equal weights and a stride. Max pooling is none: no choice
# of weights picks the largest number.

# %%
quarter = torch.full((1, 1, 2, 2), 1 / 4)
assert torch.equal(F.avg_pool2d(x, 2), F.conv2d(x, quarter, stride=2))

# %% [markdown]
# A convolution with stride 2 halves the size as well. Can it replace pooling? "Without loss in
# accuracy", says the abstract of Springenberg and others (2015). Their Table 3 says it with more
# care. On CIFAR-10, their network C makes 9.74 % errors with max pooling. Give the convolutions
# before it the stride instead and drop the pooling: 10.19 %, a little worse. *Replace* each pooling
# by a further convolution with stride 2: 9.08 %, better. But so is a further convolution *with*
# pooling, 9.31 %. Part of the gain is the additional layer. The assignment's networks use strides.
#
# **Adaptive pooling** turns the question round: you name the output size, and it chooses the windows.
# With size 1 there is one window, the whole map: **global average pooling**, or GAP.

# %%
maps = torch.randn(2, 8, 7, 5, generator=torch.Generator().manual_seed(0))  # (N, C, H, W)
gap = nn.AdaptiveAvgPool2d(1)(maps)  # (2, 8, 1, 1)
torch.testing.assert_close(gap[..., 0, 0], maps.mean((2, 3)))

# %% [markdown]
# ## 8. If the picture moves
#
# "Convolutional networks do not mind where a thing is." Half true. **Predict** for each of the three:
# the picture moves one pixel to the right. What does the output do: *stay*, *move along*, or
# *change*?
#
# 1. a convolution with stride 1
# 2. a global mean
# 3. a max pooling of 2x2 with stride 2

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
before, after = F.max_pool2d(scene, 2), F.max_pool2d(moved, 2)
along = (after - before.roll(1, dims=3)).abs().max()
stay = (after - before).abs().max()
assert min(along, stay) > 0.1
two = F.max_pool2d(scene.roll(2, dims=3), 2)
assert torch.equal(two, before.roll(1, dims=3))
print("3. max pooling changes; only a move of two pixels moves its output, by one")

# %% [markdown]
# The names: to move along is **equivariance**, to stay is **invariance**. A convolution is
# equivariant. It keeps the place of what it found, and so a layer after it can use the place. Only
# the global mean at the end throws the place away. Strides and pooling with a stride are equivariant
# for moves by whole strides and nothing in between; lesson 03 shows what that does to fine stripes.
#
# A statement such as "pooling makes networks invariant to shifts" is true in a weak sense: the
# largest of four numbers often stays the largest. Azulay and Weiss (2019) measured how often a small
# shift changes what a trained network says, and it is a lot.

# %% [markdown]
# ## 9. A convolution is a matrix (deeper)
#
# A fully connected layer is a matrix: output = M · input. A convolution is linear too, so it must
# have a matrix. Each row of M makes one output, so it holds the flipped kernel at that place, and
# zeros elsewhere. For `f` of section 2 and the kernel 1 0 -1:

# %%
h = np.array([1, 0, -1])
M = np.zeros((6, 8), int)
for i in range(6):
    M[i, i : i + 3] = h[::-1]
print(M)
assert (M @ f).tolist() == np.convolve(f, h, "valid").tolist()

# %% [markdown]
# There are both assumptions of section 1, to be seen at a glance: **locality** is the zeros,
# **sharing** is the same numbers along the diagonals. Of 48 entries 18 are not outside the window,
# and only 3 are different. Turn it round: a fully connected layer *could* learn to be a convolution.
# It is just not told to.
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
# - A convolution assumes locality and sharing. Its parameters depend on the kernel, not on the
#   picture.
# - PyTorch's layers do not flip the kernel. That is called cross-correlation, and it does no harm.
# - Output size: ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1. What the floor drops is never read.
# - Zero padding is a choice that leaves a frame. `reflect` is not symmetric.
# - A convolution moves along with the picture (equivariant); a global mean stays (invariant);
#   pooling with a stride does neither, except for moves by whole strides.
#
# ## 11. Exercises
#
# **Exercise 1. Convolve** (★, 10 minutes). Write the convolution of section 2, flip included, for
# any two rows of numbers.


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
# **Exercise 3. A layer's convolution** (★★, 20 minutes). The real one: several images, several input
# channels, several filters, a stride. A filter has a kernel for *each* input channel, and adds up
# what they give. Loops are fine. (Lesson 02 is about channels; if this is too much now, come back.)


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
            for filter in range(filters):
                output[:, filter, r, c] = (window * w[filter]).sum((1, 2, 3))
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
# `c * stride`. It has the shape `(N, C_in, kernel height, kernel width)`: multiply by one filter and
# add up over the last three axes.

# %% [markdown]
# **Exercise 4. The matrix of a convolution** (★★, 15 minutes, deeper). Write the matrix of section 9
# for any kernel and any length.


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
# - Y. LeCun and others, *Backpropagation Applied to Handwritten Zip Code Recognition*, Neural
#   Computation 1(4), 1989: local windows and shared weights, put to work.
# - J. T. Springenberg and others, *Striving for Simplicity: The All Convolutional Net*, arXiv
#   1412.6806 (section 7).
# - A. Azulay, Y. Weiss, *Why do deep convolutional networks generalize so poorly to small image
#   transformations?*, JMLR 20, 2019, arXiv 1805.12177 (section 8).
# - D. Hubel, T. Wiesel, *Receptive fields of single neurones in the cat's striate cortex*, Journal of
#   Physiology 148(3), 1959.

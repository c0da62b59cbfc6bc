# %% [markdown]
# # Start here
#
# **You will see** what is in this workbook, how its live pictures are read, how its exercises
# answer you, and how a photograph becomes a tensor.
#
# **You need** a little Python. If you have met PyTorch tensors before, so much the better.
#
# **Time** about 25 minutes.

# %% [markdown]
# ## 1. Is everything here?
#
# The cell below loads every package that the lessons need. A line with ✗ says what to type. None of
# the lessons needs a network. One section of the last notebook wants a GPU, and it has a way without.

# %%
from course_lib.environment import check_environment

check_environment()

# %% [markdown]
# ## 2. A picture is a table of numbers
#
# Here is a photograph, made small: 48 pixels high and 40 wide. It shows Grace Hopper, who wrote the
# first compiler. Each pixel holds three whole numbers from 0 to 255: how much red, green, and blue.

# %%
import matplotlib.cbook
import numpy as np
from PIL import Image

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    photo = np.array(Image.open(file).convert("RGB").crop((50, 20, 450, 500)).resize((40, 48)))
print(photo.shape, photo.dtype, "from", photo.min(), "to", photo.max())  # (H, W, C)

# %%
from course_lib import plots
from course_lib.frontends.figures import show

eyes = photo[14:20, 11:19]  # 6 rows, 8 columns
show(
    *plots.gallery(
        [photo, eyes, eyes[..., 0] / 255],
        columns=3,
        titles=["photo", "the eyes", "their red"],
        alt="A small portrait photograph; a part of it, the eyes, so large that single pixels show; "
        "and the red of that part alone as a map from blue to yellow.",
    )
)

# %% [markdown]
# On the right is the red of that part alone, from little (blue) to much (yellow). And here it is as
# it lies in memory, one number a pixel:

# %%
print(eyes[..., 0])  # rows from top to bottom, columns from left to right

# %% [markdown]
# That is all that a convolution will ever get to see: numbers in rows and columns. One such table,
# with one number a pixel, is a **channel**. A photograph has three.

# %% [markdown]
# ## 3. The order of the axes
#
# The photograph's shape is `(H, W, C)`: height, width, channels. Image files keep the three colours
# of a pixel side by side. PyTorch wants each channel as a table of its own, and several images
# at once: `(N, C, H, W)`. That is the order in every lesson.
#
# **Before you run the next cell:** there are two ways to get from `(48, 40, 3)` to `(3, 48, 40)`.
# One moves the axes, the other keeps the numbers in their row and only cuts it at other places.
# Which is `permute`, and which is `reshape`? What will the wrong one look like?

# %%
import torch

image = torch.from_numpy(photo)  # (H, W, C)
moved = image.permute(2, 0, 1)  # (C, H, W)
cut = image.reshape(3, 48, 40)  # the same shape, and not the same picture
assert moved.shape == cut.shape == (3, 48, 40)

# %%
show(
    *plots.gallery(
        [*moved.numpy() / 255, *cut.numpy() / 255],
        columns=3,
        titles=["first channel", "second channel", "third channel"],
        rows=["permute", "reshape"],
        alt="Two rows of three pictures. After permute each channel shows the portrait. After "
        "reshape each shows a third of the photograph, stretched and striped.",
    )
)

# %% [markdown]
# `permute` moves the axes: each channel is a portrait. `reshape` cut the row of numbers into three
# parts, so the "first channel" is the top third of the photograph, with its colours in turn. The
# shape is right, no error is raised, and a network would learn from rubbish. It happens often.
#
# Two steps are left: whole numbers become decimals from 0 to 1, and one image becomes a batch of one.

# %%
batch = (moved / 255)[None]
print(tuple(batch.shape), batch.dtype)  # (N, C, H, W)
assert batch.max() <= 1
assert torch.equal(batch[0, :, 10, 20] * 255, image[10, 20].float())  # the same pixel

# %% [markdown]
# ## 4. How to read a live picture
#
# Most lessons have two or three live pictures, called **explorers**. This is the one of lesson 01:
# an input, a **kernel** of 3x3 numbers, and the output. Do not mind yet what a convolution is for.
#
# - Colours stand for roles: blue is input, yellow the kernel, green the output, red what is chosen.
#   A hatched cell is **padding**: a zero set around the input.
# - Below the picture the sum of the chosen cell is written out, then the size with its numbers put
#   into the formula, then the cost, and the line of PyTorch that does the same.
# - Move a slider with the mouse, or click it once and use the arrow keys.
# - Settings that cannot work turn the picture pale, and the reason appears in words.
#
# **Try this:** move *row* and *column* and watch the sum. Set *kernel size* to 7, then *padding* to
# 0: what does it say? Then choose *look at: an input cell*.
#
# (You see a picture and no sliders? Then the cell has not been run in this session. Run it.)

# %%
from course_lib.explorers.convolution import ConvolutionExplorer
from course_lib.frontends.jupyter import explore

explore(ConvolutionExplorer())

# %% [markdown]
# The explorer can be set from code as well, and asked for its line of PyTorch. We use this in
# the lessons to start with the case in question.

# %%
view = explore(ConvolutionExplorer(), controls="boxes").set(input_size=12, stride=1)
view.code()

# %% [markdown]
# ## 5. Predict, then look
#
# Above the controls stands a question. Answer it *before* you slide, and say how sure you are.
# Then press the button.
#
# That is not a test. A prediction that turns out wrong is what makes a picture stay in mind, most of
# all when you were sure of it. Your answers stay in one file, `predictions.json`, beside the
# notebook, on your computer only. The last notebook shows them to you again, with those first that
# were sure and wrong.

# %% [markdown]
# ## 6. How the exercises answer
#
# An exercise is a cell with `...` in the place of your work, and a check in its last line. The check
# tells four things apart: nothing was tried yet, your code stopped with an error, the result is
# wrong (what came out, what was expected, the likely reason), or it is right. So you may run a
# notebook from top to bottom at any time; nothing breaks.
#
# Hints and the solution are folded under each exercise. ★ takes minutes, ★★★ takes thought.

# %% [markdown]
# **Exercise 1. From file to tensor** (★, 5 minutes). Write `to_chw`: an image `(H, W, C)` of whole
# numbers becomes a tensor `(C, H, W)` of decimals from 0 to 1.

# %%
from course_lib.exercises import start as check


def to_chw(image):
    """An image (H, W, C), a numpy array of uint8 -> a tensor (C, H, W) of floats, 0 to 1."""
    # <solution>
    return torch.from_numpy(image).permute(2, 0, 1) / 255
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.to_chw(to_chw)

# %% [markdown] tags=["hint"]
# Section 3 does it in two cells. Which axis of the image comes first in the result, and which number
# does it have in `(H, W, C)`, counted from 0?

# %% [markdown] tags=["hint"]
# `permute(2, 0, 1)` reads: axis 2 first, then axis 0, then axis 1.

# %% [markdown]
# **Exercise 2. Read a shape** (★, 3 minutes). A tensor has the shape `(8, 3, 32, 48)`. How many
# images, channels, rows (`height`) and columns (`width`) are that? How many pixels has one image?

# %%
# <solution>
batch = {"images": 8, "channels": 3, "height": 32, "width": 48, "pixels": 32 * 48}
# </solution>
# <stub>
# batch = {"images": ..., "channels": ..., "height": ..., "width": ..., "pixels": ...}
# </stub>
check.axes(batch)

# %% [markdown] tags=["hint"]
# The order is `(N, C, H, W)`. A pixel is a place, whatever the number of channels there.

# %% [markdown]
# **Exercise 3. Turn 12 into 6** (★★, 5 minutes). Use the explorer of section 4. Set the input to 12
# and find a kernel size, stride and padding that make the output 6x6. There is more than one way.

# %%
# <solution>
settings = {"kernel_size": 3, "stride": 2, "padding": 1}
# </solution>
# <stub>
# settings = {"kernel_size": ..., "stride": ..., "padding": ...}
# </stub>
check.halve(settings)

# %% [markdown] tags=["hint"]
# The formula is below the picture. Which of the three numbers divides?

# %% [markdown] tags=["solution"]
# Kernel 2 with stride 2 and no padding does it too, and so does kernel 1 with stride 2. Kernel 3 with
# stride 2 needs the padding: without it there is room for five windows only.

# %% [markdown]
# **Exercise 4. Cure an error** (★★, 5 minutes). A 5x5 kernel on a 4x4 input: PyTorch refuses, with
# the words "Kernel size can't be greater than actual input size". What is the least padding that
# cures it?

# %%
# <solution>
padding = 1
# </solution>
# <stub>
# padding = ...
# </stub>
check.least_padding(padding)

# %% [markdown] tags=["hint"]
# Padding is set on *both* sides. Try it in the explorer.

# %% [markdown]
# ## 7. What is inside
#
# | notebook | the question it answers |
# |---|---|
# | 01 normal convolution | what is a convolution, number by number, and why use one at all? |
# | 02 channels and pointwise | what is a channel, and what does a kernel of 1x1 do? |
# | 03 receptive fields | how much of the picture can one output see, and how much does it use? |
# | 20 the assignment | can 200,000 parameters tell cats from dogs? |
# | 30 your predictions | where were you sure and wrong? |
#
# The lessons build on each other; take them in order. Parts marked *deeper* can wait.

# %% [markdown]
# ## 8. Glossary
#
# One word for one thing, in all lessons.
#
# | word | what it means here |
# |---|---|
# | **spatial size** | height and width of a map. (Some lectures say "channel size".) |
# | **channel** | one table of numbers, one number a place; its count is sometimes called depth |
# | **feature map** | one channel of an output: where one thing was found |
# | **kernel** | the small table of weights that slides over one input channel |
# | **filter** | a kernel for every input channel, together; makes one output channel |
# | **weight**, **parameter** | one number that training sets; parameters are weights and biases |
# | **tap** | one place of the kernel, and the input it reads |
# | **stride** | by how many cells the kernel moves from one output to the next |
# | **padding** | cells set around the input, mostly zeros |
# | **dilation** | the step between the taps of a kernel (also: rate; "atrous" convolution) |
# | **jump** | how many *input pixels* lie between two neighbouring outputs (also: output stride) |
# | **receptive field** | side of the box of input pixels that an output can see |
# | **span**, **holes** | the size of that box, and the pixels inside that no path reaches |
# | **effective field** | the part of the receptive field that carries most of the weight |
# | **pointwise** | a convolution with a 1x1 kernel |
# | **depthwise** | a convolution in which every channel is filtered alone |
# | **GAP** | global average pooling: every channel becomes its mean |
# | **MAC** | one multiplication and one addition; counted as 2 FLOPs |

# %% [markdown]
# ## 9. Recap
#
# - A photograph is `(H, W, C)` with whole numbers; a batch is `(N, C, H, W)` with decimals.
# - `permute` moves axes; `reshape` keeps the order of the numbers and can ruin a picture silently.
# - An explorer shows the sum, the formula with its numbers, and the line of PyTorch.
# - Predict first. Being wrong here costs nothing, and it helps to remember.
#
# ## Further reading
#
# - The axes of image tensors: PyTorch documentation, *Channels Last Memory Format*.
# - H. Roediger, J. Karpicke, *Test-Enhanced Learning*, Psychological Science 17(3), 2006: why being
#   asked helps more than reading again.

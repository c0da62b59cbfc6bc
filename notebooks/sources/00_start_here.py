# %% [markdown]
# # Start here
#
# **You will see** how a photograph becomes a tensor, how the live pictures of this workbook are
# read, how its exercises answer you, and what is in it.
#
# **You need** a little Python. If you have met PyTorch tensors before, so much the better.
#
# **Time** about 20 minutes to read and try, and 20 for the four exercises.

# %% [markdown]
# ## 1. Before you begin
#
# Run the cells from top to bottom, each with Shift and Enter. The outputs are there already, so
# that a notebook can be read without running it. But the lessons often ask you to predict what a
# cell will say, and then it should not stand there. So clear the outputs first: in JupyterLab with
# *Edit → Clear Outputs of All Cells*, in Colab with *Edit → Clear all outputs*.
#
# The next cell loads every package that the lessons need. A line with ✗ says what to type in a
# terminal, or in a cell with a % in front. No lesson needs the internet. One section of the
# assignment (notebook 20) is better with a GPU, and there is a way without.

# %%
from course_lib.environment import check_environment

check_environment()

# %% [markdown]
# ## 2. A picture is a table of numbers
#
# Here is a photograph, made small: 48 pixels high and 40 wide. It shows Grace Hopper, who worked on
# compilers when hardly anyone believed in them. Each pixel holds three whole numbers from 0 to 255:
# how much red, how much green, how much blue.

# %%
import matplotlib.cbook
import numpy as np
from PIL import Image

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    portrait = Image.open(file).convert("RGB").crop((50, 20, 450, 500))
photo = np.array(portrait.resize((40, 48)))  # Pillow says width first, the array height first
print(photo.shape, photo.dtype, "from", photo.min(), "to", photo.max())  # (H, W, C)

# %%
from course_lib import plots
from course_lib.frontends.figures import show

eyes = photo[14:20, 11:19]  # 6 rows, 8 columns
figure, alt = plots.gallery(
    [photo, eyes, eyes[..., 0] / 255],
    columns=3,
    titles=["photo", "the eyes", "their red"],
    alt="A small portrait photograph; a part of it, the eyes, so large that single pixels show; "
    "and the red of that part alone as a map from blue to yellow.",
)
figure.set_size_inches(7, 3)
show(figure, alt)

# %% [markdown]
# On the right is the red of the eyes alone, from little (blue) to much (yellow). Here are the same
# 48 values as numbers, one a pixel:

# %%
print(eyes[..., 0])  # rows from top to bottom, columns from left to right

# %% [markdown]
# That is all that a convolution will ever get to see: numbers in rows and columns. One such table,
# with one number a pixel, is a **channel**. A photograph has three.

# %% [markdown]
# ## 3. The order of the axes
#
# The photograph's shape is `(H, W, C)`: height, width, channels. In memory the three colours of a
# pixel lie side by side, then come those of the next pixel, all in one long row. PyTorch wants each
# channel as a table of its own, and several images at once, N of them: `(N, C, H, W)`. That is the
# order in every lesson.
#
# There are two ways to get from `(48, 40, 3)` to `(3, 48, 40)`. `permute` gives the axes another order.
# `reshape` leaves the long row as it is and only cuts it at other places. Both make three tables of 48
# rows and 40 columns. **Predict:** what will you see on the first table, after each?

# %%
import torch

image = torch.from_numpy(photo)  # (H, W, C)
moved = image.permute(2, 0, 1)  # (C, H, W)
cut = image.reshape(3, 48, 40)  # the same shape
assert moved.shape == cut.shape == (3, 48, 40)

# %%
figure, alt = plots.gallery(
    [*moved.numpy() / 255, *cut.numpy() / 255],
    columns=3,
    titles=["first channel", "second channel", "third channel"],
    rows=["permute", "reshape"],
    alt="Two rows of three pictures. After permute each channel shows the portrait. After "
    "reshape each shows a third of the photograph, stretched and striped.",
)
figure.set_size_inches(6, 4.6)
show(figure, alt)

# %% [markdown]
# `permute` moves the axes: each channel is a portrait. `reshape` cuts the long row into three
# parts, so the "first channel" is the top third of the photograph, with red, green and blue taking
# turns. The shape is right, no error is raised, and a network would learn from rubbish.
#
# Two steps are left: whole numbers become decimals from 0 to 1, and one image becomes a batch of
# one.

# %%
batch = (moved / 255)[None]  # None adds an axis of length 1 at the front
print(tuple(batch.shape), batch.dtype)  # (N, C, H, W)
assert batch.max() <= 1
assert torch.equal(batch[0, :, 10, 20] * 255, image[10, 20].float())  # the same pixel

# %% [markdown]
# ## 4. How to read a live picture
#
# Most lessons have three or four live pictures, called **explorers**. This is the first of lesson 01:
# an input, a **kernel** of 3x3 numbers, and the output. The kernel lies on nine cells of the input. Each
# cell is multiplied by the number that lies on it, and the nine products are added up: that is one
# output. Then the kernel moves on, and by how many cells is the **stride**. The sign ⊛ stands for all
# that. What it is good for comes in lesson 01.
#
# - Above the controls stands a question. Answer it *before* you slide (section 5 says why).
# - Colours stand for roles: blue is input, yellow the kernel and what it lies on, green the output,
#   red what is chosen. A hatched cell is **padding**: a zero set around the input.
# - Below the picture the sum of the chosen cell is written out; then the output size, with its
#   numbers put into the formula; then the cost, and the line of PyTorch that does the same. (Strange
#   words are in the glossary, section 8.)
# - Move a slider with the mouse, or click it once and use the arrow keys. You can also click the
#   number beside it and type.
# - Settings that cannot work turn the picture pale, and the reason appears in words.
#
# **Try this:**
# 1. Answer the question.
# 2. Move *row* and *column* to the middle and into a corner. How many of the nine products in the
#    sum are with padded zeros?
# 3. Set *kernel size* to 7, then *padding* to 0. What does it say?
# 4. Set *kernel size* to 3 and *padding* to 1 again, and choose *look at: an input cell*. How many
#    outputs does a cell in the middle feed, and how many does one in a corner?
#
# (You see a picture and no sliders? Then the cell has not been run in this session. Run it.)

# %%
from course_lib.explorers.convolution import ConvolutionExplorer
from course_lib.frontends.jupyter import explore

explore(ConvolutionExplorer(input_size=6, stride=1))

# %% [markdown]
# None in the middle, five in a corner. A kernel of 7 fits on 6 + 2·1 = 8 rows, but not on 6: the
# pale picture says so in PyTorch's words, and adds a cure. And a cell in the middle feeds nine
# outputs, one in a corner four: the same connections, read backwards.
#
# Code can set an explorer too, under the names that PyTorch uses, and ask for its line of PyTorch.
# With `controls="boxes"` it has boxes to type in where the sliders were; screen readers say their
# labels.

# %%
view = explore(ConvolutionExplorer(input_size=12, stride=1), controls="boxes")
view.set(kernel_size=5, padding=2).code()  # to see it, write `view` in a line of its own

# %% [markdown]
# ## 5. Predict, then look
#
# To have watched a picture is not to have understood it. That is why an explorer asks first, and
# why it wants to know how sure you are. It is not a test. A prediction that turns out wrong makes
# the right answer stay in mind, most of all when you were sure.
#
# Your answers are kept in one file, `predictions.json`, in the folder of your notebooks; nothing is
# sent anywhere. (In Colab each notebook has a machine of its own, which goes when the session ends.
# Download the file after a lesson to keep it.)
# The last notebook, 30, brings back what came out wrong, and first of all where you were sure.

# %% [markdown]
# ## 6. How the exercises answer
#
# An exercise is a cell with `...` in the place of your work, and a check in its last line. The
# check tells four things apart: nothing was tried yet, your code stopped with an error, the result
# is wrong (what came out, and the likely reason), or it is right. It never stops a notebook, so you
# may run one from top to bottom at any time.
#
# Hints and the solution are folded under each exercise. ★ is a short one, ★★★ takes thought.

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
# Section 3 does it, in two cells. An array becomes a tensor first: `torch.from_numpy`. Then: which
# axis of the image comes first in the result, and which number has it in `(H, W, C)`, counted from
# 0?

# %% [markdown] tags=["hint"]
# `permute(2, 0, 1)` reads: axis 2 first, then axis 0, then axis 1. The values run from 0 to 255
# still.

# %% [markdown]
# **Exercise 2. Read a shape** (★, 3 minutes). A tensor has the shape `(8, 3, 32, 48)`. How many
# images, channels, rows (`height`) and columns (`width`) are there? How many pixels has one image?

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
# **Exercise 3. Turn 12 into 6** (★★, 5 minutes). Use the explorer of section 4. Set *input* to 12
# and find a kernel size, a stride and a padding that make the output 6x6. There is more than one
# way.

# %%
# <solution>
settings = {"kernel_size": 3, "stride": 2, "padding": 1}
# </solution>
# <stub>
# settings = {"kernel_size": ..., "stride": ..., "padding": ...}
# </stub>
check.halve(settings)

# %% [markdown] tags=["hint"]
# The formula is below the picture, behind *size =*. Which of the three numbers divides?

# %% [markdown] tags=["solution"]
# Kernel 2 with stride 2 and no padding does it too, and so does kernel 1 with stride 2. Kernel 3
# with stride 2 needs the padding: without it there is room for five windows only. And a kernel of 7
# with stride 1 and no padding gets there in another way: it loses three cells on each side.

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
# Padding is set on *both* sides. Try it in the explorer, with *input* 4 and *kernel size* 5.

# %% [markdown]
# ## 7. What is inside
#
# | notebook | the question it answers |
# |---|---|
# | 01 normal convolution | what is a convolution, number by number, and why use one at all? |
# | 02 channels and pointwise | what is a channel, and what does a kernel of 1x1 do? |
# | 03 receptive fields | how much of the picture can one output see, and how much does it use? |
# | 04 dilated | how can nine weights see far, and what do they miss? |
# | 05 transposed | how does a map become larger again, and why does a pattern appear? |
# | 06 pixel shuffle | can channels be turned into pixels, and what is that good for? |
# | 07 depthwise separable | what if a convolution did its two jobs one after the other? |
# | 08 grouped | what if channels were kept apart, and when do they have to meet? |
# | 09 data augmentation | what can be changed in a picture, so that more is learned from it? |
# | 20 the assignment | can fewer than 200,000 parameters tell cats from dogs, ships and frogs? |
# | 30 your predictions | where were you sure and wrong? |
#
# The lessons build on each other; take them in order. Parts marked *deeper* can wait.

# %% [markdown]
# ## 8. Glossary
#
# One word for one thing, in all lessons. Nothing to learn by heart: come back when a word is
# strange.
#
# | word | what it means here |
# |---|---|
# | **spatial size** | height and width of a map (some lectures say "channel size") |
# | **channel** | one table of numbers, one number a place; some call their number *depth* |
# | **map** | a table of numbers, one a place: a channel of an input or an output |
# | **feature map** | one channel of an output: how much of one thing was found, place by place |
# | **kernel** | the small table of weights that slides over one input channel |
# | **filter** | a kernel for every input channel, together; makes one output channel |
# | **weight**, **bias** | a number that inputs are multiplied with; one that is added to the sum |
# | **parameter** | a number that training sets: a weight or a bias |
# | **tap** | one place of the kernel, and the input that it reads |
# | **stride** | by how many cells the kernel moves from one output to the next |
# | **padding** | cells set around the input, mostly zeros |
# | **dilation** | the step between the taps of a kernel (also *rate*; "atrous" convolution) |
# | **jump** | how many *input pixels* it is from one output to the next (also *output stride*) |
# | **phase** | the place of an output within the stride: the even ones, the odd ones |
# | **stamp** | what one input cell of a transposed convolution lays on the output |
# | **path** | one way from an input pixel to an output, through all layers |
# | **receptive field** | the box of input pixels that an output can see; as one number, its side |
# | **span**, **holes** | that side, said where not all of the box is read; what no path in it reaches |
# | **effective field** | the part of the receptive field that carries most of the weight |
# | **pointwise** | a convolution with a 1x1 kernel |
# | **depthwise** | a convolution in which every channel is filtered alone |
# | **groups** | the parts into which channels are divided, each convolved by itself |
# | **GAP** | global average pooling: every channel becomes its mean |
# | **equivariant**, **invariant** | moves along with the picture; stays as it is |
# | **MAC** | one multiplication and one addition; counted as 2 FLOPs |

# %% [markdown]
# ## 9. Recap
#
# - A photograph is `(H, W, C)` with whole numbers; a batch is `(N, C, H, W)` with decimals.
# - `permute` moves axes; `reshape` keeps the order of the numbers and can ruin a picture silently.
# - An explorer shows the sum, the formula with its numbers, and the line of PyTorch.
# - Clear the outputs and predict first. Being wrong costs nothing here, and helps to remember.
#
# ## Further reading
#
# - The axes of image tensors, and how they lie in memory: PyTorch tutorials, *Channels Last Memory
#   Format in PyTorch*.
# - H. Roediger, J. Karpicke, *Test-Enhanced Learning*, Psychological Science 17(3), 2006: a week
#   later, those who were asked remember more than those who read again.
# - B. Butterfield, J. Metcalfe, *Errors Committed with High Confidence Are Hypercorrected*, Journal
#   of Experimental Psychology: Learning, Memory, and Cognition 27(6), 2001.

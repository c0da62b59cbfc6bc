# %% [markdown]
# # Receptive fields
#
# **You will see** how much of the picture one output can see, how to work it out in your head, that
# learning obeys it to the pixel, and that a network uses far less than it could.
#
# **You need** notebooks 01 and 02.
#
# **Time** about 75 minutes for sections 1 to 5 and the first three exercises; the rest, marked
# *deeper*, another 45.

# %% [markdown]
# ## 1. How much can one output see?
#
# An output of a 3x3 convolution reads nine pixels. It knows nothing of the tenth. Put a second 3x3
# layer behind, and *its* outputs read nine outputs of the first, which overlap in what they read.
# The box of pixels that an output can see, through all layers, is its **receptive field**. When we
# give it as one number, we mean the side of that box.
#
# The workbench below shows three such layers, one row of the table for each. On the left is the
# image, with the field of one output cell.
#
# **Predict:** how many layers of 3x3 does it take to see 15 pixels? And answer the question in the
# grey box; it is about a stride.
#
# **Try this.** Read the column *field* from top to bottom. Press *add a layer* until it says 15.
# Then choose *one 7x7* under *layers of*: what is the same as with *three 3x3*, and what is not?
# Last, set *row* and *column* to 0: where is the rest of the field?

# %%
from course_lib.explorers.receptive_field import ReceptiveFieldExplorer
from course_lib.frontends.jupyter import explore

explore(ReceptiveFieldExplorer(preset="three 3x3"))

# %% [markdown]
# Each layer with a 3x3 kernel adds one pixel on either side: 3, 5, 7, and with the seventh layer
# 15. In the corner most of the box hangs over the edge of the image, where there are only padded
# zeros.
#
# The numbers in the cells count the **paths**: along how many ways does this pixel reach the chosen
# output? With one 7x7 it is one way for each pixel. With three 3x3 it is 1 in the corner of the box
# and 49 in the middle. Section 5 comes back to them.
#
# Three 3x3 layers see what one 7x7 layer sees. They are cheaper, and there is a non-linearity
# behind each of them. This is the idea of VGG. Weights, with 64 channels in and out:

# %%
channels = 64
three = 3 * (3 * 3 * channels * channels)
one = 7 * 7 * channels * channels
print(f"three 3x3: {three:,} weights     one 7x7: {one:,} weights     {one / three:.2f} times")

# %% [markdown]
# ## 2. Two numbers carry it through
#
# With strides, counting by eye gets hard. Keep two numbers instead. The **field** $r$ begins at 1,
# since a pixel sees itself. The **jump** $j$ is the step from one output to the next, measured in
# pixels of the image; it begins at 1. At each layer with kernel $k$, stride $s$ and dilation $d$
# (the step between taps, 1 until lesson 04):
#
# $$r \leftarrow r + d\,(k - 1)\,j \qquad\text{and then}\qquad j \leftarrow j \cdot s$$
#
# In words: a kernel of three reaches two cells further, and each of these cells lies one jump from
# the next. The stride comes *after*: it spreads the outputs of this layer, and only what follows
# feels it. A pooling counts like a convolution with its kernel and stride. A 1x1 layer adds
# (1 − 1)·j = 0: it sees no more than what it reads.
#
# Take a pencil and fill in field and jump for these five layers: kernel 3; kernel 3 with stride 2;
# kernel 3; a pooling 2x2 with stride 2; kernel 5. Then compare.

# %%
layers = [(3, 1), (3, 2), (3, 1), (2, 2), (5, 1)]  # (kernel_size, stride); (2, 2) is a pooling
field, jump = 1, 1
for kernel_size, stride in layers:
    field += (kernel_size - 1) * jump
    jump *= stride
    print(f"kernel {kernel_size}, stride {stride}:  field {field:2}, jump {jump}")

# %% [markdown]
# The third line, for example: the field was 5 and the jump 2, so it is 5 + 2·2 = 9.
#
# Is it true? Build the layers in PyTorch and ask the **gradient**. It says by how much an output
# changes when a pixel does. A 0 can also be an accident: terms cancel, or the pixel is not the
# largest in a pooling window. So `measure` takes a copy in which that cannot happen, with positive
# weights only and means in the place of maxima. There, 0 means: not seen. It gives the size of the
# box that is left.

# %%
import torch
from torch import nn

from course_lib.receptive_field import analyse, measure

torch.set_num_threads(1)
net = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1),
    nn.Conv2d(8, 8, 3, stride=2, padding=1),
    nn.Conv2d(8, 8, 3, padding=1),
    nn.MaxPool2d(2),
    nn.Conv2d(8, 8, 5, padding=2),
)
print("by gradient", measure(net).receptive_field)
assert measure(net).receptive_field == (field, field)

# %% [markdown]
# `analyse` makes the whole table, for any network. You will use it in the assignment.

# %%
analyse(net, (64, 64))

# %% [markdown]
# (*Before the whole image is seen* means: in front of a global pooling or a linear layer. There is
# none here, so it is the field of the last row. *Steps without a row* are BatchNorm and the like.)
#
# ## 3. Three beliefs to test
#
# Decide for each whether it is true, before you read on. The second is the grey box of section 1.
#
# 1. More padding makes the field larger.
# 2. A layer's stride makes the field of that layer larger.
# 3. It does not matter which of four 3x3 layers has the stride 2.
#
# To try them out, no weights are needed. The `Convolution` of `course_lib.geometry` knows the
# numbers of a layer and nothing else; `chain` puts layers behind one another, and `layer_table`
# does section 2.

# %%
from course_lib.geometry import Convolution, chain, layer_table


def field_of(*layers):
    """The receptive field of a chain of layers."""
    return layer_table(chain(layers, in_channels=1), (96, 96)).receptive_field[0]


def conv(stride=1, padding=1):
    return Convolution(1, 1, 3, stride=stride, padding=padding)


# %%
print("1. padding 0, 1, 2:", [field_of(conv(padding=p), conv(padding=p)) for p in (0, 1, 2)])
print("2. stride 1, 2, 3: ", [field_of(conv(), conv(stride=s)) for s in (1, 2, 3)])
fours = [[conv(stride=2 if i == place else 1) for i in range(4)] for place in range(4)]
print("3. stride 2 in layer 1, 2, 3, 4:", [field_of(*four) for four in fours])

# %% [markdown]
# All three are wrong. Padding moves the box and leaves its size; a stride works on later layers
# only; and so the earlier it comes, the more it does: 15 pixels in the first place, 9 in the last.
#
# An early stride also makes all later maps smaller, and so cheaper. Its price is detail, which
# nothing later can bring back. In section 8 you can see what is lost.

# %% [markdown]
# ## 4. Learning obeys the picture
#
# Now a test that is not arithmetic. A row of random bits goes in, and at each place the network
# shall say the bit that lies $D$ places to the right. For $D = 2$:

# %%
from course_lib.data.copy_task import CopyTask

bits, wanted = CopyTask(range(2, 3), length=16, batch=1, seed=4).draw()
print("in    ", *(bits[0, 0] > 0).int().tolist())
print("wanted", *wanted[0, 0, :-2].int().tolist())  # the last two have no bit so far to the right

# %% [markdown]
# Random bits have no pattern. A network that cannot see a bit can only guess, and is right half of
# the time.
#
# Ours works in one dimension: three layers, each with a kernel of 3 numbers, so the field is 7
# places. It answers for all distances $D$ from 0 to 8 at once, with one output channel for each.
#
# **Predict** the first distance that it cannot learn, and say how sure you are.

# %%
from course_lib.exercises import receptive_field as check

# <solution>
distance, confidence = 4, "sure"
# </solution>
# <stub>
# distance, confidence = ..., ...  # "guess", "think" or "sure"
# </stub>
check.copy_task(distance, confidence=confidence)

# %% [markdown]
# To train is to repeat four steps: calculate the outputs, say how wrong they are (the *loss*), find
# out which way each weight should go (`backward`), and take a small step that way. This is all of
# it:

# %%
import inspect

from course_lib.training.fit import fit

print(inspect.getsource(fit))

# %% [markdown]
# `draw` gives a batch of inputs and what is wanted for them. `zero_grad` first forgets the directions
# of the step before. (A bit 0 goes in as −1, since the padding is 0.) The steps are of the kind called Adam,
# which gives each weight a step size of its own. From now on we only import `fit`.
#
# The loss will be binary cross-entropy. The network puts out a number for each bit: above 0 it says
# 1, below 0 it says 0, and the further from 0, the surer it is. The loss is small when it is sure
# and right, and large when it is sure and wrong.


# %%
def rows_of_bits(kernels, width=24, outputs=9):
    """A layer for each kernel size, (N, 1, L), then a 1x1: an output for each distance."""
    layers, channels = [], 1
    for kernel in kernels:
        layers += [nn.Conv1d(channels, width, kernel, padding=kernel // 2), nn.ReLU()]
        channels = width
    return nn.Sequential(*layers, nn.Conv1d(channels, outputs, 1))


# %%
stacks = {"three layers": [3, 3, 3], "five layers": [3, 3, 3, 3, 3]}  # kernel sizes
accuracies = []
for kernels in stacks.values():
    torch.manual_seed(0)
    task, model = CopyTask(range(9), batch=32), rows_of_bits(kernels)
    fit(model, task.draw, nn.functional.binary_cross_entropy_with_logits, steps=250)
    accuracies.append(task.accuracy(model))  # on new bits

# %% [markdown]
# What may we expect? The geometry knows which places a cell can see, counted from its own:

# %%
from course_lib.geometry import path_counts

reached = []
for name, kernels in stacks.items():
    layers = [Convolution(1, 1, (1, k), padding=(0, k // 2)) for k in kernels]
    seen = path_counts(chain(layers, in_channels=1)).counts  # (row, column) -> paths
    reached.append({column for _, column in seen})
    print(name, "see the places", *sorted(reached[-1]))

# %%
from course_lib import plots
from course_lib.frontends.figures import show

show(*plots.copy_task(range(9), reached, accuracies, list(stacks)))
for seen, measured in zip(reached, accuracies, strict=True):
    for place, share in enumerate(measured):
        assert share > 0.9 if place in seen else share < 0.6

# %% [markdown]
# The cliff stands where the arithmetic puts it. With three layers the bits at distance 3 are right,
# and of those at distance 4 one half.
#
# **Try this.** Which of these moves the cliff, and by how much: 1,000 steps instead of 250, a width of
# 64, or `[3, 3, 5]` for the three layers? Decide first. Then change the cells above and run them
# again; it takes some seconds each time.

# %% [markdown] tags=["solution"]
# Only the last, and by one place: the field grows from 7 to 9, so one place more is seen on either
# side. Neither patience nor width helps. Only another shape of network does.

# %% [markdown]
# ## 5. What it can see, and what it uses
#
# Back to the path counts. A pixel in the middle of the field reaches the output along many ways,
# one in the corner along a single one. If all weights were 1, the number of paths would *be* the
# pixel's weight in the output.
#
# The light blue line in the workbench goes around the pixels that hold 95 % of all paths. With
# three layers they fill 73 % of the box: the line below the picture says so.
#
# **Predict:** ten layers have a field of 21x21. Do the 95 % then fill about 90 %, 60 % or 30 % of
# it? Choose *ten 3x3* and look.

# %%
explore(ReceptiveFieldExplorer(preset="three 3x3", input_size=32), question=False)

# %% [markdown]
# The same for other depths. `core_of` takes the pixels with the most paths until it has 95 %. The
# last number is the side of a square with as many pixels.

# %%
from course_lib.explorers.effective import core_of

shares = {}
for depth in (1, 2, 3, 5, 10, 20):
    paths = path_counts(chain([conv()] * depth, in_channels=1))
    pixels, side = core_of(paths.counts.values()).pixels, paths.span[0]
    shares[depth] = pixels / side**2
    print(f"{depth:2} layers, field {side:2}: 95 % of the paths in", end=" ")
    print(f"{100 * shares[depth]:3.0f} % of the box, width {pixels**0.5:4.1f}")
assert shares[5] > shares[10] > shares[20]

# %% [markdown]
# Twenty layers, and 95 % of the paths come through 15 % of the box. From 5 layers to 20 the field
# grows from 11 to 41, but the width of its well-used part only from 7.8 to 15.8: four times the
# layers, twice the width. A path is a walk that goes left, right or straight on at each layer, and
# most walks of $n$ steps end not far from where they began, within about $\sqrt{n}$.
#
# Luo and others (2016) called the well-used part the **effective receptive field** and found it in
# trained networks too. There the weights are not equal, so one has to look: take one cell of the
# last map and ask by how much each pixel of the picture changes it.
#
# The next explorer does that with the two networks of the assignment. They hold two things that we
# have not spoken of. A *residual branch* is a side path of a few layers, whose result is added to
# what went in. *BatchNorm* shifts and scales each channel; it may also multiply by 0, and so switch
# a branch off.
#
# **Try this.** Answer the question, which is about *Session7Net*. Then choose that network and compare
# the middle picture with the right one. Then *ten 3x3 convolutions*, whose box is smaller than the picture: does the
# gradient look like the paths?

# %%
from course_lib.measured.effective_field import EffectiveFieldExplorer

explore(EffectiveFieldExplorer(network="Session9Net"))

# %% [markdown]
# In the ten convolutions, whose weights are random, the gradient follows the paths: much in the
# middle, hardly anything at the edge of the box. So it is good that the boxes of the assignment's
# networks, 103 and 110 pixels, are three times as wide as the picture: it lies in their well-used
# middle. And training can change what is used. In Session7Net it switches the branches on, and the
# weight spreads. In Session9Net about as many pixels are used as before: even with all branches off,
# its main path has a field of 49, which is more than the picture.
#
# Some lectures say that a cell of a trained network knows little more than its own neighbourhood.
# The paper behind this, Zhou and others (2015), measured it: what a cell answers to was much
# smaller than its field. Luo and others found so too, and saw it grow in training.
#
# The receptive field is a limit, not a promise. Beyond it nothing is seen. Within it, training
# decides.

# %% [markdown]
# ## 6. A claim from a lecture, checked (deeper)
#
# VGG-16, says a lecture, needs 27 times the calculations of MobileNet and yet has the smaller
# receptive field. Both networks are lists of layers, so let the geometry say. In the list of VGG-16
# a 0 stands for a pooling. MobileNet's layers come in pairs: a 3x3 that filters each channel alone,
# and a 1x1 that mixes them (lesson 07 is about such pairs).

# %%
from course_lib.geometry import Pooling

vgg16, channels = [], 3
for width in (64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0):
    if width:
        vgg16.append(Convolution(channels, width, 3, padding=1))
        channels = width
    else:
        vgg16.append(Pooling(2, stride=2))

# %%
mobilenet, channels = [Convolution(3, 32, 3, stride=2, padding=1)], 32
widths = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
for width, stride in zip(widths, (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1), strict=True):
    mobilenet += [
        Convolution(channels, channels, 3, stride, 1, groups=channels),  # each channel alone
        Convolution(channels, width, 1),
    ]
    channels = width

# %%
vgg, mobile = (layer_table(chain(net), (224, 224)) for net in (vgg16, mobilenet))
print(f"VGG-16:    {vgg.macs / 1e9:6.2f} billion MACs, a smaller field: see exercise 2")
print(f"MobileNet: {mobile.macs / 1e9:6.2f} billion MACs, field {mobile.receptive_field[0]}")
print(f"ratio      {vgg.macs / mobile.macs:6.1f}")
assert round(vgg.macs / mobile.macs, 1) == 27.0
assert vgg.receptive_field < mobile.receptive_field == (315, 315)

# %% [markdown]
# The claim is true (of the convolutions; the linear layers at the end are left out). It comes from
# a study by Araujo, Norris and Sim (2019), who also set accuracy against the field. Here is such a
# chart from the published numbers: the fields of their table, and the accuracies that are given for
# the TF-Slim models in it.

# %%
published = {  # receptive field, ImageNet top-1 accuracy in %
    "VGG-16": (vgg.receptive_field[0], 71.5),  # these two fields are our own,
    "MobileNet": (mobile.receptive_field[0], 70.9),  # and their table has the same
    "ResNet-50 v2": (483, 75.6),
    "Inception v2": (699, 73.9),
    "ResNet-101 v2": (1027, 77.0),
    "ResNet-152 v2": (1507, 77.8),
    "Inception v3": (1311, 78.0),
    "Inception v4": (2071, 80.2),
    "Inception-ResNet v2": (3039, 80.4),
}
show(*plots.accuracy_by_field(published))

# %% [markdown]
# Accuracy grows with the *logarithm* of the field: by the dashed line, each doubling goes with some
# two and a half points. So the reward gets smaller. From 300 pixels the next doubling is 300 pixels
# away, from 1,500 it is 1,500.
#
# The lecture also says that VGG-16 is hardly better for all its work: 71.5 % against 70.9 %. In these
# figures that is so.
#
# Two cautions. These networks differ in more than the field; the later ones are also deeper and
# trained with more tricks. And all fields but one are larger than the whole picture, which has 224
# or 299 pixels a side. Nothing lies beyond the picture's edge, so the field as such cannot be the
# whole story.
#
# (Do you find 427 for torchvision's ResNet-50, and not 483? The table was made with TF-Slim, which
# puts the strides one residual unit earlier. Section 3 says what that does.)
#
# ## 7. Why larger than the picture? (deeper)
#
# With a field of 33 pixels an output in the middle sees all of a picture of 32. Why ask for more?
# One reason: the box should hold the picture not only for the output in the middle, but for those
# near the edges as well. In a network that ends in a global mean (lesson 01) every output has the same
# say, and one that sees half of the picture votes on half. For how many of 32 outputs in a row, one at each pixel, does the field
# cover every column?

# %%
from course_lib.geometry import positions_that_see_all

for field in (33, 45, 63):
    seeing = len(positions_that_see_all(field, 32))
    print(f"field {field}: {seeing:2} of 32 outputs see every column")

# %% [markdown]
# The other reason is section 5: what carries weight is the middle of the field. To *use* 32 pixels,
# a network has to *see* more. The assignment asks for over 44.

# %% [markdown]
# ## 8. What a stride throws away (deeper)
#
# Two questions about strides. First: how often is each pixel read? Second: what becomes of fine
# stripes? Answer the question in the grey box, which is about the second.
#
# **Try this.** The explorer opens with kernel 3 and stride 2. Set *kernel size* to 4 and compare
# the counts on the left. Then look at *stripes* and press *move the stripes*: which of the four
# rows below changes most, and which least?

# %%
from course_lib.explorers.strides import StridesExplorer

explore(StridesExplorer())

# %% [markdown]
# With kernel 3 and stride 2 some pixels are read once, some twice, some four times: a checkerboard.
# With kernel 4 all pixels away from the border are read four times, since 4 is a multiple of 2. On the
# right is another way round it: the same kernel with stride 1, and average pooling behind it. Away
# from the border each pixel then gets the same, 3·3/4 = 2.25, for four times the multiplications.
#
# In training the gradient goes the same ways back. A pixel that was read four times gets a sum of
# four terms, its neighbours of two or one, whatever the weights are. With all weights 1 the
# gradient is the count itself:

# %%
x = torch.ones(1, 1, 9, 9, requires_grad=True)
nn.functional.conv2d(x, torch.ones(1, 1, 3, 3), stride=2).sum().backward()
print(x.grad[0, 0].int().numpy())
assert set(x.grad.unique().tolist()) == {1, 2, 4}

# %% [markdown]
# This way back is a layer of its own, the *transposed* convolution. (It is the `ConvTranspose2d` in
# the lines below the picture.) Lesson 05 uses it to enlarge maps, and there the same checkerboard
# turns up in the picture.
#
# The stripes: a stride of 2 makes stripes every 6 pixels of those every 3, a coarse pattern that
# was never there. Stripes every 2 pixels vanish. It happens to all that repeats in less than two
# strides, here 4 pixels, and is called **aliasing**. When the stripes every 3 pixels move by one, plain
# stride and max pooling change most; with a blur before the stride the row changes least. Zhang (2019) built such
# blurs into known networks. They became steadier when the picture moves, and somewhat more
# accurate.

# %% [markdown]
# ## 9. Recap
#
# - Field and jump carry it through: r ← r + d (k − 1) j, then j ← j s.
# - Padding does not change the field. A stride widens what later layers add, so early strides count
#   most.
# - Three 3x3 see as much as one 7x7, with fewer weights.
# - What lies outside the field cannot be learnt. Inside it, most of the weight is in the middle.
# - Accuracy has grown with the logarithm of the field, among other things that grew.
#
# ## 10. Exercises
#
# **Exercise 1. Carry the field** (★, 10 minutes). Write section 2 as a function, for layers with a
# dilation as well.


# %%
def receptive_field(layers):
    """layers: a list of (kernel_size, stride, dilation), from the image on."""
    # <solution>
    field, jump = 1, 1
    for kernel_size, stride, dilation in layers:
        field += dilation * (kernel_size - 1) * jump
        jump *= stride
    return field
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.receptive_field(receptive_field)

# %% [markdown] tags=["hint"]
# Two variables, both 1 at first. Which of the two has to change first at a layer?

# %% [markdown]
# **Exercise 2. VGG-16** (★★, 10 minutes). Use your function: what is the field of VGG-16 behind its
# last pooling? It has five groups of 3x3 convolutions, 2, 2, 3, 3 and 3 of them, and behind each
# group a pooling of 2x2 with stride 2.

# %%
# <solution>
blocks = [2, 2, 3, 3, 3]  # 3x3 convolutions before each pooling
field = receptive_field([layer for n in blocks for layer in [(3, 1, 1)] * n + [(2, 2, 1)]])
# </solution>
# <stub>
# field = ...
# </stub>
check.vgg16_field(field)

# %% [markdown] tags=["hint"]
# A pooling has a kernel too. There are 18 layers in all: 13 of `(3, 1, 1)`, five of another kind.

# %% [markdown]
# **Exercise 3. Where to put the stride** (★★, 10 minutes). Six layers of 3x3, and one of them has
# the stride 2. At which position (1 is next to the image) is the field largest, and how large is it there? How
# small is it at the worst position?

# %%
# <solution>
answer = {"position": 1, "largest": 23, "smallest": 13}
# </solution>
# <stub>
# answer = {"position": ..., "largest": ..., "smallest": ...}
# </stub>
check.best_stride_position(answer)

# %% [markdown] tags=["hint"]
# Call `receptive_field` six times.

# %% [markdown]
# **Exercise 4. Which rows?** (★★★, 15 minutes, deeper). A network has field `field`, jump `jump`,
# and in all a padding of `padding` pixels: the first row that output row 0 reads is row `-padding`.
# Which rows, first and last, does output row `u` read? An example from section 1: three layers of
# 3x3 have field 7, jump 1 and together a padding of 3, and row 5 of their output reads rows 2 to 8.


# %%
def rows_read(u, field, jump, padding):
    """The first and the last row that output row u reads; negative ones lie in the padding."""
    # <solution>
    first = u * jump - padding
    return first, first + field - 1
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.rows_read(rows_read)

# %% [markdown] tags=["hint"]
# Where does output row 0 begin? How far is it from there to output row 1?

# %% [markdown] tags=["hint"]
# A field of 3 that begins at row 5 ends at row 7, not 8.

# %% [markdown]
# ## Further reading
#
# - A. Araujo, W. Norris, J. Sim, *Computing Receptive Fields of Convolutional Neural Networks*,
#   Distill 2019, doi 10.23915/distill.00021: sections 2, 6 and exercise 4. Their table of fields is
#   in the repository google-research/receptive_field, the accuracies of the same models in
#   tensorflow/models under research/slim.
# - W. Luo, Y. Li, R. Urtasun, R. Zemel, *Understanding the Effective Receptive Field in Deep
#   Convolutional Neural Networks*, arXiv 1701.04128: section 5.
# - B. Zhou and others, *Object Detectors Emerge in Deep Scene CNNs*, arXiv 1412.6856: section 5,
#   what cells of a trained network answer to.
# - R. Zhang, *Making Convolutional Networks Shift-Invariant Again*, arXiv 1904.11486: section 8.
# - K. Simonyan, A. Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition*,
#   arXiv 1409.1556: section 1, three 3x3 for one 7x7.

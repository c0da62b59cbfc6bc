# %% [markdown]
# # Receptive fields
#
# **You will see** how much of the picture one output can see, how to work it out in your head, that
# learning obeys it to the pixel, and that a network uses far less than it could.
#
# **You need** notebooks 01 and 02.
#
# **Time** about 60 minutes for sections 1 to 5 and the first two exercises; the rest, *deeper*,
# another 30.

# %% [markdown]
# ## 1. How much can one output see?
#
# An output of a 3x3 convolution is a sum of nine inputs. It knows nothing of the tenth. Put a second
# 3x3 layer behind, and *its* outputs read nine outputs of the first, which overlap in what they read.
# The box of input pixels that an output can see, through all layers, is its **receptive field**.
# When we give it as one number, we mean the side of that box.
#
# **Predict:** three layers of 3x3, stride 1. Is the field 9, 7 or 27 pixels wide?
#
# **Try this** in the workbench. Choose the output cell in the middle and read the column *field* of
# the table from top to bottom. Add a fourth layer. Then choose the preset *one 7x7*: what is the
# same, and what is not? Last, move the cell into a corner: where is the rest of the field?

# %%
from course_lib.explorers.receptive_field import ReceptiveFieldExplorer
from course_lib.frontends.jupyter import explore

explore(ReceptiveFieldExplorer(preset="three 3x3"))

# %% [markdown]
# Each layer with a 3x3 kernel adds one pixel on either side: 3, 5, 7. The numbers in the cells count
# the **paths**: along how many ways does this pixel reach the chosen output? We come back to them.
#
# Three 3x3 layers see what one 7x7 layer sees. They are cheaper, and there are two more
# non-linearities between them. This is the idea of VGG. For $C$ channels in and out:

# %%
channels = 64
three = 3 * (3 * 3 * channels * channels)
one = 7 * 7 * channels * channels
print(f"three 3x3: {three:,} weights     one 7x7: {one:,} weights     {one / three:.2f} times")

# %% [markdown]
# ## 2. Two numbers carry it through
#
# To work a field out, keep two numbers. The **field** $r$ begins at 1, since a pixel sees itself. The
# **jump** $j$ is the number of input pixels between two neighbouring outputs; it begins at 1. At each
# layer with kernel $k$, stride $s$ and dilation $d$ (1 in this lesson):
#
# $$r \leftarrow r + d\,(k - 1)\,j \qquad\text{and then}\qquad j \leftarrow j \cdot s$$
#
# In words: a kernel of three reaches two cells further, and each of these cells lies one jump from
# the next. The stride comes *after*: it spreads the outputs of this layer, and only what follows
# feels it. By hand, for a small network with pooling:

# %%
layers = [(3, 1), (3, 2), (3, 1), (2, 2), (5, 1)]  # (kernel_size, stride); (2, 2) is a pooling
field, jump = 1, 1
for kernel_size, stride in layers:
    field += (kernel_size - 1) * jump
    jump *= stride
    print(f"kernel {kernel_size}, stride {stride}:  field {field:2}, jump {jump}")

# %% [markdown]
# Is it true? Build the layers in PyTorch and let the gradient tell: which pixels of the picture does
# one output depend on? `measure` does that on a copy whose weights are all positive, so that nothing
# cancels.

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
# `analyse` prints the whole table for any network. You will use it in the assignment.

# %%
analyse(net, (64, 64))

# %% [markdown]
# ## 3. Three beliefs to test
#
# Decide for each whether it is true, before you run the cell below.
#
# 1. More padding makes the field larger.
# 2. A layer's stride makes the field of that layer larger.
# 3. It does not matter which of six 3x3 layers has the stride 2.

# %%
from course_lib.geometry import Convolution, chain, layer_table


def field_of(*layers):
    """The receptive field of a chain of layers."""
    return layer_table(chain(layers, in_channels=1), (96, 96)).receptive_field[0]


def conv(stride=1, padding=1):
    return Convolution(1, 1, 3, stride=stride, padding=padding)


print("1. padding 0, 1, 2: ", [field_of(conv(padding=p), conv(padding=p)) for p in (0, 1, 2)])
print("2. stride 1, 2, 3:  ", [field_of(conv(), conv(stride=s)) for s in (1, 2, 3)])
places = [[conv(stride=2 if i == place else 1) for i in range(6)] for place in range(6)]
print("3. stride in layer 1, 2, … 6:", [field_of(*stack) for stack in places])

# %% [markdown]
# All three are wrong. Padding moves the box and leaves its size; a stride works on later layers
# only; and so the earlier it comes, the more it does: 23 pixels in the first place, 13 in the last.
# The price of an early stride is detail, which nothing later can bring back. In section 8 you can
# see what is lost.

# %% [markdown]
# ## 4. Learning obeys the picture
#
# Now a test that is not arithmetic. A row of random bits goes in. At each place the network shall
# say the bit that lies $D$ places to the right. Random bits have no pattern: who cannot see a bit
# can only guess, and is right half of the time.
#
# The network: three layers with kernel 3, so a field of 7, three places to either side. One network
# answers for all distances $D$ from 0 to 8 at once.
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
# out which way each weight should go (`backward`), and take a small step that way. This is all of it:

# %%
import inspect

from course_lib.training.fit import fit

print(inspect.getsource(fit))

# %% [markdown]
# The steps are of the kind called Adam, which gives each weight a step size of its own. The loss here
# is binary cross-entropy: small when the bit is named with confidence and right, large when it is
# named with confidence and wrong. From now on we only import `fit`.

# %%
from course_lib.data.copy_task import CopyTask


def rows_of_bits(depth, width=24, outputs=9):
    """`depth` layers with kernel 3 in one dimension, and an output for each distance."""
    layers = []
    for number in range(depth):
        layers += [nn.Conv1d(width if number else 1, width, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.Conv1d(width, outputs, 1))


# %%
accuracies = []
for depth in (3, 5):
    torch.manual_seed(0)
    task, model = CopyTask(range(9), batch=32), rows_of_bits(depth)
    fit(model, task.draw, nn.functional.binary_cross_entropy_with_logits, steps=250)
    accuracies.append(task.accuracy(model))

# %% [markdown]
# What may we expect? The geometry knows which places a cell can see:

# %%
from course_lib.geometry import path_counts

reached = []
for depth in (3, 5):
    layer = Convolution(1, 1, (1, 3), padding=(0, 1))
    seen = path_counts(chain([layer] * depth, in_channels=1)).counts
    reached.append({column for _, column in seen})
    print(depth, "layers see the places", sorted(reached[-1]))

# %%
from course_lib import charts
from course_lib.frontends.figures import show

show(*charts.copy_task(range(9), reached, accuracies, ["three layers", "five layers"]))
for seen, measured in zip(reached, accuracies, strict=True):
    for place, share in enumerate(measured):
        assert share > 0.9 if place in seen else share < 0.6

# %% [markdown]
# The cliff stands where the arithmetic puts it: at distance 3 all bits are right, at distance 4 half
# of them. More training, more channels, a better optimiser would not move it by one pixel. Only
# another shape of network does.

# %% [markdown]
# ## 5. What it can see, and what it uses
#
# Back to the path counts. A pixel in the middle of the field reaches the output along many ways, one
# in the corner along a single one. With equal weights, the number of paths *is* the pixel's weight in
# the output. The more layers, the more the weight gathers in the middle.
#
# **Predict:** ten layers of 3x3 have a field of 21x21. In how large a part of this box lie 95 % of
# all paths: 90 %, 60 % or 30 %?

# %%
explore(ReceptiveFieldExplorer(preset="ten 3x3", input_size=32))

# %%
from course_lib.explorers.effective import core_of

shares = {}
for depth in (1, 2, 3, 5, 10, 20):
    paths = path_counts(chain([conv()] * depth, in_channels=1))
    pixels = core_of(paths.counts.values()).pixels
    shares[depth] = pixels / (paths.span[0] * paths.span[1])
    print(f"{depth:2} layers, field {paths.span[0]:2}: 95 % of the paths in {shares[depth]:.0%}")
assert shares[5] > shares[10] > shares[20]

# %% [markdown]
# Twenty layers, and 95 % of the paths come through 15 % of the box. The field grows with the depth,
# but its well-used part only with the square root of the depth: sums of many small steps spread like
# that. Luo and others (2016) called it the **effective receptive field** and found it in trained
# networks.
#
# In a trained network the weights are not equal, so one has to look: take one value of the last map
# and ask by how much each pixel of the picture changes it.

# %%
from course_lib.measured.effective_field import EffectiveFieldExplorer

explore(EffectiveFieldExplorer(network="Session9Net"))

# %% [markdown]
# On the left the count of paths, in the middle the untrained network, on the right the trained one.
# The box of this network, 103 pixels, is three times as wide as the picture: so that the picture
# lies in its well-used middle. Choose *ten 3x3 convolutions* for a network whose box is the smaller one.
#
# The receptive field is a limit, not a promise. Beyond it nothing is seen. Within it, training decides.

# %% [markdown]
# ## 6. A claim from a lecture, checked (deeper)
#
# "VGG-16 needs 27 times the calculations of MobileNet, and has the smaller receptive field." Both
# networks are lists of layers, so let the geometry say. MobileNet's layers come in pairs: a 3x3 that
# filters each channel alone, and a 1x1 that mixes them (lesson 07 is about such pairs).

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
        Convolution(channels, channels, 3, stride=stride, padding=1, groups=channels),
        Convolution(channels, width, 1),
    ]
    channels = width

# %%
vgg, mobile = (layer_table(chain(net), (224, 224)) for net in (vgg16, mobilenet))
print(f"VGG-16:    {vgg.macs / 1e9:6.2f} billion MACs, field {vgg.receptive_field[0]}")
print(f"MobileNet: {mobile.macs / 1e9:6.2f} billion MACs, field {mobile.receptive_field[0]}")
print(f"ratio      {vgg.macs / mobile.macs:6.1f}")
assert (vgg.receptive_field[0], mobile.receptive_field[0]) == (212, 315)
assert round(vgg.macs / mobile.macs, 1) == 27.0

# %% [markdown]
# The claim is true (of the convolutions; the linear layers at the end are left out). It comes from a
# study by Araujo, Norris and Sim (2019), who also drew accuracy over the field. Here is their chart
# drawn anew, from the published numbers: fields from their table, accuracies from the TF-Slim models
# that they used.

# %%
published = {  # receptive field, ImageNet top-1 accuracy in %
    "VGG-16": (212, 71.5),
    "MobileNet": (315, 70.9),
    "ResNet-50 v2": (483, 75.6),
    "Inception v2": (699, 73.9),
    "ResNet-101 v2": (1027, 77.0),
    "ResNet-152 v2": (1507, 77.8),
    "Inception v3": (1311, 78.0),
    "Inception v4": (2071, 80.2),
    "Inception-ResNet v2": (3039, 80.4),
}
show(*charts.accuracy_by_field(published))

# %% [markdown]
# Each *doubling* of the field goes with the same few points of accuracy: it grows with the logarithm.
# Two cautions. These networks differ in more than the field; later ones are also deeper and better
# trained. And their fields are far larger than the 224 or 299 pixels of the pictures: the field as
# such cannot be the whole story, since nothing lies beyond the picture's edge.
#
# ## 7. Why larger than the picture? (deeper)
#
# Here is one reason why a field of 33 pixels is not enough for a picture of 32. The box must hold the
# picture not only for the output in the middle, but for those near the edges as well. For how many
# of 32 outputs in a row does the field cover every column?

# %%
from course_lib.geometry import positions_that_see_all

for field in (33, 45, 63):
    print(f"field {field}: {len(positions_that_see_all(field, 32)):2} of 32 outputs see every column")

# %% [markdown]
# The other reason is section 5: what carries weight is the middle of the field. To *use* 32 pixels,
# a network has to *see* more. The assignment asks for over 44.

# %% [markdown]
# ## 8. What a stride throws away (deeper)
#
# Two questions about strides. First: how often is each pixel read? Second: what becomes of fine
# stripes? **Try this:** kernel 3 and stride 2, then kernel 4 and stride 2, and compare the counts.
# Then look at the *stripes* and move them by one pixel.

# %%
from course_lib.explorers.strides import StridesExplorer

explore(StridesExplorer())

# %% [markdown]
# With kernel 3 and stride 2 some pixels are read once, some twice, some four times, in a checkerboard.
# The gradient that training sends back to the picture has the same pattern, whatever the weights
# have learnt:

# %%
x = torch.ones(1, 1, 9, 9, requires_grad=True)
nn.functional.conv2d(x, torch.ones(1, 1, 3, 3), stride=2).sum().backward()
print(x.grad[0, 0].int().numpy())
assert set(x.grad.unique().tolist()) == {1, 2, 4}

# %% [markdown]
# And stripes finer than the stride turn into coarser ones, or vanish: **aliasing**. Averaging before
# the stride softens it, as Zhang (2019) showed for trained networks. You meet the checkerboard again
# in lesson 05, from the other side.

# %% [markdown]
# ## 9. Recap
#
# - Field and jump carry it through: r ← r + d (k − 1) j, then j ← j s.
# - Padding does not change the field. A stride widens what comes later, so early strides count most.
# - Three 3x3 see as much as one 7x7, with fewer weights.
# - What lies outside the field cannot be learnt. Inside it, most of the weight is in the middle.
# - Accuracy has grown with the logarithm of the field, among other things that grew.
#
# ## 10. Exercises
#
# **Exercise 1. Carry the field** (★★, 10 minutes). Write section 2 as a function, with dilation.


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
# **Exercise 2. VGG-16** (★, 5 minutes). Use your function: what is the field of VGG-16 behind its
# last pooling? Section 6 lists its layers; 0 stands for a pooling of 2x2 with stride 2.

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
# A pooling has a kernel too. Count all 18 layers.

# %% [markdown]
# **Exercise 3. Where to put the stride** (★★, 10 minutes). Six layers of 3x3, one of them with stride
# 2. At which position (1 is next to the image) is the field largest, and how large is it there? How
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
# **Exercise 4. Which rows?** (★★★, 15 minutes). A network has field `field`, jump `jump`, and in all
# a padding of `padding` pixels: the first row that output row 0 reads is row `-padding`. Which rows,
# first and last, does output row `u` read?


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
#   Distill 2019, doi 10.23915/distill.00021: sections 2, 6 and exercise 4. Their table of fields is in
#   the repository google-research/receptive_field.
# - W. Luo, Y. Li, R. Urtasun, R. Zemel, *Understanding the Effective Receptive Field in Deep
#   Convolutional Neural Networks*, arXiv 1701.04128: section 5.
# - B. Zhou and others, *Object Detectors Emerge in Deep Scene CNNs*, arXiv 1412.6856: what cells of a
#   trained network look at is much smaller than their field.
# - R. Zhang, *Making Convolutional Networks Shift-Invariant Again*, arXiv 1904.11486: section 8.
# - K. Simonyan, A. Zisserman, *Very Deep Convolutional Networks*, arXiv 1409.1556: three 3x3 for one
#   7x7.

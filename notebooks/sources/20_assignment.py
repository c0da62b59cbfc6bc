# ---
# jupyter:
#   accelerator: GPU
# ---

# %% [markdown]
# # The assignment: CIFAR-10 with fewer than 200,000 parameters
#
# **You will see** a network built under strict rules, each rule checked by a program that you can
# play with; its training with three augmentations; where it is wrong, and why. At the end you check
# a network of your own and write the file to hand in.
#
# **You need** notebooks 01 to 03. What you need of dilated and of depthwise separable convolutions,
# which have lessons of their own, is said in section 4. A GPU helps for section 8; section 9 is the
# way without one.
#
# **Time** about 90 minutes of reading and as much for the exercises. With a GPU, section 8 trains for
# 36 epochs, and later cells wait for it; read on meanwhile. In a hurry to hand in? Read 1, 5 and 6,
# and run 13: of the cells before it, it needs the first one only.

# %% [markdown]
# ## 1. The brief
#
# A network for CIFAR-10: colour pictures of 32x32 pixels, ten classes. The rules:
#
# | rule | what it asks for |
# |---|---|
# | shape | C1C2C3C40: four blocks of three convolutions each, then the output |
# | no max-pooling | the last convolution of a block has stride 2 instead |
# | receptive field | more than 44 pixels |
# | depthwise separable | at least one such convolution |
# | dilated | at least one such convolution |
# | GAP | global average pooling; a linear layer to the classes may follow |
# | augmentation | albumentations: flip, ShiftScaleRotate, one 16x16 hole in the mean colour (CoarseDropout) |
# | size | fewer than 200,000 parameters |
# | result | 85 % of the test pictures right, in as many epochs as you want |
# | code | in modules, not in a notebook; on GitHub |
#
# **C1C2C3C40** is one word in five parts: C1, C2, C3 and C4 are blocks of convolutions, one behind
# the other, and the last sign is the output. What stands between the blocks it does not say. In
# Session 7 it is a max-pool, in Session 9 a convolution with stride 2.
#
# We read the brief so: a depthwise convolution and the 1x1 that follows it are *one* convolution,
# and C1, C2 and C3 end with stride 2, while C4 keeps its size. (The program that judges is milder: it
# forbids pooling, and lets a stride stand anywhere, or nowhere.)
#
# You hand in five answers, and each has its points:
#
# | answer | points |
# |---|---|
# | the model's code | 125 |
# | the output of torchsummary | 125 |
# | the code of the three augmentations | 125 |
# | the log, with a test after every epoch | 125 |
# | the link of your README | 200 |
# | extra: dilated convolutions in place of strides and pooling | 200 |
#
# If the code is not modular, all of it counts nothing. The program that judges the rules proposes
# a score from these points; whoever grades decides.
#
# **Before you go on, guess:** a picture has 32 pixels a side. Why would anyone ask for a receptive
# field of more than 44? Section 5 answers it.

# %% [markdown]
# ## 2. The pictures
#
# `load("auto")` takes the real CIFAR-10 where there is a GPU. Without one, training on it takes more
# than an hour, so `load` takes ten classes of drawn shapes instead: everything below then runs in
# about a minute, and needs no network. To choose yourself, write `load("cifar10")` or
# `load("synthetic")`.

# %%
import torch
from course_lib.data import load

data = load("auto")
drawn = data.is_drawn  # drawn by the program, or photographs?
if drawn:
    torch.set_num_threads(1)  # so that the small training below is the same on every machine
print(data.name)
print("training", data.train_images.shape, data.train_images.dtype)  # (N, H, W, C)
print("test    ", data.test_images.shape)

# %%
import numpy as np

from course_lib import plots
from course_lib.frontends.figures import show

chosen = [np.flatnonzero(data.test_labels == label)[:4] for label in range(10)]
show(
    *plots.gallery(
        data.test_images[np.stack(chosen, axis=1).ravel()],
        columns=10,
        titles=data.classes,
        alt=f"Four test pictures of each of the ten classes: {', '.join(data.classes)}.",
    )
)

# %% [markdown]
# ## 3. Three augmentations
#
# Augmentation shows the network each picture in a new form every epoch, and keeps the label. The
# brief names three. Here is the code, as it stands in `course_lib/data/augmentation.py`:

# %%
import inspect

from course_lib.data.augmentation import assignment_augmentation, augment

print(inspect.getsource(assignment_augmentation))

# %% [markdown]
# Below, three rows switch on one of them each, always. The last row has all three, each with
# probability one half. (Our training run drew the last two a little more rarely: 0.3.)

# %%
probabilities = {
    "as it is": (0, 0, 0),
    "flip": (1, 0, 0),
    "shift, scale,\nrotate": (0, 1, 0),
    "one hole": (0, 0, 1),
    "all three,\np = 0.5": (0.5, 0.5, 0.5),
}
eight = data.test_images[[picks[0] for picks in chosen[:8]]]
rows = [
    augment(assignment_augmentation(data.mean, *p), eight, seed=1, epoch=1, chunk=0)
    for p in probabilities.values()
]
show(
    *plots.gallery(
        np.concatenate(rows),
        columns=8,
        rows=list(probabilities),
        alt="Eight pictures in five rows: as they are, flipped, shifted with scale and rotation, "
        "with one 16x16 hole of the mean colour, and with all three at probability one half.",
    )
)

# %% [markdown]
# **Which colour is the hole?** The mean of the training pictures. After normalising, that colour is
# zero to within rounding: the network sees nothing there, neither dark nor bright. Quoted means are
# numbers in [0, 1], and the pictures hold 0 to 255. Forget to convert, and a fill of 0.49 is stored
# as 0, a black hole:

# %%
from course_lib.data.augmentation import fill_value

mean = (0.4914, 0.4822, 0.4465)  # of the CIFAR-10 training pictures
print("0.4914 stored as a pixel:", np.array(mean).astype(np.uint8))
print("what it should be:       ", fill_value(mean))

# %% [markdown]
# The argument names are a second trap. The brief's are those of albumentations 1 (`max_holes`,
# `max_height`, `fill_value`, `mask_fill_value`); version 2 ignores them with a mere warning and cuts
# other holes. `strict=True` in the code above turns that into an error.
#
# **How large is a hole of 16x16?** A quarter of the picture, in every draw: it never sticks out.

# %%
hole_only = assignment_augmentation(data.mean, flip=0, affine=0, hole=1)
black = np.zeros((50, 32, 32, 3), np.uint8)
holes = augment(hole_only, black, seed=0, epoch=1, chunk=0)
covered = (holes > 0).any(axis=-1).mean(axis=(1, 2))  # share of each picture
print("smallest and largest share covered:", covered.min(), covered.max())
assert (covered == 16 * 16 / (32 * 32)).all()

# %% [markdown]
# ## 4. The network
#
# Two kinds of convolution do more than those of lessons 01 to 03; who has done 04 and 07 knows them. A
# **dilated** one leaves gaps between its taps: with dilation
# 2, the nine weights of a 3x3 kernel read every second pixel of a 5x5 window. A **depthwise
# separable** one is two in a row: a depthwise convolution, with one kernel a channel and no mixing,
# and a pointwise one, which mixes the channels.
#
# Our network has four blocks of three. Read it aloud: the channels grow from 32 to 160 while the side
# shrinks from 32 to 4. C2 and C3 have one dilated convolution each, and nine of the twelve are
# depthwise separable: that is what makes 160 channels affordable. `nn.AdaptiveAvgPool2d(1)` is GAP,
# the mean of each map, whatever its size. So for each class the head has one weight a channel, not
# one a pixel.

# %%
from course_lib.models.session9 import Session9Net

print(inspect.getsource(Session9Net.__init__))

# %% [markdown]
# `DepthwiseSeparable` has BatchNorm and ReLU after both of its steps. Where the shapes allow it, it
# adds its input to its output: a *residual add*. The layers then learn what to change, not what to
# keep. (`ConvBlock` is an ordinary 3x3 convolution with BatchNorm, ReLU and the same residual add. Both
# pad, so that stride 1 keeps the size.)

# %%
from course_lib.models.blocks import DepthwiseSeparable

print(inspect.getsource(DepthwiseSeparable.forward))

# %% [markdown]
# What does one depthwise separable convolution save? The last one of C3 goes from 128 to 128
# channels. Written out, and then counted in the network:

# %%
ordinary = 128 * 128 * 3 * 3
separable = 128 * 3 * 3 + 128 * 128
print(f"ordinary {ordinary:,}   separable {separable:,}   {ordinary / separable:.1f} times fewer")

layer = Session9Net().c3[2]
counted = layer.depthwise.weight.numel() + layer.pointwise.weight.numel()
assert counted == separable

# %% [markdown]
# The summary that the assignment asks for. `course_lib` wraps `torchsummary`, which by itself
# would change BatchNorm's running statistics and the random state.

# %%
from course_lib.models.summary import summary

model = Session9Net(mean=data.mean, std=data.std)
summary(model, (3, 32, 32))

# %% [markdown]
# ## 5. Why a receptive field over 44 on 32 pixels?
#
# The table of lesson 03, for our network. A layer with kernel k and dilation d adds d (k - 1) times
# the *jump* before it to the *field*; its own stride only widens what comes later. From the global
# pooling on, every value has seen the whole *image*.

# %%
from course_lib.receptive_field import analyse

table = analyse(model, (32, 32))
table

# %% [markdown]
# (The 4,224 parameters without a row are BatchNorm's scales and shifts.)

# %%
convolutions = [row for row in table.rows if row.kernel_size and row.kernel_size[0] > 1]
show(
    *plots.field_growth(
        [row.name.removesuffix(".conv").removesuffix(".depthwise") for row in convolutions],
        [row.receptive_field[0] for row in convolutions],
    )
)
assert table.receptive_field == (103, 103)
assert table.parameters == sum(p.numel() for p in model.parameters()) < 200_000

# %% [markdown]
# Is the table true? Ask torch, by the gradient: which pixels of a picture that is large enough does
# one central output value depend on?

# %%
from course_lib.receptive_field import measure

measured = measure(model)
print("by arithmetic", table.receptive_field, "  by gradient", measured.receptive_field)
assert measured.receptive_field == table.receptive_field

# %% [markdown]
# Now the question: why more than 44, on 32 pixels? The brief gives no reason, so this answer is ours.
# An output value in the middle sees the whole picture as soon as the field reaches 33. But a map has
# many positions, and near the edge a part of each field lies outside the picture. How many of 32
# positions in a row see *every* column?

# %%
from course_lib.geometry import positions_that_see_all

for field in (31, 33, 45, 63):
    print(f"field {field}: {len(positions_that_see_all(field, 32)):2d} of 32 positions")
assert len(positions_that_see_all(45, 32)) == 14
assert len(positions_that_see_all(63, 32)) == 32

# %% [markdown]
# At 45, the first odd field that passes the rule, 14 of 32 do; at 63, all of them. So a field over
# 44 is not for one value in the middle. It is for the many that global pooling averages. In our
# network the maps are smaller, and the table knows where each field begins:

# %%
for row in convolutions[-6:]:
    seeing = positions_that_see_all(row.receptive_field[0], 32, row.jump[0], row.start[0])
    print(f"{row.name:14} {len(seeing)} of {row.output_size[0]} positions")

# %% [markdown]
# From the first convolution of C4 on, every position sees the whole picture. But the field says what
# *can* be seen. How much each pixel counts is another matter, see lesson 03: the weight gathers in
# the middle.

# %% [markdown]
# ## 6. Which rules does a network keep?
#
# `assignment.check` follows one pass through a network, function calls included, and holds what it
# saw against the brief. It looks at what a layer *does*, not at what it is called. You get the
# same answer before handing in as whoever grades gets afterwards.
#
# Below it works behind sliders. They build a network, and for each one the check runs anew. It
# opens on a plain network that breaks six rules.
#
# **Try this:**
# 1. Turn the rows green, one by one.
# 2. Go to *as in Session9Net* and break it again. Which settings break two or more rules at once?
# 3. Earn the extra points: no stride, no pooling, and a field over 44. What do they cost?

# %%
from course_lib.frontends.jupyter import explore
from course_lib.measured.assignment_rules import AssignmentRulesExplorer

explore(AssignmentRulesExplorer())

# %% [markdown] tags=["solution"]
# **2.** Two blocks, one or four convolutions in each, *flatten*, and every other kind of convolution.
# Ordinary ones cost too many parameters, and so does the linear layer behind *flatten*. Half as many
# groups as channels, and a "depthwise" layer of 1x1: both were handed in as depthwise separable.
# The check counts each with its 1x1 as two convolutions, so the shape breaks as well.
#
# **3.** Without a stride, one more step of dilation widens the field by two pixels: 6 in C2 and 6 in
# C3 are enough. It costs seven times the multiplications, and not one parameter.

# %% [markdown]
# **Predict.** Is it worth it, and does the clock follow the multiplications? Two networks are public,
# side by side in one repository, with 178,272 parameters each: one with strides, one with dilation in
# their place. How many *points* of accuracy (per cent of the test pictures) did the dilated one gain,
# and how many *times* as long was an epoch? Within a factor of two is right. How sure are you:
# `"guess"`, `"think"` or `"sure"`?

# %%
from course_lib.exercises import assignment as check

# <solution>
gain, confidence = {"points": 1.6, "times": 6.5}, "think"
# </solution>
# <stub>
# gain, confidence = {"points": ..., "times": ...}, ...
# </stub>
check.dilated_twin(gain, confidence)

# %% [markdown] tags=["solution"]
# The two are in the repository TSAI-EVA8/advancedConvolutions (`main.ipynb` and `main2.ipynb`): 100
# epochs each, best epoch on the test images, one run. The dilated one claims a field over 44; by our
# count it is 27.

# %% [markdown]
# ### Without a stride: `Session9DilatedNet`
#
# The workbook has such a network too, for the extra points. Its dilations are 2, 2, 3, 4 and 8.

# %%
from course_lib import assignment
from course_lib.models.session9_dilated import Session9DilatedNet

dilated = assignment.check(Session9DilatedNet(), rules="session9-dilated")
for rule in ("blocks", "pooling", "stride", "receptive field", "dilation", "parameters"):
    print(f"{dilated[rule].state:7} {rule:16} {dilated[rule].found}")
assert dilated.named("failed") == []

# %% [markdown]
# It keeps every rule on the network. It has **not been trained** here, so nobody knows its accuracy,
# and the rules on the log are not shown. It takes seven times the multiplications of `Session9Net`,
# so this run wants a GPU (where such commands go: section 13):
#
# ```sh
# python -m course_lib train --network session9-dilated --data cifar10
# ```

# %%
from course_lib.models.pretrained import make_network

for name in ("starter", "session7", "session9", "session9-dilated"):
    network = make_network(name)
    costs = analyse(network, (32, 32))
    print(
        f"{type(network).__name__:19} {costs.parameters:>7,} parameters   "
        f"field {costs.receptive_field[0]:3}   {costs.macs / 1e6:5.1f} million MACs"
    )

# %% [markdown]
# Parameters are not what costs the work: the last two have nearly as many, and one multiplies seven
# times as often. A weight is paid for at each place of its map.

# %% [markdown]
# ## 7. Session 7: a network to repair
#
# Session 7 is the smaller sister of the assignment, and a good place to begin. It gives you a network
# that runs and breaks the rules, and asks you to repair it.
#
# | | Session 7 | Session 9 |
# |---|---|---|
# | between the blocks | a max-pool, three in all | stride 2, and no pooling |
# | parameters | fewer than 1,000,000 | fewer than 200,000 |
# | test accuracy | 80 % | 85 % |
# | augmentation | not asked for | three |
# | also asked for | code that uses a GPU | code in modules |
# | the same in both | field over 44, depthwise separable, dilated, GAP | |
#
# Ours to repair is called `StarterNet`, in the manner of LeNet-5 from 1998:

# %%
from course_lib.models.starter import StarterNet

print(inspect.getsource(StarterNet.__init__))

# %% [markdown]
# It runs. To use a GPU where there is one, choose the device, and move pictures and network to it:

# %%
from course_lib.data.feeding import to_input

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
x = to_input(torch.from_numpy(data.test_images[:8]), device)  # (N, 3, 32, 32), in [0, 1]
starter = StarterNet(mean=data.mean, std=data.std).to(device)
print(tuple(starter(x).shape))

# %% [markdown]
# But it breaks six rules.
#
# **Exercise 1. Repair it** (★★★, 30 minutes). Change the network below until every rule of Session 7
# on the network is kept. Do it one rule at a time: run the cell, read what is *next*, change that.
# The classes `ConvBlock(3, 16)` and `DepthwiseSeparable(16, 32)` of section 4 are at hand, and both
# take `dilation=2`.

# %%
from torch import nn

from course_lib.models.blocks import ConvBlock, DepthwiseSeparable


class Repaired(nn.Module):
    def __init__(self):
        super().__init__()
        # <solution>
        self.c1 = nn.Sequential(ConvBlock(3, 16), ConvBlock(16, 16), DepthwiseSeparable(16, 32))
        self.c2 = nn.Sequential(ConvBlock(32, 32), ConvBlock(32, 32, dilation=2))
        self.c3 = nn.Sequential(ConvBlock(32, 64), DepthwiseSeparable(64, 64, dilation=2))
        self.c4 = nn.Sequential(DepthwiseSeparable(64, 128), DepthwiseSeparable(128, 128))
        self.pool = nn.MaxPool2d(2)
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(128, 10)
        # </solution>
        # <stub>
        # self.c1 = nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2))
        # self.c2 = nn.Sequential(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2))
        # self.head = nn.Sequential(
        #     nn.Linear(16 * 5 * 5, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)
        # )
        # </stub>

    def forward(self, x):
        # <solution>
        x = self.pool(self.c1(x))
        x = self.pool(self.c2(x))
        x = self.pool(self.c3(x))
        return self.head(self.gap(self.c4(x)).flatten(1))
        # </solution>
        # <stub>
        # return self.head(self.c2(self.c1(x)).flatten(1))
        # </stub>


check.repair_session7(Repaired)

# %% [markdown] tags=["hint"]
# Begin at the end: with `nn.AdaptiveAvgPool2d(1)` before the head, the head no longer depends on the
# size of the map, and everything before it can change freely. The head then reads as many numbers
# as the last block has channels.

# %% [markdown] tags=["hint"]
# `x = self.pool(self.c1(x))`: one max-pool, used three times, counts three times. For the field, what
# stands behind the third pool counts eight times as much as what stands before the first.

# %% [markdown] tags=["solution"]
# One of many. Session 7 does not say how many convolutions a block has; this one has nine in all and
# a field of 82. For handing in, it goes into `model.py`, see section 13.

# %% [markdown]
# Here is the whole report on your network. Run this cell again after each change, and watch it turn.
# A row has one of three states: passed, failed, or *not shown*, where there is nothing to judge it by.

# %%
assignment.check(Repaired(), rules="session7")

# %% [markdown]
# ### Ours: `Session7Net`
#
# Three convolutions a block, up to 256 channels. It was trained for eight epochs on a copy of the real
# pictures, and log and weights ship with the workbook.

# %%
from course_lib.models.pretrained import load_pretrained, model_card, shipped_log
from course_lib.training import read_log

card7, log7 = model_card("session7"), read_log(shipped_log("session7"))
print(f"{card7['parameters']:,} parameters, {card7['data']}, {card7['device']}")
print(log7.table())
assert log7.final_accuracy == card7["test_accuracy"] >= 0.80

# %%
report7 = assignment.check(load_pretrained("session7"), log=log7, rules="session7")
print(report7.verdict)
print("not shown:", *report7.named("not shown"), "-", report7["GPU"].found)
assert report7.named("failed") == []

# %% [markdown]
# All rules but one are shown. The run was made on a processor, so its log cannot show that the code
# uses a GPU. It proves nothing against it either: `train` takes one where there is one.

# %% [markdown]
# ## 8. Training
#
# `train` is the loop of lesson 03 (`fit`) with a test after each epoch, in
# `course_lib/training/loop.py`. Three helpers stand in nearly every modern recipe, and in ours.
#
# - **BatchNorm** brings each channel to mean 0 and variance 1 over the batch, then scales and shifts
#   it by two learned numbers. It lets us take larger steps. In use it takes running averages in
#   place of the batch's, and is then a scale and a shift, nothing more.
# - **One cycle**: the learning rate rises for a fifth of the run and falls almost to zero at its end.
#   (The plot below has one point an epoch; in a run of four, the rise is over before the first.)
# - **EMA**: what is tested and kept is a running average of the weights, not those of the last step.
#
# All the numbers of a run stand in one `Recipe`. Weight decay spares BatchNorm and biases.

# %% [markdown]
# With photographs this is the real run. With the drawn shapes it is four short epochs, enough to
# see everything work. The real run writes log and checkpoint after every epoch, and goes on from
# there when it was cut off. On Colab the session's disk goes with the session: set `CHECKPOINTS` to
# `"/content/drive/MyDrive/workbook"` to keep them on your Drive. If there is no GPU to be had any more,
# write `load("cifar10")` in section 2: the run goes on from there on the processor, only slower. After
# a change of recipe or network, choose another folder.

# %%
from tempfile import mkdtemp

from course_lib.training import Recipe, train
from course_lib.training.checkpoints import checkpoint_folder

CHECKPOINTS = "runs"
if drawn:
    recipe, folder = Recipe(epochs=4, batch_size=50, peak_lr=0.1, ema=0.98), mkdtemp()
else:
    recipe, folder = Recipe(epochs=36), checkpoint_folder(CHECKPOINTS) / "session9"
print(f"{recipe.epochs} epochs, batches of {recipe.batch_size}, peak rate {recipe.peak_lr}")

# %%
workers = 2 if torch.cuda.is_available() else 0
torch.manual_seed(recipe.seed)
model = Session9Net(mean=data.mean, std=data.std)
result = train(model, data, recipe, folder, workers=workers, resume=True, progress=not drawn)
log = result.log
show(*plots.curves(log))
assert log.column("train_loss")[-1] < log.column("train_loss")[0]  # the loss fell
assert log.final_accuracy > 3 / 10  # and guessing gets one in ten

# %% [markdown]
# The test images are judged after every epoch, and the figure that counts is the *last* epoch's.
# Picking the best of all epochs would be choosing on the test set.

# %% [markdown]
# ### A whole run, on real pictures
#
# So that nobody has to wait, a full run ships with the workbook: weights, log, and a card that says
# where they come from. The images were a JPEG copy of CIFAR-10, a little coarser than the originals.

# %%
card = model_card("session9")
for key in ("data", "test_images", "test_accuracy", "epochs", "seeds", "device", "commit"):
    print(f"{key:14} {card[key]}")

# %%
shipped = read_log(shipped_log("session9"))
print(shipped.table())

# %%
show(*plots.curves(shipped, goal=0.85))
assert shipped.final_accuracy == card["test_accuracy"] >= 0.85
assert card["parameters"] < 200_000

# %% [markdown]
# Training accuracy stays *below* test accuracy for most of the run. That is no mistake: it is
# measured on augmented pictures with the weights of the moment, the other on clean pictures with
# averaged weights. The two losses do not compare at all. The training loss is taken against smoothed
# labels, 0.91 for the right class and 0.01 for each other, and so it can never reach zero:

# %%
smoothed = torch.full((10,), 0.01)
smoothed[0] = 0.91
print(f"the training loss cannot fall below {-(smoothed * smoothed.log()).sum():.4f}")

# %% [markdown]
# ### Rules and points
#
# With augmentation and log the report is complete, but for the link of the README. No program can
# judge that anyway. (The probabilities in the log's recipe are a little lower than those of the
# augmentation here; the brief names none.)

# %%
trained = load_pretrained("session9")
report = assignment.check(trained, assignment_augmentation(mean), shipped)
assert report.exit_code == 0
report

# %% [markdown]
# ## 9. Without a GPU
#
# There are three ways.
#
# - **Wait.** Our whole run took 79 minutes on two cores of a processor. The command is
#   `python -m course_lib train --data cifar10`, or the `train.py` of section 13 for a network of your
#   own; with `--resume` it goes on after a break. This way leads to all the points.
# - **Train on a fifth of the pictures.** 16 minutes, and another goal, below.
# - **Train nothing.** Read our run as a reviewer would. You learn much, and have nothing of your own to
#   hand in.
#
# ### Read a run as a reviewer would
#
# You have a whole run: log, weights, and the counts of its mistakes. Much can be asked of them. For
# instance: when did it pass the goal, and would that have been the time to stop?

# %%
accuracy = shipped.column("test_accuracy")
passed = next(record["epoch"] for record in shipped if record["test_accuracy"] >= 0.85)
print(f"85 % for the first time after epoch {passed} of {len(accuracy)}")
print(f"gained in the last six epochs: {100 * (accuracy[-1] - accuracy[-7]):.1f} points")
print(f"learning rate before them: {shipped.column('learning_rate')[-7]:.3f}, then to almost zero")

# %% [markdown]
# When? After epoch 31. To stop there? No: that would be choosing on the test images. And the end is
# not idle: while the learning rate falls to zero, the network settles. A schedule that is cut off
# was the wrong schedule; choose a shorter one instead.
#
# More to ask: which classes does the average hide (section 10)? What does the network look at
# (sections 10 and 11)? Which of four logs is honest (exercise 6)?

# %% [markdown]
# ### Train on a fifth of the pictures
#
# 1,000 training pictures a class in place of 5,000, the same network, the same 36 epochs, and the
# same 10,000 test pictures. That is a fifth of the work. The goal is not the brief's: **75 %**.
#
# ```sh
# python -m course_lib train --data cifar10 --per-class 1000 --epochs 36 --ema 0.998 --folder runs/fifth
# ```
#
# (The running average is shorter, 0.998 for 0.999, since there are fewer steps to average over. For
# your own network, `train.py` of section 13 takes `--per-class 1000` as well.) Our own run of that
# command ships as a log:

# %%
fifth = read_log(shipped_log("session9-fifth"))
for key in ("data", "train_images", "test_images", "device"):
    print(f"{key:13} {fifth.header[key]}")
print(f"{'minutes':13} {sum(fifth.column('seconds')) / 60:.0f}, on two cores")
print(f"{'last epoch':13} {fifth.final_accuracy:.2%}")
assert 0.75 <= fifth.final_accuracy < shipped.final_accuracy

# %%
show(*plots.accuracies([shipped, fifth], ["all 50,000 pictures", "a fifth of them"], [0.85, 0.75]))

# %% [markdown]
# The distance between the curves is what 40,000 more pictures are worth, with the five times as many
# steps that come with them. It is also why we augment: to make the most of the pictures that there
# are.
#
# What to hand in: the log of such a run, as what it is. The report will say that 85 % is not reached,
# with the figure; your README says on how many pictures you trained, and which goal you had.

# %% [markdown]
# ## 10. Where it is wrong
#
# A figure for all classes hides which ones are confused. So count every pair of true class and
# prediction. The card of the shipped run holds the counts on the 10,000 real test pictures.
#
# **Before you look:** which two of the ten classes are most often taken for each other, and which
# pair comes next?

# %%
counts = np.array(card["confusion"])  # (true class, predicted class)
names = card["classes"]
show(*plots.confusion(counts, names))
pairs = np.triu(counts + counts.T, k=1)  # each pair both ways, once
for place in pairs.ravel().argsort()[::-1][:4]:
    one, other = np.unravel_index(place, pairs.shape)
    print(f"{names[one]} and {names[other]}: {pairs[one, other]} mistaken for each other, of 2,000")

# %% [markdown]
# Cats and dogs come first, as one would think, and cars and trucks fourth. Between them stand two
# pairs that fewer people would guess.
#
# ### Precision and recall
#
# "How good is it with cats?" is two questions. Of the pictures that it *calls* cats, how many are
# cats? That is the **precision**: the diagonal over the sum of the column. Of the cats that there
# *are*, how many does it find? That is the **recall**: the diagonal over the sum of the row.

# %%
called, there, right = counts.sum(axis=0), counts.sum(axis=1), counts.diagonal()
precision, recall = right / called, right / there
cat = names.index("cat")
print(f"{called[cat]:5,} called cats, {right[cat]} of them are: precision {precision[cat]:.1%}")
print(f"{there[cat]:5,} cats,        {right[cat]} of them found: recall {recall[cat]:.1%}")
assert np.isclose(recall.mean(), card["test_accuracy"])  # as many pictures in every class

# %%
show(*plots.precision_and_recall(precision, recall, names))
bird, frog = names.index("bird"), names.index("frog")
assert called[bird] < there[bird]
assert called[frog] > there[frog]
assert round(100 * recall[frog]) == 92

# %% [markdown]
# Bird and frog have nearly the same precision, and differ in recall. The network says "bird" too
# seldom, and many birds go elsewhere. It says "frog" too often, and finds 92 of 100. Which
# of the two is the worse fault, the task decides: a smoke alarm wants recall, a spam filter precision.
# The accuracy alone says neither. Here it is the mean recall, because all classes have equally many
# pictures.
#
# Now the matrix of the network that was trained in section 8:

# %%
model = result.model.cpu()
x = to_input(torch.from_numpy(data.test_images), torch.device("cpu"))  # (N, 3, 32, 32), in [0, 1]
with torch.no_grad():
    logits = torch.cat([model(part) for part in x.split(500)])  # (N, 10)
predicted = logits.argmax(1).numpy()
matrix = np.zeros((10, 10), int)
np.add.at(matrix, (data.test_labels, predicted), 1)
assert matrix.trace() == (predicted == data.test_labels).sum()
show(*plots.confusion(matrix, data.classes))

# %% [markdown]
# ### Where does it look?
#
# With global average pooling, two lines of code answer that. The head multiplies each *mean* of a
# map by a weight and adds up. Multiply the *map* by the weight instead, before the mean, and you
# have the evidence for a class at each place: a class-activation map. Its mean, plus the bias, is
# the **logit**, the score of that class.


# %%
@torch.no_grad()
def activation_maps(model, x):
    """The evidence for each class at each place: (N, 3, H, W) -> (N, 10, h, w)."""
    maps = model.features(x)  # (N, 160, 4, 4)
    return torch.einsum("nchw,kc->nkhw", maps, model.head.weight)


evidence = activation_maps(model, x[:100])
torch.testing.assert_close(evidence.mean((2, 3)) + model.head.bias, logits[:100])
print(tuple(evidence.shape), "the mean of each map, plus the bias, is the logit")

# %% [markdown]
# The worst mistakes are those made with the greatest confidence. Below each picture lies the
# evidence for the class that it was *taken for*: yellow is much, blue is little, each map on a scale
# of its own. Mind section 5: each of the 16 cells could see the whole picture. Where the evidence is
# *counted* is a hint at where it comes from, not a proof.

# %%
confidence = logits.softmax(1).max(1).values.numpy()
wrong = np.flatnonzero(predicted != data.test_labels)
worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:8]
names = np.array(data.classes)
show(
    *plots.activation_maps(
        data.test_images[worst],
        activation_maps(model, x[worst])[range(len(worst)), predicted[worst]].numpy(),
        [f"{names[data.test_labels[i]]}\ntaken for {names[predicted[i]]}" for i in worst],
        alt="The mistakes made with the greatest confidence, each with its true class and what it "
        "was taken for; below it, the class-activation map of the class it was taken for.",
    )
)

# %% [markdown]
# ## 11. What the layers see
#
# The first convolution has 32 filters of 3x3 pixels in three colours, so they can be looked at as
# small colour pictures. These are the ones of the shipped network, each stretched to the full range.

# %%
filters = trained.c1[0].conv.weight.detach()  # (32, 3, 3, 3)
low, high = filters.amin((1, 2, 3), keepdim=True), filters.amax((1, 2, 3), keepdim=True)
coloured = ((filters - low) / (high - low)).permute(0, 2, 3, 1).numpy()  # (32, 3, 3, RGB)
show(*plots.gallery(coloured, columns=16, alt="The 32 first-layer filters as 3x3 colour pictures."))

# %% [markdown]
# Some go from dark to bright in one direction: they find edges. Others have one colour all over: they
# answer to that colour, wherever it is. Now one photograph, the portrait of Grace Hopper from the
# first notebook, made 32 pixels small, and what the network makes of it on its way: the six busiest
# maps of each block. (She is none of the ten classes, which does not matter here.)

# %%
import matplotlib.cbook
from PIL import Image

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    photo = Image.open(file).convert("RGB").crop((50, 0, 462, 412)).resize((32, 32))
h = to_input(torch.from_numpy(np.array(photo))[None], torch.device("cpu"))  # (1, 3, 32, 32)
h, pictures = trained.normalize(h), []
with torch.no_grad():
    for block in (trained.c1, trained.c2, trained.c3, trained.c4):
        h = block(h)
        busiest = h[0].std((1, 2)).argsort(descending=True)[:6]  # the maps that vary most
        pictures += [np.array(photo), *h[0, busiest].numpy()]
show(
    *plots.gallery(
        pictures,
        columns=7,
        rows=["C1, 16x16", "C2, 8x8", "C3, 4x4", "C4, 4x4"],
        alt="A portrait photograph at 32x32 pixels and, in four rows, six feature maps each of the "
        "blocks C1 to C4, from 16x16 down to 4x4.",
    )
)

# %% [markdown]
# In C1 the outline is still there, and some maps answer to the skin or to the background. In C4 a
# map has 16 numbers left: they say what was found, and only roughly where.

# %% [markdown]
# ## 12. Seven ways to do better
#
# A checklist for your own network. A figure stands here only where somebody measured it, with its
# source; most of them are of larger networks, so they say in which direction to look. The last column
# is the experiment that would settle it for yours. Its options are those of `python -m course_lib train`
# and of the `train.py` of section 13; there, the probabilities of row 6 stand in `data.py`.
#
# | way | measured by others | to try it here |
# |---|---|---|
# | 1. regularise | dropout in a Wide ResNet *raised* the error, 3.89 to 4.65 % [1] | `--weight-decay` 0, 0.0005, 0.005; an `nn.Dropout` before the head |
# | 2. BatchNorm | on ImageNet, the same accuracy in 14 times fewer steps [2] | take it out of `ConvBlock`, and lower the rate until it trains |
# | 3. train longer | 92.3, 93.3, 94.6 % after 30, 60, 120 epochs [3] | `--epochs 72`; the schedule stretches along |
# | 4. tune | – | `--peak-lr`, `--batch-size`, one at a time, judged with `--hold-out 5000` |
# | 5. more width | ShuffleNetV2, half and full width (0.35 and 1.26 M parameters): 90.1 and 93.0 % [4] | exercise 4: how wide may it be? |
# | 6. augment | error 10.6 % plain, 4.7 % with flip and crop, 4.0 % with holes as well [5] | `--affine`, `--hole`: 0, 0.3, 0.5 |
# | 7. more depth | 20 and 110 layers with residual adds: error 8.75 and 6.43 %; without them, deeper was worse [6] | five convolutions a block (outside the brief) |
#
# There is an eighth way, **more pictures**: section 9 has the curves.
#
# Choose with `--hold-out 5000`: it keeps that many training pictures aside and judges on those. The
# test pictures are for the last run only. And mind the noise: at 86 % of 10,000 pictures the standard
# error alone is $\sqrt{0.86 \cdot 0.14 / 10{,}000}$, or 0.35 points. A gain of 0.2 from one seed is none.
#
# [1] Takahashi and others, arXiv 1811.09030, table I. [2] Ioffe, Szegedy, arXiv 1502.03167.
# [3] SeparableResNet4-3, one run with restarts, README of github.com/pierandom/separable-resnet.
# [4] README of github.com/chenyaofo/pytorch-cifar-models. [5] DeVries, Taylor, arXiv 1708.04552,
# table 1 (ResNet-18). [6] He and others, arXiv 1512.03385, table 6 and figure 6.

# %% [markdown]
# ## 13. Your own network
#
# The brief wants modules and a repository. One command writes a folder to begin with:
#
# ```sh
# python -m course_lib scaffold my-network
# ```
#
# (For Session 7, add `--rules session7` to `scaffold`, `check`, `check-all` and `submission`.)
#
# **Where commands go.** On your own machine, into a terminal. After `make lab`, say
# `source .venv/bin/activate` in the workbook's folder first; from then on `python` is the right one in
# every folder. On Colab, into a cell, with a `!` before the command and a `%` before `cd`. Do it on your
# Drive, since the session's disk goes with the session:
#
# ```
# from google.colab import drive
# drive.mount("/content/drive")
# %cd /content/drive/MyDrive
# !python -m course_lib scaffold my-network
# %cd my-network
# !python train.py --data synthetic --epochs 5
# ```
#
# The folder holds `model.py`, `data.py`, a `train.py` that is short enough to read, a README whose
# sections you fill in, and a `.gitignore`. No file is ever written over. The cell below does the same in
# a temporary folder.

# %%
from pathlib import Path
from tempfile import mkdtemp

import course_lib
from course_lib import assignment
from course_lib.models.pretrained import shipped_log

MY_FOLDER = Path(mkdtemp()) / "my-network"  # yours: Path("my-network")
if not (MY_FOLDER / "model.py").exists():
    assignment.scaffold(MY_FOLDER)
print(*sorted(path.name for path in MY_FOLDER.iterdir()), sep="\n")

# %% [markdown]
# ### What does the report say of it?
#
# Put your network into the next cell: the name of a file and a class, `"my-network/model.py:Net"`, or
# a network, `Net()`. A file runs in a process of its own, so that a mistake in it cannot stop this
# notebook. As it stands, the cell judges what `scaffold` wrote: a network that runs and breaks six
# rules, for you to repair.

# %%
MY_NETWORK = f"{MY_FOLDER}/model.py:Net"  # or a network: Net()
RULES = "session9"  # or "session9-dilated", or "session7"

if isinstance(MY_NETWORK, str):
    mine = assignment.check_file(assignment.Request(MY_NETWORK, rules=RULES))
else:
    mine = assignment.check(MY_NETWORK, rules=RULES)
mine

# %% [markdown]
# Then train it, first on the drawn shapes, which takes a minute, then on CIFAR-10; and check again,
# with all that a submission has. In your folder:
#
# ```sh
# python train.py --data synthetic --epochs 5
# python train.py --data cifar10 --peak-lr 0.2
# python -m course_lib check model.py:Net --augmentation data.py:augmentation --log log.jsonl
# ```
#
# (Without `--peak-lr` the rate is 0.02, for the network that `scaffold` wrote. One that ends in global
# pooling can take ten times as much; our run had 0.2. And `--resume` goes on with a run that was cut off.)
#
# Then put it on GitHub. Make an empty repository there, and in your folder:
#
# ```sh
# git init
# git add .
# git commit -m "CIFAR-10 with fewer than 200,000 parameters"
# git remote add origin ADDRESS
# git push -u origin HEAD
# ```
#
# `.gitignore` leaves out pictures and checkpoints; `log.jsonl` goes along. Open README.md there in the
# browser: that address is the link to hand in.
#
# Whoever grades judges a whole class at once, with the same rules. For that the repositories are needed,
# not the files handed in: one folder a student, cloned or unpacked from the link, with `model.py`,
# `data.py` (a function `augmentation`), `log.jsonl` and `README.md`, at the top or one folder deeper.
# For other names there are `--model`, `--augmentation`, `--log` and `--readme`.
#
# ```sh
# python -m course_lib check-all submissions/ --csv points.csv --reports reports/
# ```

# %% [markdown]
# ### The file to hand in
#
# `submission` collects the five answers and the report in one Markdown file. Here it does so for the
# shipped network. Put in your own files, your log and the link of your README. With
# `output="submission.md", overwrite=True` the file stays, and is replaced when you run the cell again.

# %%
home = Path(course_lib.__file__).parent
text = assignment.submission(
    model=f"{home}/models/session9.py:Session9Net",  # yours: "my-network/model.py:Net"
    augmentation=f"{home}/data/augmentation.py:assignment_augmentation",
    log=shipped_log("session9"),
    readme="https://example.org/session9/README.md",  # yours: its address in the browser
    output=Path(mkdtemp()) / "submission.md",
)
title, _, outcome, *lines = text.splitlines()
answers = [line for line in lines if line.startswith("## ")]
print(title, outcome, *answers, sep="\n")
assert len(answers) == 6  # the five, and the report

# %% [markdown]
# The 200 points of the link stay open until whoever grades has followed it: no program judges a README.
# If an answer is missing, or a file cannot be loaded, it says so in a sentence and writes nothing.
# The same as a command, in your folder:
#
# ```sh
# python -m course_lib submission model.py:Net --augmentation data.py:augmentation --log log.jsonl --readme LINK
# ```
#
# Read the file before you send it: its last part is what the checker will say.

# %% [markdown]
# ## 14. Recap
#
# - Four blocks of three convolutions, stride 2 instead of pooling, GAP and one linear layer:
#   182,986 parameters, receptive field 103.
# - Depthwise separable convolutions make the width affordable; dilation widens the field without one
#   more weight, at the price of holes.
# - On 32 pixels a field of 33 is enough for the middle only; from 63 on, every position sees all.
# - Parameters do not cost the work. The places where they are used do.
# - The hole's colour is the mean in 0 to 255, and old argument names get a warning, no more.
# - Precision asks about the pictures called cats, recall about the cats.
# - The figure to report is the last epoch's, on all test images, with data, seeds and epochs.

# %% [markdown]
# ## 15. Exercises
#
# Exercise 1 is in section 7.
#
# **Exercise 2. Fill in the ledger by hand** (★★, 10 minutes). Cover the table of section 5. Begin
# with field 1 and jump 1, go through the twelve convolutions of `Session9Net`, and write down the
# field after each. (A depthwise convolution and its 1x1 are one.)

# %%
# <solution>
fields = [3, 5, 7, 11, 19, 23, 31, 47, 55, 71, 87, 103]
# </solution>
# <stub>
# fields = ...  # twelve numbers: [3, 5, …]
# </stub>
check.field_ledger(fields)

# %% [markdown] tags=["hint"]
# A layer adds `dilation * (kernel_size - 1) * jump`, with the jump *before* it. Then the jump is
# multiplied by the stride.

# %% [markdown] tags=["hint"]
# The jump is 1 in C1, 2 in C2, 4 in C3 and 8 in C4. A 1x1 adds nothing, and neither does padding.

# %% [markdown]
# **Exercise 3. Count before you build** (★★, 10 minutes). A plain network has four blocks of three
# 3x3 convolutions, with `widths[i]` channels in block i. Each convolution has biases (torch's
# default) and a BatchNorm behind it. At the end: global pooling and a linear layer to ten classes.
# How many parameters has it, for three colours?


# %%
def count_parameters(widths: list[int]) -> int:
    """Widths of the four blocks -> the number of parameters."""
    # <solution>
    before, total = 3, 0
    for width in widths:
        for _ in range(3):
            total += 9 * before * width + width  # weights, biases
            total += 2 * width  # BatchNorm: a scale and a shift
            before = width
    return total + 10 * widths[-1] + 10
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.count_parameters(count_parameters)

# %% [markdown] tags=["hint"]
# A 3x3 convolution from a to b channels has 9 * a * b weights and b biases. The first one of a block
# reads as many channels as the block before had.

# %% [markdown] tags=["hint"]
# BatchNorm has two parameters a channel. Its running mean and variance are not parameters.

# %% [markdown]
# **Exercise 4. Spend the budget** (★★, 10 minutes). Choose the four widths of that network so that it
# has at least 190,000 parameters and still fewer than 200,000. Your function of exercise 3 helps.

# %%
# <solution>
widths = [24, 32, 48, 64]
# </solution>
# <stub>
# widths = ...  # four whole numbers
# </stub>
check.widths(widths)

# %% [markdown] tags=["hint"]
# The last block costs most: two of its convolutions have 9 times the square of its width.

# %% [markdown] tags=["solution"]
# There are many answers. Compare with `Session9Net`: for as many parameters it ends with 160
# channels, since most of its convolutions are depthwise separable.

# %% [markdown]
# **Exercise 5. From Session 7 to Session 9, and on to the extra points** (★★★, 30 minutes). Take your
# network of exercise 1. First let it keep the rules of Session 9: three convolutions a block, a
# stride in place of each pooling, fewer than 200,000 parameters.


# %%
# <solution>
class Strided(nn.Module):
    def __init__(self):
        super().__init__()
        block, separable = ConvBlock, DepthwiseSeparable
        self.c1 = nn.Sequential(block(3, 16), block(16, 32), separable(32, 32, stride=2))
        self.c2 = nn.Sequential(
            block(32, 32), block(32, 32, dilation=2), separable(32, 64, stride=2)
        )
        self.c3 = nn.Sequential(
            separable(64, 64), separable(64, 64, dilation=2), separable(64, 128, stride=2)
        )
        self.c4 = nn.Sequential(*(separable(128, 128) for _ in range(3)))
        self.gap, self.head = nn.AdaptiveAvgPool2d(1), nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.gap(self.c4(self.c3(self.c2(self.c1(x))))).flatten(1))


network = Strided
# </solution>
# <stub>
# network = ...  # your network, or its class
# </stub>
check.repair(network)

# %% [markdown] tags=["hint"]
# Which of the three convolutions of a block has the stride does not matter to the rules. It does to
# the field: a stride widens only what comes behind it.

# %% [markdown]
# Then take all strides out, and dilate until the field is above 44 again.


# %%
# <solution>
class Dilated(nn.Module):
    def __init__(self):
        super().__init__()

        def block(a, b, rates):
            layers = [DepthwiseSeparable(b if i else a, b, dilation=d) for i, d in enumerate(rates)]
            return nn.Sequential(*layers)

        self.c1 = nn.Sequential(ConvBlock(3, 16), ConvBlock(16, 32), DepthwiseSeparable(32, 32))
        self.c2, self.c3 = block(32, 64, (1, 2, 1)), block(64, 128, (2, 1, 3))
        self.c4 = block(128, 128, (1, 4, 8))
        self.gap, self.head = nn.AdaptiveAvgPool2d(1), nn.Linear(128, 10)

    def forward(self, x):
        return self.head(self.gap(self.c4(self.c3(self.c2(self.c1(x))))).flatten(1))


network = Dilated
# </solution>
# <stub>
# network = ...  # without any stride or pooling
# </stub>
check.repair_without_stride(network)

# %% [markdown] tags=["hint"]
# Without strides a 3x3 convolution adds twice its dilation. Begin with 1 and count: how large must
# the dilations of twelve convolutions be together?

# %% [markdown] tags=["solution"]
# 1 + 2 times their sum has to be above 44, so the twelve dilations must add up to 22 or more. These, and
# those of `Session9DilatedNet`, are 1, 1, 1, 1, 2, 1, 2, 1, 3, 1, 4 and 8: together 26, field 53. The
# large ones stand at the end: by then each cell has seen all that lies around it, and no hole is left
# (lesson 04).

# %% [markdown]
# **Exercise 6. Four logs, one honest** (★★, 10 minutes). Three of these logs show a fault that was
# found in public solutions of this assignment. Name it: `"continued run"`, `"training images"`,
# `"best epoch"`, or `"honest"`.

# %%
logs = check.four_logs()
print(logs["A"], logs["B"], sep="\n\n")

# %%
print(logs["C"], logs["D"], sep="\n\n")

# %%
# <solution>
verdicts = {"A": "continued run", "B": "best epoch", "C": "honest", "D": "training images"}
# </solution>
# <stub>
# verdicts = {"A": ..., "B": ..., "C": ..., "D": ...}
# </stub>
check.honest_log(verdicts)

# %% [markdown] tags=["hint"]
# Three questions: does it begin where an untrained network begins? On how many images was it tested?
# Is the quoted figure that of the last epoch?

# %% [markdown]
# **To think about** (★, 5 minutes). Some networks end with BatchNorm and ReLU behind the last layer,
# and the report warns of it. What can such a network no longer say?

# %% [markdown] tags=["solution"]
# That a class is *less* likely than one it knows nothing about. All evidence against is cut off at
# zero, and where two logits are cut off at once, no gradient tells them apart.

# %% [markdown]
# ## Further reading
#
# - A. Krizhevsky, *Learning Multiple Layers of Features from Tiny Images*, 2009 (CIFAR-10).
# - A. Buslaev and others, *Albumentations: Fast and Flexible Image Augmentations*, arXiv 1809.06839.
# - F. Chollet, *Xception: Deep Learning with Depthwise Separable Convolutions*, arXiv 1610.02357.
# - A. Araujo, W. Norris, J. Sim, *Computing Receptive Fields of Convolutional Neural Networks*,
#   Distill 2019, doi 10.23915/distill.00021.
# - T. DeVries, G. W. Taylor, *Improved Regularization of Convolutional Neural Networks with Cutout*,
#   arXiv 1708.04552.
# - B. Zhou and others, *Learning Deep Features for Discriminative Localization* (class-activation
#   maps), arXiv 1512.04150.
# - L. N. Smith, N. Topin, *Super-Convergence* (the one-cycle schedule), arXiv 1708.07120.
# - F. Yu, V. Koltun, *Multi-Scale Context Aggregation by Dilated Convolutions*, arXiv 1511.07122.
# - Y. LeCun and others, *Gradient-Based Learning Applied to Document Recognition* (LeNet-5), 1998.

# ---
# jupyter:
#   accelerator: GPU
# ---

# %% [markdown]
# # The assignment: CIFAR-10 with fewer than 200,000 parameters
#
# **You will see** a network built under strict rules, each rule checked by a program, its training
# with three augmentations, and then a look inside: where it is wrong, and why.
#
# **You need** the ideas of convolution, stride, dilation, depthwise separable convolution and
# receptive field. A GPU helps for section 6, and nothing else needs one.
#
# **Time** about 60 minutes of reading, and the training on top.

# %% [markdown]
# ## 1. The brief
#
# A network for CIFAR-10: colour pictures of 32x32 pixels, ten classes. The rules:
#
# | rule | what it asks for |
# |---|---|
# | shape | C1 C2 C3 C4, then the output: four blocks of three convolutions each |
# | no max-pooling | the last convolution of a block has stride 2 instead |
# | receptive field | more than 44 pixels |
# | depthwise separable | at least one such convolution |
# | dilated | at least one such convolution |
# | GAP | global average pooling; a linear layer to the classes may follow |
# | augmentation | with albumentations: flip, ShiftScaleRotate, one 16x16 hole in the mean colour |
# | size | fewer than 200,000 parameters |
# | result | 85 % of the test pictures right, in as many epochs as you want |
# | code | in modules, not in a notebook |
#
# There are extra points for dilated convolutions instead of strides. You hand in the model's code,
# the output of torchsummary, the code of the augmentation, a log with a test after every epoch, and
# a README.
#
# We read the brief so: a depthwise convolution and the 1x1 that follows it are *one* convolution,
# and C1, C2 and C3 end with stride 2, while C4 keeps its size.
#
# **Before you go on, guess:** a picture has 32 pixels a side. Why would anyone ask for a receptive
# field of more than 44? Section 5 answers it.

# %% [markdown]
# ## 2. The pictures
#
# `load("auto")` takes the real CIFAR-10 where there is a GPU. Without one, real training takes
# more than an hour, so it takes ten classes of drawn shapes instead: everything below then runs in
# a minute, and needs no network. To choose yourself, write `load("cifar10")` or
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
# Each row below switches one of them on. The last row has all three, each with probability one
# half. (Training draws the last two a little more rarely, see `Recipe`.)

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
# zero to within rounding: the network sees nothing there, neither dark nor bright. The mean is a
# number in [0, 1] and the pictures hold 0 to 255. Forget to convert, and a fill of 0.49 is stored as 0:

# %%
from course_lib.data.augmentation import fill_value

mean = (0.4914, 0.4822, 0.4465)  # of the CIFAR-10 training pictures
print("0.4914 stored as a pixel:", np.array(mean).astype(np.uint8))
print("what it should be:       ", fill_value(mean))

# %% [markdown]
# The argument names are a second trap. The brief's are those of albumentations 1 (`max_holes`,
# `max_height`, `fill_value`); version 2 ignores them with a mere warning and cuts other holes.
# `strict=True` in the code above turns that into an error.
#
# **How large is a hole of 16x16?** A quarter of the picture, in every draw:

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
# Four blocks of three. Read it aloud: the channels grow from 32 to 160 while the side shrinks from
# 32 to 4. One convolution has dilation 2 in C2 and one in C3; most are depthwise separable, since
# that is what makes 160 channels affordable.

# %%
from course_lib.models.session9 import Session9Net

print(inspect.getsource(Session9Net.__init__))

# %% [markdown]
# A block of the kind `DepthwiseSeparable` looks with one filter a channel, mixes the channels with a
# 1x1, and where the shapes allow it, adds its input to its output: a residual add.

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
# `analyse` runs the network once and writes down what each layer did. Two columns matter here.
# The *jump* is how far the view moves when the output moves by one. The *field* is how many input
# pixels a side one output value can see. A layer with kernel k and dilation d adds d (k - 1) times
# the jump before it; its own stride only widens what comes later. From the global pooling on, every
# value has seen the whole *image*.

# %%
from course_lib.receptive_field import analyse

table = analyse(model, (32, 32))
table

# %% [markdown]
# The last lines: 4,224 parameters have no row, since they are BatchNorm's scales and shifts. And
# where a residual add joins two branches, the larger field counts.

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
# Is the table true? Ask torch instead: take the gradient of one central output value with respect
# to the picture, and count the pixels where it is not zero. For that the network is copied and made
# linear, with positive weights, so that nothing cancels; and the picture is made large enough.

# %%
from course_lib.receptive_field import measure

measured = measure(model)
print("by arithmetic", table.receptive_field, "  by gradient", measured.receptive_field)
assert measured.receptive_field == table.receptive_field

# %% [markdown]
# Now the question; the brief gives no reason, so this answer is ours. An output value in the middle
# sees the whole picture as soon as the field reaches 33. But a map has many positions, and near the
# edge a part of each field lies outside the picture. How many of 32 positions in a row see *every*
# column?

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
# *can* be seen. How much each pixel counts is another matter: the weight gathers in the middle.

# %% [markdown]
# ## 6. Training
#
# All the numbers of a run stand in one `Recipe`. The learning rate rises for a fifth of the run
# and falls almost to zero at its end. (The plot below has one point an epoch; in a run of four, the
# rise is over before the first.) Weight decay spares BatchNorm and biases. What is tested and kept
# is a running average of the weights (`ema`).
#
# With photographs this is the real run. With the drawn shapes it is four short epochs, enough to
# see everything work. The real run writes log and checkpoint after every epoch, and goes on from
# there when it was cut off. On Colab the session's disk goes with the session: set `CHECKPOINTS` to
# `"/content/drive/MyDrive/workbook"` to keep them on your Drive. After a change of recipe or
# network, choose another folder.

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
show(*plots.curves(result.log))

# %% [markdown]
# The test images are judged after every epoch, and the figure that counts is the *last* epoch's.
# Picking the best of all epochs would be choosing on the test set.

# %%
log = result.log
assert log.column("train_loss")[-1] < log.column("train_loss")[0]
assert log.final_accuracy > 3 / 10  # far above guessing, which gets one in ten
print("the loss fell, and the network beats guessing")

# %% [markdown]
# ### A whole run, on real pictures
#
# Real training takes an hour or more on two processor cores. So that nobody has to wait, a full
# run ships with the workbook: weights, log, and a card that says where they come from. The images
# were a JPEG copy of CIFAR-10, a little coarser than the originals.

# %%
from course_lib.models.pretrained import load_pretrained, model_card, shipped_log
from course_lib.training import read_log

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
# ### Does it keep the rules?
#
# `check` follows what the network executes and compares it with the brief, rule by rule. The log
# is that of the shipped run.

# %%
from course_lib.assignment import check

trained = load_pretrained("session9")
report = check(trained, assignment_augmentation(mean), shipped_log("session9"))
print(report)
assert report.exit_code == 0

# %% [markdown]
# ## 7. Where it is wrong
#
# A figure for all classes hides which ones are confused. So count every pair of true class and
# prediction. The card of the shipped run holds the counts on the 10,000 real test pictures:

# %%
counts = np.array(card["confusion"])  # (true class, predicted class)
mistakes = counts - np.diag(counts.diagonal())
true, taken = np.unravel_index(mistakes.argmax(), mistakes.shape)
names = card["classes"]
print(f"most often: {names[true]} taken for {names[taken]}, {mistakes.max()} times in 1,000")
show(*plots.confusion(counts, names))

# %% [markdown]
# Cats and dogs, as one would think; cars and trucks; planes and ships, which share a wide blue
# ground. Now the same for the network that was trained in section 6:

# %%
from course_lib.data.feeding import to_input

model = result.model.cpu()
x = to_input(torch.from_numpy(data.test_images), torch.device("cpu"))  # (N, 3, 32, 32), in [0, 1]
with torch.no_grad():
    logits = torch.cat([model(part) for part in x.split(500)])  # (N, 10)
predicted = logits.argmax(1).numpy()

# %%
matrix = np.zeros((10, 10), int)
np.add.at(matrix, (data.test_labels, predicted), 1)
assert matrix.sum() == len(data.test_labels)
assert matrix.trace() == (predicted == data.test_labels).sum()
show(*plots.confusion(matrix, data.classes))

# %% [markdown]
# ### Where does it look?
#
# With global average pooling, three lines of code answer that. The head multiplies each *mean* of a
# map by a weight and adds up. Multiply the *map* by the weight instead, before the mean, and you
# have the evidence for a class at each place: a class-activation map. Its mean, plus the bias, is
# the logit.


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
# ## 8. What the first layers see
#
# The first convolution has 32 filters of 3x3 pixels in three colours, so they can be looked at as
# small colour pictures. These are the ones of the shipped network, each stretched to the full range.

# %%
filters = trained.c1[0].conv.weight.detach()  # (32, 3, 3, 3)
low, high = filters.amin((1, 2, 3), keepdim=True), filters.amax((1, 2, 3), keepdim=True)
coloured = ((filters - low) / (high - low)).permute(0, 2, 3, 1).numpy()  # (32, 3, 3, RGB)
show(*plots.gallery(coloured, columns=16, alt="The 32 first-layer filters as 3x3 colour pictures."))

# %% [markdown]
# Some are nearly grey and change in one direction: they find edges. Others have one colour all
# over: they answer to a colour, wherever it is. Now one photograph, a portrait of Grace Hopper, made
# 32 pixels small, and what the network makes of it on its way: the six busiest maps of each block.
# (She is none of the ten classes, which does not matter here.)

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
# map has 16 numbers left: they say what was found, and hardly where.

# %% [markdown]
# ## 9. Recap
#
# - Four blocks of three convolutions, stride 2 instead of pooling, GAP and one linear layer:
#   182,986 parameters, receptive field 103.
# - Depthwise separable convolutions make the width affordable; dilation widens the field without one
#   more weight, at the price of holes.
# - On 32 pixels a field of 33 is enough for the middle only; from 63 on, every position sees all.
# - The hole's colour is the mean in 0 to 255, and old argument names get a warning, no more.
# - The figure to report is the last epoch's, on all test images, with data, seeds and epochs.

# %% [markdown]
# ## 10. Exercises
#
# **1. Fill in the ledger by hand** (★★, 10 minutes). Cover the table of section 5. Start with
# field 1 and jump 1, go through the twelve convolutions, and write down the field after each.

# %%
# <solution>
ledger = [3, 5, 7, 11, 19, 23, 31, 47, 55, 71, 87, 103]
# </solution>
# <stub>
# ledger = []  # twelve numbers: 3, 5, …
# </stub>
fields = [row.receptive_field[0] for row in convolutions]
wrong = [k for k in range(12) if ledger[k : k + 1] != fields[k : k + 1]]
if not ledger:
    print("Not attempted yet.")
elif wrong:
    print(f"Right up to number {wrong[0]}; look at number {wrong[0] + 1} again.")
else:
    print("Right, all twelve.")

# %% [markdown] tags=["hint"]
# A layer adds `dilation * (kernel_size - 1) * jump`, with the jump *before* it. Then the jump is
# multiplied by the stride. A 1x1 convolution adds nothing. Padding and dilation leave the jump as
# it is.

# %% [markdown] tags=["solution"]
# The jump is 1 in C1, 2 in C2, 4 in C3 and 8 in C4. Those who add the padding get too much; so do
# those who multiply the jump by the dilation.

# %% [markdown]
# **2. Take a stride away** (★★, 10 minutes). Set the stride of the last convolution of C1 to 1 and
# run `analyse` again. What happens to the field, the parameters and the MACs? Guess all three
# first.

# %%
trial = Session9Net()
# <solution>
trial.c1[2].depthwise.stride = (1, 1)
# </solution>
# <stub>
# # change one stride of `trial` here
# </stub>
changed = analyse(trial, (32, 32))
print(f"field {changed.receptive_field}, {changed.parameters:,} parameters, {changed.macs:,} MACs")
if changed.receptive_field == table.receptive_field:
    print("Not attempted yet: this is the network as it was.")

# %% [markdown] tags=["solution"]
# The field falls from 103 to 55: every later layer has half the jump, so all that was added after C1
# is halved. The parameters do not change; a stride has none. The changed layer and all after it
# cost four times as much, since each map has four times as many places: 68.9 million MACs for 25.0.

# %% [markdown]
# **3. Why no ReLU on the logits?** (★, 5 minutes). Some networks end with BatchNorm and ReLU after
# the last layer. What can such a network no longer say?

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

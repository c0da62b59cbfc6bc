# %% [markdown]
# # Data augmentation
#
# **You will see** what more data is worth and what can be had without any; a pair of trousers that a
# network loses when it is moved; what the three transforms of the assignment do, and four ways to get
# them wrong without an error; images made of two and four others, and what then becomes of the label;
# policies that were searched for 5,000 hours; and where all this does harm.
#
# **You need** notebooks 00 to 03. The assignment's notebook, 20, needs this one.
#
# **Time** about 90 minutes for sections 1 to 10, 14 and the first five exercises; the rest another 60.

# %% [markdown]
# ## 1. More from the same pictures
#
# More data makes a better network, and each step costs more than the last. On 300 million photographs
# Sun and others (2017) found that accuracy grows with the **logarithm** of the number of images: what
# counts is how often you double them. Few have 300 million, and labels cost money. So what can be done
# with the pictures that are there?
#
# **Data augmentation** changes them a little, so that the label still holds: a cat in the mirror is a
# cat. Such a change is called *label-preserving*. Which changes preserve a label is a question about the
# task, and no program answers it. Finding a good set of them takes experience and trials, and what is
# right for one data set may be wrong for the next (section 14).
#
# Let us measure it. Ten classes of small drawn pictures, at 16x16 so that it takes seconds:

# %%
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.data.synthetic import synthetic

torch.set_num_threads(1)
data = synthetic(train=800, test=1000)


def at_half_size(images):
    """(N, 32, 32, 3) in whole numbers to (N, 3, 16, 16) in [0, 1]."""
    return F.avg_pool2d(torch.from_numpy(images).permute(0, 3, 1, 2) / 255, 2)


train_images, test_images = map(at_half_size, (data.train_images, data.test_images))
train_labels, test_labels = map(torch.from_numpy, (data.train_labels, data.test_labels))
print(*data.classes, sep=", ")

# %% [markdown]
# What may change without changing the class? A star in the mirror is a star, and so it is two pixels
# further left. And **its colour says nothing**: here any class may have any colour. So we also shuffle
# the three channels, and now and then take the negative. Four lines of torchvision, whose parts are the
# matter of section 2:

# %%
from torchvision.transforms import v2

change = v2.Compose([
    v2.RandomHorizontalFlip(),
    v2.RandomCrop(16, padding=2, padding_mode="reflect"),
    v2.RandomChannelPermutation(),
    v2.RandomInvert(),
])  # fmt: skip

# %%
from course_lib import plots
from course_lib.frontends.figures import show

torch.manual_seed(0)
rows = {}
for name in ("star", "ring", "horizontal stripes"):
    one = train_images[train_labels == data.classes.index(name)][0]
    rows[name] = [one] + [change(one) for _ in range(8)]
rows = {name: [one.permute(1, 2, 0).numpy() for one in made] for name, made in rows.items()}
show(*plots.augmentation.rows(
    rows, "A star, a ring and stripes, each followed by eight changed copies: mirrored, moved, in "
    "other colours and as negatives. What is drawn can be told in all of them."))  # fmt: skip

# %% [markdown]
# Now a small network, trained with `fit` of lesson 03 on the first images of each class. Each step draws
# 32 of them. With `change`, each draw is changed anew. (To save time, four images share a change.)


# %%
from course_lib.training.fit import fit


def network(dropout=0.0, norm=nn.Identity):
    return nn.Sequential(
        v2.Normalize([0.5] * 3, [1.0] * 3),  # about 0
        nn.Conv2d(3, 24, 3, stride=2, padding=1), norm(24), nn.ReLU(),
        nn.Conv2d(24, 48, 3, stride=2, padding=1), norm(48), nn.ReLU(),
        nn.Flatten(), nn.Dropout(dropout), nn.Linear(48 * 4 * 4, 10),
    )  # fmt: skip


@torch.no_grad()
def right(model, images, labels):
    """For each image whether the model has it right, 1 or 0."""
    model.eval()
    found = (model(images).argmax(1) == labels).float()
    model.train()
    return found


def first(count):
    """The first images of each class, as many of each, and their labels."""
    places = torch.arange(len(train_labels)).reshape(10, -1)[:, : count // 10].flatten()
    return train_images[places], train_labels[places]


# %%
def trained(count, change=None, penalty=0.0, **options):
    """A model trained on so many images, and its accuracies on the way."""
    torch.manual_seed(0)
    (images, labels), model = first(count), network(**options)

    def draw():
        chosen = torch.randint(count, (32,))
        batch = images[chosen]
        if change:
            batch = torch.cat([change(part) for part in batch.split(4)])
        return batch, labels[chosen]

    def loss(scores, labels):  # with a penalty on large weights, for later
        squares = sum(weight.square().sum() for weight in model.parameters())
        return F.cross_entropy(scores, labels) + penalty * squares

    steps, train, test = range(60, 241, 60), [], []
    for _ in steps:
        fit(model, draw, loss, steps=60, learning_rate=0.005)
        train.append(right(model, images, labels).mean().item())
        test.append(right(model, test_images, test_labels).mean().item())
    return model, plots.augmentation.Course(steps, train, test)


# %% [markdown]
# **Predict** before you run this: 200 images are learned by heart. How many of the test images will the
# plain network have right, and how many the one that never sees a picture twice?

# %%
plain_runs = {count: trained(count) for count in (200, 400, 800)}
varied = trained(200, change)

by_images = {
    "as they are": {count: course.test[-1] for count, (_, course) in plain_runs.items()},
    "augmented": {200: varied[1].test[-1]},
}
courses = {"200 as they are": plain_runs[200][1], "200 augmented": varied[1]}
show(*plots.augmentation.gain(courses, by_images))

# %%
assert plain_runs[200][1].train[-1] > 0.95, "learned by heart"
assert plain_runs[200][1].test[-1] < plain_runs[200][1].train[-1] - 0.3, "overfitting"
assert varied[1].test[-1] > plain_runs[200][1].test[-1] + 0.06
assert plain_runs[800][1].test[-1] > plain_runs[200][1].test[-1] + 0.15

# %% [markdown]
# The left chart shows **overfitting**: soon every training image is right, and the test images gain
# nothing more. The augmented network learns its images more slowly, since they never look the same, and
# what it learns is worth more.
#
# In the right chart each mark is twice the data of the one before. How often would you have to double to
# get what the augmented network has for nothing? And is it a straight line? It cannot be one for ever: it
# has to level off, since 100 % is the end. The logarithm is a rule for a stretch in the middle, not a law.
#
# **It does not make more images.** Nothing is stored, and an epoch is as long as before. What is new in
# every epoch is the draw.

# %% [markdown]
# ## 2. Poor man's augmentation
#
# Scale, shift, turn, blur, mirror, shift the colours: it is built into PyTorch's companion library, and
# costs a line. (Import `v2`. The older `torchvision.transforms` still works and gets nothing new.)

# %%
import matplotlib.cbook
from PIL import Image

with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
    portrait = Image.open(file).convert("RGB").crop((50, 20, 450, 420)).resize((40, 40))
photo = v2.functional.pil_to_tensor(portrait)  # (C, H, W), uint8

transforms = {
    "RandomAffine: turned": v2.RandomAffine(degrees=40),
    "RandomAffine: shifted": v2.RandomAffine(0, translate=(0.25, 0.25)),
    "RandomAffine: scaled": v2.RandomAffine(0, scale=(0.6, 1.5)),
    "RandomAffine: sheared": v2.RandomAffine(0, shear=35),
    "RandomPerspective": v2.RandomPerspective(0.6, p=1),
    "RandomCrop": v2.RandomCrop(28),
    "RandomHorizontalFlip": v2.RandomHorizontalFlip(p=1),
    "GaussianBlur": v2.GaussianBlur(7, sigma=(1, 2)),
    "GaussianNoise": v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.GaussianNoise(0, 0.15)]),
    "ColorJitter: dark": v2.ColorJitter(brightness=(0.25, 0.5)),
    "ColorJitter: hue": v2.ColorJitter(hue=0.5, saturation=(0.5, 2)),
    "RandomInvert": v2.RandomInvert(p=1),
}

# %%
torch.manual_seed(3)
pictures = {"the photograph": photo} | {name: one(photo) for name, one in transforms.items()}
pictures = {name: one.permute(1, 2, 0).numpy() for name, one in pictures.items()}
show(*plots.augmentation.named(
    pictures, 7, "A portrait, and the portrait turned, shifted, scaled, sheared, in perspective, "
    "cropped, mirrored, blurred, with noise, dark, in other colours and as a negative."))  # fmt: skip

# %% [markdown]
# These names are met in every lecture, and not always with the right words. Two that are often wrong:
#
# **`shear` is in degrees**, and not in pixels. At 45 degrees a line of 21 pixels that stood upright leans
# by as much as it is high:

# %%
line = torch.zeros(1, 21, 21)
line[:, :, 10] = 1
leaning = v2.functional.affine(line, angle=0, translate=[0, 0], scale=1, shear=[45, 0])
columns = leaning[0].argmax(1)
print(
    "the line is in column", columns[0].item(), "at the top and", columns[-1].item(), "at the foot"
)
assert abs(columns[0] - columns[-1]) == 20

# %% [markdown]
# **`GaussianBlur` adds no noise.** It is the opposite: it makes neighbours alike. Noise makes them
# different.


# %%
def roughness(picture):
    """How much neighbouring pixels differ, on average."""
    return picture.float().diff(dim=-1).abs().mean().item()


as_float = photo / 255
noisy = v2.functional.gaussian_noise(as_float, sigma=0.1)
blurred = v2.functional.gaussian_blur(as_float, kernel_size=[7, 7], sigma=[1.5, 1.5])
assert roughness(blurred) < 0.7 * roughness(as_float) < 0.7 * roughness(noisy)

# %% [markdown]
# **`Compose` keeps its order, and the order matters.** Turn and invert, or invert and turn: what of the
# corners?

# %%
turn, invert = v2.RandomAffine((30, 30)), v2.RandomInvert(p=1)
one_way, other_way = v2.Compose([turn, invert]), v2.Compose([invert, turn])
for name, both in {"turn, then invert": one_way, "invert, then turn": other_way}.items():
    print(f"{name}: a corner is", both(photo)[:, 0, 0].tolist())

# %% [markdown]
# Turning fills the corners with zeros. What comes behind it takes them for a part of the picture.
#
# ### Where the transform belongs
#
# In the data set's `__getitem__`. A `DataLoader` calls it each time it fetches an image, so that each
# epoch gets a new draw, **on the fly**. If you stored the changed pictures instead, you would pay with
# disk space, and the network would see the same ten changes of a picture for ever.

# %%
from torch.utils.data import DataLoader, Dataset


class Pictures(Dataset):
    def __init__(self, images, labels, transform=None):
        self.images, self.labels, self.transform = images, labels, transform

    def __len__(self):
        return len(self.images)  # augmentation changes nothing here

    def __getitem__(self, index):
        image = self.images[index]
        if self.transform:
            image = self.transform(image)  # a new draw each time
        return image, self.labels[index]


# %%
pictures = Pictures(train_images, train_labels, change)
torch.manual_seed(0)
draws = {pictures[3][0].numpy().tobytes() for _ in range(20)}
print(len(pictures), "images")
assert len(draws) > 15, "number 3, fetched 20 times, is nearly always another"
images, labels = next(iter(DataLoader(pictures, batch_size=32)))
print(tuple(images.shape), tuple(labels.shape))  # (N, C, H, W), (N,)

# %% [markdown]
# And never on the test images, which are to be what the network will meet. Mind one more thing: given a
# whole **batch**, a transform of `v2` draws *once* for all of it. Either all are mirrored or none:

# %%
torch.manual_seed(0)
flip = v2.RandomHorizontalFlip()
for _ in range(10):
    mirrored = (flip(images) != images).any(dim=(1, 2, 3)).float().mean()
    assert mirrored in (0, 1)

# %% [markdown]
# ### Which of them would training have to contain?
#
# Take the plain network of 800 images, and show it test images that were changed in one way. **Predict**:
# which change harms it most, and will it notice, that is, will it be less sure of its answers?

# %%
changes = {
    "as they are": nn.Identity(),
    "mirrored": v2.RandomHorizontalFlip(p=1),
    "upside down": v2.RandomVerticalFlip(p=1),
    "shifted by 3": lambda x: F.pad(x, (3, 0, 0, 0), mode="replicate")[..., :16],
    "turned by 15°": lambda x: v2.functional.rotate(F.pad(x, [4] * 4, "reflect"), 15)[
        ..., 4:-4, 4:-4
    ],
    "the same, black corners": lambda x: v2.functional.rotate(x, 15),
    "turned by 90°": lambda x: x.rot90(1, (2, 3)),
    "half as bright": lambda x: x / 2,
    "blurred": v2.GaussianBlur(5, sigma=(1.5, 1.5)),
    "noisy": v2.GaussianNoise(0, 0.1),
    "without colour": v2.Grayscale(3),
    "negative": v2.RandomInvert(p=1),
}

# %%
torch.manual_seed(0)
model, accuracy, sure = plain_runs[800][0].eval(), {}, {}
for name, one in changes.items():
    with torch.no_grad():
        probabilities = model(one(test_images)).softmax(1)  # (N, 10)
    accuracy[name] = (probabilities.argmax(1) == test_labels).float().mean().item()
    sure[name] = probabilities.amax(1).mean().item()

show(*plots.augmentation.bars(
    accuracy, ["as they are"], "%", "Bars: how many of the changed test images the network has "
    "right, for each change; a dot on each, how sure it is on average. On most changes the dot lies "
    "far to the right of the bar.", sure, ["right", "how sure it is of its answers"]))  # fmt: skip

# %%
assert accuracy["mirrored"] > accuracy["as they are"] - 0.12
assert accuracy["turned by 90°"] < accuracy["as they are"] - 0.1
assert accuracy["the same, black corners"] < accuracy["turned by 15°"] - 0.1
assert all(sure[name] > accuracy[name] for name in ("turned by 90°", "blurred", "noisy"))

# %% [markdown]
# Mirroring costs little: these shapes are symmetric, or their mirror image is in the class as well. So
# it is with the negative: the training images come in all colours. The other changes cost more. Compare
# the two turns by 15 degrees: a large part of the second one's harm comes from its black corners and
# not from the turn. Whoever changes test images has to see to the edges too. And the dots follow only
# in part: **it does not know what it does not know**. A network says how its answer compares with the
# other nine, and never that it has not seen anything like this before.
#
# Training can mend what it contains. But should it contain all of these? Turned by 90 degrees,
# horizontal stripes *are* vertical stripes. We come back to that in section 14.
#
# ### Whitening (deeper)
#
# An old companion of these lists is no random change at all. **Whitening** takes away what the channels
# have in common: after it they are uncorrelated, and each has the variance 1. It is a 1x1 convolution
# (lesson 02), whose weights come from the covariance of the data:

# %%
pixels = train_images.permute(1, 0, 2, 3).flatten(1)  # (3, N·H·W)
values, axes = torch.linalg.eigh(pixels.cov())
whiten = axes @ torch.diag(values.rsqrt()) @ axes.T  # (3, 3)
white = whiten @ (pixels - pixels.mean(1, keepdim=True))
torch.testing.assert_close(white.cov(), torch.eye(3), atol=1e-3, rtol=0)

# %% [markdown]
# `Normalize` does less: it scales each channel for itself. A *random* step along these axes is a colour
# shift as AlexNet had it, in the directions in which the colours of the data really vary.

# %% [markdown]
# ## 3. The shifted trouser
#
# A network is trained on garments, and each of them stands in the middle of its picture. It does well.
# Then somebody moves a trouser four pixels to the left. **Is it still a trouser?**
#
# The pictures are 28x28, grey, in the ten classes of Fashion-MNIST. Ours are drawn, so that nothing
# has to be downloaded; what the real ones say stands beside it, from a log.

# %%
from course_lib.data.garments import garments
from course_lib.data.grey import GARMENTS, TROUSER

wardrobe = garments(train=2000, test=500)  # classes in turn: 0, 1, … 9, 0, 1, …
show(
    *plots.shifts.garments(
        wardrobe.train_images[:20].reshape(2, 10, 28, 28).swapaxes(0, 1), GARMENTS
    )
)

# %% [markdown]
# Three networks. The **MLP** (*multilayer perceptron*: linear layers with a ReLU between) flattens the
# picture and knows of no neighbours. The two **CNNs** (convolutional networks) have the same trunk: three
# padded 3x3 convolutions, and a max pooling behind each of the first two. It makes 32 maps of 7x7. Only
# what stands behind it differs:
#
# - **flatten**: all 32 x 49 numbers go into a linear layer.
# - **GAP**: each map is replaced by its mean, and 32 numbers go into a linear layer.

# %%
from course_lib.measured.shifts import VARIANTS
from course_lib.receptive_field import analyse

for variant in VARIANTS[:3]:
    model = variant.make()
    print(f"{variant.name:13}{sum(p.numel() for p in model.parameters()):7,} parameters")

trunk = VARIANTS[1].make()[:-2]
print("the trunk makes", tuple(trunk(torch.zeros(1, 1, 28, 28)).shape[1:]), end=" ")
print(
    "and each of its outputs sees",
    analyse(trunk, (28, 28), in_channels=1).receptive_field,
    "pixels",
)

# %% [markdown]
# **Predict**, before anything is trained. At a shift of 4 pixels, which of the three loses more than a
# third of its accuracy on the unshifted garments?

# %%
from course_lib.exercises import shifts as check_shifts

# <solution>
said, confidence = {"MLP": "falls", "flatten": "falls", "GAP": "holds"}, "think"
# </solution>
# <stub>
# said, confidence = {"MLP": ..., "flatten": ..., "GAP": ...}, ...  # "holds" or "falls"; how sure?
# </stub>
check_shifts.who_falls(said, confidence=confidence)

# %%
from course_lib.measured.shifts import to_input, train

images, labels = to_input(wardrobe.train_images), torch.from_numpy(wardrobe.train_labels)
tests, answers = to_input(wardrobe.test_images), torch.from_numpy(wardrobe.test_labels)

models = {variant.name: train(variant, images, labels) for variant in VARIANTS}  # the fourth: later

# %% [markdown]
# (`train` is the `fit` of lesson 03, twice: 90 large steps and 30 small ones. It ends with
# `model.eval()`. The lecture's code forgets that, and then BatchNorm would judge a picture by the batch
# that it comes in.)
#
# Now a trouser walks from left to right, and each network is asked at each place how probable it finds
# each class.

# %%
from course_lib.measured.shifts import SHIFTS, probabilities, shift

trouser = tests[answers == TROUSER][:1]  # (1, 1, 28, 28)
walk = [shift(trouser, dx)[0, 0].numpy() for dx in SHIFTS]
tables = {name: probabilities(models[name], trouser).numpy() for name in ("MLP", "CNN, flatten")}
show(*plots.shifts.heat_maps(tables, GARMENTS, SHIFTS, TROUSER, walk))

# %% [markdown]
# Follow the outlined row. In the middle both see a trouser. Towards the sides the MLP finds something
# else, and so does the CNN. And look how *sure* they are: a trouser that stands elsewhere is not a
# doubtful trouser to them, it is another garment. The lecture saw the same, and there it became a sandal.
#
# One trouser may be chance. All test trousers, at shifts of 4 and 5, and this time with the third network:

# %%
far = [-5, -4, 4, 5]
trousers = tests[answers == TROUSER]
seen = {
    name: probabilities(model, trousers, far)[:, TROUSER].mean() for name, model in models.items()
}
assert seen["MLP"] < 0.3
assert seen["CNN, flatten"] < 0.5
assert seen["CNN, GAP"] > 0.7

# %% [markdown]
# ## 4. Who is the culprit?
#
# The lecture compares the MLP with a CNN and writes the difference to the **receptive field**: later
# units see more of the picture, and so some shift is caught. **A puzzle:** our two CNNs have the same
# trunk and the same receptive field, 18 pixels. One falls and one holds. What is wrong with the
# explanation?
#
# Start with the trunk. A convolution moves along with the picture (lesson 01, section 8), and a pooling
# does for moves by whole strides. Two poolings of 2: a garment that moves by 4 pixels moves by one place on
# the 7x7 map. We look at the middle columns; those next to the rim have seen the zeros of the padding.

# %%
trunk = models["CNN, flatten"][:-2]  # all but flatten and the linear layer
with torch.no_grad():
    before, after = trunk(trousers), trunk(shift(trousers, 4))  # (N, 32, 7, 7)
torch.testing.assert_close(after[..., 3:5], before[..., 2:4])
print("The maps moved along, by one column.")

# %% [markdown]
# **The convolutions have done nothing wrong.** All that they found, they still find, one column further
# to the right. And then comes the flatten, with a weight of its own for each of the 49 places. The weights
# at the new place have never seen a trouser leg there. They are as lost as those of the MLP.
#
# The mean of a map does not ask where. So *everything* that was found counts as before, as long as it is
# still in the picture. Here is the trouser once more, for the two heads of one trunk:

# %%
heads = ["CNN, flatten", "CNN, GAP"]
tables = {name: probabilities(models[name], trouser).numpy() for name in heads}
show(*plots.shifts.heat_maps(tables, GARMENTS, SHIFTS, TROUSER, walk))

# %%
for name in heads:
    print(f"{name:13} last weight, (classes, inputs):", tuple(models[name][-1].weight.shape))

# %%
from course_lib.measured.shifts import accuracy_by_shift

drawn = {name: accuracy_by_shift(model, tests, answers) for name, model in models.items()}

# %% [markdown]
# All classes, all test garments. At the left the networks that were just trained, at the right the
# same four on the real Fashion-MNIST. (That log ships with the workbook. `python -m course_lib shifts
# --data fashion` writes one of your own; how it finds the data is in its `--help`.)

# %%
from course_lib.measured.shift_study import read_study

study = read_study()
real = {name: study.mean(name, "accuracy") for name in study.networks}
panels = {"drawn garments, trained just now": drawn, f"Fashion-MNIST ({study.epochs_told})": real}
show(*plots.shifts.by_shift(panels, SHIFTS))

# %%
at = {dx: SHIFTS.index(dx) for dx in (-4, 0, 4)}
for curves in (drawn, real):
    kept = {name: (one[at[-4]] + one[at[4]]) / 2 / one[at[0]] for name, one in curves.items()}
    assert kept["MLP"] < 2 / 3
    assert kept["CNN, flatten"] < 2 / 3 < kept["CNN, GAP"]
    two = {name: one[at[0] - 2] + one[at[0] + 2] for name, one in curves.items()}
    assert two["CNN, flatten"] > two["MLP"] + 0.04

# %% [markdown]
# A little is true in the lecture's sentence: at a shift of 2 the CNN with the flatten does better than the
# MLP, on the real garments at 1 too. But its receptive field is that of the CNN with GAP. What helps is
# more likely the pooling, which forgives a pixel or two.
#
# A network that ends in GAP holds without ever having seen a shift. That is a reason why the assignment
# asks for one. But mind three things.
#
# - GAP is **not invariant**, it only falls slowly. Part of a shoe leaves the picture; the padding shows at
#   the rim; and shifts that are no multiple of 4 change what the poolings pick.
# - It has a **price**: on unshifted garments the flatten names more of them rightly. Where something stands
#   *is* a hint, if it always stands there.
# - Which of the two you want is a question about your pictures, not about networks.

# %%
for curves in (drawn, real):
    assert curves["CNN, GAP"][at[0]] < curves["CNN, flatten"][at[0]] - 0.01

# %% [markdown]
# ## 5. Augmentation repairs it, and sends a bill
#
# The other way is to show the network what it has not seen. The fourth network is the CNN with the
# flatten once more, with the same number of steps, but each picture of a batch is moved sideways by a
# number of pixels of its own, from −5 to 5, anew each time it is drawn.

# %%
from course_lib.measured.shifts import random_shifts

batch = random_shifts(trousers[:6], torch.Generator().manual_seed(2))
print("columns with ink, first to last:")
for one in batch[:, 0]:
    inked = (one > 0).any(dim=0).nonzero()
    print(int(inked[0]), "to", int(inked[-1]))

# %%
pair = ["CNN, flatten", "CNN, flatten, trained with shifts"]
tables = {name: probabilities(models[name], trouser).numpy() for name in pair}
show(*plots.shifts.heat_maps(tables, GARMENTS, SHIFTS, TROUSER, walk))

# %% [markdown]
# The same network, the same steps, and the row is bright from end to end. Nothing in it has become
# invariant: it has learned the trouser once for every place, from −5 to 5.

# %%
for curves in (drawn, real):
    assert min(curves[pair[1]]) > min(curves[pair[0]]) + 0.2

# %% [markdown]
# **And here it hurts.** Go back to the curves and look at shift 0, where all training pictures stood. The
# network that was trained with shifts names *fewer* of the unshifted garments rightly than the one
# without. For the same steps it had eleven times as many pictures to learn.

# %%
for curves in (drawn, real):
    assert curves[pair[1]][at[0]] < curves[pair[0]][at[0]] - 0.005

# %% [markdown]
# The lecture met the same: 91 % became 88 %, and five epochs that had taken 53 seconds took 6 minutes. Two
# prices, and they are of different kinds. Here are both on the real set, from the log:

# %%
by_epoch = {name: study.mean(name, "by_epoch") for name in study.networks}
training = study.shortest_epoch(pair[0])
seconds = {"no shifts": (training, 0.0)} | {
    f"shifts, {way}": (training, more) for way, more in study.seconds_to_shift.items()
}
show(*plots.shifts.price(by_epoch, seconds, study.told))

# %%
one, many = (
    study.seconds_to_shift["one picture at a time"],
    study.seconds_to_shift["a batch at a time"],
)
assert one > 5 * many

# %% [markdown]
# - **The time** is no property of augmentation. The lecture moves the pictures one by one in
#   `__getitem__`, and a call for one small picture costs nearly what a call for many costs. Moving a batch
#   at a time adds next to nothing. (Seconds of one processor core; the log says which versions.)
#   Sections 13 and 15 come back to this.
# - **The accuracy** is harder. The lecture's advice is to train longer or to take a larger network, since
#   the pictures have become richer. The curves at the left say how far a few epochs go.
#
# So *more augmentation is better* is not a law. If garments always stand in the middle, where you use the
# network too, then shifting them teaches it something that nobody asks.

# %% [markdown]
# ### A lecture's lines, read twice
#
# Such a walk is often programmed like this. It runs. **Which three of the five lines would you change?**
#
# ```python
# 1  softmax = nn.Softmax()
# 2  for dx in range(-5, 6):
# 3      rolled = np.roll(image, dx, axis=1)
# 4      scores = model(torch.Tensor(rolled / 255).view(-1, 1, 28, 28))
# 5      probabilities.append(softmax(scores).detach().numpy())
# ```

# %%
import warnings

rolled = np.roll(np.arange(8), 3)
print("line 3:", rolled, "what leaves at one side comes in at the other")
scores = torch.zeros(2, 3, 4)
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    guessed = nn.Softmax()(scores)
print("line 1:", str(told[0].message).split(".")[0])
torch.testing.assert_close(guessed.sum(0), torch.ones(3, 4))  # over the images, not the classes

# %% [markdown]
# - **Line 1** leaves it to PyTorch to guess the axis. With scores (N, K) it guesses right, with other
#   shapes it makes the *images* sum to 1. Write `dim=1`.
# - **Line 3** wraps. Here the black background hides it: what comes in at the other side is black too. A
#   photograph would show a strip of its right side at the left, and so would a shoe, which fills the width.
# - **Line 4** calls a model that nobody has put into `eval()`. With dropout its answer is a draw.
#
# And the division by 255 is right only if the network was *trained* on images divided by 255. No program
# can tell you. Such lines do not fail, they only make the result worse, and one blames the network.

# %% [markdown]
# ## 6. Middle class: albumentations
#
# Two libraries go beyond that list: **imgaug**, which has not been developed for years, and
# **albumentations**, which the assignment asks for. It works on numpy arrays (H, W, C), is built on OpenCV,
# and changes masks and boxes along with the image. (Version 2.0.8 is the last under the MIT licence, and it
# is the one that this workbook uses.) The assignment's three:

# %%
from course_lib.data.augmentation import assignment_augmentation

mean = data.train_images.mean(axis=(0, 1, 2)) / 255
for transform in assignment_augmentation(mean).transforms:
    print(type(transform).__name__, f"with probability {transform.p}")

# %% [markdown]
# **Try this.**
#
# - Begin with *the three of the assignment*, *p* at 50. How many of the sixteen draws are left as they are,
#   and how many would you expect?
# - Choose *the letter b* and *HorizontalFlip*. Which letter is it now? Then *a star of the synthetic set*.
# - Choose *CoarseDropout* and raise *hole*. Where would *you* begin to get the picture wrong? No network can
#   do better. Then change *fill*: one of its settings is a mistake.
# - Choose *a drawn scene*, switch *show the mask* on, and go through the list. Which transforms move the
#   mask along, and which leave it as it is?

# %%
from course_lib.frontends.jupyter import explore

from course_lib.measured.augmentations import AugmentationExplorer

explore(AugmentationExplorer())

# %% [markdown]
# The **mask** in code. One call gets the image and its class map, draws once, and applies the same
# geometry to both. Colours and holes are for the image alone:

# %%
import albumentations as A
import cv2

from course_lib.scene import CLASSES, MEADOW, draw_scene

scene = draw_scene(np.random.default_rng(18), height=96, width=120)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it recommends Affine; the assignment asks for this one
    together = A.Compose(
        [
            A.HorizontalFlip(p=1),
            A.ShiftScaleRotate(rotate_limit=(20, 20), border_mode=cv2.BORDER_REFLECT_101, p=1),
            A.CoarseDropout(hole_height_range=(30, 30), hole_width_range=(30, 30), p=1),
        ],
        seed=1,
    )
moved = together(image=scene.image, mask=scene.semantic.astype(np.uint8))

# %%
pictures = {
    "image": scene.image,
    "its classes": scene.semantic / 4,
    "image, augmented": moved["image"],
    "classes, moved along": moved["mask"] / 4,
}
show(*plots.augmentation.named(
    pictures, 4, "A drawn scene and its classes as greys; the scene mirrored, turned and with a "
    "black hole; and the classes mirrored and turned in the same way, without a hole."))  # fmt: skip
green = (moved["image"][moved["mask"] == MEADOW] == scene.image[scene.semantic == MEADOW][0]).all(1)
assert set(np.unique(moved["mask"])) <= set(range(len(CLASSES))), "no class in between"
assert green.mean() > 0.6, "where the class map says meadow, it is green, but for the hole"

# %% [markdown]
# The image is interpolated, the mask is not: between class 1 and class 3 there is no class 2. If your
# task is to mark what is hidden too, `fill_mask` stays at `None`, and the mask has no hole.

# %% [markdown]
# ## 7. Elastic distortion
#
# Handwriting bends. For digits Simard and others (2003) moved **every pixel by an amount of its own**:
# a *displacement field*, two numbers a pixel. Drawn independently, the field tears the picture up. So they
# smooth it with a Gaussian of width σ, and then scale it. **Predict**: what does a very large σ do?


# %%
def displacement(sigma, size, random, pixels=2.0):
    """A smooth random field (2, H, W), down and across, of so many pixels (root mean square)."""
    reach = int(3 * sigma)  # beyond that the Gaussian is next to nothing
    taps = torch.exp(-((torch.arange(-reach, reach + 1) / sigma) ** 2) / 2)
    noise = random.uniform(-1, 1, (2, 1, size[0] + 2 * reach, size[1] + 2 * reach))
    down = F.conv2d(torch.from_numpy(noise).float(), taps.view(1, 1, -1, 1))
    smooth = F.conv2d(down, taps.view(1, 1, 1, -1))[:, 0]  # (2, H, W)
    return smooth * pixels / smooth.square().mean().sqrt()


def displaced(image, field):
    """Each pixel of the image (C, H, W) fetched from where the field points."""
    height, width = image.shape[1:]
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    x, y = (columns + field[1]) / (width - 1), (rows + field[0]) / (height - 1)
    grid = 2 * torch.stack([x, y], dim=-1)[None] - 1  # (1, H, W, 2), -1 to 1
    return F.grid_sample(image[None], grid, padding_mode="border", align_corners=True)[0]


# %%
page = draw_scene(np.random.default_rng(18), height=48, width=48).image
page = torch.from_numpy(page).permute(2, 0, 1) / 255
page[:, ::8], page[:, :, ::8] = 0.15, 0.15  # lines, to see how they bend
results = {}
for sigma in (0.5, 4, 40):
    field = displacement(sigma, (48, 48), np.random.default_rng(2))
    results[f"σ = {sigma}"] = field.numpy(), displaced(page, field).permute(1, 2, 0).numpy()
show(*plots.augmentation.fields(
    results, page.permute(1, 2, 0).numpy(), "Three displacement fields as arrows, smoothed more and "
    "more, and below each what it makes of a scene with ruled lines: torn to grains; bent like rubber; "
    "and hardly more than shifted."))  # fmt: skip

# %% [markdown]
# (A pixel is fetched from where its arrow points, so the picture moves against the arrows.) All three
# move pixels equally far (root mean square). With a small σ it is noise. With one nearly as large as
# the picture, all pixels go about the same way: a shift. In between the picture bends like rubber. The
# paper's choice for digits was σ = 4, with the smoothed field times 34. In torchvision it is
# `ElasticTransform(alpha, sigma)`, in albumentations `A.ElasticTransform`, which moves masks along. It
# suits what is soft or written by hand (it was a favourite for Bengali characters), and does not suit
# what is straight in the world. By the same field, torchvision gives the same picture:

# %%
field = displacement(4, (48, 48), np.random.default_rng(2))
theirs = v2.functional.elastic(page, (2 * field.flip(0) / 48).permute(1, 2, 0)[None])
inner = (slice(None), slice(9, -9), slice(9, -9))  # beyond the border it puts zeros
torch.testing.assert_close(theirs[inner], displaced(page, field)[inner], atol=0.02, rtol=0)

# %% [markdown]
# ## 8. CutOut
#
# Put a grey square on each training image, somewhere else each time (DeVries and Taylor, 2017). The
# network can then not rely on the one thing by which it knows a horse. Test error in per cent:

# %%
from course_lib.data.published import CUTOUT

for model_name, table in CUTOUT.items():
    cells = [f"{name} {before:5.2f} -> {after:5.2f}" for name, (before, after) in table.items()]
    print(f"{model_name:12}", "   ".join(cells))

# %%
gains = {
    (model_name, name): 1 - after / before
    for model_name, table in CUTOUT.items()
    for name, (before, after) in table.items()
}
for (model_name, name), gain in gains.items():
    if name in ("C10", "C10+", "C100+"):
        print(f"{model_name}, {name}: {gain:.0%} of the errors are gone")
assert all(gain > 0 for gain in gains.values())

# %% [markdown]
# (C10 and C100 are CIFAR-10 and CIFAR-100, SVHN are house numbers; **+** is with mirrored and shifted
# images too. Table 1 of arXiv 1708.04552.) On CIFAR-10 it removes a tenth to a fifth of the errors,
# with other augmentation or without: it is not the same help twice.
#
# ### What colour is the grey?
#
# The **mean** of the data set, channel by channel. It is the colour that says least: images are usually
# normalised, and there the mean is 0, what a layer sees where there is nothing. Hence two ways to write
# it, and two ways to get it wrong:
#
# | when the hole is cut | right fill | a common mistake | what it gives |
# |---|---|---|---|
# | before `Normalize`, image uint8 | (125, 123, 114), for CIFAR-10 | the mean as 0.49 | black |
# | after `Normalize`, image float | 0 | (125, 123, 114) | more than a hundred standard deviations above the mean |

# %%
grey = np.full((32, 32, 3), 200, np.uint8)
hole = {"num_holes_range": (1, 1), "hole_height_range": (16, 16), "hole_width_range": (16, 16)}
for fill in ((0.49, 0.48, 0.45), (125, 123, 114)):
    cut = A.CoarseDropout(**hole, fill=fill, p=1)(image=grey)["image"]
    changed = cut[(cut != 200).any(axis=-1)]
    print("fill", fill, "gives", changed[0].tolist(), "on", len(changed), "pixels")

# %% [markdown]
# No warning. `round(255 * mean)` is the cure, and `course_lib.data.augmentation.fill_value` does it.
#
# ### How large may it be?
#
# As large as leaves the class to be seen. The paper tried all sizes: accuracy rises, has one maximum, and
# falls. It took **16x16 for CIFAR-10**, a quarter of the image, but only **8x8 for CIFAR-100**, whose
# classes differ in details, and 20x20 for SVHN. The largest size that is of use depends on the classes.
#
# Mind how the size is meant. In the paper the *centre* may be any pixel, so that the square often hangs
# over the border. Its authors thought that important. The hole of `CoarseDropout` lies inside the image,
# always. **Predict**: how many of its 256 pixels does the paper's square hide on average?

# %%
covered = [min(middle + 8, 32) - max(middle - 8, 0) for middle in range(32)]  # along an axis
pixels = (sum(covered) / 32) ** 2
print(f"on average {pixels:.0f} of {32 * 32} pixels, {pixels / 32 / 32:.0%}; inside always 25%")
assert pixels == 196

# %% [markdown]
# ### Old names, new names
#
# The assignment's text, like most of the web, has the arguments of albumentations 1.x. Version 2 does
# not know them. What happens?

# %%
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    old = A.CoarseDropout(
        max_holes=1, max_height=16, max_width=16, min_holes=1, min_height=16, min_width=16,
        fill_value=(125, 123, 114), mask_fill_value=None,
    )  # fmt: skip
print(told[0].message)
print(old)

# %% [markdown]
# A warning, which scrolls by, and a transform that cuts one or two holes of three to six pixels, in
# black. The run goes through, and its author writes that CutOut does not help much.
#
# | 1.x | 2.x | what it says |
# |---|---|---|
# | `min_holes`, `max_holes` | `num_holes_range=(1, 1)` | how many |
# | `min_height`, `max_height` | `hole_height_range=(16, 16)` | whole numbers: pixels; below 1: a share |
# | `min_width`, `max_width` | `hole_width_range=(16, 16)` | the same |
# | `fill_value` | `fill=(125, 123, 114)` | in units of the image; also `"random"` |
# | `mask_fill_value` | `fill_mask=None` | None: the mask keeps what the hole hides |
# | `always_apply=True` | `p=1` | the default is 0.5 |
#
# In 1.x a `min` left at None was taken to be the `max`. And the border that a turn lets in was mirrored;
# in 2.x it is black, unless you say `border_mode=cv2.BORDER_REFLECT_101`. Nothing warns of that. Of names
# that it does not know, `strict` makes an error:

# %%
try:
    A.Compose([A.HorizontalFlip(p=0.5)], strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        A.Compose([A.CoarseDropout(max_holes=1)], strict=True)
except ValueError as error:
    print("refused:", error)

# %% [markdown]
# ## 9. The worst trap
#
# Loading is shared out to **workers**, processes of their own. Under Linux they are *forked*: each begins
# as an exact copy of the main process. Each `Compose` of albumentations 2.0 has a random generator of its
# own, and it is copied too. Let three workers run for two epochs. Each epoch forks new ones, from the
# same parent, and each augments its first image.
#
# **Predict**: how many of these six augmentations are different?

# %%
from course_lib.exercises import augmentation as check

# <solution>
draws, confidence = 1, "sure"
# </solution>
# <stub>
# draws, confidence = ..., ...  # a number, and "guess", "think" or "sure"
# </stub>
check.worker_draws(draws, confidence)

# %%
import copy

parent = assignment_augmentation(mean, flip=0.5, affine=1, hole=1)
picture = data.train_images[0]
workers = [copy.deepcopy(parent) for _ in range(6)]  # what a fork does
drawn = [worker(image=picture)["image"].tobytes() for worker in workers]
print(len(set(drawn)), "of 6 are different")
assert len(set(drawn)) == 1

# %% [markdown]
# Nothing fails. (Nor does it where workers are not forked, as under Windows: the data set is sent to them
# as a copy, its generator with it.) The network gets a third of the variety in an epoch, and in the next epoch the same
# again, so that after an hour it knows its augmentations by heart. (Reported as albumentations #2473 and
# AlbumentationsX #266; the repair, #2561, came after the last free version. Seeds of numpy or of Python, as
# older code has them, have been ignored since version 1.4.21. With numpy's
# own generator, workers of PyTorch once had the same trap: its issue 5059, of 2018.)
#
# The cure is a seed for each worker, from PyTorch, which gives each worker another one in each epoch:
#
# ```python
# def seeded(worker):
#     dataset = torch.utils.data.get_worker_info().dataset
#     dataset.transform.set_random_seed(torch.initial_seed() % 2**32)
#
# DataLoader(dataset, batch_size=128, num_workers=3, worker_init_fn=seeded)
# ```
#
# The workbook's own way has no state at all: a draw is a *function* of the seed, the epoch and the place
# in the epoch. Whoever asks, in whatever order, gets the same, and a run can be resumed:

# %%
from course_lib.data.augmentation import augment

some = data.train_images[:4]
again = [augment(parent, some, seed=0, epoch=1, chunk=7) for _ in range(2)]
next_epoch = augment(parent, some, seed=0, epoch=2, chunk=7)
assert (again[0] == again[1]).all()
assert (again[0] != next_epoch).any()

for number, worker in enumerate(workers):
    worker.set_random_seed(number)
drawn = [worker(image=picture)["image"].tobytes() for worker in workers]
print(len(set(drawn)), "of 6 are different")

# %% [markdown]
# ## 10. Mixing images, and their labels
#
# So far each label held. The next methods change it. **MixUp** (Zhang and others, 2018) lays one image
# over another:
#
# $$\tilde x = \lambda\, x_i + (1-\lambda)\, x_j \qquad \tilde y = \lambda\, y_i + (1-\lambda)\, y_j$$
#
# with a λ between 0 and 1, drawn for each batch from the Beta distribution with both parameters α: for
# α = 1 each λ is as likely as any other, below 1 those near 0 and 1 are likelier. The label $y$ is no
# longer the number of a class but **the share of each class**. **CutMix** (Yun and others, 2019) pastes
# a box of one image into another, and its λ is the share of the *area*. **RICAP** (Takahashi and
# others, 2018) fills four fields with pieces of four images. And **SamplePairing** (Inoue, 2018) is
# MixUp with half and half that keeps the first label, as if nothing had happened.
#
# All of them take a *batch* and mix it with itself in another order, so they cost hardly anything:

# %%
from course_lib.data import image_mixing as mixing

chosen = torch.arange(0, 800, 80) + 3  # an image of each class
batch = torch.from_numpy(data.train_images[chosen]).permute(0, 3, 1, 2) / 255  # (N, C, H, W)
labels = F.one_hot(train_labels[chosen], 10).float()  # (N, K)

random = np.random.default_rng(615)
methods = {"MixUp": mixing.mixup, "CutMix": mixing.cutmix, "RICAP": mixing.ricap,
           "SamplePairing": mixing.sample_pairing}  # fmt: skip
made = {name: method(batch, labels, random) for name, method in methods.items()}
for name, (images, shares) in made.items():
    print(f"{name:14}", tuple(images.shape), tuple(shares.shape))
    torch.testing.assert_close(shares.sum(1), torch.ones(10))

# %%
picks = [(name, place) for name in made for place in (1, 4)]
images = np.stack([made[name][0][place].permute(1, 2, 0).numpy() for name, place in picks])
shares = np.stack([made[name][1][place].numpy() for name, place in picks])
show(*plots.augmentation.mixtures(
    images, shares, data.classes, [name for name, _ in picks], "Two mixed images of each method, "
    "with a bar and words that say which share of the label belongs to which class."))  # fmt: skip

# %% [markdown]
# The loss needs nothing new. `cross_entropy` takes shares as well as class numbers, and of a mixed label
# it makes the mixture of the two losses:

# %%
scores = torch.randn(10, 10, generator=torch.Generator().manual_seed(0))
order = torch.randperm(10, generator=torch.Generator().manual_seed(1))
_, mixed_labels = mixing.blend(batch, labels, 0.7, order)
one, other = F.cross_entropy(scores, labels), F.cross_entropy(scores, labels[order])
torch.testing.assert_close(F.cross_entropy(scores, mixed_labels), 0.7 * one + 0.3 * other)

# %% [markdown]
# **Where does the label go wrong?** If λ is drawn, and the box then cut off at the border, it covers
# less than was drawn. The label has to follow the *pixels*. A box that was to be a quarter:

# %%
box = mixing.Box(0, 10, 20, 32)  # a 16x16 square about row 2, column 28, cut off at two sides
_, shares = mixing.paste(batch, labels, box, torch.arange(10).roll(1))
print(
    f"drawn {16 * 16 / 32 / 32:.1%}, pasted {box.area / 32 / 32:.1%}, label {shares[3].sort()[0][-2]:.1%}"
)

# %% [markdown]
# ### What MixUp claims
#
# - Between two images of different classes the network's answer goes **linearly** from one to the other.
# - So it is smoother, less sure where it has no reason to be, and less easily fooled by *adversarial*
#   changes (tiny ones, computed to fool it); it learns wrong labels by heart less readily, and makes
#   the training of generative networks more stable. (All from arXiv 1710.09412. The lecture adds two
#   more: it keeps the classes a wider *margin* apart, and it acts like **label smoothing**, which gives
#   every class a small share of the label: exercise 8.)
#
# The first can be seen. Two networks, 400 images, with MixUp and without. Then pairs of test images, with
# λ from 0 to 1, and the share of its belief that the network gives to the first class:

# %%
torch.manual_seed(0)
random, (images, labels) = np.random.default_rng(0), first(400)


def mixed_draw():
    picked = torch.randint(400, (32,))
    return mixing.mixup(images[picked], F.one_hot(labels[picked], 10).float(), random)


with_mixup = network()
losses = fit(with_mixup, mixed_draw, F.cross_entropy, steps=240, learning_rate=0.005)

# %%
by_model = {"as they are": plain_runs[400][0].eval(), "MixUp": with_mixup.eval()}
lambdas, other = torch.linspace(0, 1, 11), torch.arange(1000).roll(150)
belief = {name: [] for name in by_model}
for share in lambdas:
    mixed, _ = mixing.blend(test_images, F.one_hot(test_labels, 10).float(), share.item(), other)
    for name, model in by_model.items():
        with torch.no_grad():
            probabilities = model(mixed).softmax(1)
        belief[name].append(probabilities.gather(1, test_labels[:, None]).mean().item())
how_sure = {}
for name, model in by_model.items():
    with torch.no_grad():
        how_sure[name] = model(test_images).softmax(1).amax(1).mean().item()
show(*plots.augmentation.beliefs(lambdas.tolist(), belief))
assert how_sure["MixUp"] < how_sure["as they are"] - 0.05, "less sure of its answers"

# %% [markdown]
# Without mixing, the answer follows an S: it hardly notices the first fifth of a class, climbs steeply
# in the middle, and hardly misses the last fifth. With MixUp the network is **less sure**, at the end
# of the line too, as claimed. But straighter? Compare each line with its dotted one. Here, after
# seconds on 400 images, both bend much the same. A claim holds for the networks, the data and the long
# training with which it was measured; whoever relies on it elsewhere measures again.
#
# ### How much do they bring?
#
# Test error in per cent of one large network (a WideResNet 28-10), which mirrors and crops in each row.
# Table I of arXiv 1811.09030:

# %%
from course_lib.data.published import RICAP

base = RICAP["baseline"]
for name, (ten, hundred) in RICAP.items():
    print(f"{name:18} CIFAR-10 {ten:5.2f}   CIFAR-100 {hundred:6.2f}")
assert min(RICAP, key=lambda name: RICAP[name][0]) == "RICAP, beta = 0.3"
assert RICAP["dropout, p = 0.2"][0] > base[0], "it hurts here"

# %% [markdown]
# RICAP differs from MixUp in three ways that its authors name: it mixes in space, and not in brightness;
# it shows *parts* of images; and so it makes no colours and textures that occur in no image, but for
# the two seams. It comes out best, in the paper of its own authors. Note the second row, too.
#
# **Mosaic** (Bochkovskiy and others, 2020) is the same idea where not the image but its parts have labels:
# four scenes, and their class maps or boxes move along.

# %%
from course_lib.data.scenes import scenes

views, maps = scenes(np.random.default_rng(4), 4)
window, classes = mixing.mosaic(views + 0.5, maps, np.random.default_rng(2))
pictures = {f"scene {n + 1}": view.permute(1, 2, 0).numpy() + 0.5 for n, view in enumerate(views)}
pictures |= {"a mosaic": window[0].permute(1, 2, 0).numpy(), "its classes": classes[0].numpy() / 4}
show(*plots.augmentation.named(
    pictures, 6, "Four drawn scenes; a window in which the corners of all four meet; and the same "
    "window onto their class maps."))  # fmt: skip

# %% [markdown]
# ## 11. Rich man's augmentation (deeper)
#
# Which transforms, how often, how strongly? **AutoAugment** (Cubuk and others, 2018) lets a network search
# for it, and trains thousands of small networks to see what each answer is worth. The result is a
# **policy**: 25 pairs of steps, of which one is drawn for each image. Each step has a transform, a
# probability, and a strength from 0 to 9. Here is the one for CIFAR-10, as torchvision holds it:

# %%
from collections import Counter

from torchvision import transforms as older

policy = older.AutoAugment(older.AutoAugmentPolicy.CIFAR10).policies
print(len(policy), "pairs, of which five:")
for pair in policy[:5]:
    print("   ", ", then ".join(f"{name} (p {p}, strength {s})" for name, p, s in pair))

for name in ("CIFAR10", "SVHN"):
    pairs = older.AutoAugment(older.AutoAugmentPolicy[name]).policies
    often = Counter(step for pair in pairs for step, _, _ in pair).most_common(4)
    print(f"{name}, most often:", ", ".join(f"{step} ({count})" for step, count in often))

# %% [markdown]
# Look at what it found: colours and contrast for CIFAR, negatives and shears for house numbers (SVHN). That is
# the paper's point. Data sets differ, and nobody had to know how.
#
# - It took the error on CIFAR-10 from 2.1 % to **1.5 %**, and set records on CIFAR-100, SVHN and ImageNet.
#   The 2.1 % were those of a network whose *layers* had been found by a search (NAS, neural architecture
#   search). No human beats that, says the lecture. One who tried, A. Karpathy in 2011, had about 6 % wrong.
# - Policies made by hand are usually **not reusable** elsewhere, says the lecture. This one can be **applied
#   to another data set**: that of ImageNet improved results on flowers, pets, aircraft and cars, without
#   another search.
# - The search took **5,000 GPU hours for CIFAR-10 and 15,000 for ImageNet** (on P100 cards; table 1 of
#   arXiv 1805.09501). That is seven months of one card, and twenty-one.

# %%
hours = {"CIFAR-10": 5000, "ImageNet": 15000}
for name, spent in hours.items():
    print(f"{name}: {spent / 24 / 30.4:.1f} months of one card")

# %% [markdown]
# Who is not rich takes one of its heirs, which search for little or nothing:
#
# - **RandAugment** (Cubuk and others, 2019): draw `num_ops` transforms, all of one `magnitude`. Two
#   numbers to try out, instead of a search.
# - **TrivialAugment** (Müller and Hutter, 2021): draw *one* transform and its strength. Nothing to try
#   out, and in its paper as good as the others or better.
# - **AugMix** (Hendrycks and others, 2020): several chains of small changes, laid over each other and
#   over the image. Made for robustness: the picture stays recognisable.

# %%
torch.manual_seed(1)
policies = {
    "AutoAugment": v2.AutoAugment(v2.AutoAugmentPolicy.CIFAR10),
    "RandAugment": v2.RandAugment(num_ops=2, magnitude=9),
    "TrivialAugment": v2.TrivialAugmentWide(),
    "AugMix": v2.AugMix(),
}
rows = {name: [photo] + [one(photo) for _ in range(3)] for name, one in policies.items()}
rows = {name: [one.permute(1, 2, 0).numpy() for one in line] for name, line in rows.items()}
show(*plots.augmentation.rows(
    rows, "A portrait, and three draws of each of four policies: changed colours, sheared, shifted, "
    "turned, solarised, sharpened; those of AugMix are the gentlest."))  # fmt: skip

# %% [markdown]
# ## 12. A gallery (deeper)
#
# A survey of image augmentation (Xu and others, 2022) lists fifteen ways to make an image of several. Here
# is one picture of each, made of drawn scenes. Where a method asks a trained network what matters in an
# image, we know it from the drawing.

# %%
from course_lib.data.survey import survey

show(*plots.augmentation.named(
    survey(np.random.default_rng(2)), 8, "A drawn scene and fifteen mixtures of it with others: "
    "blended, cut and patched, mixed block by block, and with trees pasted in."))  # fmt: skip

# %% [markdown]
# | method | year | in a sentence |
# |---|---|---|
# | SamplePairing | 2018 | The mean of two images, with the label of the first. |
# | Mixup | 2018 | Images and labels blended by one share. |
# | BC learning | 2018 | The same for images taken as waves: about their means, by their loudness. |
# | CutMix | 2019 | A box of one image in another; labels by area. |
# | Mosaic | 2020 | Four images in one, their boxes and masks with them: more context for each class. |
# | AugMix | 2020 | Chains of small changes of one image, laid over it. |
# | PuzzleMix | 2020 | Block by block the image in which more is to be seen, by a mask that is optimised. |
# | Co-Mixup | 2021 | The same over a whole batch, and such that the results differ from each other. |
# | SuperMix | 2021 | A smooth mask that keeps what a teacher network looks at, found with Newton's method, 65 times faster than by gradient descent. |
# | GridMix | 2021 | The fields of a grid from one image or the other; labels by their number. |
# | Cut, Paste and Learn | 2017 | Objects cut out and pasted anywhere, with several kinds of edges. |
# | Scale and Blend | 2017 | Objects scaled to fit a likely place in the scene, and blended in. |
# | Context DA | 2018 | Objects only where a network finds that they belong. |
# | Simple Copy-Paste | 2021 | Objects pasted anywhere, both pictures scaled strongly: it was enough. |
# | Continuous Copy-Paste | 2021 | Objects pasted along the frames of a video. |

# %% [markdown]
# ## 13. What it costs
#
# The network does not wait for free. How many images a second does a transform make, on **one core of
# your machine**? The same seven in albumentations, in torchvision and by Pillow (which is torchvision
# again, given a Pillow image), on images of 32x32. At the right is a table that is printed in many
# lectures. **Predict**: which library is fastest on small images, and is it so for all seven?

# %%
side = 32  # try 256, a photograph
rng = np.random.default_rng(0)
arrays = list(rng.integers(256, size=(24, side, side, 3), dtype=np.uint8))
kinds = {
    "HorizontalFlip": (A.HorizontalFlip(p=1), v2.RandomHorizontalFlip(p=1)),
    "Rotate": (A.Rotate(15, p=1), v2.RandomRotation(15)),
    "ShiftScaleRotate": (A.Affine(translate_percent=0.1, scale=(0.9, 1.1), rotate=15, p=1),
                         v2.RandomAffine(15, (0.1, 0.1), (0.9, 1.1))),
    "BrightnessContrast": (A.RandomBrightnessContrast(p=1), v2.ColorJitter(0.2, 0.2)),
    "Grayscale": (A.ToGray(p=1), v2.Grayscale(3)),
    "RandomCrop": (A.RandomCrop(24, 24, p=1), v2.RandomCrop(24)),
    "Equalize": (A.Equalize(p=1), v2.RandomEqualize(p=1)),
}  # fmt: skip

# %%
from course_lib.data.published import LIBRARIES, THROUGHPUT
from course_lib.measured.timing import seconds

tensors = [torch.from_numpy(one).permute(2, 0, 1).contiguous() for one in arrays]
pillows = [Image.fromarray(one) for one in arrays]
measured = {}
for name, (ours, theirs) in kinds.items():
    calls = {
        "albumentations": lambda f=ours: [f(image=one) for one in arrays],
        "torchvision": lambda f=theirs: [f(one) for one in tensors],
        "Pillow": lambda f=theirs: [f(one) for one in pillows],
    }
    measured[name] = {lib: len(arrays) / seconds(call, repeats=3) for lib, call in calls.items()}

# %%
published = {
    name: {library.replace("torchvision", "Pillow"): rate
           for library, rate in zip(LIBRARIES, rates, strict=True) if rate}
    for name, rates in THROUGHPUT.items()
    if name in (*kinds, "RandomCrop64")
}  # fmt: skip
show(*plots.augmentation.throughput(measured, published))

# %% [markdown]
# Read the right chart with its small print. It is the benchmark of albumentations 1.1.0, by its own
# authors, on photographs, on one core; its column *torchvision* used a fast Pillow, and so it is called
# Pillow here. All of it in numbers is `course_lib.data.published.THROUGHPUT`. The left chart has small
# images and the versions that you have. There the work on the pixels hardly counts: what you see is the
# time that Python needs to draw numbers and to call. Set `side` to 256 and run it again.
#
# Put a ruler on it: CIFAR-10 has 50,000 training images. At 3,000 a second, an epoch takes 17 seconds
# to augment on one core. A program that was written for speed trains on all of them in a third of a
# second, on one GPU (9.9 epochs in 3.29 seconds on an A100: K. Jordan, arXiv 2404.00498).

# %% [markdown]
# ## 14. But
#
# **Regularisers fall short.** If overfitting is the trouble, why not dropout (while training, set numbers to
# 0 at random), batch or layer normalisation, or a penalty on large weights (L1, L2, *weight decay*)? They
# are good for other reasons. Here they are on the 200 images of
# section 1, beside augmentation, and beside more data:

# %%
results = {
    "200 images": plain_runs[200][1].test[-1],
    "with dropout": trained(200, dropout=0.5)[1].test[-1],
    "with a penalty on weights": trained(200, penalty=2e-3)[1].test[-1],
    "with batch normalisation": trained(200, norm=nn.BatchNorm2d)[1].test[-1],
    "400 images": plain_runs[400][1].test[-1],
    "200 images, augmented": varied[1].test[-1],
}

# %%
show(*plots.augmentation.bars(
    results, ["400 images", "200 images, augmented"], "% of the test images right", "Bars: with "
    "dropout, a penalty on weights or batch normalisation the network on 200 images is hardly "
    "better or no better than without; with twice the images, or with augmentation, clearly."))  # fmt: skip
best = max(value for name, value in results.items() if name.startswith("with "))
assert results["400 images"] > best + 0.05
assert results["200 images, augmented"] > best + 0.05

# %% [markdown]
# They can keep a network from learning by heart. They cannot tell it that stars come in all colours. In
# RICAP's table dropout even *hurt*, with 50,000 images: from 3.89 % of errors to 4.65 %.
#
# **Augmentation can hurt.** The lecture's example turns by any angle: `RandomAffine(180)`. Let us turn by
# quarters, with 800 images, and look at two of the ten classes:

# %%
quarters = v2.RandomChoice([v2.RandomRotation((angle, angle)) for angle in (0, 90, 180, 270)])
turned, _ = trained(800, quarters)
lines = {data.classes.index(f"{way} stripes") for way in ("horizontal", "vertical")}
stripes = torch.tensor([int(label) in lines for label in test_labels])
apart = {
    name: right(model, test_images, test_labels)[stripes].mean().item()
    for name, model in {"as they are": plain_runs[800][0], "turned": turned}.items()
}
assert apart["as they are"] > 0.8, "nearly all stripes are told apart"
assert apart["turned"] < 0.6, "it can only guess"

# %% [markdown]
# Told that a horizontal stripe is one either way up, the network believes it. It can only guess then. The
# same happens with 6 and 9, with *left* and *right* on road signs, with a hue shift on ripe and unripe
# fruit. And even a right augmentation can be too much: it makes the task harder, so it wants more epochs
# or a larger network, and a small network in a short run may do worse with it.
#
# **The standard ones hurt where the data is consistent.** At DeepScale, which made vision for
# self-driving cars, M. Cooper (2019) took apart what everybody takes for granted. Mirroring, cropping
# and weight decay each made their detector *worse*, and without all three it was 13 % better than
# before (relative, in their measure of precision). Why? The camera is always at the same height and
# angle. The horizon is always in the same place, cars drive on the right, the kerb has its side. The
# network may rely on that, and it is no error to rely on it. **Special** augmenters, made from what
# does vary on a road, did help. And beside them the lecture sets what this whole lesson tries to do
# without: **new, consistent data**, from the same cameras.
#
# So, in this order: get more real data if you can; then ask what varies in the world in which the network
# will work; augment that; and measure on images that nobody has touched.

# %% [markdown]
# ## 15. Feeding the GPU
#
# Section 13 said 17 seconds against a third of one. There are three ways to narrow the gap, and the
# workbook has all three behind one interface, `course_lib.data.feeding`:
#
# - `loader`: the `DataLoader` with workers that you know. Correct, and as fast as its cores.
# - `pool`: the same images from processes that prepare the *next* epoch while the GPU is at this one. It
#   waits for the first epoch alone, if there are cores enough.
# - `device`: the three transforms for a whole batch on the GPU itself, by PyTorch, with a draw for each
#   image (`course_lib/data/device_augmentation.py`). Fastest by far, and no longer albumentations, which
#   the assignment asks for.
#
# Measure them side by side on your machine. In a terminal:
#
# ```
# python -m course_lib bench feed
# ```
#
# All three send whole numbers, uint8, which are a quarter of the bytes of floats, and normalise them on
# the GPU.

# %%
from course_lib.data.device_augmentation import DeviceAugmentation

on_device = DeviceAugmentation(assignment_augmentation(mean))
batch = torch.from_numpy(data.train_images[:64])  # (N, H, W, C), uint8
drawn = on_device.draw(64, (32, 32), seed=0, epoch=1, chunk=0)
augmented_batch = on_device.apply(batch, drawn)
changed = (augmented_batch != batch).any(dim=3).any(dim=2).any(dim=1)
assert 40 < changed.sum() < 64, "each image has its own draw"

# %% [markdown]
# ## 16. Recap
#
# - Augmentation shows the network changes that do not change the label. It makes no more images: each
#   epoch draws anew.
# - Which changes those are, the task decides. Turned stripes are other stripes.
# - A transform belongs in `__getitem__` of the *training* set. Geometry moves masks along, colour does
#   not. `Compose` keeps its order.
# - CutOut: the fill is the mean, in the units of the image at that place of the pipeline. albumentations
#   2.x ignores the old names with a warning; `strict=True` makes it an error.
# - Workers copy the generator. Seed each of them, or make a draw a function of seed, epoch and place.
# - Whoever mixes images mixes labels, by the pixels that are really there.
# - Searched policies cost thousands of hours; drawing at random is nearly as good.
# - More real data beats all of it.
#
# ## 17. Exercises
#
# **Exercise 1. Move it, and lose nothing else** (★, 10 minutes). Write `shift`. `dx` may be negative or
# 0; what comes in is background, 0; what leaves is gone.


# %%
def moved(images, dx):
    """images: (N, C, H, W) with a background of 0; dx > 0 moves to the right."""
    # <solution>
    out = torch.zeros_like(images)
    width = images.shape[-1]
    out[..., max(dx, 0) : width + min(dx, 0)] = images[..., max(-dx, 0) : width - max(dx, 0)]
    return out
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check_shifts.shift(moved)

# %% [markdown] tags=["hint"]
# Begin with `torch.zeros_like(images)` and write the part that stays into it. For dx = 2, which columns of
# the picture stay, and where do they go?

# %% [markdown] tags=["hint"]
# `images[..., :-dx]` is empty for dx = 0. Give both ends of the slice: from `max(-dx, 0)` to
# `width - max(dx, 0)`.

# %% [markdown]
# **Exercise 2. GAP as a flatten** (★★, 10 minutes). A GAP head has a linear layer with the weight
# (classes, channels). Which weight must the linear layer behind a *flatten* have, to give the same scores
# for maps with so many `places`?


# %%
def as_flatten(weight, places):
    """The weight (classes, channels * places) behind a flatten that says what GAP says."""
    # <solution>
    return weight.repeat_interleave(places, dim=1) / places
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check_shifts.as_flatten(as_flatten)

# %% [markdown] tags=["hint"]
# A mean is a sum in which each place has the weight 1 / places.

# %% [markdown] tags=["hint"]
# Flatten lays the maps one after another: all places of channel 0, then all of channel 1. Compare
# `torch.tensor([1, 2]).repeat(3)` with `.repeat_interleave(3)`.

# %% [markdown]
# **Exercise 3. A hole** (★★, 15 minutes). CutOut of the paper: its centre may be any pixel, and the hole is
# cut off at the border. The image is uint8, the mean in [0, 1]. Leave the image that you are given as it is.


# %%
def cutout(image, centre, size, mean):
    """image (H, W, 3) uint8; a square hole about centre (row, column), filled with the mean."""
    # <solution>
    top, left = (middle - size // 2 for middle in centre)
    result = image.copy()
    hole = slice(max(top, 0), max(top + size, 0)), slice(max(left, 0), max(left + size, 0))
    result[hole] = [round(255 * one) for one in mean]
    return result
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.cutout(cutout)

# %% [markdown] tags=["hint"]
# The first row is `centre[0] - size // 2`. What does numpy make of `image[-3:5]`? And of `image[27:40]`?

# %% [markdown] tags=["hint"]
# What does an array of uint8 hold after `image[0, 0] = 0.49`? Section 8, *What colour is the grey?*

# %% [markdown]
# **Exercise 4. Five samples** (★, 15 minutes, in pairs). Take one image without a channel axis and return
# five samples of it. Then, with someone beside you, each compose transforms for the portrait below: a random
# turn with a random inversion; a shift with a scaling; and a third of your own. Show each other the
# samples only, and guess what was composed, and in which order.


# %%
def five_samples(image, transform):
    """image (H, W) uint8; the transform takes and returns (1, H, W). Returns (5, H, W)."""
    # <solution>
    return torch.cat([transform(image[None]) for _ in range(5)])
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.five_samples(five_samples)

# %%
compositions = {
    "turned, inverted": v2.Compose([v2.RandomAffine(180), v2.RandomInvert()]),
    "shifted, scaled": v2.RandomAffine(0, translate=(0.3, 0.3), scale=(0.5, 1.3)),
    "your own": v2.Compose([v2.RandomPerspective(0.5, p=1), v2.GaussianBlur(5)]),  # change it
}
torch.manual_seed(2)
in_grey = photo.float().mean(0).to(torch.uint8)  # (H, W)
samples = {name: five_samples(in_grey, one) for name, one in compositions.items()}
if isinstance(samples["your own"], torch.Tensor):
    rows = {name: [in_grey.numpy(), *made.numpy()] for name, made in samples.items()}
    show(*plots.augmentation.rows(
        rows, "A grey portrait, and five samples of each of three compositions: turned and now and "
        "then inverted; shifted and scaled; in perspective and blurred."))  # fmt: skip

# %% [markdown] tags=["hint"]
# `image[None]` adds an axis in front. `torch.cat` joins along an axis that is there, `torch.stack` makes a
# new one.

# %% [markdown]
# **Exercise 5. MixUp** (★, 10 minutes). For a batch, with the share and the order of the partners given.


# %%
def mixup(images, labels, share, partner):
    """Return both mixed: (N, C, H, W) and (N, K)."""
    # <solution>
    mixed = share * images + (1 - share) * images[partner]
    return mixed, share * labels + (1 - share) * labels[partner]
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.mixup(mixup)

# %% [markdown] tags=["hint"]
# `images[partner]` is the batch in another order. The labels need the same order, and the same shares.

# %% [markdown]
# **Exercise 6. CutMix** (★★, 15 minutes). The box begins at `centre - sides // 2`, each axis for itself,
# and is cut off at the border.


# %%
def cutmix(images, labels, centre, sides, partner):
    """The partner's box, cut off at the border; return both mixed."""
    # <solution>
    starts = [middle - side // 2 for middle, side in zip(centre, sides, strict=True)]
    rows, columns = (
        slice(max(start, 0), start + side) for start, side in zip(starts, sides, strict=True)
    )
    mixed = images.clone()
    mixed[:, :, rows, columns] = images[partner][:, :, rows, columns]
    share = mixed[0, 0, rows, columns].numel() / mixed[0, 0].numel()
    return mixed, (1 - share) * labels + share * labels[partner]
    # </solution>
    # <stub>
    # return ...  # your lines
    # </stub>


check.cutmix(cutmix)

# %% [markdown] tags=["hint"]
# Cut the box off first. Then the share is the number of its pixels that are left, divided by all.

# %% [markdown]
# **Exercise 7. Four shares** (★, 5 minutes). RICAP on images of 20x32 (height x width), and the four pieces
# meet at row 5, column 24. Which share of the label belongs to each? In the order top left, top right,
# bottom left, bottom right.

# %%
# <solution>
shares = [5 * 24 / 640, 5 * 8 / 640, 15 * 24 / 640, 15 * 8 / 640]
# </solution>
# <stub>
# shares = [..., ..., ..., ...]
# </stub>
check.ricap_shares(shares)

# %% [markdown] tags=["hint"]
# Above row 5 there are 5 rows. How many columns lie left of column 24, and how many right of it?

# %% [markdown]
# **Exercise 8. Label smoothing** (★★, 10 minutes, deeper). Give each of the K classes the same small share,
# epsilon in all, and take it from the label. `F.cross_entropy(scores, labels, label_smoothing=epsilon)`
# does it inside.


# %%
def smoothed(labels, epsilon):
    """labels (N, K), one 1 a row."""
    # <solution>
    return (1 - epsilon) * labels + epsilon / labels.shape[1]
    # </solution>
    # <stub>
    # return ...  # your line
    # </stub>


check.smoothed(smoothed)

# %% [markdown] tags=["hint"]
# It is MixUp with a partner that is the same for all: every class at 1/K.

# %% [markdown]
# **Exercise 9. A pipeline that runs** (★★★, 15 minutes). It raises no error, and four of its nine lines
# are wrong. Which? (This `Pictures` calls `transform(image=image)["image"]`, as albumentations wants it, and
# turns the result into (C, H, W). That is in order.)
#
# ```python
# 1  mean, std = (0.49, 0.48, 0.45), (0.25, 0.24, 0.26)
# 2  train = A.Compose([A.HorizontalFlip(p=0.5),
# 3      A.ShiftScaleRotate(rotate_limit=15, border_mode=cv2.BORDER_REFLECT_101, p=0.5),
# 4      A.CoarseDropout(max_holes=1, max_height=8, max_width=8, p=0.5),
# 5      A.Normalize(mean, std),
# 6      A.CoarseDropout(**hole, fill=(125, 123, 114), p=0.5)])   # hole as in section 8
# 7  train_set = Pictures(train_images, train_labels, train)
# 8  test_set = Pictures(test_images, test_labels, train)          # the same, to be fair
# 9  loader = DataLoader(train_set, batch_size=128, shuffle=True, num_workers=4)
# ```

# %%
# <solution>
faults = {4, 6, 8, 9}
# </solution>
# <stub>
# faults = ...  # a set, such as {1, 2}
# </stub>
check.pipeline_faults(faults)

# %% [markdown] tags=["hint"]
# Two of them are in sections 8 and 9. For a third, look at what the numbers of an image are behind line 5.

# %% [markdown] tags=["hint"]
# What should a test image look like?

# %% [markdown]
# ## Further reading
#
# - C. Sun and others, *Revisiting Unreasonable Effectiveness of Data in Deep Learning Era*, arXiv
#   1707.02968: section 1.
# - P. Simard, D. Steinkraus, J. Platt, *Best Practices for Convolutional Neural Networks Applied to Visual
#   Document Analysis*, ICDAR 2003: elastic distortion.
# - T. DeVries, G. Taylor, *Improved Regularization of Convolutional Neural Networks with Cutout*, arXiv
#   1708.04552.
# - H. Zhang and others, *mixup: Beyond Empirical Risk Minimization*, arXiv 1710.09412; S. Yun and others,
#   *CutMix*, arXiv 1905.04899; R. Takahashi and others, *RICAP*, arXiv 1811.09030; H. Inoue, *Data
#   Augmentation by Pairing Samples for Images Classification*, arXiv 1801.02929; A. Bochkovskiy and
#   others, *YOLOv4*, arXiv 2004.10934: Mosaic.
# - E. Cubuk and others, *AutoAugment*, arXiv 1805.09501, and *RandAugment*, arXiv 1909.13719; S. Müller, F.
#   Hutter, *TrivialAugment*, arXiv 2103.10158; D. Hendrycks and others, *AugMix*, arXiv 1912.02781.
# - A. Karpathy, *Lessons learned from manually classifying CIFAR-10*, blog, 27 April 2011: section 11.
# - M. Xu and others, *A Comprehensive Survey of Image Augmentation Techniques for Deep Learning*, arXiv
#   2205.01491: section 12.
# - M. Cooper, *When Conventional Wisdom Fails: Revisiting Data Augmentation for Self-Driving Cars*, 2019,
#   Towards Data Science: section 14.
# - A. Buslaev and others, *Albumentations: Fast and Flexible Image Augmentations*, arXiv 1809.06839.

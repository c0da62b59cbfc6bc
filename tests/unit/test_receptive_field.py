"""The table of real modules: what is followed, what is refused, and what is left untouched."""

import pytest
import torch
import torch.nn.functional as F
import torchvision
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.geometry import GeometryError
from course_lib.receptive_field import UnknownOperation, analyse, measure


class Written(nn.Module):
    """A model from a function of (layers, image), with the layers as attributes."""

    def __init__(self, forward, **layers):
        super().__init__()
        self.run = forward
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, image):
        return self.run(self, image)


def conv(channels_in, channels_out, kernel_size=3, **settings):
    settings = {"padding": "same" if settings.get("stride", 1) == 1 else 1, **settings}
    return nn.Conv2d(channels_in, channels_out, kernel_size, **settings)


def mobilenet_v1():
    """Howard et al. 2017 (arXiv 1704.04861), table 1, without the head."""
    plan = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2)]
    layers, channels = [conv(3, 32, stride=2, bias=False)], 32
    for width, stride in [*plan, (1024, 1)]:
        layers.append(conv(channels, channels, stride=stride, groups=channels, bias=False))
        layers.append(conv(channels, width, 1, bias=False))
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 1000))


def on_meta(build):
    with torch.device("meta"):
        return build()


def test_vgg16_has_its_published_numbers():
    """Field 212: Araujo et al., Distill 2019; 138 million parameters, 15.3 G MACs to pool5."""
    table = analyse(on_meta(torchvision.models.vgg16), 224)
    assert table.receptive_field == (212, 212)
    assert table.parameters == 138_357_544
    assert sum(row.macs for row in table.rows if row.kind == "convolution") == 15_346_630_656
    assert table.macs == 15_470_264_320
    assert [row.receptive_field for row in table.rows[-3:]] == [None] * 3


def test_mobilenet_v1_has_its_published_numbers():
    """Field 315: Araujo et al.; 569 million MACs and 4.2 million parameters: Howard et al."""
    table = analyse(on_meta(mobilenet_v1), 224)
    assert table.receptive_field == (315, 315)
    assert round(table.macs / 1e6) == 569
    assert round(table.parameters / 1e6, 1) == 4.2


@pytest.mark.parametrize(
    ("name", "field"),
    [("resnet18", 435), ("mobilenet_v2", 491), ("densenet121", 2071)],
)
def test_published_fields_of_branched_networks(name, field):
    """Araujo et al.: mobilenet_v2 491, densenet_121 2071; ResNet-18 435 is widely quoted."""
    build = getattr(torchvision.models, name)
    model = on_meta(build)
    table = analyse(model, 64)
    assert table.receptive_field == (field, field)
    assert table.parameters == sum(p.numel() for p in model.parameters())


def test_rows_are_named_after_modules_and_steps():
    block = nn.Sequential()
    block.add_module("depthwise", conv(4, 4, groups=4))
    block.add_module("pointwise", conv(4, 4, 1))
    model = Written(lambda m, x: m.c1(x) + F.max_pool2d(x, 3, 1, 1), c1=nn.Sequential(block))
    table = analyse(model, 16, in_channels=4)
    names = ["c1.0.depthwise", "c1.0.pointwise", "max_pooling", "add"]
    assert [row.name for row in table.rows] == names
    assert [row.kind for row in table.rows] == ["depthwise", "pointwise", "max pooling", "add"]


def change_a_copy(model, image):
    """Adds to the activated map in place; the map before it must not notice."""
    features = model.a(image)
    activated = F.relu(features)
    activated += model.b(features)
    return model.b(features)


FUNCTIONAL = {
    "a copy changed in place": (change_a_copy, 5),
    "max pooling": (lambda m, x: F.max_pool2d(m.a(x), 2), 4),
    "average pooling": (lambda m, x: F.avg_pool2d(F.relu(m.a(x)), 2), 4),
    "weights by hand": (lambda m, x: F.conv2d(m.a(x), torch.ones(4, 4, 5, 5), padding=2), 7),
    "called twice": (lambda m, x: m.b(m.b(m.a(x))), 7),
    "concatenation": (lambda m, x: torch.cat([m.a(x), m.b(m.a(x))], 1), 5),
    "in place": (lambda m, x: m.a(x).relu_().add_(m.b(m.a(x))), 5),
    "swish by hand": (lambda m, x: (lambda y: y * torch.sigmoid(y))(m.a(x)), 3),
    "even kernel": (lambda m, x: m.even(m.a(x)), 4),
    "reflected border": (lambda m, x: m.reflect(x), 3),
    "zeros around": (lambda m, x: F.pad(m.a(x), (1, 1, 1, 1)), 3),
    "cropped": (lambda m, x: m.a(x)[:, :, 1:-1, 2:], 3),
    "every other cell": (lambda m, x: m.b(m.a(x)[:, :, ::2, ::2]), 7),
    "padded channels": (lambda m, x: F.pad(m.a(x), (0, 0, 0, 0, 2, 2)), 3),
    "channel groups": (lambda m, x: m.a(x).chunk(2, 1)[1], 3),
    "shuffled channels": (
        lambda m, x: m.a(x).view(1, 2, 2, *x.shape[2:]).transpose(1, 2).flatten(1, 2),
        3,
    ),
    "channels last and back": (lambda m, x: m.a(x).permute(0, 2, 3, 1).permute(0, 3, 1, 2), 3),
    "channel attention": (lambda m, x: m.a(x) * m.a(x).mean(1, keepdim=True), 3),
    "adaptive halves": (lambda m, x: F.adaptive_avg_pool2d(m.a(x), x.shape[-1] // 2), 4),
    "dilated maximum": (lambda m, x: F.max_pool2d(m.a(x), 2, 1, 0, dilation=3), 6),
    "transposed": (lambda m, x: m.up(m.a(x)), 4),
    "transposed by hand": (lambda m, x: F.conv_transpose2d(m.a(x), torch.ones(4, 2, 5, 5)), 7),
    "transposed in groups": (
        lambda m, x: F.conv_transpose2d(m.a(x), -torch.ones(4, 1, 4, 4), stride=2, groups=4),
        4,
    ),
    "down and up again": (lambda m, x: m.up(F.max_pool2d(m.a(x), 2)), 6),
    "pixel shuffle": (lambda m, x: F.pixel_shuffle(m.b(m.a(x)), 2), 5),
    "convolution on shuffled pixels": (lambda m, x: m.one(F.pixel_shuffle(m.a(x), 2)), 4),
    "pixel unshuffle": (lambda m, x: F.pixel_unshuffle(m.a(x), 2), 4),
    "nearest": (lambda m, x: m.b(F.interpolate(m.a(x), scale_factor=2)), 4),
    "nearest of a module": (lambda m, x: m.b(m.nearest(m.a(x))), 4),
    "halved by nearest": (lambda m, x: m.b(F.interpolate(m.a(x), scale_factor=0.5)), 7),
    "bilinear": (lambda m, x: F.interpolate(m.a(x), scale_factor=2, mode="bilinear"), 4),
    "bilinear by three": (lambda m, x: m.bilinear(m.a(x)), 4),
    "bilinear with corners aligned": (lambda m, x: m.corners(m.a(x)), 4),
    "bilinear to a size": (
        lambda m, x: F.interpolate(m.a(x), [2 * n for n in x.shape[2:]], mode="bilinear"),
        4,
    ),
}


@pytest.mark.parametrize(("forward", "field"), FUNCTIONAL.values(), ids=FUNCTIONAL.keys())
def test_functions_are_followed_like_modules_as_the_gradient_confirms(forward, field):
    model = Written(
        forward,
        a=conv(3, 4),
        b=conv(4, 4),
        even=conv(4, 4, 2),
        reflect=conv(3, 4, padding_mode="reflect"),
        one=conv(1, 4),
        up=nn.ConvTranspose2d(4, 4, 4, 2, 1, output_padding=1),
        nearest=nn.Upsample(scale_factor=2),
        bilinear=nn.Upsample(scale_factor=(3, 3), mode="bilinear"),
        corners=nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True),
    )
    assert analyse(model, 16).receptive_field == (field, field)
    assert measure(model, 16).receptive_field == (field, field)


ACTIVATIONS = [
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.CELU, nn.SiLU, nn.Mish),
    *(nn.Hardswish, nn.Hardsigmoid, nn.Hardtanh, nn.RReLU),
]
STEPS = [
    *(activation(inplace=inplace) for activation in ACTIVATIONS for inplace in (False, True)),
    *(nn.GELU(), nn.PReLU(), nn.Sigmoid(), nn.Tanh(), nn.Softplus(), nn.LogSigmoid()),
    *(nn.Softsign(), nn.Tanhshrink(), nn.Softshrink(), nn.Hardshrink(), nn.Threshold(0.1, 0.0)),
    *(nn.Dropout(), nn.Dropout2d(), nn.Softmax2d(), nn.Identity(), nn.ChannelShuffle(2)),
    *(nn.BatchNorm2d(4), nn.GroupNorm(2, 4), nn.InstanceNorm2d(4), nn.LayerNorm((4, 9, 9))),
]


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_no_activation_and_no_normalisation_changes_the_field(step):
    table = analyse(nn.Sequential(conv(3, 4), step, conv(4, 4)), 9)
    assert [row.receptive_field for row in table.rows] == [(3, 3), (5, 5)]


HEADS = {
    "mean": lambda m, x: m.out(m.a(x).mean((2, 3))),
    "mean of the flattened map": lambda m, x: m.out(m.a(x).flatten(2).mean(-1)),
    "maximum": lambda m, x: m.out(m.a(x).amax((-2, -1))),
    "adaptive": lambda m, x: m.out(F.adaptive_avg_pool2d(m.a(x), 1).flatten(1)),
    "adaptive maximum": lambda m, x: m.out(F.adaptive_max_pool2d(m.a(x), 1)[:, :, 0, 0]),
    "view": lambda m, x: m.out(F.adaptive_avg_pool2d(m.a(x), (1, 1)).view(-1, 4)).log_softmax(-1),
    "window over the whole map": lambda m, x: m.out(F.avg_pool2d(m.a(x), x.shape[-1]).flatten(1)),
    "convolution behind the pooling": lambda m, x: m.last(m.a(x).mean((2, 3), True)).squeeze(),
}


@pytest.mark.parametrize("forward", HEADS.values(), ids=HEADS.keys())
def test_every_form_of_global_pooling_ends_the_field(forward):
    table = analyse(Written(forward, a=conv(3, 4), out=nn.Linear(4, 5), last=conv(4, 5, 1)), 8)
    assert table.receptive_field == (3, 3)
    assert [row.kind for row in table.rows[:2]] == ["convolution", "global pooling"]
    assert [row.receptive_field for row in table.rows] == [(3, 3), None, None]
    assert table.rows[-1].output_shape == (5, 1, 1)
    assert "  image  " in str(table)


def test_what_is_not_executed_does_not_count():
    model = Written(lambda m, x: m.a(x), a=conv(3, 4), spare=conv(4, 4, 7))
    table = analyse(model)
    assert [row.name for row in table.rows] == ["a"]
    assert table.parameters == sum(p.numel() for p in model.a.parameters())
    assert table.notes == ("788 parameters of the model do not reach this output.",)


def test_a_layer_called_twice_has_two_rows_and_one_set_of_parameters():
    model = Written(lambda m, x: m.b(m.b(m.a(x))), a=conv(3, 4), b=conv(4, 4))
    table = analyse(model)
    assert [row.name for row in table.rows] == ["a", "b", "b (2)"]
    assert [row.parameters for row in table.rows] == [112, 148, 0]
    assert table.rows[1].macs == table.rows[2].macs > 0
    assert table.parameters == sum(p.numel() for p in model.parameters())


def test_parameters_of_batchnorm_and_prelu_are_counted_beside_the_rows():
    model = nn.Sequential(conv(3, 4), nn.BatchNorm2d(4), nn.PReLU(4))
    table = analyse(model)
    assert (table.other_parameters, table.parameters) == (12, 124)


def test_weights_that_are_computed_belong_to_their_layer():
    model = nn.Sequential(nn.utils.parametrizations.weight_norm(conv(3, 4)))
    assert analyse(model).rows[0].parameters == sum(p.numel() for p in model.parameters())


def test_a_squeeze_and_excitation_gate_is_noted_and_passed_over():
    model = Written(lambda m, x: m.a(x) * m.a(x).mean((2, 3), True).sigmoid(), a=conv(3, 4))
    table = analyse(model)
    assert table.receptive_field == measure(model).receptive_field == (3, 3)
    assert "mul: a branch that saw the whole image joins" in table.notes[0]


UNKNOWN = {
    "convolution": lambda m, x: F.conv1d(m.a(x).flatten(2), torch.ones(4, 4, 3)),
    "upsample_bicubic2d": lambda m, x: F.interpolate(m.a(x), scale_factor=2, mode="bicubic"),
    "_upsample_bilinear2d_aa": lambda m, x: F.interpolate(
        m.a(x), scale_factor=0.5, mode="bilinear", antialias=True
    ),
    "_upsample_nearest_exact2d": lambda m, x: F.interpolate(m.a(x), size=5, mode="nearest-exact"),
    "pixel_shuffle": lambda m, x: F.pixel_shuffle(m.a(x)[0], 2),
    "flip": lambda m, x: m.a(x).flip(3),
    "roll": lambda m, x: torch.roll(m.a(x), 1, 2),
    "cumsum": lambda m, x: m.a(x).cumsum(2),
    "_softmax": lambda m, x: m.a(x).flatten(2).softmax(-1),
    "mean": lambda m, x: m.a(x).mean(2),
    "add": lambda m, x: m.a(x) + m.a(x).transpose(2, 3),
    "cat": lambda m, x: torch.cat([m.a(x), m.a(x)], 2),
    "copy": lambda m, x: torch.zeros(1, 4, *x.shape[2:]).index_put_((), m.a(x)),
    "view": lambda m, x: m.a(x).view(1, -1, 2, x.shape[-1]),
    "bmm": lambda m, x: m.a(x).flatten(2).transpose(1, 2) @ m.a(x).flatten(2),
    "expand": lambda m, x: m.a(x).mean((2, 3), True).expand(-1, -1, *x.shape[2:]),
    "fft": lambda m, x: torch.fft.fft2(m.a(x)).real,
    "_adaptive_avg_pool2d": lambda m, x: F.adaptive_avg_pool2d(m.a(x), 5),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_may_move_values_is_refused_by_name(name):
    model = Written(UNKNOWN[name], a=conv(3, 4))
    with pytest.raises(UnknownOperation, match="cannot be followed") as refusal:
        analyse(model, 16)
    if name not in ("copy", "fft"):  # these go by a name of their own in each version
        assert f"'{name}'" in str(refusal.value)


def test_writing_into_a_part_of_a_map_is_refused():
    def forward(model, image):
        output = model.a(image)
        output[:, :2].add_(model.b(output)[:, :2])
        return output

    with pytest.raises(UnknownOperation, match="writes into a part of another tensor"):
        analyse(Written(forward, a=conv(3, 4), b=conv(4, 4)))


def test_the_refusal_names_the_module():
    model = nn.Sequential(conv(3, 4), nn.Sequential(nn.Upsample(scale_factor=2, mode="bicubic")))
    with pytest.raises(UnknownOperation, match="^1.0 calls 'upsample_bicubic2d'"):
        analyse(model)


def test_the_table_of_a_decoder():
    """Jump, field and MACs behind each kind of layer that makes maps larger."""
    model = nn.Sequential(
        conv(3, 8, stride=2),
        nn.ConvTranspose2d(8, 4, 4, 2, 1),
        nn.PixelShuffle(2),
        nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.PixelUnshuffle(4),
    )
    table = analyse(model, 16)
    assert [row.kind for row in table.rows[1:]] == [
        "transposed convolution", "pixel shuffle", "bilinear upsampling", "pixel unshuffle",
    ]  # fmt: skip
    assert [row.output_shape for row in table.rows] == [
        (8, 8, 8), (4, 16, 16), (1, 32, 32), (1, 64, 64), (16, 16, 16),
    ]  # fmt: skip
    assert [str(row.jump[0]) for row in table.rows] == ["2", "1", "1/2", "1/4", "1"]
    assert [row.receptive_field[0] for row in table.rows] == [3, 5, 5, 7, 7]
    assert measure(model, 16).receptive_field == (7, 7)
    with FlopCounterMode(display=False) as counter:
        model(torch.zeros(1, 3, 16, 16))
    assert counter.get_total_flops() == 2 * table.macs
    assert table.parameters == sum(p.numel() for p in model.parameters())


def test_the_largest_field_is_measured_where_it_depends_on_the_position():
    """Cells of the transposed layer see 3 or 4 pixels; table and gradient both give 4."""
    model = nn.Sequential(conv(3, 4), nn.ConvTranspose2d(4, 4, (3, 4), (2, 3), 1))
    assert analyse(model, 16).receptive_field == measure(model, 16).receptive_field == (4, 4)
    assert "the field depends on the position" in analyse(model, 16).notes[0]


def test_a_u_net_is_followed_through_its_skip_connection():
    def forward(model, image):
        small = model.down(image)
        return model.last(torch.cat([image, model.up(small)], 1))

    layers = {
        "down": conv(3, 4, stride=2),
        "up": nn.ConvTranspose2d(4, 4, 2, 2),
        "last": conv(7, 1),
    }
    model = Written(forward, **layers)
    assert analyse(model, 16).receptive_field == measure(model, 16).receptive_field == (5, 5)


def test_the_model_and_the_random_state_stay_as_they_were():
    model = nn.Sequential(conv(3, 4), nn.BatchNorm2d(4), nn.Dropout(0.5), nn.ReLU()).train()
    seen = []
    model[0].register_forward_hook(lambda *_: seen.append("hook"))
    state = {name: value.clone() for name, value in model.state_dict().items()}
    random = torch.get_rng_state()
    analyse(model)
    measure(model)
    assert model.training
    assert model[1].training
    assert torch.equal(random, torch.get_rng_state())
    assert all(value.equal(state[name]) for name, value in model.state_dict().items())
    assert seen == []
    assert all(parameter.grad is None for parameter in model.parameters())
    assert len(model[0]._forward_hooks) == 1


def test_a_model_that_looks_at_values_or_keeps_loose_tensors_is_run_for_real():
    def forward(model, image):
        features = model.a(image - model.mean)
        return model.b(features) if features.abs().sum().item() >= 0 else features

    model = Written(forward, a=conv(3, 4), b=conv(4, 4), mean=torch.tensor(0.5))
    random = torch.get_rng_state()
    assert analyse(model).receptive_field == (5, 5)
    assert torch.equal(random, torch.get_rng_state())


def test_it_works_inside_inference_mode_and_in_half_precision():
    with torch.inference_mode():
        assert analyse(conv(3, 4)).receptive_field == (3, 3)
    assert analyse(conv(3, 4).bfloat16()).receptive_field == (3, 3)


def test_the_wrong_image_is_an_error_with_the_model_s_own_words():
    with pytest.raises(GeometryError, match=r"does not run .* to have 4 channels.*Pass the input"):
        analyse(conv(4, 4))


def test_a_model_with_two_outputs_is_refused_and_one_in_a_dictionary_is_not():
    two = Written(lambda m, x: (m.a(x), m.b(x)), a=conv(3, 4), b=conv(3, 4, 5))
    with pytest.raises(GeometryError, match="returned 2 tensors"):
        analyse(two)
    one = Written(lambda m, x: {"out": m.b(x)}, b=conv(3, 4, 5))
    assert analyse(one).receptive_field == (5, 5)
    with pytest.raises(GeometryError, match="returned 0 tensors"):
        analyse(Written(lambda m, x: torch.zeros(1)))


def test_a_rectangular_field_is_measured_as_one():
    model = nn.Sequential(conv(3, 4, (5, 1)), conv(4, 4, (3, 7), dilation=(1, 2)))
    assert analyse(model).receptive_field == measure(model).receptive_field == (7, 13)


def test_a_field_wider_than_the_image_is_measured_on_a_wider_one():
    model = nn.Sequential(*[conv(3, 3, 5, dilation=4) for _ in range(6)])
    measured = measure(model, 32)
    assert measured.receptive_field == (97, 97) == analyse(model, 32).receptive_field
    assert min(measured.input_size) >= 97 + 2


def test_holes_show_in_the_covered_share():
    model = nn.Sequential(*[conv(3, 3, dilation=2) for _ in range(3)])
    assert measure(model).covered_share == pytest.approx((7 / 13) ** 2)


def test_a_flatten_head_does_not_stop_the_measurement():
    model = nn.Sequential(conv(3, 4), nn.MaxPool2d(2), conv(4, 4), nn.Flatten(), nn.Linear(64, 5))
    assert analyse(model, 8).receptive_field == measure(model, 8).receptive_field == (8, 8)


def test_a_model_made_for_one_size_says_that_it_cannot_be_measured():
    def forward(model, image):
        assert image.shape[-1] == 8, "this model wants 8 x 8"
        return model.a(image)

    model = Written(forward, a=conv(3, 4, 9))
    assert analyse(model, 8).receptive_field == (9, 9)
    with pytest.raises(GeometryError, match=r"(?s)takes no image of 11 x 11.*wants 8 x 8.*table"):
        measure(model, 8)


def test_a_field_that_grows_with_the_image_says_so():
    model = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.ReLU())
    with pytest.raises(GeometryError, match="grows with the image"):
        measure(model, 8)


def test_a_model_without_a_window_has_nothing_to_measure():
    with pytest.raises(GeometryError, match="no layer that looks at a part"):
        measure(nn.Sequential(nn.Flatten(), nn.Linear(48, 2)), 4)

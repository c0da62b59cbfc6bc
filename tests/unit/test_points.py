"""The points of the brief: which rules stand behind which, and what only a person can give."""

import csv
import html
import json
import re
from dataclasses import replace

import pytest
from torch import nn

from course_lib.assignment import RULE_SETS, Report, Row, check
from course_lib.assignment.briefs import beside_rules, rules_of
from course_lib.assignment.points import ANSWERS, GATE, README
from course_lib.assignment.readme import EXAMPLE, file_row, link_row, link_trouble
from course_lib.assignment.repository import files
from course_lib.assignment.rows import FAILED, NOT_SHOWN, PASSED, gathered
from course_lib.assignment.tables import as_csv, table
from course_lib.models.blocks import DepthwiseSeparable
from course_lib.models.pretrained import make_network

LINK = "https://github.com/me/net/blob/main/README.md"
MODEL = ("runs", "blocks", "pooling", "receptive field", "depthwise separable", "dilation", "GAP")
LOG = ("test images", "accuracy", "log lines", "untrained start")
WRITTEN = Row(README, PASSED, "README.md has 80 words of its own; nobody judged them", "")


def report_of(rules="session9", failed=(), not_shown=(), readme=WRITTEN):
    """A report in which every rule passed but those that are named."""
    rows = tuple(
        Row(rule.name, FAILED if rule.name in failed
            else NOT_SHOWN if rule.name in not_shown else PASSED, "", rule.expected)
        for rule in rules_of(rules)
    )  # fmt: skip
    assert {*failed, *not_shown} <= {row.rule for row in rows}
    return Report(rules, rows, readme=readme)


def points(report):
    return {share.answer.name: share.earned for share in report.score.shares}


# The brief's numbers


def test_the_brief_gives_four_times_125_and_200_and_200_extra():
    assert [answer.points for answer in ANSWERS["session9"]] == [125, 125, 125, 125, 200, 200]
    score = report_of().score
    assert (score.earned, score.more, score.extra, score.of) == (700, 0, 0, 700)
    score = report_of("session9-dilated").score
    assert (score.earned, score.more, score.extra, score.of) == (900, 0, 200, 700)
    assert str(score) == "Score, proposed: 700 of 700, and 200 extra."


def test_session7_has_no_points_and_says_so():
    report = report_of("session7")
    assert report.score is None
    assert "the brief of Session 7 names no points" in str(report)
    assert report.as_dict()["score"] is None
    assert "names no points" in report._repr_html_()
    assert "names no points" in table([("anna", report)])


@pytest.mark.parametrize("rules", sorted(ANSWERS))
def test_every_rule_of_the_brief_stands_behind_an_answer(rules):
    behind = {rule for answer in ANSWERS[rules] for rule in answer.rules}
    judged = {rule.name for rule in (*rules_of(rules), *beside_rules(rules))}
    assert behind == judged - {GATE} | {README}


# What a rule is worth


@pytest.mark.parametrize(
    ("failed", "answer", "earned"),
    [
        (["receptive field"], "model code", 125 * 6 // 7),
        (MODEL[1:], "model code", 125 // 7),
        (["parameters"], "torchsummary output", 62),
        (["coarse dropout"], "augmentation code", 83),
        (["accuracy"], "training log", 93),
        (LOG, "training log", 0),
    ],
)
def test_a_broken_rule_takes_its_share_of_one_answer(failed, answer, earned):
    report = report_of(failed=failed)
    whole = points(report_of())
    assert points(report) == {**whole, answer: earned}
    assert report.score.more == 0
    assert report.score.earned == 700 - whole[answer] + earned
    assert f"{failed[-1]} (failed)" in " ".join(str(report).split())


def test_what_is_not_shown_is_counted_apart_and_never_as_lost():
    report = report_of(not_shown=LOG, readme=link_row(None))
    assert (report.score.earned, report.score.more) == (375, 325)
    text = " ".join(str(report).split())
    assert "Score, proposed: 375 of 700; up to 325 more once shown." in text
    assert "0 of 125 training log (up to 125 more once shown)" in text
    mixed = report_of(failed=["accuracy"], not_shown=["untrained start"])
    assert (points(mixed)["training log"], mixed.score.more) == (62, 31)


@pytest.mark.parametrize("broken", ["stride", "pooling", "dilation", "receptive field"])
def test_the_extra_points_are_given_whole_or_not_at_all(broken):
    assert report_of("session9-dilated", failed=[broken]).score.extra == 0
    assert report_of("session9-dilated", not_shown=[broken]).score.extra == 0
    score = report_of("session9-dilated", not_shown=["stride"]).score
    assert (score.earned, score.more) == (700, 200)
    assert report_of("session9-dilated", failed=["accuracy"]).score.extra == 200


def test_a_network_without_strides_earns_the_extra_points_by_the_plain_rules_too():
    dilated, strided = (check(make_network(name)) for name in ("session9-dilated", "session9"))
    assert dilated.score.extra == 200
    assert "200 of 200  dilation instead of pooling and stride" in str(dilated)
    assert "stride" not in dilated.named(PASSED)  # the brief of Session 9 allows strides,
    assert strided.named(FAILED) == []  # and who uses them reads of nothing missing
    assert "instead of pooling and stride" not in str(strided)
    assert strided.score.earned == dilated.score.earned - 200
    heads = as_csv([("anna", strided), ("ben", dilated)]).splitlines()[0]
    assert "points: dilation instead of pooling and stride" in heads


def test_a_field_of_27_earns_no_extra_points_however_much_is_dilated():
    network = make_network("session9-dilated")
    network.c4 = nn.Sequential(*(DepthwiseSeparable(64, 64, kernel_size=1) for _ in range(3)))
    for rules in ("session9", "session9-dilated"):
        report = check(network, rules=rules)
        assert report["receptive field"].found.startswith("27 ")
        assert "dilation" in report.named(PASSED)
        assert report.score.extra == 0


def test_without_modular_code_there_is_nothing_and_the_report_says_why():
    report = report_of("session9-dilated", failed=[GATE])
    assert (report.score.earned, report.score.more, report.score.extra) == (0, 0, 0)
    assert "0 of 700, since the brief gives none for code that is not modular" in str(report)
    open_still = report_of(not_shown=[GATE]).score
    assert (open_still.earned, open_still.more) == (0, 700)
    assert "modularity is not shown" in str(open_still)


def test_a_submission_that_cannot_be_judged_has_no_score_but_is_in_the_table():
    report = Report("session9", trouble="model.py, line 2: expected ':'")
    assert report.score is None
    assert "Score" not in str(report)
    lines = table([("anna", report), ("ben", report_of(not_shown=LOG))]).splitlines()
    assert re.match(r"anna +cannot be judged +- +model.py, line 2", lines[1])
    assert re.match(r"ben .* 575-700  not shown: test images; accuracy", lines[2])
    sheet = as_csv([("anna", report), ("ben", report_of())])
    assert [line["points proposed"] for line in csv.DictReader(sheet.splitlines())] == ["", "700"]


# In words, as data, as a table


def test_what_the_brief_says_of_strides_stands_where_strides_are_allowed():
    sentence = "That the last convolution of a block has stride 2 is not judged"
    said = {rules: any(sentence in note for note in report_of(rules).notes) for rules in RULE_SETS}
    assert said == {"session9": True, "session9-dilated": False, "session7": False}


def test_the_report_says_that_the_score_is_a_proposal_and_what_is_behind_it():
    text = " ".join(str(report_of()).split())
    assert "The score is a proposal; whoever grades decides." in text
    assert "125 of 125 model code: " + "; ".join(MODEL) in text
    assert f"200 of 200 README link: {WRITTEN.found}" in text
    assert "shared evenly among the rules" in text


def test_the_score_is_part_of_the_data_and_the_data_bring_the_report_back():
    report = report_of("session9-dilated", failed=["blocks"], not_shown=["accuracy"])
    data = json.loads(json.dumps(report.as_dict()))
    assert Report.from_dict(data) == report
    assert data["score"]["proposed"] == report.score.earned
    assert sum(answer["points"] for answer in data["score"]["answers"]) == report.score.earned
    assert data["score"]["answers"][3]["rules"]["accuracy"] == "not shown"
    assert any("proposal" in note for note in data["definitions"])


def test_a_notebook_shows_a_table_in_words_and_signs_with_no_colour_of_its_own():
    report = report_of(failed=["blocks"], not_shown=LOG)
    page = report._repr_html_()
    for sign, state in (("✓", "passed"), ("✗", "failed"), ("?", "not shown")):
        assert f"{sign} {state}</td>" in page
    for row in gathered(report.rows):
        assert f">{'<br>'.join(map(html.escape, row.rule.split('; ')))}</td>" in page
    colours = re.findall(r"color:\s*([^;\"]+)|#[0-9a-fA-F]{3,6}\b|background", page)
    assert set(colours) == {"inherit"}
    assert page.count("<table") == page.count("</table>") == 2
    assert repr(report) == str(report)


def test_nothing_of_a_submission_gets_into_the_page_as_markup():
    bad = "<script>alert('x')</script>"
    row = Row("runs", FAILED, bad, bad, bad)
    report = report_of(readme=link_row(f"https://a.example/?q={bad}"))
    report = replace(report, rows=(row, *report.rows[1:]), warnings=(bad,))
    assert "<script" not in report._repr_html_()
    assert html.escape(bad) in report._repr_html_()
    assert "<script" not in Report("session9", trouble=bad)._repr_html_()


# The README, which no program judges


@pytest.mark.parametrize("link", [LINK, "http://example.org", "https://a.b/c?d=e#f",
                                  "https://de.wikipedia.org/wiki/M%C3%BCnchen"])  # fmt: skip
def test_a_link_alone_shows_nothing_until_somebody_opens_it(link):
    assert link_trouble(link) == ""
    row = link_row(link)
    assert (row.state, row.found) == (NOT_SHOWN, f"{link} (a link, not opened: read it)")
    report = report_of(readme=row)
    assert str(report.score) == "Score, proposed: 500 of 700; up to 200 more once shown."
    assert "0 of 200 README link (up to 200 more once shown): " in " ".join(str(report).split())


@pytest.mark.parametrize(
    "link",
    ["README.md", "github.com/me/net", "ftp://example.org/README.md", "https://", "https://local",
     "https://example.org/a b", "https://example.org/`x`", "https://example.org/<b>",
     "https://example.org/\n# Heading", "javascript:alert(1)", "https://[::1", " ", ""],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_words(link):
    assert "expected an address such as https://" in link_trouble(link)
    assert "\n" not in link_trouble(link)
    assert link_row(link).state == FAILED


def test_the_example_address_is_nobodys_readme():
    assert "put in the address of your own" in link_trouble(EXAMPLE)
    assert link_row(EXAMPLE).state == FAILED


def test_a_link_that_gives_away_a_token_is_refused_and_the_token_is_not_repeated():
    trouble = link_trouble("https://ghp_secret@github.com/me/net")
    assert "take it out" in trouble
    assert "ghp_secret" not in trouble


def test_a_readme_beside_the_model_counts_if_it_was_written(tmp_path):
    path = tmp_path / "README.md"
    assert file_row(path).state == NOT_SHOWN
    path.write_text(" \n")
    assert file_row(path).found == "README.md is empty"
    for rules in RULE_SETS:
        path.write_text(files(rules)["README.md"])
        assert "as `scaffold` wrote it" in file_row(path).found
    path.write_bytes(b"86 % after 36 epochs \xff\n" * 8)
    assert file_row(path).state == PASSED
    assert file_row(path).found == "README.md has 32 words of its own; nobody judged them"


@pytest.mark.parametrize("text", ["done", "# - | # " * 40, "I dilated. " * 14 + "Twice"])
def test_a_few_words_are_no_readme(text, tmp_path):
    path = tmp_path / "README.md"
    path.write_text(text)
    row = file_row(path)
    assert (row.state, row.expected) == (NOT_SHOWN, "README.md of 30 words or more")


def test_what_scaffold_wrote_is_not_counted_among_the_words_of_a_readme(tmp_path):
    path, template = tmp_path / "README.md", files("session9")["README.md"]
    path.write_text(template.replace("\n", "  \r\n") + "\nMine now.\n")
    assert file_row(path).found == "README.md has 2 words of its own"
    path.write_text(template + "One more layer in each of the blocks. " * 5)
    assert file_row(path).found == "README.md has 40 words of its own; nobody judged them"

# %% [markdown]
# # Your predictions
#
# **You will see** which of your predictions came out wrong, those first that you were sure of, and
# how often you are right when you are sure.
#
# **You need** some predictions. The explorers ask for them, and so do some exercises.
#
# **Time** about 10 minutes, best a few days after a lesson.

# %% [markdown]
# ## 1. What you said
#
# The answers are in the file `predictions.json` beside your notebooks. Nothing was sent anywhere.
# Delete the file, and you begin anew. (On Colab each notebook has a machine of its own. Download
# `predictions.json` there at the end of a lesson, and upload it here before you run this page.)

# %%
from course_lib.exercises.ledger import review

review()

# %% [markdown]
# ## 2. How to use it
#
# **Sure and wrong** comes first, for a reason. A mistake made with confidence is corrected more
# easily than one made in doubt, once you have seen the right answer (Butterfield and Metcalfe,
# 2001). **Right by a guess** is on the list too: a guess that came true is soon taken for
# knowledge, and is none.
#
# A line begins with its topic. The topic tells you where to look again:
#
# | topic | notebook |
# |---|---|
# | convolution | 00 and 01 |
# | padding modes | 01 |
# | channels, bottleneck | 02 |
# | receptive field, effective field, strides | 03 |
# | dilated | 04 |
# | transposed | 05 |
# | pixel shuffle | 06 |
# | separable | 07 |
# | grouped, budget | 08 |
# | augmentation, shifts | 09 |
# | assignment | 20 |
#
# Look at the first line as well. Of the answers that you were sure of, how many were right? Most
# people are sure too often, and the more so the harder the question (Lichtenstein and others,
# 1982). When *sure* is nearly always right, and *guess* about as often as chance, you know what you
# know.

# %% [markdown]
# ## 3. Answer again
#
# These are the questions of your list, by their full names:

# %%
for question in review().again:
    print(question)

# %% [markdown]
# Put one of them in the place of the one below, and run the cell: it asks the question. Then
# answer, and say how sure you are. The first answer of a session is kept, and of the kept ones the
# newest decides whether a question stays on the list.
# (What an explorer asked, or what your machine was timed for, is answered again in its lesson; the
# cell says so.)

# %%
from course_lib.exercises.predictions import predict

question = "convolution/outputs that read padding"
answer, confidence = ..., ...  # your answer, and "guess", "think" or "sure"
predict(question, answer, confidence)

# %% [markdown]
# ## Further reading
#
# - B. Butterfield, J. Metcalfe, *Errors Committed with High Confidence Are Hypercorrected*, Journal
#   of Experimental Psychology: Learning, Memory, and Cognition 27(6), 2001.
# - H. Roediger, J. Karpicke, *Test-Enhanced Learning*, Psychological Science 17(3), 2006.
# - S. Lichtenstein, B. Fischhoff, L. Phillips, *Calibration of Probabilities: The State of the Art
#   to 1980*, in: Judgment under Uncertainty, Cambridge University Press, 1982.

# %% [markdown]
# # Your predictions
#
# **You will see** every prediction that you made in the lessons, those first that were sure and
# wrong.
#
# **You need** some predictions. The explorers ask for them, and so do some exercises.
#
# **Time** as long as you like; best a few days after a lesson.

# %% [markdown]
# ## 1. What you said
#
# The answers are in the file `predictions.json` beside your notebooks. Nothing was sent anywhere.
# Delete the file, and you begin anew.

# %%
from course_lib.exercises.ledger import review

review()

# %% [markdown]
# ## 2. How to use it
#
# **Sure and wrong** comes first, for a reason. A mistake made with confidence is corrected more
# easily than one made in doubt, once you have seen the right answer: the surprise makes it stay
# (Butterfield and Metcalfe, 2001). So open the lesson that the line names, and answer its question
# again.
#
# **Right by a guess** is on the list too. A guess that came true feels like knowledge the next day,
# and is none.
#
# Look at the first line as well. Of the answers that you were sure of, how many were right? Most
# people are sure too often. When *sure* is right nearly always, and *guess* about as often as
# chance, you know what you know.

# %% [markdown]
# ## Further reading
#
# - B. Butterfield, J. Metcalfe, *Errors Committed with High Confidence Are Hypercorrected*, Journal of
#   Experimental Psychology: Learning, Memory, and Cognition 27(6), 2001.
# - H. Roediger, J. Karpicke, *Test-Enhanced Learning*, Psychological Science 17(3), 2006.

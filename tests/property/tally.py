"""How many random layers and networks were held against torch in this run."""

from collections import Counter
from functools import wraps

ran = Counter()


def counts(what):
    """Count each example of a test that got through; one that does not apply returns False."""

    def decorate(test):
        @wraps(test)
        def counted(*args, **kwargs):
            if test(*args, **kwargs) is not False:
                ran[what] += 1

        return counted

    return decorate

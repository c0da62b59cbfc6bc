"""The one error of ``course_lib.data``."""


class DataError(Exception):
    """Data that cannot be used: what was found, what was expected, what to do."""

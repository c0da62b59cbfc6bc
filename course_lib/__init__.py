"""The library behind the workbook on advanced convolutions.

Importing it loads the standard library only; ask for the part that you need:
``course_lib.geometry``, ``course_lib.data``, ``course_lib.models``, ``course_lib.training``.
"""

import os

__version__ = "0.1.0"

# albumentations 2.0.8 asks the package index for its newest version when it is imported, and warns
# on stderr without a network. This has to be set before anyone imports it.
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

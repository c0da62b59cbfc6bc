"""The assignment's rules as code: what a student sees before handing in, an instructor grades with.

``check`` judges a network in this process; ``check_file`` judges a Python file in a process of its
own with a time limit; ``check_folder`` judges a folder of submissions. ``scaffold`` writes a
repository to begin with, ``submission`` the file to hand in. Used by lesson 20.
"""

from .checker import check
from .document import Unwritten, submission
from .folder import check_folder
from .isolation import Request, check_file
from .points import Score
from .report import Report
from .repository import scaffold
from .rows import RULE_SETS, Row

__all__ = ["RULE_SETS", "Report", "Request", "Row", "Score", "Unwritten", "check", "check_file",
           "check_folder", "scaffold", "submission"]  # fmt: skip

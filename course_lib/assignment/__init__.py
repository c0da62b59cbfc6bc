"""The assignment's rules as code: what a student sees before handing in, an instructor grades with.

``check`` judges a network in this process; ``check_file`` judges a Python file in a process of its
own with a time limit; ``check_folder`` judges a folder of submissions. Used by lesson 20.
"""

from .checker import check
from .folder import check_folder
from .isolation import Request, check_file
from .report import RULE_SETS, Report, Row

__all__ = ["RULE_SETS", "Report", "Request", "Row", "check", "check_file", "check_folder"]

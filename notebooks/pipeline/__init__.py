"""From a lesson's source to the notebook that students open; `notebooks/build.py` is its command.

``workbook``  where things lie, and the workbook's settings in pyproject.toml
``exercises`` marked solutions -> stubs, hints and solutions folded away
``derive``    a source -> the student's notebook, not yet run
``execute``   runs it; keeps its outputs small, and the same from one run to the next
``stills``    an explorer's SVG -> the PNG that is stored
"""

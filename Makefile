# make lab    opens the workbook in JupyterLab, on copies of its notebooks in my-notebooks/
# make test   runs every test: unit, property, notebooks, browser
# The first call of either makes .venv and installs; an interrupted one is taken up by the next.

PYTHON = python3
VENV = .venv
FOLDER = my-notebooks
LAB_FLAGS =
TRAIN_FLAGS =
NOTEBOOKS =
REPOSITORY =

BIN = $(VENV)/bin
RUN = $(BIN)/python

.PHONY: lab test quick train notebooks lint publish help

lab: $(VENV)/.installed
	$(RUN) notebooks/lab.py --folder $(FOLDER) $(LAB_FLAGS)

test: $(VENV)/.installed-dev
	$(BIN)/pytest --nbval

# the tests that take under 90 s together
quick: $(VENV)/.installed-dev
	$(BIN)/pytest -q -m "not slow" tests/unit tests/property tests/notebooks

train: $(VENV)/.installed
	$(RUN) -m course_lib train $(TRAIN_FLAGS)

# all, or NOTEBOOKS=20_assignment
notebooks: $(VENV)/.installed-dev
	$(RUN) notebooks/build.py $(NOTEBOOKS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/codespell $$(git ls-files --cached --others --exclude-standard)

# REPOSITORY=https://github.com/OWNER/REPO: Colab badges, and setup cells that fetch the workbook
publish: $(VENV)/.installed-dev
	$(RUN) notebooks/build.py --keep-outputs --repository "$(REPOSITORY)"

help:
	@sed -n 's/^# //p' Makefile

# pip in one command, so that torch and torchvision come from one index and fit each other
$(VENV)/.installed: requirements.txt constraints.txt pyproject.toml | $(VENV)/.made
	$(RUN) -m pip install -c constraints.txt -r requirements.txt -e .
	touch $@

$(VENV)/.installed-dev: requirements.txt constraints.txt pyproject.toml | $(VENV)/.made
	$(RUN) -m pip install -c constraints.txt -r requirements.txt -e ".[dev]"
	touch $(VENV)/.installed $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "make: the workbook needs Python 3.11, 3.12 or 3.13; $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>&1). Name another: make lab PYTHON=python3.12" >&2; exit 1; }
	@test ! -e $(VENV) -o -e $(VENV)/pyvenv.cfg || { \
	  echo "make: $(VENV) is there, and is no environment of Python's. Move it away." >&2; exit 1; }
	$(RUN) -m pip --version || $(PYTHON) -m venv --clear $(VENV)
	touch $@

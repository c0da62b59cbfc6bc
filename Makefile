# make lab    opens the workbook in JupyterLab, on copies of its notebooks in my-notebooks/
# make test   runs every test: unit, property, notebooks, browser
# make test-colab   tests what shows the explorers under Colab's older widgets
# The first call of each makes .venv and installs; an interrupted one is taken up by the next.

PYTHON = python3
VENV = .venv
FOLDER = my-notebooks
LAB_FLAGS =
TRAIN_FLAGS =
NOTEBOOKS =
REPOSITORY =

BIN = $(VENV)/bin
RUN = $(BIN)/python

# Colab's versions (its runtime of 2026-08), with what they need and newer ones do not.
COLAB = $(VENV)-colab
COLAB_STACK = ipywidgets==7.7.1 ipykernel==6.17.1 ipython==7.34.0 traitlets==5.7.1 \
  backcall==0.2.0 decorator ipython_genutils==0.2.0 nest-asyncio pickleshare==0.7.5

.PHONY: lab test test-colab quick train notebooks lint publish help

lab: $(VENV)/.installed
	$(RUN) notebooks/lab.py --folder $(FOLDER) $(LAB_FLAGS)

test: $(VENV)/.installed-dev
	$(BIN)/pytest --nbval

# the front end, the explorers and lesson 01
test-colab: $(COLAB)/.installed
	$(COLAB)/bin/python -c 'import ipywidgets; print("ipywidgets", ipywidgets.__version__)'
	$(COLAB)/bin/python -m pytest --nbval -q tests/unit/test_explorer*.py \
	  tests/unit/test_frontend*.py $(wildcard notebooks/01_*.ipynb)

# the tests without the slow ones: some minutes
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

# over the site-packages of the first environment, whose other packages it sees
$(COLAB)/.installed: Makefile | $(VENV)/.installed-dev
	$(RUN) -m venv --clear --without-pip $(COLAB)
	$(RUN) -m pip --python $(COLAB)/bin/python install --no-deps $(COLAB_STACK)
	$(RUN) -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' \
	  > "$$($(COLAB)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/over.pth"
	touch $@

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "make: the workbook needs Python 3.11, 3.12 or 3.13; $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>&1). Name another: make lab PYTHON=python3.12" >&2; exit 1; }
	@test ! -e $(VENV) -o -e $(VENV)/pyvenv.cfg || { \
	  echo "make: $(VENV) is there, and is no environment of Python's. Move it away." >&2; exit 1; }
	$(RUN) -m pip --version || $(PYTHON) -m venv --clear $(VENV)
	touch $@

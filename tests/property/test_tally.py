"""The last file of this folder: were the random tests as many as is said?"""

from pathlib import Path

import pytest
from tally import ran

HERE = Path(__file__).parent


def test_thousands_of_layers_and_hundreds_of_networks_were_held_against_torch(request):
    option, files = request.config.option, {item.path for item in request.session.items}
    if option.keyword or option.markexpr or not files.issuperset(HERE.glob("test_*.py")):
        pytest.skip("counts only where all tests of this folder run")
    print(dict(ran))
    assert ran["layers"] >= 2500
    assert ran["networks"] >= 1000
    assert ran["fields that depend on the position"] >= 50

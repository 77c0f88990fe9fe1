"""One stage for all tests that only look."""

from collections.abc import Iterator

import pytest

from tests.rendering.doctor.stage import Stage, stage


@pytest.fixture(scope="session")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OBSERVATORY_STATE", str(tmp_path_factory.mktemp("state")))
        with stage(tmp_path_factory.mktemp("doctor")) as made:
            yield made

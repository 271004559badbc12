"""One supervised installation for all faults, started with the first of them."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.supervised import Supervised, supervised

TABLES = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def place() -> Iterator[Supervised]:
    """An installation that `./run` keeps alive."""
    with supervised() as found:
        found.start()
        yield found


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Callable[[str, list[str]], None]:
    """Have a table printed at the end of the run."""

    def keep(title: str, lines: list[str]) -> None:
        request.config.stash.setdefault(TABLES, []).extend(["", title, *lines])

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables."""
    lines = terminalreporter.config.stash.get(TABLES, [])
    if lines:
        terminalreporter.section("faults")
        terminalreporter.write_line("\n".join(lines))

"""When a server is started again, and when it is killed, looked at second by second."""

from dataclasses import dataclass, field
from itertools import pairwise

from launcher.services.revival import PATIENCE_S, Revival


@dataclass
class Fake:
    """A server that is as it is told to be, and writes down what is done to it."""

    name: str = "Server"
    answering: bool = True
    living: bool = True
    done: list[str] = field(default_factory=list)

    def answers(self) -> bool:
        return self.answering

    def lives(self) -> bool:
        return self.living

    def launch(self) -> None:
        self.done.append("launch")

    def kill(self) -> None:
        self.done.append("kill")
        self.living = False


def test_nothing_is_done_to_who_answers() -> None:
    server = Fake()
    assert [Revival(server).look(now) for now in (0.0, 2.0)] == ["", ""]
    assert server.done == []


def test_who_ended_is_started_at_once_and_said_when_it_answers() -> None:
    server = Fake(answering=False, living=False)
    revival = Revival(server)
    assert revival.look(0.0) == "Server had ended; starting it again …"
    server.living = True
    assert revival.look(2.0) == ""
    server.answering = True
    assert revival.look(4.0) == "Server answers again."
    assert server.done == ["launch"]


def test_who_does_not_come_up_is_started_with_growing_pauses() -> None:
    server = Fake(answering=False, living=False)
    revival = Revival(server)
    starts = [now for now in range(120) if revival.look(float(now))]
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses == [5, 5, 5, 5, 8, 16, 30, 30]


def test_who_hangs_is_killed_after_a_while_and_started_like_the_others() -> None:
    server = Fake(answering=False)
    revival = Revival(server)
    said = {now: words for now in range(PATIENCE_S + 2) if (words := revival.look(float(now)))}
    assert said == {
        PATIENCE_S: f"Server has not answered for {PATIENCE_S} s; it was killed.",
        PATIENCE_S + 1: "Server had ended; starting it again …",
    }
    assert server.done == ["kill", "launch"]


def test_a_moments_silence_is_forgiven() -> None:
    server = Fake()
    revival = Revival(server)
    for now in range(0, 100, 2):
        server.answering = now % 10 == 0
        assert revival.look(float(now)) == ""
    assert server.done == []

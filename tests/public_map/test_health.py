"""Is the installation well: what each answer of /readyz stands on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import create_app
from app.core import installation
from app.core.time import frozen, now
from app.core.work.heartbeat import beat
from app.core.work.outbox import Consumer, publish
from app.public_map import health
from config import Settings
from tests.factories.tickets import DAY, HOUR, MONDAY, routed_ticket, submitted

MINUTE = timedelta(minutes=1)


@pytest.fixture
def alive(session: Session) -> None:
    beat(session, "schedule", MONDAY)
    session.flush()


def bad(session: Session, at=MONDAY) -> dict[str, bool]:
    """What is not good, and whether it is needed."""
    return {check.name: check.needed for check in health.checks(session, at) if not check.good}


@pytest.fixture(autouse=True)
def redis_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Answers:
        def ping(self) -> bool:
            return True

    monkeypatch.setattr(health, "redis_client", lambda _url: Answers())


@pytest.mark.usefixtures("alive")
def test_all_is_well(session: Session) -> None:
    assert bad(session) == {}


def test_a_schedule_that_never_beat_is_dead(session: Session) -> None:
    assert bad(session) == {"schedule": True}


@pytest.mark.usefixtures("alive")
def test_a_schedule_that_is_silent_is_dead(session: Session) -> None:
    assert bad(session, MONDAY + health.HEARTBEAT_LIMIT) == {}
    assert bad(session, MONDAY + health.HEARTBEAT_LIMIT + timedelta(seconds=1)) == {
        "schedule": True
    }


@pytest.mark.usefixtures("alive")
def test_reports_that_wait_for_the_router(session: Session) -> None:
    submitted(session, at=MONDAY)
    submitted(session, at=MONDAY - health.BACKLOG_LIMIT)
    assert bad(session) == {}
    assert bad(session, MONDAY + timedelta(seconds=1)) == {"backlog": True}


@pytest.mark.usefixtures("alive")
def test_what_waits_in_triage_is_no_backlog(session: Session) -> None:
    routed_ticket(session, at=MONDAY - DAY, place=None)
    assert "backlog" not in bad(session)


@pytest.mark.usefixtures("alive")
def test_events_that_nobody_takes(session: Session) -> None:
    publish(session, [1], [Consumer.NOTIFICATIONS], MONDAY - HOUR)
    assert bad(session) == {"outbox": True}


@pytest.mark.usefixtures("alive")
def test_without_redis_the_sweeps_work(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_url: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(health, "redis_client", away)
    assert bad(session) == {"redis": False}


@pytest.mark.usefixtures("app")
def test_without_a_database_nothing_works() -> None:
    class Away:
        def execute(self, *_more: object) -> None:
            raise OperationalError("SELECT", {}, Exception("gone"))

    found = {check.name: check.good for check in health.checks(Away(), MONDAY)}
    assert found["database"] is False


def test_the_answer_tells_a_load_balancer(client: FlaskClient, session: Session) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    sick = client.get("/readyz")
    assert (sick.status_code, sick.json["status"]) == (503, "unready")
    assert sick.json["checks"]["schedule"] == {"good": False}
    beat(session, "schedule", now())
    session.commit()
    well = client.get("/readyz")
    assert (well.status_code, well.json["status"]) == (200, "ok")
    assert well.json["checks"]["backlog"] == {"good": True, "age": "0s"}
    with frozen(now() + HOUR):
        assert client.get("/readyz").status_code == 503


def test_health_says_nothing_of_the_settings(client: FlaskClient) -> None:
    said = client.get("/readyz").text
    settings = installation.settings()
    assert settings.database.url not in said
    assert "postgres" not in said
    assert replace(settings).redis_url not in said


def test_without_a_database_a_page_is_a_sentence_and_a_line_in_the_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    away = replace(settings.database, url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    application = create_app(replace(settings, database=away))
    answer = application.test_client().get("/")
    installation.configure(settings)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Something went wrong on our side" in answer.text
    assert [record.exc_info for record in caplog.records if record.name == "app.answers"] == [None]

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import passwords, rules, service
from app.accounts.models import AccountToken, SignInThrottle, StaffSession
from app.accounts.queries import find_session, sessions_of
from app.core.crypto import token_hash
from app.core.errors import Conflict, Gone, Rejection, TooMany
from app.core.time import now as present
from app.notifications.models import Delivery
from app.notifications.service import send_reset
from tests.accounts.people import EMAIL, PASSWORD, a_member

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SECRET = "k" * 40
ADDRESS = "203.0.113.7"


def fail(session: Session, times: int, *, email: str = EMAIL, address: str = ADDRESS) -> None:
    for _ in range(times):
        service.note_failure(session, SECRET, email, address, now=NOW)


def check(session: Session, *, email: str = EMAIL, address: str = ADDRESS, after: int = 0) -> None:
    at = NOW + timedelta(seconds=after)
    service.check_wait(session, SECRET, email, address, now=at)


def test_an_account_waits_after_five_failures_from_anywhere(session: Session) -> None:
    fail(session, 4)
    check(session)
    fail(session, 1)
    with pytest.raises(TooMany) as refused:
        check(session, address="198.51.100.1")
    assert 0 < refused.value.retry_after <= 16
    with pytest.raises(TooMany):
        check(session, email=f"  {EMAIL.upper()} ")
    check(session, email="somebody.else@example.invalid")
    check(session, after=16)


def test_an_address_waits_after_thirty_failures_on_any_account(session: Session) -> None:
    for number in range(30):
        fail(session, 1, email=f"n{number}@example.invalid")
    with pytest.raises(TooMany):
        check(session, email="fresh@example.invalid")
    check(session, email="fresh@example.invalid", address="198.51.100.1")


def test_a_success_forgets_the_account_and_takes_one_from_the_address(session: Session) -> None:
    fail(session, 6)
    service.forget_failures(session, SECRET, EMAIL, ADDRESS, now=NOW)
    check(session)
    assert session.scalars(select(SignInThrottle.failures)).all() == [5]


def test_old_failures_are_forgotten(session: Session) -> None:
    fail(session, 3)
    later = NOW + rules.FORGET_AFTER + timedelta(seconds=1)
    service.note_failure(session, SECRET, EMAIL, ADDRESS, now=later)
    assert set(session.scalars(select(SignInThrottle.failures))) == {1}


def test_the_throttle_stores_neither_address(session: Session) -> None:
    fail(session, 1)
    for key in session.scalars(select(SignInThrottle.key)):
        assert EMAIL.encode() not in key
        assert ADDRESS.encode() not in key


@pytest.mark.parametrize("case", ["unknown", "wrong", "disabled", "invited"])
def test_every_wrong_pair_hashes_once_and_reads_the_same(
    session: Session, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    account = a_member(session)
    if case == "disabled":
        service.disable(session, account, now=NOW)
    if case == "invited":
        account.password_hash = None
    verified: list[str] = []

    class Counting(passwords.PasswordHasher):
        def verify(self, hash, password):  # noqa: A002 - the library's name
            verified.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(
        passwords, "_HASHER", Counting(time_cost=2, memory_cost=19_456, parallelism=1)
    )
    with pytest.raises(Rejection) as refused:
        service.recognise(
            session,
            "nobody@example.invalid" if case == "unknown" else EMAIL,
            "not this one" if case == "wrong" else PASSWORD,
        )
    assert refused.value.code == "wrong_sign_in"
    assert len(verified) == 1
    assert verified[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_weaker_hash_is_renewed_at_sign_in(session: Session) -> None:
    account = a_member(session)
    weak = passwords.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    account.password_hash = weak
    service.recognise(session, EMAIL, PASSWORD)
    assert account.password_hash != weak
    assert passwords.matches(account.password_hash, PASSWORD)


def test_only_the_hash_of_a_sessions_token_is_stored(session: Session) -> None:
    token = service.start_session(session, a_member(session), device="Firefox", now=NOW)
    row = session.scalars(select(StaffSession)).one()
    assert row.token_hash == token_hash(token)
    assert find_session(session, token, NOW) is not None
    assert find_session(session, token + "x", NOW) is None


def test_a_session_slides_and_ends(session: Session) -> None:
    token = service.start_session(session, a_member(session), device="", now=NOW)
    idle = NOW + timedelta(hours=4)
    assert find_session(session, token, idle - timedelta(seconds=1)) is not None
    assert find_session(session, token, idle) is None
    found = find_session(session, token, NOW)
    assert found is not None
    service.note_seen(session, found, now=NOW + timedelta(hours=3))
    assert find_session(session, token, NOW + timedelta(hours=6)) is not None
    assert find_session(session, token, NOW + timedelta(hours=7)) is None


def test_sessions_end_one_by_one_all_others_and_all(session: Session) -> None:
    account = a_member(session)
    other = a_member(session, email="ba@example.invalid")
    tokens = [service.start_session(session, account, device="", now=NOW) for _ in range(4)]
    foreign = service.start_session(session, other, device="", now=NOW)
    ids = {token: find_session(session, token, NOW).id for token in [*tokens, foreign]}  # type: ignore[union-attr]
    service.end_session(session, account.id, ids[foreign], now=NOW)
    assert find_session(session, foreign, NOW) is not None
    service.end_session(session, account.id, ids[tokens[0]], now=NOW)
    assert find_session(session, tokens[0], NOW) is None
    here = find_session(session, tokens[1], NOW)
    assert here is not None
    service.end_other_sessions(session, here, now=NOW)
    assert [row.id for row in sessions_of(session, account.id, NOW)] == [here.id]
    service.set_password(session, account, PASSWORD + "!", now=NOW)
    assert sessions_of(session, account.id, NOW) == []
    assert find_session(session, foreign, NOW) is not None


def test_disabling_ends_sessions_and_links(session: Session) -> None:
    account = a_member(session)
    token = service.start_session(session, account, device="", now=NOW)
    link = service.issue_link(session, account, "password_reset", now=NOW)
    service.disable(session, account, now=NOW)
    assert find_session(session, token, NOW) is None
    with pytest.raises(Gone):
        service.check_link(session, link, "password_reset", now=NOW)


def test_a_link_works_once_for_its_purpose_and_its_time(session: Session) -> None:
    account = a_member(session)
    first = service.issue_link(session, account, "password_reset", now=NOW)
    second = service.issue_link(session, account, "password_reset", now=NOW)
    with pytest.raises(Gone):
        service.redeem_link(session, first, "invitation", PASSWORD, now=NOW)
    with pytest.raises(Gone):
        service.check_link(session, first, "password_reset", now=NOW + rules.RESET_LIFE)
    with pytest.raises(Rejection, match="short_password"):
        service.redeem_link(session, first, "password_reset", "short", now=NOW)
    service.redeem_link(session, first, "password_reset", "a quite new password", now=NOW)
    assert service.recognise(session, EMAIL, "a quite new password") is account
    for used in (first, second):
        with pytest.raises(Gone):
            service.redeem_link(session, used, "password_reset", PASSWORD, now=NOW)


def test_reset_mails_go_to_known_addresses_only_and_three_an_hour(session: Session) -> None:
    account = a_member(session)
    at = present()
    send_reset(session, "nobody@example.invalid", now=at)
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0
    for _ in range(5):
        send_reset(session, EMAIL, now=at)
    assert session.scalar(select(func.count()).select_from(AccountToken)) == rules.RESETS_AN_HOUR
    send_reset(session, EMAIL, now=at + timedelta(hours=1, seconds=1))
    assert (
        session.scalar(select(func.count()).where(Delivery.recipient == f"account:{account.id}"))
        == rules.RESETS_AN_HOUR + 1
    )


def test_an_address_belongs_to_one_account(session: Session) -> None:
    a_member(session)
    with pytest.raises(Conflict) as refused:
        service.add_account(session, f" {EMAIL.upper()} ", full_name="", lang="vi", now=NOW)
    assert refused.value.field == "email"
    with pytest.raises(Rejection, match="bad_email"):
        service.add_account(session, "no address", full_name="", lang="vi", now=NOW)

"""An event that very many follow: one message for each, and no statement that grows with them."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.notifications.models import Delivery
from tests.notifications.rows import NOW, event, fan_out, ticket

# One more than fit into one statement: nine parameters a row, 65,535 at most.
CROWD = 7_282

FOLLOWERS = text("""
    WITH contact_of AS (
        INSERT INTO contact (email_enc, lang, created_at)
        SELECT '\\x00'::bytea, 'vi', :at FROM generate_series(1, :crowd) RETURNING id
    )
    INSERT INTO follower (ticket_id, address_key, contact_id, created_at, confirmed_at)
    SELECT :ticket, decode(lpad(to_hex(id), 16, '0'), 'hex'), id, :at, :at FROM contact_of
""")


def test_a_crowd_is_told(session: Session) -> None:
    followed = ticket(session)
    session.execute(FOLLOWERS, {"at": NOW, "crowd": CROWD, "ticket": followed.id})
    event(session, followed, "answer")
    session.commit()
    assert fan_out() == 1
    assert session.scalar(select(func.count()).select_from(Delivery)) == CROWD

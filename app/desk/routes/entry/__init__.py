"""Coming in: sign-in, its second step, forgotten passwords, one's own account."""

from app.desk.routes.entry import account, passwords, proving, second_step, sign_in

__all__ = ["account", "passwords", "proving", "second_step", "sign_in"]

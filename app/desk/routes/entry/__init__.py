"""Coming in: sign-in, forgotten passwords, one's own account."""

from app.desk.routes.entry import account, passwords, sign_in

__all__ = ["account", "passwords", "sign_in"]

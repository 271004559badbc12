"""Entry of every WSGI server: `wsgi:app`."""

import os
import sys

from app import create_app
from config import Settings, SettingsError

try:
    app = create_app(Settings.from_env(os.environ))
except SettingsError as error:
    sys.exit("Settings:\n" + "\n".join(f"  {problem}" for problem in error.problems))

"""What the environment says about how to run."""

import os

BOOKMARKS_FILE = os.environ.get("BOOKMARKS_FILE", "bookmarks.sqlite3")
ADMIN_TOKEN = os.environ.get("ADMIN_TOKEN", "change-me-please")

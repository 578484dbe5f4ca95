"""Links in SQLite."""

import sqlite3

from bookmarks import settings


def connect() -> sqlite3.Connection:
    connection = sqlite3.connect(settings.BOOKMARKS_FILE)
    connection.execute("CREATE TABLE IF NOT EXISTS links (url TEXT PRIMARY KEY, title TEXT)")
    return connection


def add_link(url: str, title: str) -> None:
    with connect() as connection:
        connection.execute("INSERT OR REPLACE INTO links VALUES (?, ?)", (url, title))


def find_links(word: str) -> list[dict[str, str]]:
    with connect() as connection:
        rows = connection.execute(f"SELECT url, title FROM links WHERE title LIKE '%{word}%'")
        return [{"url": url, "title": title} for url, title in rows]

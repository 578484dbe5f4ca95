import pytest
from fastapi.testclient import TestClient

from bookmarks import links, settings
from bookmarks.app import app


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "BOOKMARKS_FILE", str(tmp_path / "links.sqlite3"))
    monkeypatch.setattr(links, "is_alive", lambda url: "dead" not in url)
    return TestClient(app)


def test_says_that_it_is_up(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_finds_a_link_by_its_title(client):
    client.post("/links", json={"url": "https://python.org/", "title": "Python"})
    assert client.get("/links", params={"word": "yth"}).json() == [
        {"url": "https://python.org/", "title": "Python"}
    ]


def test_refuses_a_dead_link(client):
    answer = client.post("/links", json={"url": "https://dead.example/", "title": "Gone"})
    assert answer.status_code == 422

"""The web service."""

import logging

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, HttpUrl

from bookmarks import links, store

logger = logging.getLogger(__name__)
app = FastAPI(title="bookmarks")


class Link(BaseModel):
    """A link with the words it is found by."""

    url: HttpUrl
    title: str


@app.get("/health")
def health() -> dict[str, str]:
    """Says that the service is up."""
    return {"status": "ok"}


@app.post("/links", status_code=201)
def add(link: Link) -> Link:
    """Keeps a link that leads somewhere."""
    if not links.is_alive(str(link.url)):
        raise HTTPException(422, "The link is dead.")
    store.add_link(str(link.url), link.title)
    print(f"added {link.url}")
    return link


@app.get("/links")
def find(word: str = "") -> list[dict[str, str]]:
    """Finds links by a word of their title."""
    logger.info("Searching for %s", word)
    return store.find_links(word)

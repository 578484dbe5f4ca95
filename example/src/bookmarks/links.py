"""Whether a link still leads somewhere."""

import httpx


def is_alive(url):
    try:
        return httpx.head(url, follow_redirects=True).is_success
    except Exception:
        return False

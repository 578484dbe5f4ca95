"""Scan an archive or a repository with pyready; needs Python 3.9 or later and nothing else.

    python3 pyready.py --server https://YOUR-HOST project.zip --fail-under 70
    python3 pyready.py --server https://YOUR-HOST https://github.com/pallets/flask --format markdown
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

TIMEOUT_SECONDS = 60
ATTEMPTS = 3


class ProblemError(Exception):
    """An answer that is a problem document: `code` is stable, the message is for a person."""

    def __init__(self, problem: dict) -> None:
        super().__init__(problem.get("detail", "The server answered with an error."))
        self.code = problem.get("code", "unknown")


class Client:
    def __init__(self, server: str, token: str | None = None) -> None:
        self.server = server.rstrip("/")
        self.token = token

    def scan_archive(self, path: Path) -> dict:
        return json.loads(self._ask("POST", "/v1/scans", path.read_bytes(), "application/octet-stream"))

    def scan_repository(self, url: str) -> dict:
        """Starts the scan as a job, and looks how it goes until it is done."""
        body = json.dumps({"repository": url}).encode()
        answer = json.loads(
            self._ask("POST", "/v1/scans", body, "application/json", {"Prefer": "respond-async"})
        )
        while answer.get("state") in ("queued", "running"):
            time.sleep(1)
            answer = json.loads(self._ask("GET", f"/v1/jobs/{answer['id']}"))
        if answer.get("state") == "failed":
            raise ProblemError(answer["problem"])
        return json.loads(self.read(answer["scan"])) if "state" in answer else answer

    def read(self, scan_id: str, report_format: str = "json") -> str:
        path = f"/v1/scans/{urllib.parse.quote(scan_id, safe='')}"
        return self._ask("GET", f"{path}?{urllib.parse.urlencode({'format': report_format})}")

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        content_type: str | None = None,
        headers: dict | None = None,
    ) -> str:
        request = urllib.request.Request(self.server + path, data=body, method=method, headers=headers or {})
        if content_type:
            request.add_header("Content-Type", content_type)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError as error:
                wait = int(error.headers.get("Retry-After", "0"))
                if error.code not in (429, 503) or wait == 0 or attempt == ATTEMPTS:
                    raise ProblemError(read_problem(error)) from error
                time.sleep(min(wait, TIMEOUT_SECONDS))
        raise AssertionError("unreachable")


def read_problem(error: urllib.error.HTTPError) -> dict:
    try:
        return json.loads(error.read())
    except ValueError:
        return {"detail": f"HTTP {error.code}"}


def main() -> int:
    parser = argparse.ArgumentParser(description="Is this Python project ready for production?")
    parser.add_argument("target", help="an archive, or the URL of a repository")
    parser.add_argument("--server", required=True)
    parser.add_argument("--token", help="where the server wants one for scans")
    parser.add_argument("--format", default="markdown", choices=["json", "sarif", "markdown", "junit", "html"])
    parser.add_argument("--fail-under", type=float, default=0, metavar="SCORE")
    args = parser.parse_args()
    client = Client(args.server, args.token)
    try:
        if args.target.startswith(("https://", "http://")):
            report = client.scan_repository(args.target)
        else:
            report = client.scan_archive(Path(args.target))
        print(client.read(report["id"], args.format))
    except ProblemError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 2
    return 1 if report["score"] < args.fail_under else 0


if __name__ == "__main__":
    sys.exit(main())

/** Python as services have it: made up, but with imports, classes, handlers, queries, logging, tests. */
import type { Chance } from "./chance.ts";

const NOUNS =
  "account address basket branch catalogue channel contract courier customer delivery depot discount event feature folder invoice ledger licence listing machine mailbox message notice offer order parcel partner payment permit plan policy profile quota rating receipt refund region report reservation route schedule seller session shelf shipment statement stock subscription supplier tariff team ticket token transfer vehicle vendor voucher wallet warehouse".split(
    " ",
  );
const VERBS =
  "archive assign cancel check close collect combine count create delete describe dispatch expire export fetch find import issue load merge notify open parse prepare publish read rebuild reconcile refresh register release render renew replace resolve restore retry revoke save schedule send settle sort split start stop store summarise sync update validate verify withdraw".split(
    " ",
  );
const ADJECTIVES =
  "active archived current daily default empty first internal late local open partial pending public recent remote shared stale total valid".split(
    " ",
  );

const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const HEADS = [
  "import json\nimport logging\nfrom dataclasses import dataclass, field\nfrom datetime import UTC, datetime\n",
  "from __future__ import annotations\n\nimport logging\nimport os\nimport re\nfrom collections import defaultdict\n",
  "import asyncio\nimport logging\nimport time\nfrom typing import Any\n\nimport httpx\n",
  "import logging\nfrom decimal import Decimal\n\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import Session\n",
];

/** A module of the application. */
export function writeModule(chance: Chance, packageName: string): string {
  const noun = chance.pick(NOUNS);
  const parts = [`"""${title(noun)}s of ${packageName}: reading, changing and telling others of them."""\n`];
  parts.push(chance.pick(HEADS), `\nlogger = logging.getLogger(__name__)\n`);
  parts.push(`DEFAULT_${noun.toUpperCase()}_LIMIT = ${10 + chance.below(490)}\n`);
  const count = 4 + chance.below(8);
  for (let at = 0; at < count; at++) parts.push(chance.pick(BLOCKS)(chance, at));
  return parts.join("\n");
}

type Block = (chance: Chance, at: number) => string;

const writeFunction: Block = (chance, at) => {
  const [verb, noun, adjective] = [chance.pick(VERBS), chance.pick(NOUNS), chance.pick(ADJECTIVES)];
  return `
def ${verb}_${adjective}_${noun}_${at}(${noun}s: list[dict], limit: int = ${chance.below(100)}) -> list[dict]:
    """${title(verb)} every ${adjective} ${noun}.

    :param ${noun}s: what came from the other side
    :raises ValueError: where a ${noun} has no number
    """
    found = []
    for index, ${noun} in enumerate(${noun}s):
        if not ${noun}.get("number"):
            raise ValueError(f"${noun} {index} has no number")
        if ${noun}["state"] == "${adjective}" and len(found) < limit:
            found.append({**${noun}, "weight": ${noun}.get("weight", ${chance.below(50)}) * ${1 + chance.below(9)}})
        elif ${noun}["state"] in ("closed", "${chance.pick(ADJECTIVES)}"):
            continue  # nothing more happens to it
    logger.info("${verb} ${noun}: %d of %d", len(found), len(${noun}s))
    return found
`;
};

const writeClass: Block = (chance, at) => {
  const [noun, other] = [chance.pick(NOUNS), chance.pick(NOUNS)];
  const methods = Array.from({ length: 2 + chance.below(4) }, (_, index) => {
    const verb = chance.pick(VERBS);
    return `
    def ${verb}_${index}(self, key: str, *, dry_run: bool = False) -> "${title(noun)}${at}":
        """${title(verb)} one ${other} by its key."""
        ${other} = self.${other}s.get(key)
        if ${other} is None:
            raise KeyError(key)
        if not dry_run:
            self.changes += 1
            self.${other}s[key] = {"key": key, "at": self.clock(), "by": "${verb}"}
        return self
`;
  });
  return `
class ${title(noun)}${at}:
    """Keeps ${other}s of one ${noun}."""

    def __init__(self, name: str, clock) -> None:
        self.name = name
        self.clock = clock
        self.changes = 0
        self.${other}s: dict[str, dict] = {}
${methods.join("")}`;
};

const writeHandler: Block = (chance, at) => {
  const [verb, noun] = [chance.pick(VERBS), chance.pick(NOUNS)];
  return `
def ${verb}_${noun}_file_${at}(path: str, attempts: int = ${1 + chance.below(5)}) -> dict | None:
    """Read one ${noun} from a file, and try again where it is locked."""
    for attempt in range(attempts):
        try:
            with open(path, encoding="utf-8") as stream:
                return json.load(stream)
        except FileNotFoundError:
            logger.warning("no ${noun} at %s", path)
            return None
        except OSError as error:
            logger.exception("could not ${verb} %s, attempt %d: %s", path, attempt, error)
            time.sleep(${1 + chance.below(4)} * 2**attempt)
    return None
`;
};

const writeClient: Block = (chance, at) => {
  const [verb, noun] = [chance.pick(VERBS), chance.pick(NOUNS)];
  return `
async def ${verb}_remote_${noun}_${at}(client: "httpx.AsyncClient", ${noun}_id: int) -> dict:
    """Ask the ${noun} service; it answers within ${2 + chance.below(20)} seconds or not at all."""
    response = await client.get(f"/v1/${noun}s/{${noun}_id}", timeout=${2 + chance.below(20)})
    response.raise_for_status()
    body = response.json()
    return {key: value for key, value in body.items() if not key.startswith("_")}
`;
};

const writeQuery: Block = (chance, at) => {
  const [noun, adjective] = [chance.pick(NOUNS), chance.pick(ADJECTIVES)];
  return `
def count_${adjective}_${noun}s_${at}(connection, since: str) -> int:
    row = connection.execute(
        "SELECT count(*) FROM ${noun}s WHERE state = ? AND created_at > ?",
        ("${adjective}", since),
    ).fetchone()
    return int(row[0]) if row else 0
`;
};

const writeTable: Block = (chance, at) => {
  const rows = Array.from(
    { length: 6 + chance.below(20) },
    () =>
      `    "${chance.pick(ADJECTIVES)}-${chance.pick(NOUNS)}-${chance.below(1_000)}": ("${chance.pick(VERBS)}", ${chance.below(10_000)}),`,
  );
  return `\nTABLE_${at} = {\n${rows.join("\n")}\n}\n`;
};

const BLOCKS: readonly Block[] = [
  writeFunction,
  writeFunction,
  writeFunction,
  writeClass,
  writeClass,
  writeHandler,
  writeClient,
  writeQuery,
  writeTable,
];

/** Routes of one package. */
export function writeRoutes(chance: Chance, packageName: string): string {
  const routes = Array.from({ length: 4 + chance.below(6) }, (_, at) => {
    const [verb, noun] = [chance.pick(VERBS), chance.pick(NOUNS)];
    return `

@router.${chance.pick(["get", "post", "put", "delete"])}("/${packageName}/${noun}s/{key}/${verb}-${at}")
async def ${verb}_${noun}_${at}(key: int, limit: int = Query(default=${10 + chance.below(90)}, le=200)) -> dict:
    """${title(verb)} a ${noun} of ${packageName}."""
    if key < 0:
        raise HTTPException(status_code=422, detail="a key is never negative")
    logger.info("${verb} ${noun} %d", key)
    return {"key": key, "limit": limit, "state": "${chance.pick(ADJECTIVES)}"}
`;
  });
  return `import logging\n\nfrom fastapi import APIRouter, HTTPException, Query\n\nrouter = APIRouter()\nlogger = logging.getLogger(__name__)\n${routes.join("")}`;
}

/** A test module. */
export function writeTests(chance: Chance, packageName: string): string {
  const tests = Array.from({ length: 8 + chance.below(12) }, (_, at) => {
    const [verb, noun] = [chance.pick(VERBS), chance.pick(NOUNS)];
    const number = chance.below(1_000);
    return `

def test_${verb}_${noun}_${at}():
    ${noun} = {"number": ${number}, "state": "${chance.pick(ADJECTIVES)}", "weight": ${chance.below(50)}}
    assert ${noun}["number"] == ${number}
    with pytest.raises(KeyError):
        ${noun}["${chance.pick(NOUNS)}-${at}"]
`;
  });
  return `"""Tests of ${packageName}."""\nimport pytest\n${tests.join("")}`;
}

/** Documentation of one package. */
export const writeDocument = (chance: Chance, packageName: string): string =>
  Array.from(
    { length: 20 },
    () =>
      `## ${title(chance.pick(VERBS))} a ${chance.pick(NOUNS)}\n\nIn ${packageName} every ${chance.pick(ADJECTIVES)} ${chance.pick(NOUNS)} has one ${chance.pick(NOUNS)}; ${chance.pick(VERBS)} it first.\n`,
  ).join("\n");

/** Keeps new records for the minutes in which KV may still say that it does not know them. */
import { DurableObject } from "cloudflare:workers";

/** KV's own cache of misses lives for a minute; its replication is done within some. */
const KEPT_MS = 10 * 60_000;

/** SQLite storage takes values up to 2 MB; a larger record waits for KV. */
const LARGEST = 1_900_000;

export class RecentReports extends DurableObject {
  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    state.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL)",
    );
  }

  get(key: string): string | undefined {
    const query = "SELECT value FROM records WHERE key = ? AND expires_at > ?";
    return this.ctx.storage.sql.exec<{ value: string }>(query, key, Date.now()).toArray()[0]?.value;
  }

  async put(key: string, value: string): Promise<void> {
    if (value.length > LARGEST) return;
    const expiresAt = Date.now() + KEPT_MS;
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", key, value, expiresAt);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(expiresAt);
  }

  /** Drops what is past its time, and comes back for the rest. */
  override async alarm(): Promise<void> {
    const { sql } = this.ctx.storage;
    sql.exec("DELETE FROM records WHERE expires_at <= ?", Date.now());
    const [next] = sql.exec<{ at: number | null }>("SELECT MIN(expires_at) AS at FROM records").toArray();
    if (next?.at != null) await this.ctx.storage.setAlarm(next.at);
  }
}

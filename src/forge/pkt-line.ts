/** Git's packet lines (git-scm.com/docs/protocol-common, "pkt-line Format"): four hex digits of length, then data. */
import { ByteSource } from "../archive/byte-source.ts";
import { badAnswer, brokeOff } from "./forge-error.ts";

/** Lines of at most 65,520 bytes, by the format itself. */
const LONGEST = 65_520;

export interface PacketLine {
  /** Without the line feed at its end; empty for a flush or a delimiter. */
  text: string;
  kind: "line" | "flush" | "delimiter";
}

/** @throws ForgeError `upstream-unavailable` where that is no packet lines, or they break off */
export async function* readPackets(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<PacketLine> {
  const source = new ByteSource(chunks);
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const head = decoder.decode(await source.take(4));
      if (head === "") return;
      if (!/^[\da-f]{4}$/i.test(head)) throw noGit();
      const length = Number.parseInt(head, 16);
      if (length === 0 || length === 2) yield { kind: "flush", text: "" };
      else if (length === 1) yield { kind: "delimiter", text: "" };
      else if (length < 4 || length > LONGEST) throw noGit();
      else {
        const data = await source.take(length - 4);
        if (data.length < length - 4) throw brokeOff("The forge's list of refs broke off.");
        yield { kind: "line", text: decoder.decode(data).replace(/\n$/, "") };
      }
    }
  } finally {
    await source.close();
  }
}

/** A line as it goes over the wire. */
export const writePacket = (text: string): string => {
  const length = new TextEncoder().encode(text).length + 5;
  return `${length.toString(16).padStart(4, "0")}${text}\n`;
};
export const FLUSH = "0000";
export const DELIMITER = "0001";

const noGit = () => badAnswer("The forge did not answer as git servers do.");

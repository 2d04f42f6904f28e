// What is known of an upload besides its bytes: the file that it is of and the parts that arrived, in a small file beside the spooled
// bytes, so that a restarted aggregator goes on with a half-sent update.

import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { open, readFile, writeFile } from "node:fs/promises";

export interface PartRecord {
  /** What was hashed: the part, or the file from its first byte to the part's last. */
  readonly kind: "part" | "prefix";
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface PartLedger {
  /** Of the whole file that is being sent, lower-case hex; null: the sender has not said. */
  readonly fileSha256: string | null;
  /** Each part that arrived, by its number. */
  readonly parts: ReadonlyMap<number, PartRecord>;
}

export const emptyLedger: PartLedger = { fileSha256: null, parts: new Map() };

/** Begins a ledger anew: no part has arrived of this file. */
export async function beginLedger(path: string, fileSha256: string | null): Promise<void> {
  await writeFile(path, fileSha256 === null ? "" : `file ${fileSha256}\n`);
}

/** The sender has said which file the parts are of, those included that arrived before. */
export function nameFileInLedger(path: string, fileSha256: string): void {
  appendFileSync(path, `file ${fileSha256}\n`);
}

/** A part has arrived. A line takes microseconds; in the thread pool it would wait behind the writes of other uploads. */
export function addToLedger(path: string, part: number, { kind, sha256 }: PartRecord): void {
  appendFileSync(path, `${kind} ${part} ${sha256}\n`);
}

/** Reads a ledger; a torn last line, and no ledger at all, are parts that have not arrived. */
export async function readLedger(path: string): Promise<PartLedger> {
  const text = await readFile(path, "utf8").catch(() => "");
  const parts = new Map<number, PartRecord>();
  let fileSha256: string | null = null;
  for (const line of text.split("\n").slice(0, -1)) {
    const file = /^file ([0-9a-f]{64})$/.exec(line)?.[1];
    if (file !== undefined) fileSha256 = file;
    const [, kind, part, sha256] = /^(part|prefix) (\d{1,9}) ([0-9a-f]{64})$/.exec(line) ?? [];
    if (kind && sha256) parts.set(Number(part), { kind: kind === "part" ? kind : "prefix", sha256 });
  }
  return { fileSha256, parts };
}

/** The parts whose bytes are there and have their hash: a machine that lost power may have kept the ledger and lost the bytes. */
export async function partsThatHold(
  path: string,
  { parts }: PartLedger,
  { byteLength, partBytes }: { readonly byteLength: number; readonly partBytes: number },
): Promise<ReadonlySet<number>> {
  const holding = new Set<number>();
  const file = await open(path, "r").catch(() => undefined);
  if (!file) return holding;
  const prefix = createHash("sha256");
  let nextInPrefix = 0;
  try {
    for (const [part, { kind, sha256 }] of [...parts].sort(([a], [b]) => a - b)) {
      const start = part * partBytes;
      const length = Math.min(partBytes, byteLength - start);
      if (length <= 0) continue;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      if (bytesRead !== length) continue;
      if (part === nextInPrefix) {
        prefix.update(buffer);
        nextInPrefix++;
      }
      const isPrefixWhole = nextInPrefix === part + 1;
      const hash = kind === "part" ? createHash("sha256").update(buffer) : isPrefixWhole ? prefix.copy() : undefined;
      if (hash?.digest("hex") === sha256) holding.add(part);
    }
  } finally {
    await file.close();
  }
  return holding;
}

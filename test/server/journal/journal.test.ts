import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JournalRecord } from "../../../server/journal/events.ts";
import { Journal } from "../../../server/journal/journal.ts";
import { readJournal } from "../../../server/journal/read-journal.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "journal-"));
  path = join(folder, "run", "journal.ndjson");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function writeThree(): Promise<JournalRecord[]> {
  const seen: JournalRecord[] = [];
  const journal = await Journal.create(path, { onRecord: (record) => seen.push(record) });
  journal.append({ type: "client-disconnected", clientId: "a", reason: "transport close" });
  journal.append({ type: "client-disconnected", clientId: "b", reason: "ping timeout" });
  await journal.flush();
  journal.append({ type: "message-refused", clientId: null, code: "x", reason: "line\nbreak" });
  await journal.close();
  return seen;
}

describe("the journal", () => {
  it("gives back what was appended, in order, numbered from 0, one line each", async () => {
    const seen = await writeThree();
    const { records, warnings } = await readJournal(path);
    expect(records).toEqual(seen);
    expect(records.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    expect((await readFile(path, "utf8")).split("\n")).toHaveLength(4);
    expect(warnings).toEqual([]);
  });

  it("is on the disk after a flush", async () => {
    const journal = await Journal.create(path);
    journal.append({ type: "client-disconnected", clientId: "a", reason: "gone" });
    await journal.flush();
    expect((await readJournal(path)).records).toHaveLength(1);
    await journal.close();
  });

  it("keeps the log of an earlier run in the same folder", async () => {
    await writeThree();
    await (await Journal.create(path)).close();
    await (await Journal.create(path)).close();
    expect((await readJournal(`${path}.1`)).records).toHaveLength(3);
    expect((await readJournal(`${path}.2`)).records).toHaveLength(0);
    expect((await readJournal(path)).records).toHaveLength(0);
  });

  it("skips a torn last line with a warning", async () => {
    await writeThree();
    await appendFile(path, '{"type":"client-disc');
    const { records, warnings } = await readJournal(path);
    expect(records).toHaveLength(3);
    expect(warnings[0]).toMatch(/:4: the last line is incomplete/);
  });

  it("refuses a torn line in the middle, with its number", async () => {
    await writeThree();
    await appendFile(path, '{"type":"client-disc\n{"type":"x"}\n');
    await expect(readJournal(path)).rejects.toThrow(/:4: /);
  });

  it.each([
    ["of an unknown type", '{"type":"party","sequence":0,"time":"2026-01-01T00:00:00.000Z"}'],
    ["that lacks what its type must have", '{"type":"client-ended","sequence":0,"time":"2026-01-01T00:00:00.000Z"}'],
    ["out of sequence", '{"type":"client-disconnected","clientId":"a","sequence":5,"time":"2026-01-01T00:00:00.000Z"}'],
  ])("refuses a line %s", async (_, line) => {
    const file = join(folder, "bad.ndjson");
    await writeFile(file, `${line}\n`);
    await expect(readJournal(file)).rejects.toMatchObject({ code: "server.malformed-journal" });
  });
});

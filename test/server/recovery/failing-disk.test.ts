// What an aggregator does when its disk fails it, and what it believes of the time that passed. Whole runs on a full disk are in
// test/faults.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startAggregator } from "../../../server/aggregator.ts";
import { parseConfig } from "../../../server/load-config.ts";
import { EventLog } from "../support/event-log.ts";
import { ScriptedAgent } from "../support/scripted-agent.ts";
import { startTestRun, tinyFile, tinyParts } from "../support/tiny-run.ts";

describe("an aggregator whose disk fails", () => {
  it("asks for an update again that it cannot read back, and takes it then", async () => {
    await using run = await startTestRun();
    const agent = await ScriptedAgent.join(run.url, "a");
    const task = await agent.task();
    const file = tinyFile(1, 2, 3);
    await agent.upload(task, file);
    await rm(join(run.folder, "spool", "r1"), { recursive: true });
    expect(await agent.commit(task, file)).toMatchObject({ accepted: false, code: "server.upload-incomplete" });
    await agent.upload(task, file);
    expect(await agent.commit(task, file)).toEqual({ accepted: true });
    expect(await run.finished).toMatchObject({ rounds: 1, failedRounds: 0, sloCompliance: 1 });
  });

  it.skipIf(!existsSync("/dev/full"))(
    "answers a part for which it has no room with 507, so that it is sent again",
    async () => {
      await using run = await startTestRun();
      const agent = await ScriptedAgent.join(run.url, "a");
      const task = await agent.task();
      const spool = join(run.folder, "spool", "r1");
      const path = join(spool, `${createHash("sha256").update(task.taskId).digest("hex")}.part`);
      await mkdir(spool, { recursive: true });
      await symlink("/dev/full", path);
      const refused = await agent.putPart(task, 0, tinyFile(1, 2, 3));
      expect(refused.status).toBe(507);
      expect(await refused.json()).toMatchObject({ code: "server.disk-full" });
      await rm(path);
      expect(await agent.deliver(tinyFile(1, 2, 3))).toEqual({ accepted: true });
    },
  );
});

describe("a round that goes on after a restart", () => {
  it("does not take a wall clock that jumped an hour for an hour that passed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "jumped-"));
    const log = new EventLog();
    const start = () =>
      startAggregator(parseConfig({ rounds: 1, minimumClients: 2, port: 0, outputDirectory: folder }, "the test"), {
        parts: tinyParts(),
        onEvent: log.onEvent,
      });
    try {
      const first = await start();
      const a = await ScriptedAgent.join(first.url, "a");
      const b = await ScriptedAgent.join(first.url, "b");
      await a.deliver(tinyFile(0, 4, 8));
      await b.task();
      await first.drain(0);
      // The round was too young to have a pulse, and its last lines have the time after the jump.
      await rm(join(folder, "run.pulse"), { force: true });
      await laterBySeconds(join(folder, "journal.ndjson"), "update-accepted", 3600);
      const second = await start();
      // 1 s is the age at which it would have had a pulse.
      expect(log.of("run-resumed")[0]?.elapsedSeconds).toBeLessThanOrEqual(1);
      const again = await ScriptedAgent.join(second.url, "b");
      expect(await again.deliver(tinyFile(2, 0, 0))).toEqual({ accepted: true });
      expect(await second.finished).toMatchObject({ rounds: 1, failedRounds: 0, sloCompliance: 1 });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Moves the times of the journal's lines from the first of a type on. */
async function laterBySeconds(journal: string, type: string, seconds: number): Promise<void> {
  const lines = (await readFile(journal, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const from = lines.findIndex((line) => line.type === type);
  const moved = lines.map((line, index) =>
    index < from ? line : { ...line, time: new Date(Date.parse(line.time) + seconds * 1000).toISOString() },
  );
  await writeFile(journal, `${moved.map((line) => JSON.stringify(line)).join("\n")}\n`);
}

// An agent that is killed in the middle of its training and started again: real processes, real MNIST, a real SIGKILL.

import { watch } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { stateFile } from "../../client/state-file.ts";
import { collectRun } from "../../experiments/report/run-data.ts";
import { readJournal } from "../../server/journal/read-journal.ts";
import { killSpawned, type SpawnedCli, spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
afterEach(killSpawned);
afterEach(() => vi.unstubAllEnvs());

const EXAMPLES = 9_600;
const BATCH_SIZE = 32;
const STEPS = EXAMPLES / BATCH_SIZE;
/** Three processes start one after the other, which a machine that is busy with something else makes slow. */
const TIMEOUT_MILLISECONDS = 180_000;

async function startServer() {
  const config = {
    ...{ model: "mlp", rounds: 1, minimumClients: 1, port: 0, outputDirectory: join(folder.path, "run") },
    training: { batchSize: BATCH_SIZE, momentum: 0.9 },
    slo: { deadlineSeconds: 300 },
    selection: { policy: "all" },
    // Longer than an agent takes to start on a busy machine.
    reconnectGraceSeconds: 120,
  };
  const path = join(folder.path, "config.json");
  await writeFile(path, JSON.stringify(config));
  const server = spawnCli("server", "--config", path, "--json");
  const [, url = ""] = await server.saying(/Listening on (\S+);/);
  return { server, url };
}

function startClient(url: string, id: string): SpawnedCli {
  const work = ["--maximum-examples", String(EXAMPLES), "--checkpoint-seconds", "0.1"];
  return spawnCli("client", "--server", url, "--id", id, "--backend", "wasm", ...work, "--json");
}

/** Resolves when the file is put in its place. Its folder must be there. */
async function appearance(path: string): Promise<void> {
  const watcher = watch(dirname(path));
  await new Promise<void>((resolve) => {
    watcher.on("change", (_event, name) => name === basename(path) && resolve());
  });
  watcher.close();
}

describe("an agent that is killed in the middle of its training", () => {
  it(
    "goes on after the last kept step when it is started again, and the round has its update",
    async () => {
      const stateFolder = join(folder.path, "state");
      vi.stubEnv("XDG_STATE_HOME", stateFolder); // for the agents, which inherit it
      const { server, url } = await startServer();
      const kept = stateFile([new URL(url).host, "phoenix.training"], stateFolder);
      await mkdir(dirname(kept), { recursive: true });

      const appeared = appearance(kept);
      const first = startClient(url, "phoenix");
      await Promise.race([appeared, first.exit]);
      first.process.kill("SIGKILL");
      expect((await first.exit).signal).toBe("SIGKILL");
      expect(await readdir(dirname(kept))).toContain("phoenix.training");

      const second = startClient(url, "phoenix");
      const [, step] = await second.saying(/The training goes on after step (\d+), where it was cut off\./);
      expect(Number(step)).toBeGreaterThan(0);
      expect(Number(step)).toBeLessThan(STEPS);
      expect((await server.exit).code).toBe(0);
      expect((await second.exit).code).toBe(0);
      expect(JSON.parse(second.stdout().trim())).toMatchObject({ reason: "run-finished", committedTasks: 1 });
      expect(await readdir(dirname(kept))).toEqual([]);

      const { records } = await readJournal(join(folder.path, "run", "journal.ndjson"));
      const [round] = collectRun(records).rounds;
      expect(round?.outcome).toMatchObject({ status: "aggregated", metrics: { selectedCount: 1, completedCount: 1 } });
      expect(round?.clients[0]?.outcome).toMatchObject({ status: "completed" });
    },
    TIMEOUT_MILLISECONDS,
  );
});

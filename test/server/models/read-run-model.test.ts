import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readRunModel } from "../../../server/models/read-run-model.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { makeFinishedRun } from "../support/exported-run.ts";
import { tinyArchitecture, tinyParameters } from "../support/tiny-run.ts";

const folder = temporaryFolder();
let run: string;

beforeEach(async () => {
  run = join(folder.path, "run");
  await makeFinishedRun(run, tinyArchitecture, [
    tinyParameters(0, 0, 0),
    tinyParameters(1, 2, 3),
    tinyParameters(4, 5, 6),
  ]);
});

const refused = (message: RegExp) => ({ code: "server.no-checkpoint", message: expect.stringMatching(message) });

describe("the global model of a run's folder", () => {
  it("is that of the latest checkpoint, or of a round that is kept", async () => {
    const latest = await readRunModel(run);
    expect(latest).toMatchObject({ runName: "night-shift", round: 2, modelVersion: 2, warnings: [] });
    expect(latest.architecture).toEqual(tinyArchitecture);
    expect([...latest.parameters.values]).toEqual([4, 5, 6]);
    expect([...(await readRunModel(run, 1)).parameters.values]).toEqual([1, 2, 3]);
    expect([...(await readRunModel(run, 0)).parameters.values]).toEqual([0, 0, 0]);
  });

  it("is that of the round before where the latest is damaged, and says so", async () => {
    const { sha256 } = await readRunModel(run);
    await writeFile(join(run, "models", `${sha256}.safetensors`), "torn");
    expect(await readRunModel(run)).toMatchObject({
      round: 1,
      warnings: ["The checkpoint of round 2 is damaged, or its model is."],
    });
    await expect(readRunModel(run, 2)).rejects.toMatchObject(refused(/round 2 is damaged.*another round: 2, 1, 0/));
    await writeFile(join(run, "checkpoints", "round-1.json"), "torn");
    expect(await readRunModel(run)).toMatchObject({ round: 0, warnings: [{}, {}].map(() => expect.any(String)) });
  });

  it("does without the kept architecture by the names in the run's configuration", async () => {
    await rm(join(run, "architecture.json"));
    // The parts of this run are the test's own; its configuration names lenet5, of ten tensors.
    await expect(readRunModel(run)).rejects.toMatchObject({
      code: "models.shape-mismatch",
      message: expect.stringMatching(/2 tensors instead of 10/),
    });
  });

  it("is not there where there is no run, no checkpoint or no such round", async () => {
    const [empty, young] = [join(folder.path, "empty"), join(folder.path, "young")];
    await mkdir(empty);
    await mkdir(young);
    await writeFile(join(young, "journal.ndjson"), "");
    const nowhere = join(folder.path, "nowhere");
    await expect(readRunModel(nowhere)).rejects.toMatchObject(
      refused(/There is no folder .*nowhere\. Give the folder/),
    );
    await expect(readRunModel(join(run, "journal.ndjson"))).rejects.toMatchObject(refused(/is a file, not the folder/));
    await expect(readRunModel(empty)).rejects.toMatchObject(refused(/empty holds no run: it has no checkpoints/));
    await expect(readRunModel(young)).rejects.toMatchObject(refused(/has no checkpoint yet/));
    await expect(readRunModel(run, 9)).rejects.toMatchObject(
      refused(/no checkpoint of round 9\. It keeps those of the rounds 2, 1, 0;/),
    );
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "probselect-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function check(aggregation: object) {
  const file = join(folder, "run.json");
  await writeFile(file, JSON.stringify({ minimumClients: 5, aggregation }));
  return runCli("config", "check", file);
}

describe("probselect config check", () => {
  it.each([
    ["a strategy alone", { strategy: "median" }, /^ {2}aggregation by median$/m],
    [
      "an asynchronous run, with the defaults that follow from others",
      { asynchronous: { bufferSize: 3 } },
      /^ {2}aggregation by fedbuff, asynchronously: 3 updates a model, 6 clients at work$/m,
    ],
    ["masks", { secure: {} }, /^ {2}aggregation by fedavg, of the updates' masked sum, of 3 clients at least$/m],
  ])("says how a run aggregates: %s", async (_, aggregation, words) => {
    const { code, stdout } = await check(aggregation);
    expect([code, stdout]).toEqual([0, expect.stringMatching(words)]);
  });

  it("names a slip, its place and what was probably meant", async () => {
    const { code, stderr } = await check({ asynchronus: {} });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/run\.json: aggregation: Unrecognized key: "asynchronus"\. Did you mean "asynchronous"\?/),
    ]);
  });
});

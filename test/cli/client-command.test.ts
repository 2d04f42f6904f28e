import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const client = (...more: string[]) => runCli("client", "--server", "http://127.0.0.1:1", ...more);
const privacy = (noise = "8") => ["--privacy-clipping-norm", "1", "--privacy-noise-multiplier", noise];

describe("probselect client, wrongly called", () => {
  it.each([
    ["without a server", () => runCli("client"), 2, "server"],
    ["with a partition that does not exist", () => client("--partition", "zipf:2"), 2, "zipf:2"],
    ["with a share that does not exist", () => client("--shard", "4/3"), 2, "4/3"],
    ["with a back-end that does not exist", () => client("--backend", "cuda"), 2, "tensorflow-cuda"],
    ["with a data set that does not exist", () => client("--data", "imagenet"), 1, "imagenet"],
    ["with a link that does not exist", () => client("--link", "carrier-pigeon"), 2, "office-fibre"],
    ["with a spread that no link has", () => client("--link", "wifi", "--link-spread", "4"), 2, "from 0 to 3, not 4"],
    ["with a GPU to emulate that nobody knows", () => client("--emulate", "Foo 9000"), 2, "Foo 9000"],
    ["with a clock of nothing", () => client("--maximum-clock-mhz", "0"), 2, "--maximum-clock-mhz must be above 0"],
    [
      "with no energy to spend",
      () => client("--energy-budget-joules", "0"),
      2,
      "--energy-budget-joules must be above 0",
    ],
    [
      "with half of local privacy",
      () => client("--id", "a", "--privacy-clipping-norm", "1"),
      2,
      "needs both --privacy-clipping-norm and --privacy-noise-multiplier",
    ],
    ["with local privacy and no name to count under", () => client(...privacy()), 2, "give --id, or --privacy-account"],
    ["with noise of nothing", () => client("--id", "a", ...privacy("0")), 2, "noiseMultiplier 0 is not between"],
    [
      "with no privacy to spend",
      () => client("--id", "a", ...privacy(), "--privacy-budget", "0"),
      2,
      "--privacy-budget must be an epsilon above 0, not 0",
    ],
    [
      "with a cohort, and no masks that it is for",
      () => client("--minimum-cohort", "4"),
      2,
      "give --require-secure-aggregation too",
    ],
    [
      "with a sum over one client",
      () => client("--require-secure-aggregation", "--minimum-cohort", "1"),
      2,
      "--minimum-cohort must be a whole number from 2, not 1",
    ],
    ["with a URL that is none", () => runCli("client", "--server", "not a url"), 2, "not a url"],
  ])("%s it says what is wrong and ends", async (_, run, code, words) => {
    const { stdout, stderr, ...result } = await run();
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([result.code, stdout]).toEqual([code, ""]);
  });
});

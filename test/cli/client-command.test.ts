import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const client = (...more: string[]) => runCli("client", "--server", "http://127.0.0.1:1", ...more);

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
    ["with a URL that is none", () => runCli("client", "--server", "not a url"), 2, "not a url"],
  ])("%s it says what is wrong and ends", async (_, run, code, words) => {
    const { stdout, stderr, ...result } = await run();
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([result.code, stdout]).toEqual([code, ""]);
  });
});

import { describe, expect, it } from "vitest";
import { backendNames } from "../../models/tensorflow/backend.ts";
import { runCli } from "./run-cli.ts";

describe("probselect doctor", () => {
  it("says of every back-end whether it is usable and why, what an agent would report and how an aggregator adds", async () => {
    const { code, stdout } = await runCli("doctor");
    expect(code).toBe(0);
    for (const name of backendNames) expect(stdout).toMatch(new RegExp(`^ {2}(yes|no ) {2}${name} +\\S`, "m"));
    expect(stdout).toMatch(/An agent here would train on "\S+" and report\n {2}\S/);
    expect(stdout).toMatch(/tier \S+: /);
    expect(stdout).toContain("As an aggregator: Parameters are added by the WebAssembly SIMD kernel.");
    expect(stdout).toMatch(
      /link 100\/20 Mbit\/s, 20 ms; ASSUMED .*\n {2}spread 0\.1: .*; of any line of the kind wired: assumption/,
    );
  });

  it("prints the same as one JSON object", async () => {
    const { stdout } = await runCli("doctor", "--json");
    const result = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(result).toMatchObject({ nodeVersion: process.version, resolved: { kind: expect.any(String) } });
    expect(result.backends.map(({ name }: { name: string }) => name)).toEqual([...backendNames]);
    const chosen = result.backends.find(({ usable }: { usable: boolean }) => usable);
    expect(result.chosenBackend).toBe(chosen.name);
    expect(result.link.link).toMatchObject({ uplinkBitsPerSecond: 20e6, transferLogSigma: 0.1 });
  });
});

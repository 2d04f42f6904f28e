import { describe, expect, it } from "vitest";
import { hardwareOfReadings } from "../../client/detection/hardware-of-readings.ts";
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

describe("a GPU named by hand", () => {
  it("is reported, and what trains instead of it is said aloud, under either name of the option", async () => {
    for (const option of ["--gpu", "--device"]) {
      const { code, stdout } = await runCli("doctor", option, "RTX 3090", "--json");
      const result = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
      expect([code, result.report]).toEqual([0, { kind: "gpu", name: "RTX 3090" }]);
      const trainsOnGpu = result.backends.find(({ usable }: { usable: boolean }) => usable).usesGpu;
      expect(result.reportWarnings).toEqual(trainsOnGpu ? [] : [expect.stringContaining("trains on the processor")]);
    }
  });

  it("that no row knows gets a suggestion", async () => {
    const { stdout } = await runCli("doctor", "--gpu", "GeForce RTX 3900");
    expect(stdout).toMatch(
      /warning {2}"GeForce RTX 3900" is no GPU of the catalogue\. Did you mean GeForce RTX 3090\b/,
    );
  });
});

describe("what doctor --readings prints", () => {
  it("is what the machine's tools said, from which the same hardware is found again", async () => {
    const [{ stdout: printed }, { stdout: found }] = await Promise.all([
      runCli("doctor", "--readings"),
      runCli("doctor", "--json"),
    ]);
    const hardware = JSON.parse(JSON.stringify(hardwareOfReadings(JSON.parse(printed))));
    const { gpus, notes } = JSON.parse(found.trimEnd().split("\n").at(-1) ?? "").hardware;
    expect({ gpus: hardware.gpus, notes: hardware.notes }).toEqual({ gpus, notes });
    if (gpus.length === 0) expect(notes[0]).toMatch(/^No GPU was found \(.*: training runs on the processor\./);
  });
});

import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const jsonOf = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");

describe("probselect devices", () => {
  it("lists the rows that contain every word, with memory, bandwidth and peaks", async () => {
    const { code, stdout } = await runCli("devices", "orin", "nano");
    expect(code).toBe(0);
    expect(stdout).toMatch(/device +class +GiB +GB\/s +FP32 +TF32 +FP16 +year +checked/);
    expect(stdout).toMatch(/Jetson Orin Nano 8 GB +edge +8 +68\.2 +1\.28 +2\.60 +5\.10 +2023 +self-consistent/);
    expect(stdout).toContain("3 devices of 175");
    expect(stdout).toContain("could have any of these");
    expect(stdout.split("\n").every((line) => line.length <= 110)).toBe(true);
  });

  it("says which row a driver's name means", async () => {
    const { stdout } = await runCli("devices", "GA102 [GeForce RTX 3090]");
    expect(stdout).toContain('A client that reports "GA102 [GeForce RTX 3090]" gets the row "GeForce RTX 3090".');
  });

  it("says what an unknown GPU needs, and succeeds", async () => {
    const { code, stdout } = await runCli("devices", "llvmpipe");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No row is named "llvmpipe"\..*fp32 peak and memory bandwidth/);
  });

  it("prints one JSON object with query, resolution and rows in SI units", async () => {
    const { stdout } = await runCli("devices", "NVIDIA H100 80GB HBM3", "--json");
    expect(jsonOf(stdout)).toMatchObject({
      query: "NVIDIA H100 80GB HBM3",
      resolved: { kind: "found", names: ["H100 SXM5 80 GB"] },
      devices: [
        {
          name: "H100 SXM5 80 GB",
          peakFlopPerSecond: { fp32: 66.91e12, tf32: 535.3e12, fp16: 1070.5e12 },
          memoryBytes: 80 * 2 ** 30,
          memoryBandwidthBytesPerSecond: 3.36e12,
        },
      ],
    });
  });

  it("filters by class and vendor, and lists all rows without a name", async () => {
    const all = jsonOf((await runCli("devices", "--json")).stdout);
    expect([all.query, all.resolved, all.devices.length]).toEqual([null, null, 175]);
    // 15 Jetson modules.
    const jetsons = jsonOf((await runCli("devices", "--class", "edge", "--vendor", "nvidia", "--json")).stdout);
    expect(jetsons.devices).toHaveLength(15);
  });

  it("refuses a class that does not exist with exit code 2", async () => {
    const { code, stderr } = await runCli("devices", "--class", "tablet");
    expect(code).toBe(2);
    expect(stderr).toMatch(/tablet.*workstation/);
  });
});

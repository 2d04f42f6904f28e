import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const jsonOf = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");

describe("probselect devices", () => {
  it("lists the rows that contain every word by class, with memory, bandwidth, peaks, clock, power and check", async () => {
    const { code, stdout } = await runCli("devices", "orin", "nano");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^device +GiB +GB\/s +FP32 +TF32 +FP16 +MHz +W +year\n\nEdge \(3\)\n/);
    expect(stdout).toMatch(/ {2}Jetson Orin Nano 8 GB +8~ +68\.2 +1\.28 +2\.60 +5\.10 +625 +15 +2023 {2}✓\n/);
    expect(stdout).toContain("3 GPUs of 175.");
    expect(stdout).toContain("could have any of these");
  });

  it("aligns every column of every row, within 112 columns", async () => {
    const { stdout } = await runCli("devices");
    const lines = stdout.split("\n");
    const head = lines[0] ?? "";
    const rows = lines.filter((line) => /^ {2}\S.* \d{4} {2}(✓✓?|\?)$/.test(line));
    expect(rows).toHaveLength(175);
    // Numbers stand right below the end of their heading: "year" is followed by the mark on every line.
    for (const heading of ["GB/s", "FP32", "MHz", "W", "year"]) {
      const end = head.indexOf(heading) + heading.length;
      expect(rows.filter((line) => !/[\d-]/.test(line[end - 1] ?? "") || line[end] !== " ")).toEqual([]);
    }
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(112);
    expect(lines.filter((line) => /^\S.* \(\d+\)$/.test(line))).toEqual([
      "Data centre (40)",
      "Workstation (16)",
      "Desktop (72)",
      "Laptop (21)",
      "Edge (26)",
    ]);
  });

  it("says which row a driver's name means, with all that is known of it", async () => {
    const { stdout } = await runCli("devices", "GA102 [GeForce RTX 3090]");
    expect(stdout).toMatch(/^GeForce RTX 3090\n {2}kind +Desktop, NVIDIA Ampere, 2020\n/);
    for (const words of ["24 GiB at 936 GB/s", "1695 MHz boost", "350 W", "two sources agree", "techpowerup.com"]) {
      expect(stdout).toContain(words);
    }
    expect(stdout).toContain('A client that reports "GA102 [GeForce RTX 3090]" gets the row "GeForce RTX 3090".');
  });

  it("marks memory that is the processor's, too", async () => {
    const { stdout } = await runCli("devices", "Apple M1 Pro");
    expect(stdout).toContain("what the machine has at 200 GB/s, shared with the processor");
  });

  it("says what an unknown GPU needs, and succeeds", async () => {
    const { code, stdout } = await runCli("devices", "llvmpipe");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^No row is named "llvmpipe"\..*fp32 peak and memory bandwidth .*--fp32-tflops N --memory-gbs N/s,
    );
    expect(stdout).toContain('the recipe "A GPU" in CONTRIBUTING.md');
  });

  it("asks whether the nearest name was meant by a mistyped one", async () => {
    const { stdout } = await runCli("devices", "gefroce RTX 4O90");
    expect(stdout).toMatch(/^No row is named "gefroce RTX 4O90"\. Did you mean GeForce RTX 4090\?\n/);
  });

  it("prints one JSON object with query, resolution and rows in SI units", async () => {
    const { stdout } = await runCli("devices", "NVIDIA H100 80GB HBM3", "--json");
    expect(jsonOf(stdout)).toMatchObject({
      query: "NVIDIA H100 80GB HBM3",
      resolved: { kind: "found", names: ["H100 SXM5 80 GB"] },
      count: 1,
      catalogueCount: 175,
      devices: [
        {
          name: "H100 SXM5 80 GB",
          boostClockHertz: 1.98e9,
          thermalDesignWatts: 700,
          sharesSystemMemory: false,
          verification: "two-sources",
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
    expect(stderr).toMatch(/--class must be one of .*"workstation".*, not "tablet"\./);
  });
});

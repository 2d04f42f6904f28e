import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const question = ["--model", "lenet5", "--examples", "5000", "--epochs", "1", "--batch-size", "32"];
const explain = (...more: string[]) => runCli("explain", ...question, ...more);
const jsonOf = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
const a100 = ["--device", "NVIDIA A100 PCIe 40GB", "--deadline-seconds", "30"];

describe("probselect explain", () => {
  it("prints the forecast, the decision and the break-even as one JSON object", async () => {
    const { code, stdout } = await explain(...a100, "--json");
    expect(code).toBe(0);
    const { device, workload, forecast, decision, breakEven } = jsonOf(stdout);
    expect(device).toMatchObject({ kind: "known", tier: "catalogue-nvidia", device: { name: "A100 PCIe 40 GB" } });
    // 157 steps of 27 launches, each 41.7 µs: 0.17677 s. W = 6 * 416,520 * 32 * 157.
    expect(workload).toMatchObject({ parameterCount: 61_706, stepCount: 157 });
    expect(forecast.computeTerms.launchSeconds).toBeCloseTo(157 * 27 * 41.7e-6, 9);
    expect(forecast.trainingFlop).toBe(6 * 416_520 * 32 * 157);
    const { downloadSeconds, startSeconds, computeSeconds, uploadSeconds, totalSeconds } = forecast.atMeanUtilisation;
    expect(downloadSeconds + startSeconds + computeSeconds + uploadSeconds).toBeCloseTo(totalSeconds, 12);
    expect(forecast.deadlineProbability).toBeGreaterThan(0.999);
    expect(decision).toMatchObject({ selected: true, reasonCode: "selected" });
    expect(breakEven.deadlineSeconds).toBeGreaterThan(totalSeconds);
    expect(breakEven.exampleCount).toBeGreaterThan(5000);
  });

  it("says the same in words: tier and why, each term, the threshold, the probability and the decision", async () => {
    const { stdout } = await explain(...a100);
    for (const words of [
      "tier catalogue-nvidia",
      "operator launches",
      "(eta_th)",
      "P(on time) = >99.9 %",
      "Selected:",
      "no --link given, so the profile datacentre",
    ]) {
      expect(stdout).toContain(words);
    }
  });

  it("gives the deadline from which the client would be selected, and there it is", async () => {
    const tight = ["--device", "NVIDIA A100 PCIe 40GB", "--deadline-seconds", "0.15"];
    const refused = jsonOf((await explain(...tight, "--json")).stdout);
    expect(refused.decision).toMatchObject({ selected: false, reasonCode: "below-probability" });
    const { deadlineSeconds } = refused.breakEven;
    const selectedAt = async (deadline: number) => {
      const answer = await explain("--device", "NVIDIA A100 PCIe 40GB", "--deadline-seconds", `${deadline}`, "--json");
      return jsonOf(answer.stdout).decision.selected;
    };
    expect(await selectedAt(deadlineSeconds * 1.001)).toBe(true);
    expect(await selectedAt(deadlineSeconds * 0.999)).toBe(false);
  });

  it("makes no number up for a GPU that it does not know: the widest tier, a warning, and what to do", async () => {
    const { code, stdout } = await explain("--device", "Foo 9000", "--deadline-seconds", "30", "--json");
    expect(code).toBe(0);
    const { device, forecast } = jsonOf(stdout);
    expect(device).toMatchObject({ kind: "unknown", tier: "unknown" });
    expect(device.warnings.join()).toMatch(/fp32 peak .* memory bandwidth/);
    expect(forecast).toMatchObject({ peakFlopPerSecond: null, utilisation: null, computeTerms: null });
  });

  it("warns of a report that contradicts the catalogue, with both numbers, and computes with the catalogue's", async () => {
    const lie = ["--device", "Jetson Orin Nano 8GB", "--fp32-tflops", "500", "--deadline-seconds", "30"];
    const { stdout } = await explain(...lie);
    expect(stdout).toMatch(/warning +The report contradicts the catalogue: .* 500 TFLOP\/s, but .* has 1\.28 TFLOP\/s/);
    const { device, forecast } = jsonOf((await explain(...lie, "--json")).stdout);
    expect([device.isContradictory, forecast.peakFlopPerSecond]).toEqual([true, 2.6e12]);
  });

  it("counts a power mode's clock, says so, and warns of a low power limit", async () => {
    const mode = ["--maximum-clock-mhz", "408", "--power-limit-watts", "7", "--deadline-seconds", "30"];
    const { stdout } = await explain("--device", "Jetson Orin Nano 8GB", ...mode);
    expect(stdout).toContain("Its clock is limited to 408 MHz, 65 % of the 625 MHz of its row");
    expect(stdout).toMatch(/warning +It may draw 7 W of its 15 W/);
    const { device, forecast } = jsonOf((await explain("--device", "Jetson Orin Nano 8GB", ...mode, "--json")).stdout);
    // 2.6 TFLOP/s TF32 * 408 / 625.
    expect(forecast.peakFlopPerSecond).toBeCloseTo(1.69728e12, -3);
    expect(device.isContradictory).toBe(false);
  });

  it("names the part that alone passes the deadline", async () => {
    const link = ["--link", "satellite-narrowband", "--deadline-seconds", "6"];
    const { decision, forecast } = jsonOf((await explain("--device", "tx2", ...link, "--json")).stdout);
    expect(decision).toMatchObject({ selected: false, reasonCode: "transfer-exceeds-deadline" });
    expect(forecast).toMatchObject({ deadlineProbability: 0, requiredUtilisation: null });
  });

  it.each([
    ["no examples", ["--device", "tx2", "--deadline-seconds", "1", "--examples", "0"], "--examples must be"],
    [
      "a deadline of nothing",
      ["--device", "tx2", "--examples", "1", "--deadline-seconds", "0"],
      "--deadline-seconds must",
    ],
    ["a probability above 1", [...a100, "--examples", "1", "--minimum-probability", "80"], "from 0 to 1"],
    ["no device", ["--examples", "1", "--deadline-seconds", "1"], "device"],
  ])("refuses %s as wrong usage", async (_, wrong, words) => {
    const { code, stdout, stderr } = await runCli("explain", ...wrong);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
  });
});

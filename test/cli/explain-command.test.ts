import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { publishedNetworkNames } from "../../models/networks/published-networks.ts";
import { linkProfiles } from "../../network/link-profiles.ts";
import { chooseCoefficients } from "../../selection/latency/roofline/coefficients.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
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
    // 157 steps of 27 launches at 1.41 GHz. W = 6 * 416,520 * 32 * 157.
    const { launch } = chooseCoefficients("tensorflow", "fp32").coefficients;
    expect(workload).toMatchObject({ parameterCount: 61_706, stepCount: 157 });
    expect(forecast.computeTerms.launchSeconds).toBeCloseTo((157 * 27 * launch) / 1.41e9, 9);
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
      "spread 0.1: two transfers in three take 0.9 to 1.1 times the nominal time",
      "of any line of the kind wired: assumption",
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
    expect(device.warnings.join()).toMatch(/fp32 peak .* memory bandwidth: --fp32-tflops and --memory-gbs/);
    expect(device.warnings[0]).toMatch(/no GPU of the catalogue.* If it is a processor, add --cpu\.$/);
    expect(forecast).toMatchObject({ peakFlopPerSecond: null, utilisation: null, computeTerms: null });
  });

  it("asks whether the nearest GPU was meant by a mistyped one", async () => {
    const { stdout } = await explain("--device", "A1OO SXM4 8OGB", "--deadline-seconds", "30", "--json");
    expect(jsonOf(stdout).device.warnings[0]).toMatch(/no GPU of the catalogue\. Did you mean A100 SXM4 80 GB\?/);
  });

  it("gives the spread of the link's transfer times and why", async () => {
    const lte = jsonOf((await explain("--device", "tx2", "--deadline-seconds", "6", "--link", "lte", "--json")).stdout);
    expect(lte.link).toMatchObject({
      transferLogSigma: 0.83,
      spreadReason: expect.stringMatching(/kind lte: .*5Gdataset/),
    });
    const byHand = ["--downlink-mbps", "20", "--uplink-mbps", "8", "--link-spread", "0.7"];
    const given = jsonOf((await explain("--device", "tx2", "--deadline-seconds", "6", ...byHand, "--json")).stdout);
    expect(given.link).toMatchObject({ transferLogSigma: 0.7, spreadReason: "given by --link-spread" });
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
    // 8 s at the stated rates; only a link much faster than that would leave time.
    expect(forecast).toMatchObject({ requiredUtilisation: null });
    expect(forecast.deadlineProbability).toBeLessThan(0.5);
  });

  it("lists in its help every link that can be named, and the back-ends", async () => {
    const words = (await runCli("explain", "--help")).stdout.replaceAll("[string]", "").replace(/\s+/g, " ");
    expect(words).toContain(`Named link: ${Object.keys(linkProfiles).join(", ")}`);
    expect(words).toContain(
      "tensorflow-cuda (the default), tensorflow, wasm (with --cpu the default), cpu, webgpu, webgpu-software, webgl or pytorch",
    );
  });

  it.each([
    ["no examples", ["--device", "tx2", "--deadline-seconds", "1", "--examples", "0"], "--examples must be"],
    [
      "a deadline of nothing",
      ["--device", "tx2", "--examples", "1", "--deadline-seconds", "0"],
      "--deadline-seconds must",
    ],
    ["a probability above 1", [...a100, "--examples", "1", "--minimum-probability", "80"], "from 0 to 1"],
    ["a back-end that nobody knows", [...a100, "--examples", "1", "--backend", "banana"], "--backend must be one of"],
    ["a spread without a link", [...a100, "--examples", "1", "--link-spread", "1"], "--link-spread needs a link"],
    ["no device", ["--examples", "1", "--deadline-seconds", "1"], "device"],
  ])("refuses %s as wrong usage", async (_, wrong, words) => {
    const { code, stdout, stderr } = await runCli("explain", ...wrong);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
  });
});

describe("probselect explain --layers-model", () => {
  const folder = temporaryFolder();
  const client = ["--device", "NVIDIA A100 PCIe 40GB", "--examples", "320", "--deadline-seconds", "30"];
  const layer = (className: string, config: object) => ({ class_name: className, config });

  async function modelFile(): Promise<string> {
    const layers = [
      layer("Embedding", { name: "words", input_dim: 50, output_dim: 8, batch_input_shape: [null, null] }),
      layer("LSTM", { name: "lstm", units: 6 }),
      layer("Dense", { name: "output", units: 2, activation: "softmax" }),
    ];
    const file = join(folder.path, "model.json");
    await writeFile(file, JSON.stringify({ modelTopology: layer("Sequential", { name: "sentiment", layers }) }));
    return file;
  }

  it("forecasts a round with the asker's own Keras model, and says what it assumed", async () => {
    const own = ["--layers-model", await modelFile(), "--input-shape", "12"];
    const { code, stdout } = await runCli("explain", ...client, ...own, "--json");
    expect(code).toBe(0);
    const { workload, forecast } = jsonOf(stdout);
    // 50 * 8 + 4 * (8 + 6) * 6 + 4 * 6 + 6 * 2 + 2 weights of 4 bytes. Multiply-adds: 12 * 336 + 12.
    expect(workload).toMatchObject({ modelName: "sentiment", parameterCount: 774, downloadBytes: 3_096 });
    expect(workload.notes).toEqual([expect.stringContaining("12 time steps")]);
    expect(forecast.trainingFlop).toBe(6 * (12 * 336 + 12) * 32 * 10);
    expect((await runCli("explain", ...client, ...own)).stdout).toContain("12 time steps");
  });

  it("forecasts a network of the zoo that reads a text, and says what it assumed", async () => {
    const { code, stdout } = await runCli("explain", ...client, "--model", "char-lstm", "--json");
    expect(code).toBe(0);
    const { workload } = jsonOf(stdout);
    expect(workload).toMatchObject({ modelName: "char-lstm", parameterCount: 81_104 });
    expect(workload.notes).toEqual([
      expect.stringContaining("80 time steps"),
      expect.stringContaining("no measurement backs"),
    ]);
  });

  it("asks for the sizes that the model leaves open, and for one model only", async () => {
    const file = await modelFile();
    const open = await runCli("explain", ...client, "--layers-model", file);
    expect([open.code, open.stdout]).toEqual([1, ""]);
    expect(open.stderr).toContain("--input-shape 100");
    for (const [wrong, words] of [
      [["--layers-model", file, "--model", "mlp"], "not both"],
      [["--layers-model", file, "--input-shape", "12,x"], "not 12,x"],
      [["--input-shape", "12"], "--layers-model"],
    ] as const) {
      const { code, stderr } = await runCli("explain", ...client, ...wrong);
      expect(code).toBe(2);
      expect(stderr).toContain(words);
    }
  });
});

describe("probselect explain --model FILE", () => {
  const folder = temporaryFolder();
  const client = ["--device", "NVIDIA A100 PCIe 40GB", "--examples", "320", "--deadline-seconds", "30"];

  it("takes a model.json as an aggregator does, without its weights", async () => {
    const layers = [
      { class_name: "Flatten", config: { name: "flat", batch_input_shape: [null, 28, 28, 1] } },
      { class_name: "Dense", config: { name: "output", units: 10, activation: "softmax" } },
    ];
    const file = join(folder.path, "model.json");
    const modelTopology = { class_name: "Sequential", config: { name: "digits", layers } };
    await writeFile(file, JSON.stringify({ format: "layers-model", modelTopology, weightsManifest: [] }));
    const { code, stdout, stderr } = await runCli("explain", ...client, "--model", file, "--json");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    // 784 * 10 weights and 10 biases.
    expect(jsonOf(stdout).workload).toMatchObject({ modelName: "digits", parameterCount: 7850 });
  });

  it("takes a module that exports an architecture", async () => {
    const file = join(folder.path, "mine.mjs");
    const layers = [{ kind: "dense", name: "output", units: 3, activation: "softmax" }];
    await writeFile(file, `export const architecture = ${JSON.stringify({ name: "mine", inputShape: [4], layers })};`);
    const { stdout } = await runCli("explain", ...client, "--model", file, "--json");
    expect(jsonOf(stdout).workload).toMatchObject({ modelName: "mine", parameterCount: 15 });
  });

  it("says of a file that is not there that it cannot be read", async () => {
    const { code, stderr } = await runCli("explain", ...client, "--model", join(folder.path, "none.json"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/none\.json cannot be read: ENOENT/);
  });
});

describe("probselect explain --models", () => {
  it("lists every network that has a name, and a wrong name is told so", async () => {
    const { code, stdout } = await runCli("explain", "--models");
    expect(code).toBe(0);
    for (const name of ["lenet5", "transformer-encoder", "densenet121", "Xception"]) {
      expect(stdout).toMatch(new RegExp(`[ ]${name}(,|$)`, "m"));
    }
    const listed = jsonOf((await runCli("explain", "--models", "--json")).stdout);
    expect([...listed.torchvision, ...listed.keras]).toEqual(publishedNetworkNames);
    const wrong = await runCli("explain", ...a100, "--examples", "5000", "--model", "lenet6");
    expect(wrong.stderr).toContain('"probselect explain --models" lists them');
  });

  it("stands alone", async () => {
    const { code, stderr } = await runCli("explain", "--models", "--cpu");
    expect(code).toBe(2);
    expect(stderr).toContain("leave out --cpu");
  });
});

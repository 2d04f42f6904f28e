import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BenchResult, benchResultSchema } from "../../cli/bench-device/bench-result.ts";
import { parameterFileByteLength, parameterLayout } from "../../models/parameter-file.ts";
import { findArchitecture, lenet5 } from "../../models/zoo.ts";
import { type Calibration, parseCalibration } from "../../selection/latency/calibrated/calibration.ts";
import { killSpawned, spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const folder = temporaryFolder();
afterEach(killSpawned);
const lastJson = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
const readResult = async (home: string) =>
  benchResultSchema.parse(JSON.parse(await readFile(join(home, "bench-device.json"), "utf8")));

describe("probselect bench-device", () => {
  let run: CliResult;
  let home: string;
  let result: BenchResult;
  let calibration: Calibration;
  beforeAll(async () => {
    home = join(await mkdtemp(join(tmpdir(), "probselect-")), "new");
    const what = ["--backend", "wasm,tensorflow-cuda", "--models", "logistic-regression,lenet5", "--batch-sizes", "4"];
    run = await runCli("bench-device", "--quick", "--longest-step-seconds", "9", ...what, "--out", home, "--json");
    result = await readResult(home);
    calibration = parseCalibration(await readFile(join(home, "calibration-wasm.json"), "utf8"), "the file");
  }, 180_000);
  afterAll(() => rm(join(home, ".."), { recursive: true, force: true }));

  const cellsOf = (name: string) => result.backends.find((backend) => backend.name === name)?.cells ?? [];
  const measuredCells = () => cellsOf("wasm").flatMap((cell) => (cell.outcome === "measured" ? [cell] : []));

  it("writes results, a calibration of each back-end, CSV, figure and page, and prints the results as JSON", async () => {
    expect(run.code).toBe(0);
    const { files, ...printed } = lastJson(run.stdout);
    expect(printed).toEqual(result);
    expect((await readdir(home)).sort()).toEqual([
      ...["bench-device.csv", "bench-device.html", "bench-device.json", "calibration-wasm.json", "figures"],
    ]);
    expect(files).toMatchObject({ calibrations: [join(home, "calibration-wasm.json")] });
    expect(await readFile(files.figure, "utf8")).toMatch(/^<svg xmlns=/);
    expect(await readFile(files.page, "utf8")).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    expect((await readFile(files.table, "utf8")).trimEnd().split("\n")).toHaveLength(3);
  });

  it("measures every workload, with figures that fit one another", () => {
    expect(measuredCells().map(({ network, batchSize }) => [network, batchSize])).toEqual([
      ["logistic-regression", 4],
      ["lenet5", 4],
    ]);
    for (const { network, secondsPerStep, steps, repeats, benchmark } of measuredCells()) {
      expect(benchmark.p95SecondsPerStep).toBeGreaterThanOrEqual(secondsPerStep);
      expect(benchmark.flopPerSecond * secondsPerStep).toBeCloseTo(benchmark.flopPerStep, 0);
      expect(benchmark.parameterFileBytes).toBe(parameterFileByteLength(parameterLayout(findArchitecture(network))));
      // The first step, the first burst's, and the first of each burst.
      expect(benchmark.droppedSteps).toBe(1 + 3 + repeats);
      expect(steps).toBeGreaterThanOrEqual(2 * repeats);
      expect(Math.min(benchmark.readySeconds, benchmark.firstStepSeconds, benchmark.encodeSeconds)).toBeGreaterThan(0);
      // Node alone takes more than 20 MB; the parameters are 4 bytes each.
      expect(benchmark.peakRssBytes).toBeGreaterThan(2e7);
      expect(benchmark.tensorBytes).toBeGreaterThan(0.9 * benchmark.parameterFileBytes - 1000);
      expect(benchmark.forecast.relativeError).toBeCloseTo(benchmark.forecast.secondsPerStep / secondsPerStep - 1, 9);
    }
    const flop = measuredCells().find(({ network }) => network === lenet5.name)?.benchmark.flopPerStep;
    expect(flop).toBe(6 * 416_520 * 4);
  });

  it("says of a back-end that cannot be used why, and has no cells of it", () => {
    expect(result.backends[1]).toMatchObject({ name: "tensorflow-cuda", isUsable: false, cells: [] });
    expect(run.stderr).toMatch(/tensorflow-cuda cannot be used: /);
  });

  it("writes calibrations that explain forecasts this device by, with the very times", async () => {
    expect(calibration.cells.map(({ secondsPerStep }) => secondsPerStep)).toEqual(
      measuredCells().map(({ secondsPerStep }) => secondsPerStep),
    );
    const about = [
      "--device",
      calibration.device.reportedName,
      "--cpu",
      "--fp32-tflops",
      "0.02",
      "--memory-gbs",
      "19.2",
    ];
    const work = ["--model", "lenet5", "--batch-size", "4", "--examples", "400", "--deadline-seconds", "60"];
    const file = join(home, "calibration-wasm.json");
    const explained = await runCli("explain", ...about, ...work, "--backend", "wasm", "--calibration", file, "--json");
    const { forecast } = lastJson(explained.stdout);
    expect(forecast).toMatchObject({ latencyModel: "calibrated", tier: "measured-cell" });
    const seconds = calibration.cells.find(({ network }) => network === "lenet5")?.secondsPerStep ?? Number.NaN;
    // 400 examples in batches of 4.
    expect(forecast.atMeanUtilisation.computeSeconds).toBeCloseTo(100 * seconds, 9);
  });
});

describe("probselect bench-device, where something is in the way", () => {
  it("skips a workload whose step takes too long, with the reason, and writes no calibration without a time", async () => {
    const what = ["--backend", "cpu", "--models", "mlp", "--batch-sizes", "4", "--longest-step-seconds", "0.000001"];
    const { code, stdout } = await runCli("bench-device", "--quick", ...what, "--out", folder.path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/skipped: a warm step takes .* more than 1 µs/s);
    expect((await readResult(folder.path)).backends[0]?.cells).toMatchObject([{ outcome: "skipped" }]);
    expect(await readdir(folder.path)).not.toContain("calibration-cpu.json");
  });

  it("keeps what was measured when it is interrupted, and says so", async () => {
    const what = ["--backend", "wasm", "--models", "logistic-regression,lenet5", "--batch-sizes", "4"];
    const child = spawnCli("bench-device", "--quick", ...what, "--out", folder.path);
    await child.saying(/lenet5, batch 4/);
    child.process.kill("SIGINT");
    expect((await child.exit).code).toBe(1);
    expect(child.stderr()).toMatch(/interrupted; what was measured until then is in .* \[client\.interrupted\]/);
    const { isInterrupted, backends } = await readResult(folder.path);
    expect(isInterrupted).toBe(true);
    expect(backends[0]?.cells).toMatchObject([{ network: "logistic-regression", outcome: "measured" }]);
    expect((await readdir(folder.path)).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("leaves no file when it is interrupted before anything was measured", async () => {
    const child = spawnCli("bench-device", "--backend", "wasm", "--out", folder.path);
    await child.saying(/time left not known yet/);
    child.process.kill("SIGINT");
    expect((await child.exit).code).toBe(1);
    expect(child.stderr()).toMatch(/interrupted; no file was written\. \[client\.interrupted\]/);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("fails where no back-end can be used, or the folder cannot be written to", async () => {
    const unusable = await runCli("bench-device", "--backend", "tensorflow-cuda", "--out", folder.path);
    expect(unusable).toMatchObject({ code: 1, stdout: "" });
    expect(unusable.stderr).toMatch(/None of the back-ends can be used: .* \[models\.no-usable-backend\]/);
    await writeFile(join(folder.path, "file"), "");
    const unwritable = await runCli("bench-device", "--backend", "wasm", "--out", join(folder.path, "file"));
    expect(unwritable.stderr).toMatch(/cannot be written: .* Choose another folder .* \[cli\.cannot-write\]/);
  });

  it.each([
    ["--backend", "wasm,abacus", /no back-end "abacus"/],
    ["--models", "mlp,,lenet5", /--models must be distinct names/],
    ["--models", "lenet6", /No model is named "lenet6"/],
    ["--batch-sizes", "16,16", /--batch-sizes must be distinct/],
    ["--batch-sizes", "0", /--batch-sizes must be distinct whole numbers/],
    ["--longest-step-seconds", "0", /--longest-step-seconds must be above 0/],
  ])("calls %s %s wrong usage", async (option, value, message) => {
    const { code, stderr } = await runCli("bench-device", option, value, "--out", folder.path);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

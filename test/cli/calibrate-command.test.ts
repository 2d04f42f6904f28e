import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "simple-statistics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { calibrationText } from "../../cli/calibrate/calibration-text.ts";
import { verifyCalibration } from "../../cli/calibrate/verify-calibration.ts";
import { openWholeFile } from "../../cli/calibrate/whole-file.ts";
import { zoo } from "../../models/zoo.ts";
import { parseCalibration } from "../../selection/latency/calibrated/calibration.ts";
import { calibration, cell, lenet5, mlp } from "../selection/latency/calibrated/support.ts";
import { known } from "../selection/support.ts";
import { spawnCli } from "../support/spawn-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type CliResult, runCli } from "./run-cli.ts";

/** Those of the zoo that are timed. */
const zooForDigits = Object.values(zoo).filter(({ inputShape }) => inputShape[0] === 28);

const folder = temporaryFolder();
const lastJson = (stdout: string) => JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
const cannotWrite = expect.objectContaining({ code: "cli.cannot-write" });

describe("probselect calibrate", () => {
  let measured: CliResult & { readonly file: string };
  let text: string;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "probselect-"));
    const file = join(home, "new", "calibration.json");
    const options = ["--backend", "wasm", "--quick", "--batch-size", "4", "--include-zoo", "--verify", "--json"];
    measured = { ...(await runCli("calibrate", ...options, "--out", file)), file };
    text = await readFile(file, "utf8");
  });

  afterAll(() => rm(home, { recursive: true, force: true }));

  it("writes a file that is a calibration of this machine, and the same as JSON", () => {
    expect(measured.code).toBe(0);
    const { cells, device, backend, software } = parseCalibration(text, "the file");
    // 15 probes and the zoo's networks for digits, at one batch size.
    expect(cells).toHaveLength(15 + zooForDigits.length);
    expect(cells.map(({ network }) => network)).toEqual(expect.arrayContaining(["probe-step", "mlp", "lenet5"]));
    expect(device).toMatchObject({ kind: "cpu", catalogueName: null });
    expect([backend, software.node]).toEqual(["wasm", process.version]);
    expect(lastJson(measured.stdout)).toMatchObject({ file: measured.file, calibration: JSON.parse(text) });
  });

  it("gives the median spread of its cells, and a warning where the machine was busy", () => {
    const { medianRelativeSpread, warning } = lastJson(measured.stdout);
    const spreads = parseCalibration(text, "the file").cells.map(({ relativeSpread }) => relativeSpread);
    expect(medianRelativeSpread).toBeCloseTo(median(spreads), 12);
    expect(warning).toEqual(medianRelativeSpread > 0.1 ? expect.stringContaining("The machine was busy") : null);
  });

  it("leaves nothing beside the file, and draws its progress on stderr", async () => {
    expect(await readdir(join(measured.file, ".."))).toEqual(["calibration.json"]);
    expect(measured.stderr).toMatch(/Timing .* with the back-end wasm\.\n/);
    expect(measured.stderr).toMatch(/━+─* +\d+ % {2}about \d+ s left/);
    expect(measured.stdout.trim().split("\n")).toHaveLength(1);
  });

  it("compares with --include-zoo a second measurement with the first", () => {
    const { verification } = lastJson(measured.stdout);
    expect(verification.cells).toHaveLength(zooForDigits.length);
    for (const each of verification.cells) expect(each).toMatchObject({ tier: "measured-cell", batchSize: 4 });
  });

  it("is what explain forecasts this device by: tier and evidence", async () => {
    const { device, cells } = parseCalibration(text, "the file");
    const about = ["--device", device.reportedName, "--cpu", "--fp32-tflops", "0.02", "--memory-gbs", "19.2"];
    const work = ["--model", "lenet5", "--examples", "400", "--deadline-seconds", "60", "--calibration", measured.file];
    const exact = await runCli("explain", ...about, ...work, "--backend", "wasm", "--batch-size", "4", "--json");
    const { forecast } = lastJson(exact.stdout);
    const seconds = cells.find(({ network }) => network === "lenet5")?.secondsPerStep ?? Number.NaN;
    expect(forecast).toMatchObject({ latencyModel: "calibrated", tier: "measured-cell" });
    expect(forecast.atMeanUtilisation.computeSeconds).toBeCloseTo(100 * seconds, 9);
    const words = (await runCli("explain", ...about, ...work, "--backend", "wasm", "--batch-size", "8")).stdout;
    expect(words).toMatch(
      /tier same-gpu-other-batch: This network was timed on it on .* batch size 8 is scaled from 4/,
    );
    const other = (await runCli("explain", ...about, ...work, "--backend", "tensorflow", "--batch-size", "4")).stdout;
    expect(other).toMatch(
      /tier self-reported: .* calibrated with the back-end wasm, but the client trains with tensorflow/,
    );
  });

  it("leaves no file, not even half of one, when it is interrupted", async () => {
    const child = spawnCli("calibrate", "--backend", "wasm", "--out", join(folder.path, "c.json"));
    await child.saying(/warming up/);
    child.process.kill("SIGINT");
    expect((await child.exit).code).toBe(1);
    expect(child.stderr()).toMatch(/interrupted; no file was written. \[client\.interrupted\]/);
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each([
    ["--backend", "abacus", /no back-end "abacus"/],
    ["--batch-size", "0", /--batch-size must be/],
    ["--batch-size", "16,16", /--batch-size must be/],
    ["--batch-size", "16;32", /--batch-size must be/],
  ])("calls %s %s wrong usage", async (option, value, message) => {
    const { code, stderr } = await runCli("calibrate", option, value, "--out", join(folder.path, "c.json"));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("says before it measures anything that the file cannot be written or the back-end cannot be used", async () => {
    const unwritable = await runCli("calibrate", "--out", folder.path);
    expect(unwritable).toMatchObject({ code: 1, stdout: "" });
    expect(unwritable.stderr).toMatch(/it is a folder\. Choose another file with --out\. \[cli\.cannot-write\]/);
    const unusable = await runCli("calibrate", "--backend", "tensorflow-cuda", "--out", join(folder.path, "c.json"));
    expect(unusable.stderr).toMatch(/\[models\.no-usable-backend\]/);
    expect(await readdir(folder.path)).toEqual([]);
  });
});

describe("explain --calibration", () => {
  it.each([
    ["is not there", undefined, /cannot be read: ENOENT.*probselect calibrate/],
    ["is cut off", '{"format": "probselect-cal', /is not whole JSON/],
  ])("refuses a file that %s", async (_what, content, message) => {
    const file = join(folder.path, "c.json");
    if (content !== undefined) await writeFile(file, content);
    const question = ["--device", "Tesla T4", "--examples", "100", "--deadline-seconds", "9"];
    const { code, stderr } = await runCli("explain", ...question, "--calibration", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});

describe("verifyCalibration", () => {
  it("errs by predicted / measured - 1, and by its mean size over the cells", () => {
    const measuredOf = (architecture: typeof mlp, secondsPerStep: number) => ({
      ...{ architecture, batchSize: 32, secondsPerStep, relativeSpread: 0, steps: 1, repeats: 1 },
    });
    const file = calibration([cell(mlp, 32, 0.002), cell(lenet5, 32, 0.009)]);
    const { cells, meanAbsoluteRelativeError } = verifyCalibration(file, known(), [
      measuredOf(mlp, 0.0025),
      measuredOf(lenet5, 0.006),
    ]);
    expect(cells.map(({ relativeError }) => relativeError)).toEqual([expect.closeTo(-0.2, 9), expect.closeTo(0.5, 9)]);
    expect(meanAbsoluteRelativeError).toBeCloseTo(0.35, 9);
  });
});

describe("calibrationText", () => {
  const textOf = (...spreads: number[]) => {
    const cells = spreads.map((relativeSpread, index) => cell(mlp, 2 ** index, 0.002, { relativeSpread }));
    return calibrationText({ calibration: calibration(cells), device: known(), verification: null }, "c.json");
  };

  it("ends with a warning and the median spread where that is above 10 %", () => {
    expect(textOf(0.02, 0.184, 0.66).trimEnd().split("\n").at(-1)).toMatch(
      /^warning {2}The repeats of a step spread by 18\.4 %.* The machine was busy: run the calibration again .*\.$/,
    );
  });

  it("says nothing of one busy spell of an idle machine", () => {
    expect(textOf(0.02, 0.1, 0.66)).not.toContain("warning");
  });
});

describe("openWholeFile", () => {
  it("shows the old content until the new is whole", async () => {
    const path = join(folder.path, "a.json");
    await writeFile(path, "old");
    const file = await openWholeFile(path);
    expect(await readFile(path, "utf8")).toBe("old");
    await file.write("new");
    await file.abandon();
    expect(await readFile(path, "utf8")).toBe("new");
    expect(await readdir(folder.path)).toEqual(["a.json"]);
  });

  it("leaves nothing where it is abandoned, and refuses a folder or a path below a file", async () => {
    await (await openWholeFile(join(folder.path, "deep", "a.json"))).abandon();
    expect(await readdir(join(folder.path, "deep"))).toEqual([]);
    await mkdir(join(folder.path, "b.json"));
    await expect(openWholeFile(join(folder.path, "b.json"))).rejects.toThrow(cannotWrite);
    await writeFile(join(folder.path, "c"), "");
    await expect(openWholeFile(join(folder.path, "c", "d.json"))).rejects.toThrow(cannotWrite);
    await expect(access(join(folder.path, "c", "d.json"))).rejects.toThrow();
  });
});

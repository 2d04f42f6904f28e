import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCli } from "./run-cli.ts";

const folder = temporaryFolder();

async function evaluate(rows: readonly string[], ...more: string[]) {
  const file = join(folder.path, "times.csv");
  await writeFile(file, ["catalogue_gpu,model,precision,batch,ms_per_iter", ...rows].join("\n"));
  return runCli("evaluate-forecast", "--measurements", file, ...more);
}

// ddps-lab/profet (MIT): TensorFlow 2.5, LeNet5, image 32, batch 32. The zoo's lenet5 takes images of 28; the times serve as
// an example here, not as a result.
const lenetRows = ["Tesla M60,lenet5,fp32,32,3.022", "Tesla K80,lenet5,fp32,32,3.6469"];

describe("probselect evaluate-forecast", () => {
  it("prints the scores as one JSON object, with what was skipped and why", async () => {
    const rows = [...lenetRows, "Foo 9000,lenet5,fp32,32,1", "Tesla M60,gpt9,fp32,32,1", "Tesla M60,lenet5,fp64,1,1"];
    const { code, stdout } = await evaluate(rows, "--json");
    expect(code).toBe(0);
    const result = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    expect(result).toMatchObject({ latencyModel: "roofline", rows: 2 });
    expect(result.skipped).toEqual([
      { reason: "precision is none of fp32, tf32, fp16 and bf16", rows: 1 },
      { reason: 'the GPU "Foo 9000" is not in the catalogue', rows: 1 },
      { reason: 'the network "gpt9" has no known cost', rows: 1 },
    ]);
    expect(result.mape).toBeGreaterThan(0);
    const shares = ["coverage50", "coverage80", "coverage95", "pitEce", "brier"];
    for (const name of shares) {
      expect(result[name], name).toBeGreaterThanOrEqual(0);
      expect(result[name], name).toBeLessThanOrEqual(1);
    }
    expect(result.crps).toBeGreaterThan(0);
    expect(result).toHaveProperty("meanProbabilityAbove80");
    expect(result).toHaveProperty("onTimeShareAbove80");
  });

  it("takes the software from the column framework and the size of the images from image_size", async () => {
    const file = join(folder.path, "sizes.csv");
    const header = "catalogue_gpu,model,precision,batch,ms_per_iter,framework,image_size,classes";
    const row = (framework: string, size: number) => `Tesla M60,ResNet18,fp32,32,100,${framework},${size},100`;
    const scores = async (...rows: string[]) => {
      await writeFile(file, [header, ...rows].join("\n"));
      const { stdout } = await runCli("evaluate-forecast", "--measurements", file, "--json");
      return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    };
    // |predicted / 100 ms - 1| tells the predicted times apart.
    const [small, large, other] = [
      await scores(row("TensorFlow 2.5", 64)),
      await scores(row("TensorFlow 2.5", 128)),
      await scores(row("pytorch 2", 64)),
    ];
    expect(new Set([small.mape, large.mape, other.mape]).size).toBe(3);
  });

  it("offers each family of laws, which change the probabilities and not the times", async () => {
    const scoresUnder = async (law: string) =>
      JSON.parse((await evaluate(lenetRows, "--law", law, "--json")).stdout.trimEnd().split("\n").at(-1) ?? "");
    const [normal, heavy] = [await scoresUnder("normal-utilisation"), await scoresUnder("log-student-t")];
    expect(heavy.mape).toBe(normal.mape);
    expect(heavy.crps).not.toBe(normal.crps);
  });

  it("shows the errors by GPU and by network to people", async () => {
    const { stdout } = await evaluate(lenetRows);
    expect(stdout).toContain("roofline: 2 measured training steps");
    expect(stdout).toMatch(/worst by GPU[\s\S]*Tesla K80/);
    expect(stdout).toMatch(/worst by network[\s\S]*lenet5/);
  });

  it("counts one row as a row, and says where the figures of left-out GPUs are, in words and in JSON", async () => {
    const rows = [...lenetRows, "Foo 9000,lenet5,fp32,32,1"];
    const { stdout } = await evaluate(rows);
    expect(stdout).toContain('  1 row: the GPU "Foo 9000" is not in the catalogue\n');
    const note = /If these measurements are among those of the shipped fit .* in-sample; docs\/accuracy\.md has/;
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(note);
    expect(JSON.parse((await evaluate(rows, "--json")).stdout).note).toMatch(note);
  });

  it("takes precisions in any case", async () => {
    const { stdout } = await evaluate(["Tesla T4,resnet50,FP16,12,99", "Tesla T4,resnet50,TF32,12,180"], "--json");
    expect(JSON.parse(stdout)).toMatchObject({ rows: 2, skipped: [] });
  });

  it("refuses to score the roofline under the name of calibrated, and lists in its help what can be scored", async () => {
    const { code, stdout, stderr } = await evaluate(lenetRows, "--latency-model", "calibrated");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/--latency-model must be roofline or paper: .*calibrate --verify\. \[cli\.wrong-usage\]/);
    expect((await evaluate(lenetRows, "--latency-model", "paper")).stdout).toContain("paper: 2 measured");
    expect((await runCli("evaluate-forecast", "--help")).stdout).toContain("score: roofline or paper");
  });

  it("says what is missing when no row can be scored", async () => {
    const { code, stderr } = await evaluate(["Tesla M60,gpt9,fp32,32,1"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /No row of .* can be scored \(1 row: the network "gpt9" has no known cost\).*--model-features/,
    );
  });

  it("names a latency model that does not exist, and a file that is not there", async () => {
    const wrongModel = await evaluate(lenetRows, "--latency-model", "oracle");
    expect([wrongModel.code, wrongModel.stderr]).toEqual([
      2,
      expect.stringContaining("Known latency models: roofline"),
    ]);
    const noFile = await runCli("evaluate-forecast", "--measurements", join(folder.path, "none.csv"));
    expect([noFile.code, noFile.stderr]).toEqual([1, expect.stringMatching(/none\.csv cannot be read/)]);
  });
});

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig, parseConfig } from "../../server/load-config.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "config-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("the server's configuration", () => {
  it("is YAML, with defaults for what it leaves out", async () => {
    const config = await loadConfig(await file("a.yaml", "model: mlp\nslo:\n  deadlineSeconds: 30\n"));
    expect(config).toMatchObject({ model: "mlp", slo: { deadlineSeconds: 30, minimumProbability: 0.8 }, rounds: 10 });
  });

  it("is JSON as well", async () => {
    expect((await loadConfig(await file("a.json", '{"rounds": 3}'))).rounds).toBe(3);
  });

  it("may be empty", async () => {
    expect((await loadConfig(await file("a.yaml", ""))).selection.policy).toBe("probselect");
  });

  it("gives way to overrides, key by key", async () => {
    const path = await file("a.yaml", "slo: { deadlineSeconds: 30, minimumProbability: 0.5 }\nport: 1\n");
    const config = await loadConfig(path, { port: 0, rounds: undefined, slo: { deadlineSeconds: 9 }, selection: {} });
    expect(config).toMatchObject({ port: 0, rounds: 10, slo: { deadlineSeconds: 9, minimumProbability: 0.5 } });
  });

  it("forecasts from specs, from calibrations where there are any, and as it is told where it is told", () => {
    expect(parseConfig({}, "a.yaml")).toMatchObject({ latencyModel: "roofline", calibrationFiles: [] });
    const files = { calibrationFiles: ["a.json", "b.json"] };
    expect(parseConfig(files, "a.yaml")).toMatchObject({ latencyModel: "calibrated", ...files });
    expect(parseConfig({}, "a.yaml", files)).toMatchObject({ latencyModel: "calibrated", ...files });
    expect(parseConfig({ calibrationFiles: ["c.json"] }, "a.yaml", files)).toMatchObject(files);
    expect(parseConfig({ ...files, latencyModel: "paper" }, "a.yaml").latencyModel).toBe("paper");
    expect(() => parseConfig({ calibrationFiles: "a.json" }, "a.yaml")).toThrow(/calibrationFiles: .*array/);
  });

  it("aggregates by FedAvg unless it is told otherwise or the policy asks for unequal work", () => {
    const quorum = (settings: object) => parseConfig({ selection: { policy: "quorum", settings } }, "a.yaml");
    expect(quorum({}).aggregation).toEqual({ strategy: "fednova", settings: {} });
    expect(quorum({ adaptiveWork: "off" }).aggregation).toEqual({ strategy: "fedavg", settings: {} });
    expect(parseConfig({}, "a.yaml").aggregation).toEqual({ strategy: "fedavg", settings: {} });
    const asked = { strategy: "krum", settings: { byzantineCount: 2 }, clippingNorm: 5, maximumExampleCount: 1000 };
    expect(parseConfig({ aggregation: asked }, "a.yaml").aggregation).toEqual(asked);
    expect(() => parseConfig({ aggregation: { clippingNorm: 0 } }, "a.yaml")).toThrow(/aggregation\.clippingNorm: /);
  });

  it("names the place, the problem and what is allowed", () => {
    expect(() => parseConfig({ slo: { deadlineSecond: 3 } }, "a.yaml")).toThrow(
      /a\.yaml: slo: Unrecognized key: "deadlineSecond"\. Did you mean "deadlineSeconds"\? Allowed: deadlineSeconds, minimumProbability/,
    );
    expect(() => parseConfig({ rounds: "many" }, "a.yaml")).toThrow(/a\.yaml: rounds: Invalid input: expected/);
    expect(() => parseConfig({ colour: 1 }, "a.yaml")).toThrow(/Allowed: .*runName, model, dataset/);
    expect(() => parseConfig([], "a.yaml")).toThrow(/must be an object/);
  });

  it("has rules about clients, which the command line's include and exclude replace", async () => {
    const text = "selection:\n  rules:\n    include: [sat-*]\n    participation: { cap: 0.5 }\n";
    const path = await file("a.yaml", text);
    const participation = { cap: 0.5 };
    expect((await loadConfig(path)).selection.rules).toEqual({ include: ["sat-*"], participation });
    const overrides = { selection: { rules: { include: ["label:a"], exclude: ["b"] } } };
    const replaced = { include: ["label:a"], exclude: ["b"], participation };
    expect((await loadConfig(path, overrides)).selection.rules).toEqual(replaced);
    const nothing = { selection: { rules: { include: undefined, exclude: undefined } } };
    expect(parseConfig({}, "a.yaml", nothing).selection.rules).toBeUndefined();
  });

  it("names the place, the problem and what is allowed in rules, lists and alternatives too", () => {
    const withRules = (rules: unknown) => () => parseConfig({ selection: { rules } }, "a.yaml");
    expect(withRules({ includ: ["a"] })).toThrow(
      /a\.yaml: selection\.rules: Unrecognized key: "includ"\. Did you mean "include"\? Allowed: include, exclude, requireLabels, anyLabels, forbidLabels, priority, participation/,
    );
    expect(withRules({ participation: { minimum: 1 } })).toThrow(
      /selection\.rules\.participation: .*Allowed: floor, cap$/,
    );
    expect(
      withRules({
        priority: [
          { match: "a", level: 1 },
          { math: "b", match: "b", level: 2 },
        ],
      }),
    ).toThrow(
      /selection\.rules\.priority\.1: Unrecognized key: "math"\. Did you mean "match"\? Allowed: match, level$/,
    );
    expect(withRules({ participation: { floor: 0.5, cap: 0.25 } })).toThrow(
      /selection\.rules\.participation\.floor: A floor of 0\.5 is more than the cap of 0\.25/,
    );
    expect(withRules({ exclude: "sat-*" })).toThrow(/selection\.rules\.exclude: Invalid input: expected array/);
    expect(() => parseConfig({ selection: { colour: 1 } }, "a.yaml")).toThrow(
      /selection: .*Allowed: policy, cohortSize, settings, rules/,
    );
    expect(() => parseConfig({ clock: { kind: "wall", speed: 2 } }, "a.yaml")).toThrow(
      /clock: .*Allowed: kind, emulatedSecondsPerWallSecond/,
    );
    expect(() => parseConfig({ clock: { kind: "emulate" } }, "a.yaml")).toThrow(
      /a\.yaml: clock\.kind: Expected one of "wall", "emulated"\. Did you mean "emulated"\?$/,
    );
    expect(() => parseConfig({ compression: { kind: "top-k", shar: 0.1 } }, "a.yaml")).toThrow(
      /^a\.yaml: compression: Unrecognized key: "shar"\. Did you mean "share"\? Allowed: kind, share, values$/,
    );
  });

  it("says where YAML is malformed, and that a file is missing", async () => {
    await expect(loadConfig(await file("bad.yaml", "a: [1\nb: 2"))).rejects.toThrow(/at line/);
    await expect(loadConfig(join(folder, "none.yaml"))).rejects.toThrow(/cannot be read/);
  });

  it("tells the first three problems of a file that is no YAML, and how many more there are", async () => {
    const page = "# A page\n\n`one`\ntwo: three: four\n`five`\nsix: seven: eight\n`nine`\n";
    const told = await loadConfig(await file("page.yaml", page)).catch(({ message }: Error) => message);
    expect(String(told).match(/page\.yaml: /g)).toHaveLength(4);
    expect(told).toMatch(/and \d+ more problems; is it YAML or JSON\?$/);
  });

  it("refuses aliases, which could blow a small file up", async () => {
    const text = "a: &a [1, 2]\nmodel: *a\n";
    await expect(loadConfig(await file("bomb.yaml", text))).rejects.toMatchObject({ code: "server.invalid-config" });
  });
});

// The files that operators start from fit the program.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { verbs } from "../../cli/verbs.ts";
import { configJsonSchema } from "../../server/config-json-schema.ts";
import { loadConfig } from "../../server/load-config.ts";

const root = new URL("../../", import.meta.url);
const path = (name: string) => fileURLToPath(new URL(name, root));
const read = (name: string) => readFileSync(path(name), "utf8");
const verbNames = verbs.map(({ name }) => name);

describe("the files for deployment", () => {
  it("hold a configuration that is in order", async () => {
    expect(await loadConfig(path("deploy/run.yaml"))).toMatchObject({ runName: "two-agents", minimumClients: 2 });
  });

  it("start verbs that exist, in the compose file and in the units of systemd", () => {
    const { services } = parse(read("deploy/compose.yaml")) as { services: Record<string, { command: string[] }> };
    const units = readdirSync(path("deploy/systemd")).map((name) => read(`deploy/systemd/${name}`));
    const started = [
      ...Object.values(services).map(({ command }) => command[0]),
      ...units.flatMap((unit) =>
        [...unit.matchAll(/^Exec\w+=\/usr\/bin\/env probselect (\w+)/gm)].map(([, verb]) => verb),
      ),
    ];
    expect(started.length).toBeGreaterThanOrEqual(6);
    expect(started.filter((verb) => !verbNames.includes(verb ?? ""))).toEqual([]);
  });

  it("leave the aggregator more time to stop than it takes to drain", async () => {
    const { liveness } = await loadConfig(path("deploy/run.yaml"));
    const compose = parse(read("deploy/compose.yaml")) as { services: { aggregator: { stop_grace_period: string } } };
    expect(Number.parseInt(compose.services.aggregator.stop_grace_period, 10)).toBeGreaterThan(liveness.drainSeconds);
  });

  it("come with the schema of the configuration as it is: npm run schema", () => {
    expect(JSON.parse(read("schemas/probselect-config.json"))).toEqual(configJsonSchema());
  });
});

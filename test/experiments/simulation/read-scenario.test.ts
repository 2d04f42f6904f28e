// Slips in a scenario's file, as they are told to whoever wrote it.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readScenario } from "../../../experiments/simulation/read-scenario.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder();

async function problemsOf(yaml: string): Promise<readonly string[]> {
  const file = join(folder.path, "s.yaml");
  await writeFile(file, yaml);
  const message = await readScenario(file).then(
    () => "nothing is wrong with it",
    ({ message }: Error) => message,
  );
  return message.replaceAll(`${file}: `, "").split("\n");
}

describe("a scenario with a slip", () => {
  it.each<[string, string, readonly string[]]>([
    [
      "at the top",
      "polices: [random]",
      [
        expect.stringMatching(
          /^the scenario: Unrecognized key: "polices"\. Did you mean "policies"\? Allowed: fleet, /,
        ),
      ],
    ],
    [
      "in a workload, which is one of two kinds",
      "workload: { mesured: pytorch/resnet18/fp32/12 }",
      ['workload: Unrecognized key: "mesured". Did you mean "measured"? Allowed: measured'],
    ],
    [
      "in the workload's other kind",
      "workload: { modle: lenet5, precision: fp16 }",
      ['workload: Unrecognized key: "modle". Did you mean "model"? Allowed: model, precision'],
    ],
    [
      "in a group of a population, which is a name or groups",
      "fleet:\n  population:\n    - { name: a, share: 1, devices: [desktop], link: [lte] }",
      [
        'fleet.population.0: Unrecognized key: "link". Did you mean "links"? Allowed: name, share, devices, links, contact',
      ],
    ],
    [
      "below a group of a population",
      "fleet:\n  population:\n    - { name: a, share: 1, devices: [desktop], links: [lte], contact: { periodSeconds: 9, passSecond: 1 } }",
      [
        'fleet.population.0.contact: Unrecognized key: "passSecond". Did you mean "passSeconds"? Allowed: periodSeconds, passSeconds',
      ],
    ],
    [
      "in the name of a data set, where a number or bounds could stand too",
      "fleet: { examples: openimages }",
      [
        'fleet.examples: Invalid option: expected one of "openimage"|"google-speech"|"stackoverflow"|"har". Did you mean "openimage"?',
      ],
    ],
    [
      "in one of two policies, which are names or objects",
      "policies: [random, { name: quorum, setings: { requiredUpdates: 5 } }]",
      ['policies.1: Unrecognized key: "setings". Did you mean "settings"? Allowed: name, label, cohortSize, settings'],
    ],
    [
      "in the type of a policy",
      "policies: [7]",
      ["policies.0: Invalid input: expected string or object, received number"],
    ],
  ])("%s is told its place and what was meant", async (_, yaml, problems) => {
    expect(await problemsOf(yaml)).toEqual(problems);
  });
});

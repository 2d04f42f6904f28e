import { describe, expect, it } from "vitest";
import { policyAdaptsWork } from "../../../selection/policies/find-policy.ts";

describe("whether a policy adapts work", () => {
  it.each([
    ["quorum", {}, true],
    ["quorum", { adaptiveWork: "epochs" }, true],
    ["quorum", { adaptiveWork: "off" }, false],
    ["probselect", {}, false],
  ])("of %s with %j is %s", (name, settings, adapts) => {
    expect(policyAdaptsWork(name, settings)).toBe(adapts);
  });
});

import { describe, expect, it } from "vitest";
import { parseBackends } from "../../cli/backend-option.ts";

describe("--backend", () => {
  it("takes the first of several, and offers the others once each", () => {
    expect(parseBackends("wasm")).toEqual({ first: "wasm", others: "none" });
    expect(parseBackends("auto")).toEqual({ first: "auto", others: "usable" });
    expect(parseBackends("webgpu, wasm,tensorflow,wasm")).toEqual({ first: "webgpu", others: ["wasm", "tensorflow"] });
    expect(parseBackends("wasm,wasm")).toEqual({ first: "wasm", others: [] });
  });

  it.each([
    ["webgl", /There is no back-end "webgl"\. Did you mean webgpu\? Choose auto or one of /],
    ["wasm,", /There is no back-end ""/],
    ["auto,wasm", /"auto" stands alone in --backend, not in "auto,wasm"/],
  ])("refuses %s, and says what there is", (text, message) => {
    expect(() => parseBackends(text)).toThrow(message);
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { counted } from "../../foundation/counted.ts";

describe("counted", () => {
  it.each([
    [counted(1, "round"), "1 round"],
    [counted(0, "round"), "0 rounds"],
    [counted(2, "round"), "2 rounds"],
    [counted(61_706, "parameter"), "61,706 parameters"],
    [counted(1, "policy", "policies"), "1 policy"],
    [counted(2, "policy", "policies"), "2 policies"],
    [counted(1, "client is", "clients are"), "1 client is"],
  ])("says %j", (text, expected) => {
    expect(text).toBe(expected);
  });

  it("is used instead of nouns that may be either, as in update(s)", () => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const folders = ["cli", "client", "experiments", "models", "selection", "server", "workloads"];
    const files = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
    );
    const undecided = files
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => /\} [a-z]+\(e?s\) |the [a-z]+\(e?s\) \$/.test(readFileSync(join(root, file), "utf8")));
    expect(undecided).toEqual([]);
  });
});

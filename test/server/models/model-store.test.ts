import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ModelStore } from "../../../server/models/model-store.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "models-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (text: string) => Buffer.from(text);

describe("the model store", () => {
  it("names a version by its hash and gives it back", async () => {
    const store = await ModelStore.open(join(folder, "models"));
    const model = await store.save(0, file("zero"));
    expect(model.sha256).toBe(createHash("sha256").update("zero").digest("hex"));
    expect(model).toMatchObject({ modelVersion: 0, byteLength: 4 });
    expect(store.find(model.sha256)).toEqual(model);
    expect(Buffer.from(await store.read(model.sha256)).toString()).toBe("zero");
  });

  it("keeps the last versions and nothing else in its folder", async () => {
    const store = await ModelStore.open(folder, { keptVersions: 2 });
    const models = [];
    for (const text of ["a", "b", "c"]) models.push(await store.save(models.length, file(text)));
    expect(store.find(models[0]?.sha256 ?? "")).toBeUndefined();
    expect((await readdir(folder)).sort()).toEqual(
      models
        .slice(1)
        .map(({ sha256 }) => `${sha256}.safetensors`)
        .sort(),
    );
  });

  it("does not delete a version whose bytes a newer one shares", async () => {
    const store = await ModelStore.open(folder, { keptVersions: 2 });
    const first = await store.save(0, file("same"));
    await store.save(1, file("other"));
    await store.save(2, file("same"));
    expect(Buffer.from(await store.read(first.sha256)).toString()).toBe("same");
  });
});

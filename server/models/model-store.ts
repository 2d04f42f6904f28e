// The global model's versions on disk: parameter files named by their SHA-256, so that a path never changes its content.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../files/write-atomically.ts";
import type { StoredModel } from "../rounds/types.ts";

/** Versions kept: the newest, and a few before it for agents that still download one. */
const DEFAULT_KEPT_VERSIONS = 3;

export class ModelStore {
  readonly #folder: string;
  readonly #keptVersions: number;
  /** Oldest first. */
  #versions: StoredModel[] = [];

  private constructor(folder: string, keptVersions: number) {
    this.#folder = folder;
    this.#keptVersions = keptVersions;
  }

  /** @param keptVersions how many versions stay on disk, at least 1. */
  static async open(folder: string, keptVersions: number = DEFAULT_KEPT_VERSIONS): Promise<ModelStore> {
    await mkdir(folder, { recursive: true });
    return new ModelStore(folder, keptVersions);
  }

  /** The kept version with that hash. */
  find(sha256: string): StoredModel | undefined {
    return this.#versions.find((model) => model.sha256 === sha256);
  }

  /** The parameter file of a kept version. */
  async read(sha256: string): Promise<Uint8Array> {
    const model = this.find(sha256);
    if (!model) throw new Error(`model ${sha256} is not kept`);
    return readFile(model.path);
  }

  /**
   * Writes a version so that the file is either there whole or not at all (temporary file, fsync, rename), and deletes the
   * versions that are too old.
   *
   * @param file a parameter file (safetensors).
   */
  async save(modelVersion: number, file: Uint8Array): Promise<StoredModel> {
    const sha256 = createHash("sha256").update(file).digest("hex");
    const path = join(this.#folder, `${sha256}.safetensors`);
    await writeAtomically(path, file);
    const model: StoredModel = { modelVersion, sha256, path, byteLength: file.byteLength };
    const kept = [...this.#versions, model].slice(-this.#keptVersions);
    const dropped = this.#versions.filter((old) => !kept.some(({ sha256: hash }) => hash === old.sha256));
    this.#versions = kept;
    await Promise.all(dropped.map((old) => rm(old.path, { force: true })));
    return model;
  }
}

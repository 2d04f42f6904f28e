// The global model's versions on disk: parameter files named by their SHA-256, so that a path never changes its content.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomically } from "../files/write-atomically.ts";
import type { StoredModel } from "../rounds/types.ts";

/** Versions kept: the newest, and those before it which checkpoints name or agents still download. */
const DEFAULT_KEPT_VERSIONS = 4;

export interface ModelStoreOptions {
  readonly keptVersions?: number | undefined;
  readonly versions?: readonly StoredModel[] | undefined;
  readonly pinned?: ReadonlySet<string> | undefined;
}

export class ModelStore {
  readonly #folder: string;
  readonly #keptVersions: number;
  /** Oldest first. */
  #versions: StoredModel[] = [];
  #pinned: ReadonlySet<string> = new Set();

  private constructor(folder: string, keptVersions: number) {
    this.#folder = folder;
    this.#keptVersions = keptVersions;
  }

  /**
   * @param options.keptVersions how many versions stay on disk, at least 1.
   * @param options.versions those that lie there from before a restart, oldest first.
   * @param options.pinned as for `pin`.
   */
  static async open(
    folder: string,
    { keptVersions = DEFAULT_KEPT_VERSIONS, versions = [], pinned = new Set() }: ModelStoreOptions = {},
  ): Promise<ModelStore> {
    await mkdir(folder, { recursive: true });
    const store = new ModelStore(folder, keptVersions);
    store.#pinned = pinned;
    store.#versions = store.#kept(versions);
    return store;
  }

  /** Keeps the versions with these hashes, however old they become; those of an earlier call go with the next `save`. */
  pin(hashes: ReadonlySet<string>): void {
    this.#pinned = hashes;
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
    const kept = this.#kept([...this.#versions, model]);
    const dropped = this.#versions.filter((old) => !kept.some(({ sha256: hash }) => hash === old.sha256));
    this.#versions = kept;
    await Promise.all(dropped.map((old) => rm(old.path, { force: true })));
    return model;
  }

  #kept(versions: readonly StoredModel[]): StoredModel[] {
    const firstRecent = versions.length - this.#keptVersions;
    return versions.filter(({ sha256 }, index) => index >= firstRecent || this.#pinned.has(sha256));
  }
}

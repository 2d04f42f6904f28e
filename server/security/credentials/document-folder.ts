// Small JSON documents, one a file, in folders that only their owner can read. Command line and aggregator share them without a lock: a
// document is written whole or not at all, and the aggregator reads it anew whenever it is needed, so that what was revoked is.

import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { messageOf, ProbSelectError } from "../../../foundation/errors.ts";
import { describeIssues } from "../../../protocol/parse-message.ts";

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

export class DocumentFolder<Schema extends z.ZodType> {
  readonly path: string;
  readonly #schema: Schema;

  constructor(path: string, schema: Schema) {
    this.path = path;
    this.#schema = schema;
  }

  /**
   * @param name hex digits: nothing that somebody else chose is ever part of a path.
   * @throws {ProbSelectError} server.malformed-credentials for a file that is damaged.
   */
  async read(name: string): Promise<z.infer<Schema> | undefined> {
    const path = this.#pathOf(name);
    const text = await readFile(path, "utf8").catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "ENOENT") return undefined;
      throw malformed(path, messageOf(thrown), thrown);
    });
    return text === undefined ? undefined : this.#parse(path, text);
  }

  /** All documents, by their names. */
  async list(): Promise<readonly z.infer<Schema>[]> {
    const names = await readdir(this.path).catch(() => []);
    const documents = names.filter((name) => /^[0-9a-f]+\.json$/.test(name)).sort();
    const read = await Promise.all(documents.map((name) => this.read(name.slice(0, -".json".length))));
    return read.flatMap((document) => (document === undefined ? [] : [document]));
  }

  /** @returns false if there is a document of that name; it then stays as it is, whoever else tries at the same time. */
  async create(name: string, document: z.infer<Schema>): Promise<boolean> {
    return this.#write(document, async (temporary) => {
      // A link fails where a rename would replace.
      await link(temporary, this.#pathOf(name));
      await rm(temporary);
    });
  }

  async replace(name: string, document: z.infer<Schema>): Promise<void> {
    await this.#write(document, (temporary) => rename(temporary, this.#pathOf(name)));
  }

  /** @returns whether there was one. */
  async remove(name: string): Promise<boolean> {
    try {
      await rm(this.#pathOf(name));
      return true;
    } catch (thrown) {
      if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return false;
      throw thrown;
    }
  }

  async #write(document: z.infer<Schema>, place: (temporary: string) => Promise<void>): Promise<boolean> {
    await mkdir(this.path, { recursive: true, mode: PRIVATE_FOLDER });
    const temporary = join(this.path, `${randomUUID()}.partial`);
    try {
      const file = await open(temporary, "wx", PRIVATE_FILE);
      try {
        await file.writeFile(`${JSON.stringify(document, null, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await place(temporary);
      return true;
    } catch (thrown) {
      await rm(temporary, { force: true });
      if (thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST") return false;
      throw thrown;
    }
  }

  #pathOf(name: string): string {
    if (!/^[0-9a-f]{1,64}$/.test(name)) throw malformed(this.path, "a document's name has hex digits only");
    return join(this.path, `${name}.json`);
  }

  #parse(path: string, text: string): z.infer<Schema> {
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch (thrown) {
      throw malformed(path, messageOf(thrown), thrown);
    }
    const parsed = this.#schema.safeParse(content);
    if (parsed.success) return parsed.data;
    throw malformed(path, describeIssues(parsed.error));
  }
}

function malformed(path: string, why: string, cause?: unknown): ProbSelectError {
  const advice = "Remove the file; whoever used it needs a new token.";
  return new ProbSelectError("server.malformed-credentials", `${path} cannot be used: ${why}. ${advice}`, { cause });
}

// A data set in files of the user's own: converted once, then read by index.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { relative } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Dataset } from "../dataset.ts";
import { convertImages } from "./images/convert-images.ts";
import { findPictures } from "./images/image-folder.ts";
import { missing } from "./malformed.ts";
import { cachedPacking } from "./packed/cached-packing.ts";
import { packedDataset } from "./packed/packed-dataset.ts";
import type { RecordWriter } from "./packed/packed-files.ts";
import type { Packing } from "./packed/packing.ts";
import { absoluteDataName, type DataFileName, parseDataName } from "./parse-data-name.ts";
import { convertTable } from "./table/convert-table.ts";
import { openCsv } from "./table/csv-table.ts";
import { openNdjson } from "./table/ndjson-table.ts";
import { convertText } from "./text/convert-text.ts";
import { findTexts } from "./text/text-parts.ts";

interface Source {
  /** All that is read. */
  readonly files: readonly string[];
  readonly convert: (records: RecordWriter) => Promise<Packing>;
}

/**
 * @param name as `parseDataName` takes it.
 * @throws {ProbSelectError} workloads.invalid-dataset-name, workloads.dataset-missing, workloads.malformed-dataset
 */
export async function openDataFiles(name: string): Promise<Dataset> {
  const { absolute, path, source } = await sourceOf(name);
  const { folder, facts } = await cachedPacking({ name: absolute, path, ...source });
  return packedDataset(name, folder, facts);
}

/**
 * The name with absolute paths, and the hash of all that the files hold: what a result that was made with them depends on.
 *
 * @throws {ProbSelectError} workloads.invalid-dataset-name, workloads.dataset-missing, workloads.malformed-dataset
 */
export async function identifyDataFiles(name: string): Promise<{ readonly name: string; readonly sha256: string }> {
  const { absolute, path: root, source } = await sourceOf(name);
  const hash = createHash("sha256");
  for (const path of source.files) {
    const ofFile = createHash("sha256");
    await pipeline(createReadStream(path), ofFile).catch((cause) => {
      throw missing(path, cause);
    });
    // A picture's folder is its class, wherever the folders lie.
    hash.update(relative(root, path)).update(ofFile.digest());
  }
  return { name: absolute, sha256: hash.digest("hex") };
}

async function sourceOf(name: string) {
  const absolute = absoluteDataName(name);
  const parsed = parseDataName(absolute);
  if (!parsed) throw missing(name, new Error("it names no data files"));
  return { absolute, path: parsed.path, source: await filesOf(parsed) };
}

async function filesOf(data: DataFileName): Promise<Source> {
  const { path } = data;
  switch (data.kind) {
    case "csv": {
      const { options } = data;
      return {
        files: [path, ...(options.test === undefined ? [] : [options.test])],
        convert: (records) => convertTable(path, options, (file) => openCsv(file, options), records),
      };
    }
    case "ndjson": {
      const { options } = data;
      return {
        files: [path, ...(options.test === undefined ? [] : [options.test])],
        convert: (records) => convertTable(path, options, openNdjson, records),
      };
    }
    case "images": {
      const folder = await findPictures(path, data.options.test);
      const files = [...folder.training, ...(folder.test ?? [])].map((picture) => picture.path);
      return { files, convert: (records) => convertImages(folder, data.options, records) };
    }
    case "text": {
      const { options } = data;
      const training = await findTexts(path);
      const test = options.test === undefined ? null : await findTexts(options.test);
      const extra = options.vocabulary === undefined ? [] : [options.vocabulary];
      const files = [...training.paths, ...(test?.paths ?? []), ...extra];
      return { files, convert: (records) => convertText({ training, test }, options, records) };
    }
  }
}

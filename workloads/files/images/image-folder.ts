// Finds the pictures of a folder with a folder for each class: PNG or JPEG files in FOLDER/CLASS, or in
// FOLDER/train/CLASS and FOLDER/test/CLASS.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { malformed, missing } from "../malformed.ts";
import { JPEG } from "./decode-picture.ts";

export interface Picture {
  readonly path: string;
  readonly className: string;
}

export interface ImageFolder {
  readonly training: readonly Picture[];
  /** Null: no folder has them. */
  readonly test: readonly Picture[] | null;
  /** Files beside the pictures. */
  readonly strangers: number;
}

/** Pictures that this package cannot read, and that nobody should believe were trained on. */
const OTHER_PICTURES = /\.(gif|bmp|webp|tiff?|avif|heic)$/i;

/**
 * @param testFolder classes of test pictures elsewhere.
 * @throws {ProbSelectError} workloads.dataset-missing if a folder cannot be read; workloads.malformed-dataset if it has no class with
 * a picture, or a picture that is neither PNG nor JPEG.
 */
export async function findPictures(folder: string, testFolder?: string): Promise<ImageFolder> {
  const { folders } = await entriesOf(folder);
  const training = await picturesOf(folders.includes("train") ? join(folder, "train") : folder);
  const ownTest = folders.includes("train") && folders.includes("test") ? join(folder, "test") : undefined;
  const from = testFolder ?? ownTest;
  const test = from === undefined ? null : await picturesOf(from);
  return {
    training: training.pictures,
    test: test?.pictures ?? null,
    strangers: training.strangers + (test?.strangers ?? 0),
  };
}

async function picturesOf(folder: string): Promise<{ pictures: Picture[]; strangers: number }> {
  const { folders, files } = await entriesOf(folder);
  const pictures: Picture[] = [];
  let strangers = files.length;
  for (const className of folders) {
    const inClass = await entriesOf(join(folder, className));
    for (const file of inClass.files) {
      const path = join(folder, className, file);
      if (OTHER_PICTURES.test(file)) {
        throw malformed(
          path,
          "only PNG and JPEG pictures can be read. Convert it, for instance with ImageMagick: mogrify -format png FILE.",
        );
      }
      if (/\.png$/i.test(file) || JPEG.test(file)) pictures.push({ path, className });
      else strangers++;
    }
    strangers += inClass.folders.length;
  }
  if (pictures.length > 0) return { pictures, strangers };
  throw malformed(
    folder,
    "there is no picture. Put the PNG or JPEG files of each class in a folder of its name: FOLDER/CLASS/1.png.",
  );
}

/** Hidden ones are not there. Sorted by name, so that every machine has the same order. */
async function entriesOf(
  folder: string,
): Promise<{ readonly folders: readonly string[]; readonly files: readonly string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw missing(folder, cause);
  });
  const visible = entries.filter(({ name }) => !name.startsWith("."));
  const names = (isFolder: boolean) =>
    visible.flatMap((entry) => (entry.isDirectory() === isFolder ? [entry.name] : [])).sort();
  return { folders: names(true), files: names(false) };
}

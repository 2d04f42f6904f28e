// From folders of pictures to records of bytes.

import { malformed } from "../malformed.ts";
import type { RecordWriter } from "../packed/packed-files.ts";
import type { Packing } from "../packed/packing.ts";
import type { ImageOptions } from "../parse-data-name.ts";
import { DEFAULT_SPLIT_SEED, DEFAULT_TEST_SHARE, splitRows } from "../split-rows.ts";
import { ClassNames } from "../table/class-names.ts";
import { type DecodedPicture, decodePicture, withChannels } from "./decode-picture.ts";
import type { ImageFolder, Picture } from "./image-folder.ts";

/**
 * All pictures must have the size of the first; one picture is in memory at a time.
 *
 * @throws {ProbSelectError} workloads.malformed-dataset with the first odd file, workloads.dataset-missing
 */
export async function convertImages(
  folder: ImageFolder,
  options: ImageOptions,
  records: RecordWriter,
): Promise<Packing> {
  const classes = new ClassNames(options.classes);
  const { training, test } = folder;
  const all = [...training, ...(test ?? [])];
  const numbers = all.map(({ path, className }, at) => classes.numberOf(className, path, at >= training.length));
  const exampleShape = await writePictures(all, options.channels, records);
  const { names, finalNumbers } = classes.order();
  const labels = Uint8Array.from(numbers, (number) => finalNumbers[number] as number);
  const { testShare = DEFAULT_TEST_SHARE, splitSeed = DEFAULT_SPLIT_SEED } = options;
  const rows = test
    ? {
        training: Uint32Array.from(training, (_, row) => row),
        test: Uint32Array.from(test, (_, row) => training.length + row),
      }
    : splitRows(training.length, { testShare, seed: splitSeed });
  const part = (places: Uint32Array) => ({ places, labels: Uint8Array.from(places, (row) => labels[row] as number) });
  return {
    element: "pixel",
    exampleShape,
    classNames: [...names],
    inputNames: null,
    vocabulary: null,
    stepBytes: exampleShape.reduce((product, size) => product * size, 1),
    scaling: null,
    ids: null,
    notes: [
      test
        ? "The test pictures are in a folder of their own."
        : `${(testShare * 100).toFixed(0)} % of the pictures, drawn with seed ${splitSeed}, are kept for tests.`,
      ...(folder.strangers === 0 ? [] : [`${folder.strangers} files or folders beside the pictures were left out.`]),
    ],
    training: { ...part(rows.training), ids: null },
    test: part(rows.test),
  };
}

/** @returns the shape of one picture. */
async function writePictures(
  pictures: readonly Picture[],
  asked: 1 | 3 | undefined,
  records: RecordWriter,
): Promise<number[]> {
  let first: { readonly path: string; readonly picture: DecodedPicture } | undefined;
  let channels: 1 | 3 = 1;
  for (const { path } of pictures) {
    const picture = await decodePicture(path);
    if (first === undefined) channels = asked ?? picture.channels;
    first ??= { path, picture };
    requireAlike(path, picture, first);
    if (picture.channels > channels && asked === undefined) {
      throw malformed(
        path,
        `the picture has colours, but ${first.path} is grey. Say channels=3, or channels=1 to take all as grey.`,
      );
    }
    await records.append(withChannels(picture, channels));
  }
  return first ? [first.picture.height, first.picture.width, channels] : [];
}

function requireAlike(
  path: string,
  picture: DecodedPicture,
  first: { readonly path: string; readonly picture: DecodedPicture },
) {
  const size = ({ width, height }: DecodedPicture) => `${width} x ${height}`;
  if (size(picture) === size(first.picture)) return;
  throw malformed(
    path,
    `the picture has ${size(picture)} pixels, but ${first.path} has ${size(first.picture)}. Networks take one size: scale them all alike, for ` +
      "instance with ImageMagick: mogrify -resize 32x32! FILES.",
  );
}

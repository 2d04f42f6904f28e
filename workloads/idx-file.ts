// Reads IDX files, the format of MNIST and its relatives: a magic number with type and rank, one big-endian int32 per
// dimension, then the values (http://yann.lecun.com/exdb/mnist/, "the IDX file format").

import { ProbSelectError } from "../foundation/errors.ts";
import { elementCount } from "../models/parameter-set.ts";
import { type ByteSource, openBytes } from "./byte-source.ts";
import { readRecords } from "./read-records.ts";

const UNSIGNED_BYTE = 0x08;

export interface IdxItems {
  /** Items in the file, not only those that were read. */
  readonly totalCount: number;
  /** The items that were asked for, one behind the other. */
  readonly values: Uint8Array;
}

/**
 * The items at `indices` of a file of unsigned bytes, in that order; without `indices`, all of them.
 *
 * @param path where there is no such file, "<path>.gz" is read.
 * @param itemShape the dimensions that the file must have after its first, e.g. [28, 28] for images and [] for labels.
 * @throws {ProbSelectError} workloads.dataset-missing if the file cannot be opened; workloads.malformed-dataset if its
 * header or size is wrong or it has no item of an index.
 */
export async function readIdxItems(
  path: string,
  itemShape: readonly number[],
  indices?: Uint32Array,
): Promise<IdxItems> {
  const file = await openBytes(path);
  try {
    const { itemCount, dataOffset } = await readHeader(file, path, itemShape);
    const itemBytes = elementCount(itemShape);
    if (indices) {
      requireIndices(path, indices, itemCount);
      const values = new Uint8Array(indices.length * itemBytes);
      const offsets = Float64Array.from(indices, (index) => dataOffset + index * itemBytes);
      await readRecords(file, { recordBytes: itemBytes, offsets }, (place, item) =>
        values.set(item, place * itemBytes),
      );
      return { totalCount: itemCount, values };
    }
    const values = new Uint8Array(itemCount * itemBytes);
    await readFully(file, values, dataOffset);
    return { totalCount: itemCount, values };
  } finally {
    await file.close();
  }
}

async function readHeader(
  file: ByteSource,
  path: string,
  itemShape: readonly number[],
): Promise<{ itemCount: number; dataOffset: number }> {
  const rank = 1 + itemShape.length;
  const dataOffset = 4 + 4 * rank;
  const size = file.byteLength;
  if (size < dataOffset) throw malformed(path, `it has ${size} bytes, fewer than its header of ${dataOffset}`);
  const header = new Uint8Array(dataOffset);
  await readFully(file, header, 0);
  const view = new DataView(header.buffer);
  const magic = view.getUint32(0);
  const wantedMagic = (UNSIGNED_BYTE << 8) | rank;
  if (magic !== wantedMagic) {
    throw malformed(path, `its magic number is ${hex(magic)} instead of ${hex(wantedMagic)} (bytes of rank ${rank})`);
  }
  const foundShape = itemShape.map((_, axis) => view.getUint32(8 + 4 * axis));
  if (foundShape.join() !== itemShape.join()) {
    throw malformed(path, `its items are [${foundShape}] instead of [${itemShape}]`);
  }
  const itemCount = view.getUint32(4);
  const wantedSize = dataOffset + itemCount * elementCount(itemShape);
  if (size !== wantedSize) {
    throw malformed(path, `it has ${size} bytes instead of ${wantedSize} for its ${itemCount} items`);
  }
  return { itemCount, dataOffset };
}

function requireIndices(path: string, indices: Uint32Array, itemCount: number): void {
  const wrong = indices.find((index) => index >= itemCount);
  if (wrong === undefined) return;
  throw malformed(path, `item ${wrong} was asked for, but it has ${itemCount}`);
}

async function readFully(file: ByteSource, target: Uint8Array, position: number): Promise<void> {
  const count = await file.read(target, position);
  if (count < target.length) throw new Error(`The file ended ${target.length - count} bytes early while it was read.`);
}

const hex = (value: number) => `0x${value.toString(16).padStart(8, "0")}`;

function malformed(path: string, what: string): ProbSelectError {
  return new ProbSelectError(
    "workloads.malformed-dataset",
    `The data file ${path} is not usable: ${what}. Install the data set's package again.`,
  );
}

// Reads records of one size by their places in a file. Neighbours are read at one go and several reads are under way at once, so that a
// random batch costs about one wait, and the whole file few system calls and no second copy.

import type { ByteSource } from "./byte-source.ts";

export interface RecordPlaces {
  /** Bytes of one record. Records may overlap. */
  readonly recordBytes: number;
  /** Where each wanted record begins, in any order. */
  readonly offsets: Float64Array;
}

/** A gap this small is cheaper read than skipped. */
const GAP_BYTES = 16 * 1024;
/** Records are read in blocks of about this size at most. */
const BLOCK_BYTES = 1024 * 1024;
/** Blocks that are being read at once. */
const READS_AT_ONCE = 64;
const BYTES_AT_ONCE = 4 * BLOCK_BYTES;

interface Block {
  readonly begin: number;
  end: number;
  /** Of the wanted records, which are in it. */
  readonly wanted: number[];
}

/**
 * Calls `visit` for each wanted record with its number in `offsets`, in the order in which they lie in the file. The bytes are lent: a
 * visitor copies what it keeps.
 *
 * @throws {Error} if the file ends early; what the file throws.
 */
export async function readRecords(
  file: ByteSource,
  { recordBytes, offsets }: RecordPlaces,
  visit: (wanted: number, record: Uint8Array) => void,
): Promise<void> {
  for (const blocks of wavesOf(recordBytes, offsets)) {
    const read = await Promise.all(blocks.map((block) => readBlock(file, block)));
    for (const [at, { begin, wanted }] of blocks.entries()) {
      const bytes = read[at] as Uint8Array;
      for (const number of wanted) {
        const offset = (offsets[number] as number) - begin;
        visit(number, bytes.subarray(offset, offset + recordBytes));
      }
    }
  }
}

async function readBlock(file: ByteSource, { begin, end }: Block): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - begin);
  const count = await file.read(bytes, begin);
  if (count === bytes.length) return bytes;
  throw new Error(`The file ended ${bytes.length - count} bytes early while it was read.`);
}

/** Blocks that are read together, wave after wave. */
function* wavesOf(recordBytes: number, offsets: Float64Array): Generator<Block[]> {
  let wave: Block[] = [];
  let waveBytes = 0;
  for (const block of blocksOf(recordBytes, offsets)) {
    wave.push(block);
    waveBytes += block.end - block.begin;
    if (wave.length < READS_AT_ONCE && waveBytes < BYTES_AT_ONCE) continue;
    yield wave;
    wave = [];
    waveBytes = 0;
  }
  if (wave.length > 0) yield wave;
}

function* blocksOf(recordBytes: number, offsets: Float64Array): Generator<Block> {
  const order = Uint32Array.from(offsets, (_, number) => number);
  // A whole file comes in order, and sorting millions takes seconds.
  if (!isAscending(offsets)) order.sort((first, second) => (offsets[first] as number) - (offsets[second] as number));
  let block: Block | undefined;
  for (const number of order) {
    const begin = offsets[number] as number;
    const end = begin + recordBytes;
    if (block && begin - block.end <= GAP_BYTES && end - block.begin <= BLOCK_BYTES) {
      block.wanted.push(number);
      block.end = Math.max(block.end, end);
      continue;
    }
    if (block) yield block;
    block = { begin, end, wanted: [number] };
  }
  if (block) yield block;
}

function isAscending(values: Float64Array): boolean {
  for (let at = 1; at < values.length; at++) if ((values[at] as number) < (values[at - 1] as number)) return false;
  return true;
}

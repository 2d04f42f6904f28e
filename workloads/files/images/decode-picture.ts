// From a PNG or JPEG file to pixels of one or three channels of 8 bits.

import { readFile } from "node:fs/promises";
import { messageOf } from "../../../foundation/errors.ts";
import { malformed, missing } from "../malformed.ts";
import { decodeJpeg } from "./decode-jpeg.ts";
import { decodePng } from "./decode-png.ts";

/** Names of files that are decoded as JPEG. */
export const JPEG = /\.jpe?g$/i;

export interface DecodedPicture {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** height x width x channels, row by row, as 0 to 255. What is transparent shows white. */
  readonly pixels: Uint8Array;
}

/** @throws {ProbSelectError} workloads.dataset-missing, workloads.malformed-dataset */
export async function decodePicture(path: string): Promise<DecodedPicture> {
  const bytes = await readFile(path).catch((cause) => {
    throw missing(path, cause);
  });
  const [kind, decode] = JPEG.test(path) ? (["JPEG", decodeJpeg] as const) : (["PNG", decodePng] as const);
  try {
    return decode(bytes);
  } catch (cause) {
    throw malformed(path, `the file is no whole ${kind} picture (${messageOf(cause)}). Replace or delete it.`, cause);
  }
}

/** Rec. 601 luma of each pixel, or the grey three times. */
export function withChannels(picture: DecodedPicture, channels: 1 | 3): Uint8Array {
  const { pixels } = picture;
  if (picture.channels === channels) return pixels;
  if (channels === 3)
    return Uint8Array.from({ length: pixels.length * 3 }, (_, at) => pixels[Math.floor(at / 3)] as number);
  return Uint8Array.from({ length: pixels.length / 3 }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0] = pixels.subarray(pixel * 3, pixel * 3 + 3);
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  });
}

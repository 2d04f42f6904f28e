// From the bytes of a JPEG picture, baseline or progressive, to pixels. They are those of the file: a camera's note on which way is up
// (EXIF) is not followed.

import { decode } from "jpeg-js";
import type { DecodedPicture } from "./decode-picture.ts";

/** A picture to train on is far smaller; a file that claims more is no accident. */
const LARGEST_MEGAPIXELS = 100;
const MOST_MEMORY_MEBIBYTES = 1024;

/** @throws what jpeg-js throws for a file that is torn, too large or no JPEG, and for one with another number of colours than 1 or 3. */
export function decodeJpeg(bytes: Uint8Array): DecodedPicture {
  const components = componentCount(bytes);
  if (components !== 1 && components !== 3) throw new Error(`it has ${components} colours; save it as RGB or grey`);
  const { width, height, data } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: LARGEST_MEGAPIXELS,
    maxMemoryUsageInMB: MOST_MEMORY_MEBIBYTES,
  });
  if (components === 3) return { width, height, channels: 3, pixels: data };
  // Grey comes as three values that are alike.
  return { width, height, channels: 1, pixels: data.filter((_, at) => at % 3 === 0) };
}

/** As the frame header says (ITU T.81, B.2.2): markers C0 to CF but DHT, JPG and DAC. */
function componentCount(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < view.byteLength && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return view.getUint8(at + 9);
    at += 2 + view.getUint16(at + 2);
  }
  throw new Error("it has no frame");
}

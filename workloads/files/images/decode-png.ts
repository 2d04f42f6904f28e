// From the bytes of a PNG picture to pixels.

import { convertIndexedToRgb, decode } from "fast-png";
import type { DecodedPicture } from "./decode-picture.ts";

/** @throws what fast-png throws for a file that is torn or no PNG. */
export function decodePng(bytes: Uint8Array): DecodedPicture {
  const png = decode(bytes, { checkCrc: true });
  const { width, height } = png;
  const pixelCount = width * height;
  const isIndexed = png.palette !== undefined;
  const values = isIndexed ? convertIndexedToRgb(png) : png.data;
  const given = values.length / pixelCount;
  if (!isIndexed && png.depth < 8) return { width, height, channels: 1, pixels: unpackedBits(png.data, png) };
  if (!Number.isInteger(given) || given < 1 || given > 4) throw new Error(`it has ${given} channels`);
  // Two and four channels are one and three, and how opaque they are.
  const channels = given <= 2 ? 1 : 3;
  const largest = png.depth === 16 && !isIndexed ? 65535 : 255;
  const pixels = new Uint8Array(pixelCount * channels);
  for (let pixel = 0; pixel < pixelCount; pixel++) {
    const opacity = given === channels ? 1 : (values[pixel * given + channels] as number) / largest;
    for (let channel = 0; channel < channels; channel++) {
      const brightness = (values[pixel * given + channel] as number) / largest;
      pixels[pixel * channels + channel] = Math.round(255 * (brightness * opacity + 1 - opacity));
    }
  }
  return { width, height, channels, pixels };
}

/** Grey of 1, 2 or 4 bits: several pixels a byte, each row from a new byte. */
function unpackedBits(
  packed: ArrayLike<number>,
  { width, height, depth }: { readonly width: number; readonly height: number; readonly depth: number },
): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  const largest = 2 ** depth - 1;
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const byte = packed[row * rowBytes + (bit >> 3)] as number;
      const value = (byte >> (8 - depth - (bit & 7))) & largest;
      pixels[row * width + column] = Math.round((value / largest) * 255);
    }
  }
  return pixels;
}

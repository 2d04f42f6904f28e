// The ways in which an update can travel in fewer bytes than its Float32 parameters take, and what its file says of them.

import { z } from "zod";

/** How the difference of an update to the global model is coded. docs/compression.md compares them. */
export const updateEncodingSchema = z.discriminatedUnion("kind", [
  /** IEEE half precision, rounded to the nearest: half of the bytes. */
  z.strictObject({ kind: z.literal("float16") }),
  /** 255 steps a block of 1024 values, rounded at random so that the mean is right: a quarter of the bytes. */
  z.strictObject({ kind: z.literal("int8") }),
  /** Only the largest differences, and the client remembers the rest. */
  z.strictObject({
    kind: z.literal("top-k"),
    /** Of the parameters, in (0, 1]; at least one is sent. */
    share: z.number().gt(0).max(1),
    values: z.enum(["float32", "float16"]).default("float16"),
  }),
]);

export type UpdateEncoding = z.infer<typeof updateEncodingSchema>;
export type UpdateEncodingKind = UpdateEncoding["kind"];

/** Raised when a file of this version would be read wrongly by an older program. */
export const ENCODING_VERSION = "1";

/** What "__metadata__" of an encoded update says. */
export function encodingMetadata(kind: UpdateEncodingKind): Readonly<Record<string, string>> {
  return { encoding: kind, version: ENCODING_VERSION };
}

/** Number of parameters that top-k sends of `count`. @example keptCount(0.01, 61_706) // 618 */
export function keptCount(share: number, count: number): number {
  return Math.min(count, Math.max(1, Math.ceil(share * count)));
}

// How parameters travel: HTTP on the same port as the control messages.
//
//   GET  /v1/models/<sha256>              the global model (safetensors); ETag "<sha256>", Range, immutable
//   PUT  /v1/updates/<taskId>/parts/<n>   part n (0-based) of an update; bearer token, x-content-sha256 of the part's bytes or
//                                         x-prefix-sha256 of all bytes up to the part's last, and x-update-sha256 once
//                                         the sender knows it
//   GET  /v1/updates/<taskId>             which parts have arrived, so that a cut upload goes on where it stopped; with
//                                         x-update-sha256 of the whole file: which parts of that file
//
// Every part but the last has exactly `partBytes` bytes. Putting the same part again is harmless. The `update` message
// commits the upload. A sender of parts in order needs one pass of SHA-256 over an update: the last prefix's hash is the whole's.
// Under secure aggregation the update is the masked input: little-endian words of 32 bits, not safetensors.
// Errors are JSON {code, reason} with a 4xx status.

import { z } from "zod";

/** Media type of a parameter file. */
export const PARAMETER_MEDIA_TYPE = "application/vnd.safetensors";
/** Request header with the lower-case hex SHA-256 of a part's bytes. */
export const PART_HASH_HEADER = "x-content-sha256";
/**
 * Instead of that: the lower-case hex SHA-256 of the update's bytes from its first one to this part's last. All parts before must
 * have arrived.
 */
export const PREFIX_HASH_HEADER = "x-prefix-sha256";
/** Request header with the lower-case hex SHA-256 of the whole update. */
export const UPDATE_HASH_HEADER = "x-update-sha256";

export const modelPath = (sha256: string): string => `/v1/models/${sha256}`;
export const updatePath = (taskId: string): string => `/v1/updates/${encodeURIComponent(taskId)}`;
export const partPath = (uploadPath: string, part: number): string => `${uploadPath}/parts/${part}`;

/** Answer of GET on an update. */
export const uploadStatusSchema = z.strictObject({
  partBytes: z.int().min(1),
  receivedParts: z.array(z.int().min(0)),
});
export type UploadStatus = z.infer<typeof uploadStatusSchema>;

/** Body of every HTTP error. */
export const transferErrorSchema = z.object({ code: z.string(), reason: z.string() });
export type TransferError = z.infer<typeof transferErrorSchema>;

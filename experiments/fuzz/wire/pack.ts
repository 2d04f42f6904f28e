// Socket packets as MessagePack without the checks of protocol/socket-parser.ts, and the deadline of every wait.

import { Packr } from "msgpackr";
import { messageOf } from "../../../foundation/errors.ts";

const codec = new Packr({ useRecords: false, encodeUndefinedAsNil: true });

/** Bytes of anything, of whatever size; what cannot be packed becomes the reason. */
export function packAnything(value: unknown): Buffer {
  try {
    return Buffer.from(codec.pack(value));
  } catch (thrown) {
    return Buffer.from(codec.pack(messageOf(thrown)));
  }
}

/** The value, or "hung" after so many seconds. */
export async function within<Value>(seconds: number, promise: Promise<Value>): Promise<Value | "hung"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"hung">((resolve) => {
    timer = setTimeout(() => resolve("hung"), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

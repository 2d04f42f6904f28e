// What a GPU says went wrong. WebGPU does not throw: a refused buffer or a lost device leaves zeros behind, which would train on in silence.

import { ProbSelectError } from "../../../foundation/errors.ts";

/** What is used of a GPUDevice. */
interface WatchedDevice extends EventTarget {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
}

let watched: WatchedDevice | undefined;
let failure: string | undefined;

/** Takes note of all that the device reports from now on. */
export function watchDevice(device: WatchedDevice): void {
  if (device === watched) return;
  watched = device;
  failure = undefined;
  device.addEventListener("uncapturederror", (event) => {
    const { message } = (event as Event & { readonly error: Error }).error;
    failure ??= message.split("\n")[0];
    event.preventDefault();
  });
  void device.lost.then(({ reason, message }) => {
    if (device === watched) failure ??= `the device was lost (${reason}): ${message.split("\n")[0]}`;
  });
}

/**
 * To be asked before anything that the GPU computed is believed.
 *
 * @throws {ProbSelectError} models.device-failed
 */
export function throwIfDeviceFailed(): void {
  if (failure === undefined) return;
  throw new ProbSelectError(
    "models.device-failed",
    `The GPU reported an error, so that what it computed cannot be trusted: ${failure}. Use a smaller batch or model, or another back-end.`,
  );
}

// Why a request on an upload is refused.

/** With the HTTP status that says so. */
export interface UploadRefusal {
  readonly kind: "refused";
  readonly httpStatus: number;
  readonly code: string;
  readonly reason: string;
}

export function refusal(httpStatus: number, code: string, reason: string): UploadRefusal {
  return { kind: "refused", httpStatus, code, reason };
}

export function unknownTask(taskId: string): UploadRefusal {
  return refusal(404, "server.unknown-task", `No update is expected for task "${taskId}". Its round may be over.`);
}

export function wrongToken(): UploadRefusal {
  const reason = "The bearer token is not that of this task. Use the one of the train message.";
  return refusal(401, "server.wrong-token", reason);
}

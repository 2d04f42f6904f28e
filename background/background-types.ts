// What the starter of a background and the background itself say to each other.

/** The module that does the work. */
export interface BackgroundEntry {
  /** The starter's `import.meta.url`. */
  readonly callerUrl: string;
  /** The module's address seen from there, without extension, e.g. "./training-worker". */
  readonly name: string;
  /** Plain data that the module gets when it opens its port. */
  readonly setup: unknown;
}

export interface BackgroundEvents<Reply> {
  readonly onReply: (reply: Reply) => void;
  /** It is gone and answers nothing more; `what` goes on from "The thread", e.g. "ended with exit code 7". Told once. */
  readonly onEnd: (what: string, cause?: unknown) => void;
}

export interface Background<Request> {
  /**
   * Requests are answered one after another.
   *
   * @param id by which it can be stopped.
   * @param transfer buffers that a thread takes over instead of copying; a process copies.
   */
  send(id: number, request: Request, transfer?: readonly ArrayBuffer[]): void;
  /** Asks for the end of a request, of one that has not begun as well. */
  stop(id: number): void;
  /** Ends it at once, in the middle of its work if need be; `onEnd` is told. */
  end(): Promise<void>;
}

/** To the background. */
export type Order =
  | { readonly kind: "setup"; readonly setup: unknown }
  | { readonly kind: "request"; readonly id: number; readonly request: unknown; readonly stopFlag?: SharedArrayBuffer }
  | { readonly kind: "stop"; readonly id: number };

/** From the background. */
export type Answer =
  | { readonly kind: "reply"; readonly reply: unknown }
  /** A request has had its last reply. */
  | { readonly kind: "done"; readonly id: number }
  /** Last words of a process that nobody's error handler could save. */
  | { readonly kind: "crash"; readonly message: string };

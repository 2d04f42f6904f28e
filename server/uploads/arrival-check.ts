// The check of one upload while its parts arrive. It follows parts that come in order, one at a time; what comes otherwise is read
// from disk when its turn comes, at the latest at the commit.

import type { TensorLayout } from "../../models/parameter-set.ts";
import { beginPrefixCheck, type PrefixCheck } from "./prefix-check.ts";

export interface CheckedUpload {
  /** Of the spool file. */
  readonly path: string;
  readonly byteLength: number;
  readonly layout: readonly TensorLayout[];
}

/** A part that is being written. */
export interface PartArrival {
  /** A check to show the part's bytes to; undefined if those before it were not all seen. */
  next(): PrefixCheck | undefined;
  /** The same after reading from disk what was not seen, all of which must be there. */
  catchUp(): Promise<PrefixCheck>;
  /** The part is written, or not; must be called. @param seen the check that saw all of it, if the part counts. */
  end(seen: PrefixCheck | undefined): void;
}

export class ArrivalCheck {
  readonly #upload: CheckedUpload;
  /** Of the bytes on disk from the first one on; undefined as long as none was seen. */
  #check: PrefixCheck | undefined;
  #writerCount = 0;
  /** Beginnings and ends of parts so far. */
  #turn = 0;

  constructor(upload: CheckedUpload) {
    this.#upload = upload;
  }

  /** @param start the offset of the part's first byte in the file. */
  begin(start: number): PartArrival {
    this.#writerCount++;
    this.#forgetFrom(start);
    const turn = ++this.#turn;
    return {
      next: () => (start === this.#checkedBytes ? this.#fork() : undefined),
      catchUp: async () => {
        const check = this.#fork();
        await check.readUpTo(this.#upload.path, start);
        return check;
      },
      end: (seen) => {
        this.#writerCount--;
        const isUndisturbed = turn === this.#turn++;
        // A second, slower writer of a part that counts already: it may have written other bytes.
        this.#forgetFrom(start);
        if (seen && isUndisturbed) this.#check = seen;
      },
    };
  }

  /** The check of what was seen, to be finished on the file; no part may come any more. */
  take(): PrefixCheck {
    if (this.#writerCount > 0) this.#check = undefined;
    const check = this.#fork();
    this.#check = undefined;
    return check;
  }

  get #checkedBytes(): number {
    return this.#check?.checkedBytes ?? 0;
  }

  #forgetFrom(start: number): void {
    if (start < this.#checkedBytes) this.#check = undefined;
  }

  #fork(): PrefixCheck {
    return this.#check?.fork() ?? beginPrefixCheck(this.#upload.byteLength, this.#upload.layout);
  }
}

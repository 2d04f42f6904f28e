// Admission of uploads: only so many tasks send parts at a time, each of them only a few, so that memory and open files are bounded by
// this number and not by the fleet, and no client can take all places.

/** Of one task: the next leaves before the answer to the one before, and its sender may have lost two connections in which this side still believes. */
const PARTS_OF_A_TASK = 4;

export class PartPlaces {
  readonly #maximum: number;
  /** Parts by task; each task has one place. */
  readonly #tasks = new Map<string, number>();

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  /** A part comes. @returns what says that it is over, harmless when called again; undefined if there is none. */
  enter(taskId: string): (() => void) | undefined {
    const ofTask = this.#tasks.get(taskId) ?? 0;
    if (ofTask === 0 ? this.#tasks.size >= this.#maximum : ofTask >= PARTS_OF_A_TASK) return undefined;
    this.#tasks.set(taskId, ofTask + 1);
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#leave(taskId);
    };
  }

  #leave(taskId: string): void {
    const left = (this.#tasks.get(taskId) ?? 1) - 1;
    if (left === 0) this.#tasks.delete(taskId);
    else this.#tasks.set(taskId, left);
  }
}

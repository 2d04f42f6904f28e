// When a training thread is to be replaced by a fresh one: no training is known to leave a tensor behind, but what a back-end or a driver
// keeps for itself would let a thread that trains for weeks grow without end. Pure.

/** What TensorFlow.js holds between two trainings (tf.memory()). */
export interface TensorMemory {
  readonly tensorCount: number;
  readonly byteCount: number;
}

export interface ThreadLimits {
  readonly mostTrainings: number;
  /** Bytes of tensors above those after the thread's first training. */
  readonly mostGrowthBytes: number;
}

/** A fresh thread costs a second or two; a hundred trainings share it. */
export const defaultThreadLimits: ThreadLimits = { mostTrainings: 100, mostGrowthBytes: 64 * 1024 * 1024 };

export class ThreadAge {
  readonly #limits: ThreadLimits;
  #trainings = 0;
  #first: TensorMemory | undefined;

  constructor(limits: ThreadLimits = defaultThreadLimits) {
    this.#limits = limits;
  }

  /**
   * Takes note of a training.
   *
   * @param memory after it.
   * @returns why the thread is to be replaced, or undefined if it may go on.
   */
  after(memory: TensorMemory): string | undefined {
    this.#first ??= memory;
    this.#trainings++;
    const growthBytes = memory.byteCount - this.#first.byteCount;
    if (growthBytes > this.#limits.mostGrowthBytes) {
      const megabytes = (growthBytes / 1e6).toFixed(0);
      return `its tensors had grown by ${megabytes} MB over ${this.#trainings} trainings (${this.#first.tensorCount} to ${memory.tensorCount} tensors)`;
    }
    if (this.#trainings < this.#limits.mostTrainings) return undefined;
    return `it had done ${this.#trainings} trainings`;
  }
}

// A network between agents and aggregator that can be cut and healed, while nothing on either side closes.

export interface Partition {
  /** From now on nothing gets through, in either direction, and nobody is told. */
  cut(): void;
  heal(): void;
  close(): Promise<void>;
}

/** Numbers, each once. A search digests them at each state, in an order that doesn't hang on which came first; they are sorted only where they have changed. */
export class NumberSet {
  readonly #members = new Set<number>();
  #sorted: readonly number[] | null = null;

  has(one: number): boolean {
    return this.#members.has(one);
  }

  add(one: number): void {
    this.#members.add(one);
    this.#sorted = null;
  }

  delete(one: number): void {
    this.#members.delete(one);
    this.#sorted = null;
  }

  /** In the order in which they came. */
  [Symbol.iterator](): IterableIterator<number> {
    return this.#members.values();
  }

  digest(add: (value: number) => void): void {
    this.#sorted ??= [...this.#members].sort((a, b) => a - b);
    for (const one of this.#sorted) add(one);
    add(-1);
  }
}

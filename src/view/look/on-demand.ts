/** What nobody sees at first is fetched when it is asked for: opening the page does not wait for it. */
export class OnDemand {
  /** Its elements are known, and can be shown. */
  isThere = false;
  #fetch: () => Promise<unknown>;
  #coming: Promise<boolean> | null = null;

  constructor(fetch: () => Promise<unknown>) {
    this.#fetch = fetch;
  }

  /** Fetches it once, however often it is asked for. Answers whether it has come: if not, the next time it is tried again. */
  fetch(): Promise<boolean> {
    this.#coming ??= this.#fetch().then(
      () => {
        this.isThere = true;
        return true;
      },
      () => {
        this.#coming = null;
        return false;
      },
    );
    return this.#coming;
  }

  /** Fetches it if it is not there, and calls back when it is. */
  want(onThere: () => void): void {
    if (!this.isThere) void this.fetch().then((isThere) => isThere && onThere());
  }
}

/** What all elements of the page have in common: they are updated in turns, so that no task is long. */
import { LitElement } from "lit";
import { turn } from "./turns.ts";

export class PageElement extends LitElement {
  protected override scheduleUpdate(): Promise<unknown> | undefined {
    const comes = turn();
    if (comes !== null) return comes.then(() => super.scheduleUpdate());
    super.scheduleUpdate();
    return undefined;
  }
}

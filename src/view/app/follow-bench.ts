/** Components that show what is open are updated whenever anything of it changes. */
import type { LitElement } from "lit";
import type { Workbench } from "./workbench.ts";

/** To be called once, by the component's constructor. */
export function followBench(element: LitElement & { readonly bench: Workbench }): void {
  let leave = () => {};
  element.addController({
    hostConnected: () => {
      leave = element.bench.on(() => element.requestUpdate());
    },
    hostDisconnected: () => leave(),
  });
}

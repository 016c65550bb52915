/** What records, their columns and frames say of themselves, and where fields have their defaults from, is for the reference alone: the page's code comes without. */
import type { Plugin } from "vite";

const SAID = /\bsays:\s*"(?:[^"\\]|\\.)*"/g;
const SOURCE = /^\s*source: "[^"]*",$/gm;

export function smallRecords(): Plugin {
  return {
    name: "fanout-records",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: { id: /\/src\/model\/(?:trace\/(?:records|frames)|.*\.part|balancer\/kinds\/.*)\.ts$/ },
      handler(code, id) {
        const isTrace = id.includes("/trace/");
        const left = isTrace ? code.replace(SAID, 'says: ""') : code.replace(SOURCE, "");
        if (isTrace && left === code)
          this.error("records are declared otherwise than expected: what they say would be in the page");
        return { code: left, map: null };
      },
    },
  };
}

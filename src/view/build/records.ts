/**
 * What records, their columns and frames say of themselves, where fields have their defaults from, and which causes and ends a part can
 * inflict, is for the reference alone; which values of a field are worth a try, for generated scenarios. The page's code comes without.
 */
import type { Plugin } from "vite";

const SAID = /\bsays:\s*"(?:[^"\\]|\\.)*",?/g;
const SOURCE = /^\s*source: "[^"]*",$/gm;
/** What exports call a column: there are none on the page. */
const PRINTED = /\bprinted:\s*(?:"[^"]*"|\[[^\]]*\]),?/g;
const INFLICTED = /^ {2}(?:causes|ends): \[[^\]]*\],$/gm;
const TRIED = /\btried: \[[^\]]*\],?/g;

export function smallRecords(): Plugin {
  return {
    name: "fanout-records",
    apply: "build",
    enforce: "pre",
    transform: {
      filter: {
        id: /\/src\/model\/(?:trace\/(?:records|frames)|.*\.part|balancer\/kinds\/.*|presence\/.*|backplane\/.*|gateway\/.*)\.ts$/,
      },
      handler(code, id) {
        const isTrace = id.includes("/trace/");
        const left = isTrace
          ? code.replace(SAID, "").replace(PRINTED, "")
          : code.replace(SOURCE, "").replace(TRIED, "").replace(INFLICTED, "");
        if (isTrace && left === code)
          this.error("records are declared otherwise than expected: what they say would be in the page");
        return { code: left, map: null };
      },
    },
  };
}

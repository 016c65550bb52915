/** A machine uses something that the compiler does not support, or that is missing: never a silent difference. */
export class UnsupportedFeature extends Error {
  /** Id of the machine. */
  readonly machine: string;
  /** Path of the state in the machine ("open.polling"), "" for the root. */
  readonly state: string;
  /** What was found. */
  readonly feature: string;
  /** What to write instead. */
  readonly instead: string;

  constructor(machine: string, state: string, feature: string, instead: string) {
    const where = state === "" ? "the root" : `state "${state}"`;
    super(`machine "${machine}", ${where}: ${feature} is not supported; ${instead}`);
    this.name = "UnsupportedFeature";
    this.machine = machine;
    this.state = state;
    this.feature = feature;
    this.instead = instead;
  }
}

/** In the built page: XState's interpreter, which is not there. Stands for `statechart/reference.ts`. */
export class ReferenceRunner {
  constructor() {
    throw new Error("The page has no interpreter of XState's.");
  }
}

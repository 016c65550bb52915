/**
 * Reading JSON text strictly, with errors that a person can act on: line and column, what stands there, and what should.
 * `JSON.parse` differs between engines in what it says, and takes the last of two fields with the same name in silence.
 */

interface JsonProblem {
  /** Path of the field, if the problem is a field rather than the syntax. */
  readonly path: string;
  readonly message: string;
}

export type JsonResult = { readonly value: unknown } | { readonly problem: JsonProblem };

/** Reads a document nested at most `maxDepth` levels deep. Never throws. */
export function readJson(text: string, maxDepth: number): JsonResult {
  const problem = new Scanner(text, maxDepth).scan();
  return problem === null ? { value: JSON.parse(text) } : { problem };
}

class Failure extends Error {
  readonly problem: JsonProblem;
  constructor(problem: JsonProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in texts
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const QUOTED = /"[^"\\\n\p{Cc}]{0,30}"/uy;
/** What stands in a place where it should not, as far as it makes sense to show it. */
const WORD = /[^\s,:[\]{}"]{1,20}/y;

/** Walks through the text once; keeps the path that it is at. */
class Scanner {
  readonly #text: string;
  readonly #maxDepth: number;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  scan(): JsonProblem | null {
    try {
      this.#blank();
      if (this.#at === this.#text.length)
        return { path: "", message: "the file is empty; a scenario is one JSON object { … }" };
      this.#value();
      this.#blank();
      if (this.#at < this.#text.length)
        this.#fail(
          `found ${this.#here()} after the end of the document; allowed: one JSON object and nothing else`,
        );
      return null;
    } catch (error) {
      if (error instanceof Failure) return error.problem;
      throw error;
    }
  }

  #value(): void {
    const next = this.#text[this.#at];
    if (next === "{") return this.#object();
    if (next === "[") return this.#list();
    if (next === '"') return void this.#string();
    if (this.#match(LITERAL) !== null) return;
    const start = this.#at;
    const number = this.#match(NUMBER);
    const rest = this.#peek(WORD);
    if (number !== null && rest === "") return;
    this.#at = start;
    this.#fail(this.#wrongValue());
  }

  #wrongValue(): string {
    const found = this.#here();
    const word = this.#peek(WORD);
    if (this.#path.length === 0) return `found ${found}; a scenario is one JSON object { … }`;
    if (word.startsWith("'")) return `found ${found}; text is quoted with ", not with '`;
    if (word.startsWith("/")) return `found ${found}; comments are not allowed in JSON`;
    if (/^[+-]?(NaN|Infinity)/i.test(word)) return `found ${found}; allowed: numbers as 1, 0.5 or 2e3`;
    if (/^[+-.]?\d/.test(word)) return `found ${found}; numbers are written as 1, 0.5 or 2e3`;
    if (/^(undefined|None|nil)$/.test(word)) return `found ${found}; leave the field out`;
    if (/^(True|False|TRUE|FALSE|yes|no|on|off)$/.test(word)) return `found ${found}; allowed: true, false`;
    if (/^[A-Za-z]/.test(word)) return `found ${found}; text is quoted: ${JSON.stringify(word)}`;
    return `found ${found}; expected a value`;
  }

  #object(): void {
    this.#deeper();
    this.#at++;
    this.#blank();
    if (this.#take("}")) return void this.#path.pop();
    const names = new Set<string>();
    for (;;) {
      if (this.#text[this.#at] !== '"') this.#fail(this.#wrongName());
      const start = this.#at;
      const name = this.#string();
      this.#path[this.#path.length - 1] = name;
      if (names.has(name)) {
        throw new Failure({
          path: this.#path.join("."),
          message: `is given twice, again at ${this.#place(start)}; keep one of the two`,
        });
      }
      names.add(name);
      this.#blank();
      if (!this.#take(":")) this.#fail(`found ${this.#here()} after the field ${show(name)}; expected ":"`);
      this.#blank();
      this.#value();
      if (this.#next("}", "field")) return void this.#path.pop();
    }
  }

  #wrongName(): string {
    const found = this.#here();
    const word = this.#peek(WORD);
    if (word.startsWith("'")) return `found ${found}; names of fields are quoted with ", not with '`;
    if (word.startsWith("/")) return `found ${found}; comments are not allowed in JSON`;
    if (/^[A-Za-z_$]/.test(word))
      return `found ${found}; names of fields are quoted: ${JSON.stringify(word)}`;
    return `found ${found}; expected the name of a field, in quotes`;
  }

  #list(): void {
    this.#deeper();
    this.#at++;
    this.#blank();
    if (this.#take("]")) return void this.#path.pop();
    for (let i = 0; ; i++) {
      this.#path[this.#path.length - 1] = i;
      this.#value();
      if (this.#next("]", "entry")) return void this.#path.pop();
    }
  }

  /** After a field or an entry: true at the end, false if another follows. */
  #next(close: string, what: string): boolean {
    this.#blank();
    if (this.#take(close)) return true;
    const comma = this.#at;
    if (!this.#take(",")) {
      const begins = /["{[\w-]/.test(this.#text[this.#at] ?? "");
      this.#fail(
        begins
          ? `found ${this.#here()}; a comma is missing before it`
          : `found ${this.#here()}; expected "," or "${close}"`,
      );
    }
    this.#blank();
    const next = this.#text[this.#at];
    if (next === "}" || next === "]") {
      this.#at = comma;
      this.#fail(`found a comma after the last ${what}; remove it`);
    }
    return false;
  }

  #deeper(): void {
    if (this.#path.length >= this.#maxDepth) {
      throw new Failure({
        path: "",
        message: `nested deeper than ${this.#maxDepth} levels at ${this.#place(this.#at)}; a scenario needs eight`,
      });
    }
    this.#path.push("");
  }

  /** Reads a text in quotes and returns what it means. */
  #string(): string {
    const start = this.#at++;
    for (;;) {
      this.#match(PLAIN);
      const next = this.#text[this.#at];
      if (next === '"') break;
      if (next === undefined || next === "\n" || next === "\r") {
        this.#at = start;
        this.#fail(`the text that begins here is not closed with " on its line`);
      }
      if (next !== "\\")
        this.#fail(
          `found the control character ${show(next)} in a text; write it as ${show(next).slice(1, -1)}`,
        );
      if (this.#match(ESCAPE) === null) {
        this.#fail(
          `found ${show(this.#text.slice(this.#at, this.#at + 2))} in a text; a backslash is written as \\\\`,
        );
      }
    }
    this.#at++;
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  #blank(): void {
    this.#match(BLANK);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | null {
    const found = this.#peek(pattern);
    this.#at += found.length;
    return found === "" ? null : found;
  }

  #peek(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0] ?? "";
  }

  /** What stands at the current place, in quotes. */
  #here(): string {
    const character = this.#text[this.#at];
    if (character === undefined) return "the end of the file";
    if (character === '"') return this.#peek(QUOTED) || show(character);
    return show(this.#peek(WORD) || character);
  }

  #place(at: number): string {
    const before = this.#text.slice(0, at).split(/\r\n|[\n\r]/);
    return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  }

  #fail(message: string): never {
    throw new Failure({ path: "", message: `this is not JSON: ${this.#place(this.#at)}: ${message}` });
  }
}

function show(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}

import type { Settings } from "../world/settings.ts";

/** Who belongs to which room: fixed for a run. Members of a room are consecutive in `member`. */
export class Rooms {
  /** Where a room's members begin; one entry more than there are rooms. */
  readonly firstMember: Int32Array;
  /** Clients by room. */
  readonly member: Int32Array;
  readonly #rank: Int32Array;

  constructor(settings: Settings) {
    this.firstMember = new Int32Array(settings.rooms + 1);
    this.member = new Int32Array(settings.clients.length);
    this.#rank = new Int32Array(settings.clients.length);
    for (const { room } of settings.clients) this.firstMember[room + 1]!++;
    for (let room = 0; room < settings.rooms; room++) this.firstMember[room + 1]! += this.firstMember[room]!;
    const taken = new Int32Array(settings.rooms);
    settings.clients.forEach(({ room }, client) => {
      this.#rank[client] = taken[room]!;
      this.member[this.firstMember[room]! + taken[room]!++] = client;
    });
  }

  /** How many members a room has. */
  size(room: number): number {
    return this.firstMember[room + 1]! - this.firstMember[room]!;
  }

  /** A client's place among the members of its room. */
  rankOf(client: number): number {
    return this.#rank[client]!;
  }
}

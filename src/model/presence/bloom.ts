import type { NumberField } from "../world/field.ts";
import type { World } from "../world/world.ts";
import { changed, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { STORED } from "./fields.ts";
import { bitsOf } from "./filter.ts";

const bits: NumberField = {
  kind: "count",
  initial: 1024,
  min: 8,
  max: 16_777_216,
  says: "How many bits the filter has",
  source: "FACTS §6",
  tried: [8, 16],
};

const hashes: NumberField = {
  kind: "count",
  initial: 7,
  min: 1,
  max: 30,
  says: "How many of them a user sets at most",
  source: "FACTS §6",
  tried: [2],
};

function bitsOfUser({ settings }: World, user: number): number[] {
  const { own } = settings.presence;
  return bitsOf(user, own.bits as number, own.hashes as number);
}

/** No bit is set. */
function empty(world: World): void {
  const { users, filter } = world;
  filter.clear();
  filter.addMany(world.settings.presence.own.bits as number);
  for (let user = 0; user < users.rows; user++) {
    users.bitsLeft[user] = bitsOfUser(world, user).length;
    users.entries[user] = 0;
  }
}

/** A Bloom filter of users: each that connects sets its bits, and nothing is ever cleared. Observers ask for each user. FACTS §6. */
export const bloom = {
  says: "a Bloom filter of users, which can't forget anybody",
  fields: { ...STORED, bits, hashes },
  isRefreshed: false,
  begin: (world: World) => {
    empty(world);
    for (let user = 0; user < world.users.rows; user++)
      for (const bit of bitsOfUser(world, user)) world.filter.note(bit, user);
  },
  add: (world: World, session: number) => {
    const { users, filter } = world;
    for (const bit of bitsOfUser(world, userOf(world, session))) {
      if (filter.isSet[bit] === 1) continue;
      filter.isSet[bit] = 1;
      for (const user of filter.usersOf(bit)) {
        if (--users.bitsLeft[user]! > 0) continue;
        users.entries[user] = 1;
        changed(world, user);
      }
    }
  },
  remove: null,
  forget: empty,
} satisfies PresenceStore;

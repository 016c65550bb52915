import type { World } from "../world/world.ts";
import { BLOOM } from "./bloom.part.ts";
import { changed, userOf } from "./entries.ts";
import type { PresenceStore } from "./family.ts";
import { bitsOf } from "./filter.ts";

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
  ...BLOOM,
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

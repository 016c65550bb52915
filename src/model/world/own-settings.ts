/**
 * What the fields of a part are set to. The settings have them by name and do not know whose they are; a part reads
 * its own by its declaration, which says what type each has.
 */
import type { Fields, SettingsOf } from "./field.ts";
import type { World } from "./world.ts";

type WithFields = { readonly fields: Fields };
type Own<P extends WithFields> = SettingsOf<P["fields"]["of"]>;

/** For a part whose fields are those of all servers. */
export function ofServers<P extends WithFields>({ settings }: World, _part: P): Own<P> {
  return settings.server as Own<P>;
}

/** For a part whose fields are a client group's. */
export function ofClient<P extends WithFields>(
  { settings, clients }: World,
  _part: P,
  client: number,
): Own<P> {
  return settings.groups[clients.group[client]]! as Own<P>;
}

/** For a part whose fields are the notification service's, where there is one. */
export function ofGateway<P extends WithFields>({ settings }: World, _part: P): Own<P> {
  return settings.gateway!.own as Own<P>;
}

/** For a part whose fields are a balancer's. */
export function ofBalancer<P extends WithFields>({ settings }: World, _part: P, balancer: number): Own<P> {
  return settings.balancers[balancer]!.own as Own<P>;
}

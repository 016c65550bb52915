/** What outcomes of a recovery are called, in exports and lessons. */
export const RECOVERY_NAMES: readonly string[] = [
  "recovered",
  "not supported",
  "no offset",
  "other server",
  "restarted",
  "not saved",
  "too late",
  "offset gone",
  "epoch changed",
  "beyond history",
];

/** What people are told of a client, after «is not taken back: », by the outcome of its recovery. */
export const RECOVERY_WORDS: readonly string[] = [
  "",
  "its adapter keeps no sessions",
  "the client has got no message yet, and so has no offset",
  "its session is in another server's memory",
  "the process that had its session is dead",
  "it has not noticed yet that the client was gone, and has saved nothing",
  "the client was away for too long",
  "the latest message that the client got is kept no longer",
  "the history in which its position was is lost",
  "some of what came after its position is in the history no longer",
];

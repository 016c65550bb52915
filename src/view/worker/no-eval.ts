/**
 * The page's policy forbids eval, which the schema library would try for speed. It must be imported before
 * anything that makes a schema.
 */
import { config } from "zod";

config({ jitless: true });

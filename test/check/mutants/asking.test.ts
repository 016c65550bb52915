import { huntIn } from "./hunt.ts";

huntIn("asking");

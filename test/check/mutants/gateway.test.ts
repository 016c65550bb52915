import { huntIn } from "./hunt.ts";

huntIn("gateway");

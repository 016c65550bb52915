import { huntIn } from "./hunt.ts";

huntIn("network");

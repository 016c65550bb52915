import { huntIn } from "./hunt.ts";

huntIn("presence");

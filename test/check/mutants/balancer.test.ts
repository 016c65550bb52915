import { huntIn } from "./hunt.ts";

huntIn("balancer");

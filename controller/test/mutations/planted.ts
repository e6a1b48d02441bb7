import { certificatesBugs } from "./planted/certificates.ts";
import { gatewayBugs } from "./planted/gateway.ts";
import { migrationBugs } from "./planted/migration.ts";
import { httpsBugs } from "./planted/https.ts";
import { ordersBugs } from "./planted/orders.ts";
import { operationsBugs } from "./planted/operations.ts";
import { redemptionBugs } from "./planted/redemption.ts";
import { redirectsBugs } from "./planted/redirects.ts";
import { registerBugs } from "./planted/register.ts";
import { renamesBugs } from "./planted/renames.ts";
import { transfersBugs } from "./planted/transfers.ts";
import { workBugs } from "./planted/work.ts";
import type { PlantedBug } from "./planted/bug.ts";

/** The bugs that are planted one by one by run.ts. */
export const plantedBugs: readonly PlantedBug[] = [
  ...registerBugs,
  ...redemptionBugs,
  ...workBugs,
  ...gatewayBugs,
  ...certificatesBugs,
  ...httpsBugs,
  ...ordersBugs,
  ...redirectsBugs,
  ...renamesBugs,
  ...migrationBugs,
  ...operationsBugs,
  ...transfersBugs,
];

import { certificateRequestWork } from "./certificate-request.ts";
import { claimWork } from "./claim.ts";
import { handshakeWork } from "./handshake.ts";
import { hostWork } from "./host.ts";
import { ingressWork } from "./ingress.ts";
import { kongResyncWork } from "./kong-resync.ts";
import { kongCertificateWork, kongServiceWork } from "./kong-unneeded.ts";
import { orderWork } from "./order.ts";
import { releasedWork } from "./released.ts";
import { secretWork } from "./secret.ts";
import type { Work } from "./work-row.ts";

/** All kinds of work. A new kind is a file, and a row here. */
export const work = {
  claim: claimWork,
  handshake: handshakeWork,
  host: hostWork,
  ingress: ingressWork,
  order: orderWork,
  request: certificateRequestWork,
  released: releasedWork,
  secret: secretWork,
  service: kongServiceWork,
  certificate: kongCertificateWork,
  resync: kongResyncWork,
} as const satisfies Readonly<Record<string, Work>>;

/** The name of a kind of work: of its queue, too. */
export type WorkKind = keyof typeof work;

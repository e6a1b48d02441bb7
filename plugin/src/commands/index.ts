import { Accept } from "./accept.ts";
import { Adopt } from "./adopt.ts";
import { Certificates } from "./certificates.ts";
import { Claim } from "./claim.ts";
import { Completion } from "./completion.ts";
import { Doctor } from "./doctor.ts";
import { Explain } from "./explain.ts";
import { Export } from "./export.ts";
import { List } from "./list.ts";
import { Redirect } from "./redirect.ts";
import { Rename } from "./rename.ts";
import { Release } from "./release.ts";
import { Share } from "./share.ts";
import { Transfer } from "./transfer.ts";
import { Tree } from "./tree.ts";
import { Unshare } from "./unshare.ts";
import { Version } from "./version.ts";
import { Whois } from "./whois.ts";

/** Every command by its name, as oclif's `explicit` strategy reads them. */
export const commands = {
  claim: Claim,
  share: Share,
  unshare: Unshare,
  redirect: Redirect,
  rename: Rename,
  transfer: Transfer,
  accept: Accept,
  list: List,
  tree: Tree,
  explain: Explain,
  whois: Whois,
  certificates: Certificates,
  release: Release,
  doctor: Doctor,
  export: Export,
  adopt: Adopt,
  completion: Completion,
  version: Version,
} as const;

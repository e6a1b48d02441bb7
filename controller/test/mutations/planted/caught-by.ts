import type { CaughtBy } from "./bug.ts";

/** A random history that breaks an invariant. */
export const histories: CaughtBy = {
  file: "controller/test/model/histories.test.ts",
  test: "no random history breaks an invariant",
};
/** A random history that breaks this invariant. */
export const historiesBy = (invariant: string): CaughtBy => ({ ...histories, says: `${invariant}: ` });

/** A test of a whole pass. */
export const pass = (theme: string, test: string): CaughtBy => ({
  file: `controller/test/pass/${theme}.test.ts`,
  test,
});
/** A test of what is planned. */
export const plan = (theme: string, test: string): CaughtBy => ({
  file: `controller/test/plan/${theme}.test.ts`,
  test,
});
/** A test of what is read. */
export const translate = (theme: string, test: string): CaughtBy => ({
  file: `controller/test/translate/${theme}.test.ts`,
  test,
});
/** A test of what a claim is told. */
export const claims = (test: string): CaughtBy => ({ file: "controller/test/decide/claim.test.ts", test });

/** A test of what is kept for its last holder. */
export const redemption = (test: string): CaughtBy => ({
  file: "controller/test/decide/redemption.test.ts",
  test,
});

/** A test of where redirects lead. */
export const redirects = (test: string): CaughtBy => ({ file: "controller/test/decide/redirect.test.ts", test });
/** A test of who takes a host over. */
export const transfers = (test: string): CaughtBy => ({ file: "controller/test/decide/transfer.test.ts", test });
/** A test of what is ordered. */
export const orders = (test: string): CaughtBy => ({
  file: "controller/test/decide/certificates/group.test.ts",
  test,
});
/** A test of what a name may take of cert-manager's queue. */
export const evidence = (test: string): CaughtBy => ({
  file: "controller/test/decide/certificates/evidence.test.ts",
  test,
});

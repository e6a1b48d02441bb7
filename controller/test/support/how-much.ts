/** How many random histories are played: HISTORIES says it, and `make check` has few. */
export const histories = Number(process.env["HISTORIES"] ?? 3000);

/** Whether all is tried that a test has, as in `make test` and `make mutations`; a part of it does in `make check`. */
export const triesAll = histories >= 1000;

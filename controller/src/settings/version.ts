/** The version of the controller: that of its package.json. */
export const version = "0.1.0";

/** lode's version, as in package.json (a test holds them together). It stands in reports, models and recipes. */
export const VERSION = '0.1.0'

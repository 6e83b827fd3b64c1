import { en } from 'zod/locales';

/** Given to `safeParse` where people see its messages; without it, each of them is "Invalid input". */
export const inWords = { error: /* @__PURE__ */ en().localeError };

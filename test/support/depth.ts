/** How many times the usual effort goes into what is generated or searched: 1 in `npm test`, more in `npm run test:deep`. */
export const DEPTH = Number(process.env.DEPTH ?? 1);

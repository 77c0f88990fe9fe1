// Runs a canary's handler once, as Amazon's runtime does, and says how that ended.
import { pathToFileURL } from 'node:url';
import { report } from '@aws/synthetics-playwright';

const { handler } = await import(pathToFileURL(process.argv[2]).href);
const ended = await handler().then(() => ({ passed: true }), (error) => ({ passed: false, error: String(error.message) }));
console.log(JSON.stringify({ ...ended, ...report() }));

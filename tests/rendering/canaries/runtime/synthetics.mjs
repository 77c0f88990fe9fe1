// Stands for Amazon's library of the Playwright runtime, with the functions that its guide documents: launch, newPage, executeStep, close.
// The browser and Playwright are real ones. As the runtime does, a failed step ends the run, unless CONTINUES says otherwise.
import { createRequire } from 'node:module';

const playwright = () => createRequire(import.meta.url)(process.env.PLAYWRIGHT);
const flags = ['--no-sandbox', '--no-zygote', '--single-process', '--disable-gpu', "--headless='shell'"];
const steps = [];
let browser;
let pictures = 0;

export const synthetics = {
  async launch() {
    const env = { ...process.env, LD_LIBRARY_PATH: process.env.BROWSER_LIBRARIES };
    browser = await playwright().chromium.launch({ executablePath: process.env.BROWSER, args: flags, env });
    return browser;
  },
  async newPage(within) {
    return within.newPage();
  },
  async executeStep(name, work, _configuration, page) {
    try {
      const found = await work();
      steps.push({ name, passed: true });
      return found;
    } catch (error) {
      steps.push({ name, passed: false, error: String(error.message) });
      if (page) pictures += (await page.screenshot()).length > 0 ? 1 : 0;
      if (!process.env.CONTINUES) throw error;
      return undefined;
    }
  },
  async close() {
    await browser?.close();
    browser = undefined;
  },
};

export const report = () => ({ steps, pictures, closed: browser === undefined });

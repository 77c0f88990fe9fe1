// One canary's run: does the steps that journey.json lists, in order, and fails with the first one that fails.
// Amazon's runtime calls `handler`, brings the library below and a browser, and makes metrics of each step and of the whole run.
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { synthetics } from '@aws/synthetics-playwright';

const REQUEST_WAIT = 60_000;
const SELECTOR = /^[#.[]/; // what else is expected on a page is a text

export const handler = async () => {
  const journey = JSON.parse(await readFile(new URL('./journey.json', import.meta.url), 'utf8'));
  const run = new Run(await secrets(journey.secrets));
  await run[journey.kind](journey);
};

// What this run may know and may not tell: values by name, which stand for `{{ name }}` in steps.
class Run {
  constructor(known) {
    this.known = known;
    this.hidden = Object.values(known);
    this.page = undefined;
  }

  async check(journey) {
    await this.step('check', () => (journey.url.startsWith('tcp:') ? reach(journey) : this.ask(journey)));
  }

  async ask({ url, timeout, expect_status, expect_body }) {
    const answer = await request('GET', url, {}, undefined, timeout);
    if (!expect_status.includes(answer.status)) throw new Error(`answered ${answer.status}, expected ${expect_status.join(' or ')}`);
    if (answer.ms > timeout) throw new Error(`took ${answer.ms} ms, expected less than ${timeout} ms`);
    if (expect_body && !new RegExp(expect_body, 's').test(answer.body)) throw new Error(`the body does not match ${expect_body}`);
  }

  async api(journey) {
    let answer;
    for (const [number, step] of journey.steps.entries()) {
      await this.step(title(number, step), async () => {
        if (step.do === 'request') answer = await this.send(step);
        else if (step.do === 'save') this.save(step, answer);
        else this.judge(step, answer);
      });
    }
  }

  async send({ target, headers, body }) {
    const [url, method = 'GET'] = target.split(' ').reverse();
    const filled = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, this.fill(value)]));
    return request(method, this.fill(url), filled, body && this.fill(body), REQUEST_WAIT);
  }

  save({ target, value }, answer) {
    const found = at(answer.body, value);
    if (typeof found !== 'string' && typeof found !== 'number') throw new Error(`the answer has nothing at ${value}`);
    this.known[target] = String(found);
    this.hidden.push(String(found));
  }

  judge({ target, value }, answer) {
    const wanted = this.fill(value);
    if (target === 'status' && answer.status !== Number(wanted)) throw new Error(`answered ${answer.status}, expected ${wanted}`);
    if (target === 'latency' && answer.ms > Number(wanted)) throw new Error(`took ${answer.ms} ms, expected less than ${wanted} ms`);
    if (target === 'body' && !answer.body.includes(wanted)) throw new Error(`the body lacks ${value}`);
  }

  async browser(journey) {
    try {
      const browser = await synthetics.launch();
      this.page = await synthetics.newPage(await browser.newContext());
      this.page.setDefaultTimeout(journey.wait);
      for (const [number, step] of journey.steps.entries()) await this.step(title(number, step), () => this.act(step));
    } finally {
      await synthetics.close();
    }
  }

  async act(step) {
    const target = this.fill(step.target);
    switch (step.do) {
      case 'open': {
        const answer = await this.page.goto(target, { waitUntil: 'load' });
        if (answer && answer.status() >= 400) throw new Error(`answered ${answer.status()}`);
        return;
      }
      case 'click':
        return this.page.click(target);
      case 'type':
        return this.page.fill(target, this.fill(step.value));
      default: {
        const sought = SELECTOR.test(target) ? this.page.locator(target) : this.page.getByText(target);
        return sought.first().waitFor({ state: 'visible' });
      }
    }
  }

  fill(text) {
    return text.replace(/\{\{ *([^{} ]+) *\}\}/g, (_, name) => {
      if (!(name in this.known)) throw new Error(`{{ ${name} }} is not known`);
      return this.known[name];
    });
  }

  // A library that goes on after a failed step, or tells its error as it is, changes nothing: we end here, and say no secret.
  async step(name, work) {
    let failure;
    const told = async () => {
      try {
        await work();
      } catch (error) {
        failure = new Error(`${name}: ${this.mask(String(error?.message ?? error))}`);
        throw failure;
      }
    };
    try {
      await synthetics.executeStep(name, told, {}, this.page);
    } catch (error) {
      throw failure ?? error;
    }
    if (failure) throw failure;
  }

  mask(text) {
    const longest = this.hidden.filter(Boolean).sort((one, other) => other.length - one.length);
    return longest.reduce((masked, value) => masked.replaceAll(value, '***'), text);
  }
}

// A step's name as metrics have it: letters, digits, dashes; its number makes it unique.
function title(number, step) {
  const words = step.target.replace(/^.*https?:\/\//, '').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return `${number + 1}-${step.do}-${words}`.slice(0, 60);
}

async function request(method, url, headers, body, wait) {
  const began = performance.now();
  const answer = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(wait) }).catch((error) => {
    throw new Error(`no answer: ${error.cause?.code ?? error.cause?.message ?? error.message}`);
  });
  const text = await answer.text();
  return { status: answer.status, body: text, ms: Math.round(performance.now() - began) };
}

function reach({ url, timeout }) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), timeout });
    const end = (settle, value) => (socket.destroy(), settle(value));
    socket.once('connect', () => end(resolve));
    socket.once('timeout', () => end(reject, new Error(`no connection within ${timeout} ms`)));
    socket.once('error', (error) => end(reject, new Error(`no connection: ${error.code ?? error.message}`)));
  });
}

// `$.a.b[0]` in a JSON text; undefined where there is no such thing.
function at(text, path) {
  const steps = path.replace(/^\$\.?/, '').split(/[.[\]]+/).filter(Boolean);
  try {
    return steps.reduce((value, step) => value?.[step], JSON.parse(text));
  } catch {
    throw new Error('the answer is no JSON');
  }
}

// The journey's secrets by name, out of the application's entry in Secrets Manager.
async function secrets(names) {
  if (!names.length) return {};
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const entry = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: process.env.SECRET_ID }));
  const values = JSON.parse(entry.SecretString);
  const missing = names.filter((name) => !values[name]);
  if (missing.length) throw new Error(`the entry in Secrets Manager lacks ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

// Tests the development pages in Chromium: mailbox, accounts and API docs, with long lists, on a phone, in dark mode and with forced
// colors. axe-core checks each page, and the Nu validator its HTML.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const { API, MAIL, CHROMIUM } = process.env;
const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const VNU = require.resolve('vnu-jar/build/dist/vnu.jar');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const LINK = `${API}/spaces/invites/000000000000000000000001/join`;
const SHOTS = 'screenshots';
const HTML = 'development-html';
const LOOKS = {
  390: { viewport: { width: 390, height: 844 } },
  256: { viewport: { width: 256, height: 600 } },
  'desktop-dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  forced: { viewport: { width: 1280, height: 900 }, forcedColors: 'active', reducedMotion: 'reduce' },
};
mkdirSync(SHOTS, { recursive: true });
rmSync(HTML, { recursive: true, force: true });
mkdirSync(HTML);

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
let checked = 0;

// Opens a browser context. `end` fails if the console has messages or if a page has sent requests to other servers.
async function visitor(options = {}) {
  const context = await browser.newContext({ locale: 'en-US', ...LOOKS[390], ...options });
  const faults = [];
  context.on('console', (message) => faults.push(message.text()));
  context.on('weberror', (error) => faults.push(String(error.error())));
  context.on('request', (request) => {
    const url = request.url();
    if (![API, MAIL, 'data:'].some((own) => url.startsWith(own))) faults.push(`request to ${url}`);
  });
  const end = async () => {
    assert.deepEqual(faults, []);
    await context.close();
  };
  return { context, page: await context.newPage(), end };
}

// Takes screenshots of the page in every look, and checks that it is accessible and does not scroll sideways.
async function look(name, path) {
  writeFileSync(`${HTML}/${name}.html`, await (await fetch(MAIL + path)).text());
  for (const [kind, options] of Object.entries(LOOKS)) {
    // The page's Content-Security-Policy would block axe-core.
    const context = await browser.newContext({ ...options, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(MAIL + path);
    await page.screenshot({ path: `${SHOTS}/${name}-${kind}.png` });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} scrolls sideways (${kind})`);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
    const faults = violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html).join(' ')}`);
    assert.deepEqual(faults, [], `${name} (${kind})`);
    await context.close();
    checked += 1;
  }
}

async function send(to, title, from = 'Rosa Klein') {
  const text = (data) => ({ Data: data });
  const body = {
    FromEmailAddress: `${from} via Spaces <invitations@example.com>`,
    Destination: { ToAddresses: [to] },
    Content: { Simple: { Subject: text(`${from} invited you to ${title}`), Body: { Text: text('text'), Html: text('<p>A long word: <b>Donaudampfschifffahrt</b></p>') } } },
    EmailTags: [{ Name: 'space', Value: '5a0000000000000000000001' }],
  };
  const response = await fetch(`${MAIL}/v2/email/outbound-emails`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()).MessageId;
}

async function step(name, run) {
  await run();
  console.log(`  ${name}`);
}

console.log('browser, development:');

await step('a request from the API docs puts the first mail into an empty mailbox', async () => {
  await look('mailbox-empty', '/');
  const { page, end } = await visitor();
  await page.goto(MAIL);
  await page.getByRole('link', { name: 'Create a space' }).click();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('#status', { hasText: /^200 / }).waitFor();
  assert.ok((await page.locator('#answer').innerText()).includes('topicId'));
  await page.getByRole('link', { name: 'Mailbox' }).click();
  // The list updates by itself.
  await page.locator('.mails li').first().waitFor();
  await end();
});

await step('one mail among many is found with the keyboard alone, and shown in every view', async () => {
  for (let number = 1; number < 120; number += 1) await send(`person${number}@example.org`, 'Quarterly planning');
  await send('ana@example.com', 'Onboarding of all new colleagues from Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch', 'Alice Archer');
  const bounced = await send('bounce@simulator.test', 'رحلة');
  const { page, end } = await visitor({ javaScriptEnabled: false });
  await page.goto(MAIL);
  assert.ok((await page.locator('#summary').innerText()).startsWith('1–50 of 12'));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  // The focus is after the link that skips to the content: the first two of the three fields come next.
  for (const text of ['ana@', 'alice']) {
    await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.waitForURL('**/?to=ana%40&from=alice&space=');
  assert.ok((await page.locator('#summary').innerText()).startsWith('1 mail found'));
  await page.getByRole('link', { name: /^Alice Archer invited/ }).click();
  assert.ok(await page.frameLocator('iframe').getByText('Donaudampfschifffahrt').isVisible());
  await page.getByRole('link', { name: 'Headers' }).click();
  assert.ok((await page.locator('pre').innerText()).includes('Subject:'));
  await page.getByRole('link', { name: 'All results' }).click();
  assert.ok((await page.locator('#summary').innerText()).startsWith('1 mail found'));
  await end();
  await look('mailbox', '/');
  await look('mailbox-found', '/?to=person&page=2');
  await look('mailbox-nothing', '/?space=nothing');
  await look('message', `/messages/${bounced}`);
  for (const view of ['text', 'source', 'events']) await look(`message-${view}`, `/messages/${bounced}?view=${view}`);
});

await step('mail that arrives while the list is open appears in it, and the focus stays', async () => {
  const { page, end } = await visitor();
  await page.goto(MAIL);
  const link = page.locator('.mails a').first();
  const before = await link.getAttribute('href');
  await link.focus();
  await send('late@example.org', 'The late one');
  await page.getByRole('link', { name: /The late one$/ }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), before);
  await end();
});

await step('the accounts page names the invitation, and a new account can be created for it', async () => {
  const path = `/accounts?next=${encodeURIComponent(LINK)}`;
  await look('accounts', '/accounts');
  await look('accounts-link', path);
  const { page, end } = await visitor({ javaScriptEnabled: false });
  await page.goto(MAIL + path);
  assert.ok((await page.locator('main').innerText()).includes('Alice Archer invites you to Sample space'));
  for (const button of await page.locator('main button').all()) assert.ok((await button.boundingBox()).height >= 44);
  await page.getByLabel('Name').fill('Zoë Zimmer');
  await page.getByLabel('Email address').fill('zoe@example.net');
  await page.getByRole('button', { name: 'Sign up' }).click();
  await page.waitForURL(LINK);
  assert.ok((await page.locator('main').innerText()).includes('Zoë Zimmer'));
  await page.goto(`${MAIL}/accounts`);
  assert.ok((await page.locator('main').innerText()).includes('signed in as Zoë Zimmer'));
  await end();
});

await step('the API docs are readable without JavaScript and send requests with it', async () => {
  for (const [name, path] of [['api', ''], ['api-create', '/createSpaceInvite'], ['api-list', '/listMySpaces'], ['api-link', '/openLink']]) {
    await look(name, `/api-docs${path}`);
  }
  const reader = await visitor({ javaScriptEnabled: false });
  await reader.page.goto(`${MAIL}/api-docs/showMe`);
  const text = await reader.page.locator('main').innerText();
  assert.ok(text.includes('JavaScript is off') && (await reader.page.getByRole('button', { name: 'Send' }).isDisabled()));
  await reader.end();
  const { page, end } = await visitor();
  await page.goto(`${MAIL}/api-docs`);
  await page.getByRole('link', { name: 'Show an invitation' }).click();
  await page.getByLabel('As').selectOption('Alice Archer');
  await page.getByRole('button', { name: 'Fill in' }).click();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('#status', { hasText: /^200 / }).waitFor();
  assert.ok((await page.locator('#answer').innerText()).includes('bob@example.com'));
  await end();
});

await browser.close();

const validator = spawnSync('java', ['-jar', VNU, '--errors-only', HTML], { encoding: 'utf8' });
assert.equal(validator.error, undefined, 'the Nu validator needs Java');
assert.equal(validator.status, 0, validator.stderr);
console.log(`browser, development: everything works; ${checked} views checked, their HTML is valid`);

// Tests the link in Chromium: every way to join, with JavaScript off. axe-core checks a copy of each page, since no script may run in the
// page itself.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const { API, MAIL, TOKEN, CHROMIUM } = process.env;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// Maximum size of a page in bytes.
const MAX_BYTES = 30_000;
const SHOTS = 'screenshots';
mkdirSync(SHOTS, { recursive: true });

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
let checked = 0;

async function invite(title, more = {}) {
  const response = await fetch(`${API}/api/spaces/invite`, {
    method: 'POST',
    headers: { authorization: `jwt ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ topic: { title }, invitees: [{ inviteeType: 'email', invitee: 'ana@example.com' }], ...more }),
  });
  assert.equal(response.status, 200, await response.clone().text());
  const id = (await response.json()).data[0]._id;
  return `${API}/spaces/invites/${id}/${more.inviteMode === 'meet' ? 'meet' : 'join'}`;
}

// Opens a browser context that collects the console's messages, of which most steps expect none. The console reports pages with an
// error status, so steps with such pages ignore it.
async function visitor(options = {}) {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US', ...options });
  const page = await context.newPage();
  const messages = [];
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(String(error)));
  return { context, page, messages };
}

// Takes a screenshot, and checks that the page is small and accessible and does not scroll sideways.
async function look(page, name) {
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  const html = await page.content();
  assert.ok(Buffer.byteLength(html) < MAX_BYTES, `${name} has ${Buffer.byteLength(html)} bytes`);
  const colorScheme = name.endsWith('-dark') ? 'dark' : 'light';
  const copy = await browser.newContext({ viewport: page.viewportSize(), colorScheme });
  const reader = await copy.newPage();
  await reader.setContent(html);
  assert.ok(await reader.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} scrolls sideways`);
  await reader.evaluate(AXE);
  const { violations } = await reader.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
  await copy.close();
  const faults = violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html).join(' ')}`);
  assert.deepEqual(faults, [], name);
  checked += 1;
}

const heading = (page) => page.locator('h1').innerText();

async function signIn(page, name) {
  await page.getByRole('button', { name, exact: true }).click();
}

async function step(name, run) {
  await run();
  console.log(`  ${name}`);
}

console.log('browser:');

await step('the mail in the mailbox links to the page, and a guest joins with the keyboard alone', async () => {
  const link = await invite('Team lunch');
  const { context, page, messages } = await visitor();
  let message;
  for (let tries = 0; tries < 60 && !message; tries += 1) {
    const mailbox = await (await fetch(`${MAIL}/api/messages`)).json();
    message = mailbox.find(({ text }) => text.includes(link));
    if (!message) await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.ok(message, 'the mail did not arrive');
  await page.goto(`${MAIL}/messages/${message.id}`);
  const opened = context.waitForEvent('page');
  await page.frameLocator('iframe').getByRole('link', { name: 'Join the space' }).click();
  const landing = await opened;
  landing.on('console', (text) => messages.push(text.text()));
  await landing.waitForLoadState();
  assert.equal(await heading(landing), 'Team lunch');
  assert.ok((await landing.innerText('main')).includes('Rosa Klein'));
  await look(landing, 'login');
  // The order of focus is: sign in, sign up, name, button.
  for (let presses = 0; presses < 3; presses += 1) await landing.keyboard.press('Tab');
  await landing.keyboard.type('Gus Guest');
  await landing.screenshot({ path: `${SHOTS}/login-focus.png`, fullPage: true });
  await landing.keyboard.press('Tab');
  await landing.keyboard.press('Enter');
  await landing.waitForURL('**/joined');
  const text = await landing.innerText('main');
  assert.ok(text.includes('Gus Guest') && text.includes('Guest') && text.includes('Rosa Klein'), text);
  await look(landing, 'joined');
  // A guest who returns is the same guest.
  await landing.goto(link);
  assert.equal((await landing.innerText('main')).split('Gus Guest').length, 2);
  const [cookie] = await context.cookies(API);
  assert.ok(cookie.httpOnly && cookie.secure && cookie.sameSite === 'Lax' && !landing.url().includes(cookie.value));
  assert.deepEqual(messages, []);
  await context.close();
});

await step('an invitee signs in and becomes a member', async () => {
  const link = await invite('Quarterly planning', { inviteMode: 'meet', startDateTime: '2099-11-27T13:30:00Z', endDateTime: '2099-11-27T15:00:00Z' });
  const { context, page, messages } = await visitor({ colorScheme: 'dark' });
  await page.goto(link);
  await look(page, 'login-meeting-dark');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, 'Ana García');
  await page.waitForURL('**/joined');
  assert.ok((await page.innerText('main')).includes('Member'));
  await look(page, 'joined-dark');
  assert.deepEqual(messages, []);
  await context.close();
});

await step('a stranger can join as a guest or with another account', async () => {
  const link = await invite('For Ana alone');
  const { context, page, messages } = await visitor({ viewport: { width: 320, height: 640 } });
  await page.goto(link);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, 'Mallory');
  assert.ok((await page.innerText('main')).includes('signed in as Mallory'));
  await look(page, 'wrong-account-320');
  await page.getByRole('link', { name: 'Use another account' }).click();
  await signIn(page, 'Bob Builder');
  assert.ok((await page.innerText('main')).includes('signed in as Bob Builder'));
  await page.getByRole('button', { name: 'Join as a guest' }).click();
  await page.waitForURL('**/joined');
  await look(page, 'joined-320');
  assert.deepEqual(messages, []);
  await context.close();
});

await step('pages are in the language of the reader, with its writing direction', async () => {
  const link = await invite('Rückblick auf das Geschäftsjahr');
  for (const [locale, language, direction] of [['ar-EG', 'ar', 'rtl'], ['he', 'he', 'rtl'], ['de-AT', 'de', 'ltr'], ['ja', 'ja', 'ltr']]) {
    const { context, page, messages } = await visitor({ locale, viewport: { width: 320, height: 640 } });
    await page.goto(link);
    assert.equal(await page.getAttribute('html', 'lang'), language);
    assert.equal(await page.getAttribute('html', 'dir'), direction);
    await look(page, `login-${language}-320`);
    assert.deepEqual(messages, []);
    await context.close();
  }
});

await step('a future meeting can be added to a calendar, and a past one is marked as over, on the narrowest screen and with forced colors', async () => {
  const hour = 3_600_000;
  const at = (offset) => new Date(Date.now() + offset).toISOString();
  for (const [name, starts, ends] of [['soon', at(hour / 2), at(hour)], ['over', at(-hour), at(3_000)]]) {
    const link = await invite('Stand-up', { inviteMode: 'meet', startDateTime: starts, endDateTime: ends });
    const { context, page, messages } = await visitor({ viewport: { width: 256, height: 640 }, forcedColors: 'active', reducedMotion: 'reduce' });
    // A meeting in the past can't be created.
    if (name === 'over') await page.waitForTimeout(new Date(ends) - Date.now() + 100);
    await page.goto(link);
    const text = await page.innerText('main');
    assert.ok(text.includes('GMT') && text.includes('Rosa Klein invited you') && text.includes('1 person has joined'), text);
    assert.equal(text.includes('This meeting is over'), name === 'over');
    assert.equal(await page.getByText('Add to calendar').count(), name === 'over' ? 0 : 1);
    if (name === 'soon') {
      await page.getByText('Add to calendar').click();
      const entry = await page.getByRole('link', { name: 'Apple and others' }).getAttribute('href');
      const calendar = await fetch(new URL(entry, link));
      assert.ok((await calendar.text()).startsWith('BEGIN:VCALENDAR'), `${calendar.status}`);
    }
    await look(page, `meeting-${name}-256`);
    assert.deepEqual(messages, []);
    await context.close();
  }
});

await step('an invalid link shows an error', async () => {
  const { context, page } = await visitor();
  for (const [name, id, status] of [['unknown', 'f'.repeat(24), 404], ['malformed', 'x', 404], ['expired', '000000000000000000000002', 410], ['revoked', '000000000000000000000003', 410]]) {
    const response = await page.goto(`${API}/spaces/invites/${id}/join`);
    assert.equal(response.status(), status);
    await look(page, name);
  }
  await context.close();
});

await step('a form on another site is rejected', async () => {
  const link = await invite('Not by accident');
  const { context, page } = await visitor();
  await page.goto(link);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signIn(page, 'Mallory');
  const other = new URL(link);
  other.hostname = 'localhost';
  await page.route(other.origin + '/evil', (route) => route.fulfill({ contentType: 'text/html', body: `<form method="post" action="${link}"><button>Win</button></form>` }));
  await page.goto(other.origin + '/evil');
  await page.getByRole('button', { name: 'Win' }).click();
  assert.equal(await heading(page), 'That didn’t work');
  await look(page, 'forbidden');
  await context.close();
});

await browser.close();
console.log(`browser: everything works; ${checked} pages checked, screenshots in target/browser/${SHOTS}`);

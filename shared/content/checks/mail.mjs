// Checks the HTML of mails for what mail programs support: `node mail.mjs <exceptions.json> <file>...`
// Prints one line for each fault, and nothing if there are none.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { caniemail } from 'caniemail';
import { JSDOM } from 'jsdom';

// The most widely used mail programs, and two strict ones.
const PROGRAMS = ['apple-mail.*', 'gmail.*', 'outlook.*', 'yahoo.*', 'samsung-email.*', 'gmx.*', 'protonmail.*'];
// Minimum contrast (WCAG 2.2, success criterion 1.4.3).
const CONTRAST = 4.5;

const [exceptionsFile, ...files] = process.argv.slice(2);
const excepted = JSON.parse(readFileSync(exceptionsFile, 'utf8')).caniemail;
const used = new Set();
let faults = 0;

function fault(file, text) {
  faults += 1;
  console.log(`${basename(file)}: ${text}`);
}

// Reports every feature that some program doesn't support, except for those that may be missing.
function checkSupport(file, html) {
  const missing = new Map();
  for (const [program, issues] of caniemail({ clients: PROGRAMS, html }).issues.errors) {
    for (const { title } of issues) missing.set(title, [...(missing.get(title) ?? []), program]);
  }
  for (const [feature, programs] of missing) {
    if (feature in excepted) used.add(feature);
    else fault(file, `${feature} is not supported by ${programs.join(', ')}`);
  }
}

// Returns the rules for the dark scheme. The mails use `!important` for nothing else.
function darkRules(document) {
  const rules = [];
  for (const sheet of document.styleSheets) {
    for (const media of sheet.cssRules) {
      if (media.conditionText?.includes('dark') || media.media?.mediaText?.includes('dark')) rules.push(...media.cssRules);
    }
  }
  return rules;
}

function colours(element, rules, inherited) {
  const own = { ...inherited };
  const style = element.style;
  const background = style.backgroundColor || style.background || element.getAttribute('bgcolor');
  if (background) own.background = background;
  if (style.color) own.color = style.color;
  for (const rule of rules) {
    if (!element.matches(rule.selectorText)) continue;
    const behind = rule.style.getPropertyValue('background-color');
    if (behind) own.background = behind;
    own.color = rule.style.getPropertyValue('color') || own.color;
  }
  return own;
}

function luminance(colour) {
  const hex = colour.match(/^#(..)(..)(..)$/)?.slice(1).map((two) => parseInt(two, 16));
  const channels = hex ?? colour.match(/\d+/g).slice(0, 3).map(Number);
  const [r, g, b] = channels.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function checkContrast(file, scheme, element, rules, inherited) {
  if (element.style.display === 'none' || ['STYLE', 'HEAD', 'TITLE'].includes(element.tagName)) return 0;
  const own = colours(element, rules, inherited);
  let texts = 0;
  for (const node of element.childNodes) {
    if (node.nodeType === 1) texts += checkContrast(file, scheme, node, rules, own);
    if (node.nodeType !== 3 || !node.data.trim()) continue;
    texts += 1;
    const found = contrast(own.color, own.background);
    if (found < CONTRAST) {
      fault(file, `${found.toFixed(2)}:1 in ${scheme}: ${own.color} on ${own.background}: ${node.data.trim().slice(0, 40)}`);
    }
  }
  return texts;
}

for (const file of files) {
  const html = readFileSync(file, 'utf8');
  checkSupport(file, html);
  const { document } = new JSDOM(html).window;
  const white = { color: '#000000', background: '#ffffff' };
  const dark = darkRules(document);
  if (document.querySelector('style') && dark.length === 0) fault(file, 'has no dark scheme');
  for (const [scheme, rules] of [['light', []], ['dark', dark]]) {
    if (checkContrast(file, scheme, document.documentElement, rules, white) < 4) fault(file, `has no text in ${scheme}`);
  }
}
for (const feature of Object.keys(excepted)) if (!used.has(feature)) fault(exceptionsFile, `${feature} is an unused exception`);
process.exit(faults ? 1 : 0);

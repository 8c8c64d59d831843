// Opens pages of reports in headless Chromium: nothing is asked of a network, no error is logged, every chart has pixels, the time
// charts zoom, variants can be hidden, the page fits a phone, changes with dark mode, prints on few sides,
// and passes axe-core.
// Arguments: folder with the packages, path of the browser, pages.
import { createRequire } from "node:module";
import { readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";

const [packages, executablePath, ...pages] = process.argv.slice(2);
const require = createRequire(`${packages}/package.json`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const MOST_BYTES = 2_000_000;
const MOST_SIDES = 6;

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let failures = 0;
const check = (holds, what) => {
  if (!holds) {
    failures += 1;
    console.error(`  failed: ${what}`);
  }
};

async function open(path, options) {
  const page = await browser.newPage(options);
  page.on("console", (message) => check(false, `console: ${message.text()}`));
  page.on("pageerror", (error) => check(false, `error: ${error.message}`));
  page.on("request", (request) => check(request.url() === `file://${path}`, `request of ${request.url()}`));
  await page.goto(`file://${path}`);
  return page;
}

async function colors(page, image) {
  return page.evaluate(async (data) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return new Set(pixels).size;
  }, image.toString("base64"));
}

async function zooms(page) {
  const figure = page.locator("figure:has([data-time])").first();
  if ((await figure.count()) === 0) return;
  const ticks = () => figure.locator("svg > g:last-of-type text, svg text").allTextContents();
  const before = await ticks();
  await figure.getByRole("button", { name: "Zoom in" }).click();
  check((await figure.locator("[transform^=translate]").count()) > 0, "zoom stretches the plots");
  check((await ticks()).join() !== before.join(), "zoom changes the labels of time");
  await figure.getByRole("button", { name: "Show all" }).click();
  check((await figure.locator("[transform^=translate]").count()) === 0, "all of the time is shown again");
  const plot = await figure.locator("[data-levels]").first().boundingBox();
  await page.mouse.move(plot.x + plot.width / 2, plot.y + plot.height / 2);
  check((await page.locator("#tip").textContent()).includes("\n"), "levels are told at the pointer");
}

async function hides(page) {
  const rows = page.locator("#variants tbody tr");
  if ((await rows.count()) < 2) return;
  const label = await rows.first().getAttribute("data-label");
  await rows.first().locator("input").click();
  const hidden = await page.evaluate((name) => {
    const groups = [...document.querySelectorAll("[data-variants]")].filter((group) => JSON.parse(group.dataset.variants).join() === name);
    return [groups.length, groups.filter((group) => getComputedStyle(group).visibility === "hidden").length];
  }, label);
  check(hidden[0] === hidden[1], `${hidden[1]} of ${hidden[0]} marks of a variant are hidden`);
  await rows.first().locator("input").click();
  const heading = page.locator("#variants .sort").first();
  const order = () => page.locator("#variants tbody td:nth-of-type(1)").evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.value)));
  await heading.click();
  await heading.click();
  const values = await order();
  check(values.every((value, index) => index === 0 || values[index - 1] >= value), "a heading sorts downwards the second time");
}

for (const path of pages) {
  const name = basename(dirname(path));
  const size = statSync(path).size;
  console.log(`${name}: ${size} bytes`);
  check(size < MOST_BYTES, `at most ${MOST_BYTES} bytes`);
  const page = await open(path, { viewport: { width: 1400, height: 900 } });
  const charts = page.locator("figure svg");
  for (let chart = 0; chart < (await charts.count()); chart += 1) {
    const image = await charts.nth(chart).screenshot();
    check((await colors(page, image)) > 20, `chart ${chart} is drawn`);
  }
  await zooms(page);
  await hides(page);
  const paper = await page.pdf({ format: "A4", preferCSSPageSize: true });
  check(paper.length > 20_000, "it prints");
  const sides = paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
  check(sides <= MOST_SIDES, `it takes ${sides} sides of paper`);
  const light = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.close();
  for (const [width, colorScheme] of [[390, "light"], [800, "dark"]]) {
    const narrow = await open(path, { viewport: { width, height: 800 }, colorScheme });
    const over = await narrow.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    check(over <= 0, `${over} pixels too wide for ${width}`);
    const ground = await narrow.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    check((ground === light) === (colorScheme === "light"), `background ${ground} in ${colorScheme} mode`);
    await narrow.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
    await narrow.evaluate(axe);
    const found = await narrow.evaluate(async () => (await globalThis.axe.run(document)).violations.map((one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 160)}`));
    check(found.length === 0, `axe at ${width} pixels, ${colorScheme}: ${found.join("; ")}`);
    await narrow.close();
  }
}
await browser.close();
console.log(failures === 0 ? "all pages pass" : `${failures} checks failed`);
process.exit(failures === 0 ? 0 : 1);

// Opens pages in Firefox, at a phone's and a desk's width, light and dark: no fault that axe finds, no
// complaint of the console, nothing wider than the window. Firefox is driven over WebDriver BiDi.
//
//	node firefox.mjs BASE PATH...
import fs from 'node:fs';
import puppeteer from 'puppeteer-core';

const [base, ...paths] = process.argv.slice(2);
const axe = fs.readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const faults = [];
const browser = await puppeteer.launch({browser: 'firefox', executablePath: process.env.ENTENTE_FIREFOX ?? '/usr/bin/firefox-esr', headless: true});
try {
	const page = await browser.newPage();
	page.on('console', m => m.type() === 'error' && faults.push(`${page.url()}: the console says ${m.text()}`));
	page.on('pageerror', e => faults.push(`${page.url()}: ${e}`));
	for (const path of paths) {
		const answer = await page.goto(base + path, {waitUntil: 'load'});
		if (answer.status() !== 200) faults.push(`${path} is answered ${answer.status()}`);
		await page.evaluate(() => document.body.classList.remove('cv'));
		await page.evaluate(axe);
		for (const width of [320, 1440]) {
			await page.setViewport({width, height: 800});
			const found = await page.evaluate(t => axe.run(document, {runOnly: t, resultTypes: ['violations']})
				.then(r => r.violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)), tags);
			const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
			faults.push(...found.map(f => `${path} at ${width}: ${f}`));
			if (wide) faults.push(`${path} is wider than ${width}`);
		}
	}
	// A clause that an address names is in sight, however the browser guessed at what is above it.
	const long = paths.find(p => /^\/documents\/[^/?]+$/.test(p));
	if (long) {
		await page.setViewport({width: 1440, height: 800});
		await page.goto(base + long);
		const ids = await page.evaluate(() => [...document.querySelectorAll('.c')].map(c => c.id));
		for (const at of [.3, .6, .9]) {
			const id = ids[Math.floor(ids.length * at)];
			await page.goto('about:blank');
			await page.goto(`${base}${long}#${id}`, {waitUntil: 'load'});
			const inSight = await page.waitForFunction(i => {
				const r = document.getElementById(i).getBoundingClientRect();
				return r.bottom > 0 && r.top < innerHeight;
			}, {timeout: 10000}, id).then(() => true, () => false);
			if (!inSight) faults.push(`${long}#${id} isn't in sight`);
		}
	}
} finally {
	await browser.close();
}
for (const fault of faults) console.error(fault);
console.log(`${paths.length} pages in Firefox, ${faults.length} faults`);
process.exitCode = faults.length || !paths.length ? 1 : 0;

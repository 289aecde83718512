// Runs Lighthouse on pages, as on a phone, three times each, and takes the median. Accessibility, best
// practices and being found by searches have to be whole. Bytes, requests and what jumps while it
// loads are held to limits always; speed only where the machine was fast enough to be believed.
//
//	node lighthouse.mjs URL...
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const limits = {html: 180_000, beside: 90 * 1024, requests: 12, shift: 0.02, performance: .95, believed: 1000};
const runs = 3;
const cli = fileURLToPath(new URL('./node_modules/lighthouse/cli/index.js', import.meta.url));
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lighthouse-'));
const faults = [];

// A run that hangs leaves a browser behind: it gets a process group of its own, and is ended with it.
function run(url, out) {
	const child = spawn(process.execPath, [cli, url, '--quiet', '--chrome-flags=--no-sandbox --headless', '--output=json', `--output-path=${out}`,
		'--only-categories=performance,accessibility,best-practices,seo'], {detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: {...process.env, CHROME_PATH: process.env.ENTENTE_BROWSER}});
	let said = '';
	child.stderr.on('data', d => { said += d; });
	const stop = () => { try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it has ended */ } };
	return new Promise(done => {
		const late = setTimeout(stop, 120_000);
		child.on('close', code => { clearTimeout(late); stop(); done(code === 0 ? null : `exit ${code}: ${said.trim().split('\n').at(-1)}`); });
	});
}

const median = list => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

for (const [n, url] of process.argv.slice(2).entries()) {
	const reports = [];
	for (let i = 0; reports.length < runs && i < runs + 2; i++) {
		const out = path.join(folder, `${n}-${i}.json`);
		const wrong = await run(url, out);
		if (wrong) { console.error(`${url}: a run ended with ${wrong}`); continue; }
		const r = JSON.parse(fs.readFileSync(out, 'utf8'));
		if (!r.runtimeError && r.categories.accessibility.score !== null) reports.push(r);
	}
	if (reports.length < runs) { faults.push(`${url}: only ${reports.length} runs of ${runs} went through`); continue; }
	for (const c of ['accessibility', 'best-practices', 'seo']) {
		const score = median(reports.map(r => r.categories[c].score));
		if (score < 1) {
			const why = reports[0].categories[c].auditRefs.map(a => reports[0].audits[a.id]).filter(a => a.score !== null && a.score < 1).map(a => a.id);
			faults.push(`${url}: ${c} is ${score}: ${why.join(', ')}`);
		}
	}
	const requests = reports[0].audits['network-requests'].details.items;
	const sent = requests.filter(r => r.resourceType === 'Document').reduce((sum, r) => sum + r.transferSize, 0);
	const beside = requests.filter(r => r.resourceType !== 'Document').reduce((sum, r) => sum + r.transferSize, 0);
	const shift = median(reports.map(r => r.audits['cumulative-layout-shift'].numericValue));
	const speed = median(reports.map(r => r.categories.performance.score)), index = median(reports.map(r => r.environment.benchmarkIndex));
	console.log(`${url}: performance ${speed} (machine ${index}), ${sent} bytes and ${beside} beside in ${requests.length} requests, shift ${shift.toFixed(3)}`);
	if (sent > limits.html) faults.push(`${url}: ${sent} bytes, more than ${limits.html}`);
	if (beside > limits.beside) faults.push(`${url}: ${beside} bytes beside the page, more than ${limits.beside}`);
	if (requests.length > limits.requests) faults.push(`${url}: ${requests.length} requests, more than ${limits.requests}`);
	if (shift > limits.shift) faults.push(`${url}: what is on it jumps, by ${shift}`);
	if (index >= limits.believed && speed < limits.performance) faults.push(`${url}: performance is ${speed} on a machine of ${index}`);
}
fs.rmSync(folder, {recursive: true});
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;

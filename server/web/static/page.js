// What every page does beyond its links and forms: it shows official times on the reader's own
// clock too, and brings a clause that an address names into sight, wherever the browser estimated it.

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {dateStyle: 'medium', timeStyle: 'short'});
for (const time of document.querySelectorAll('time.official')) {
	if (time.textContent.includes(`(${here})`)) continue;
	const own = document.createElement('span');
	own.className = 'own';
	own.textContent = ` · ${clock.format(new Date(time.dateTime))} (${here})`;
	time.after(own);
}

// Blocks out of sight have estimated heights; they settle as they come in.
function settle() {
	const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
	if (!target) return;
	let last, left = 10;
	const step = () => {
		const top = Math.round(target.getBoundingClientRect().top);
		if (top === last || left-- === 0) return;
		last = top;
		target.scrollIntoView();
		requestAnimationFrame(() => requestAnimationFrame(step));
	};
	requestAnimationFrame(() => requestAnimationFrame(step));
}
addEventListener('hashchange', settle);
settle();

// Words to take along are copied at a press, where that can be done.
for (const button of document.querySelectorAll('button[data-copy]')) {
	if (!navigator.clipboard) break;
	button.hidden = false;
	button.addEventListener('click', async () => {
		await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
		button.textContent = button.dataset.done;
	});
}

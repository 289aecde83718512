// Writing a comment: what is typed is kept in this browser until it is on the record, and a form
// that was sent isn't sent again by a second click.

const store = 'entente comment ';

for (const form of document.querySelectorAll('form[data-once]')) {
	form.addEventListener('submit', () => setTimeout(() => {
		for (const button of form.querySelectorAll('button')) button.disabled = true;
	}));
}
// Going back brings a page as it was left: let its buttons be of use again.
addEventListener('pageshow', () => {
	for (const button of document.querySelectorAll('form[data-once] button')) button.disabled = false;
});

const fields = form => [...form.querySelectorAll('textarea, input:not([type=hidden]):not([type=file]), select')];
const chosen = f => f.type === 'checkbox' || f.type === 'radio';
const name = f => (f.type === 'radio' ? `${f.name}=${f.value}` : f.name);
const was = f => (chosen(f) ? f.defaultChecked : f.tagName === 'SELECT' ? [...f.options].find(o => o.defaultSelected)?.value ?? '' : f.defaultValue);

// Brings back what was typed, and says whether it differs from what the page came with.
function restore(form, kept) {
	let differs = false;
	for (const f of fields(form)) {
		const value = kept[name(f)];
		if (typeof value === 'boolean' && chosen(f)) f.checked = value;
		else if (typeof value === 'string' && !chosen(f)) f.value = value;
		else continue;
		if (value === was(f)) continue;
		differs = true;
		const more = f.closest('details');
		if (more) more.open = true;
	}
	return differs;
}

for (const form of document.querySelectorAll('form[data-keep]')) {
	const key = store + form.dataset.keep;
	const fresh = !document.querySelector('.faults') && !form.elements.text.value;
	const note = form.querySelector('[data-restored]');
	try {
		const kept = fresh && JSON.parse(localStorage.getItem(key) ?? 'null');
		if (kept && note) note.hidden = !restore(form, kept);
	} catch { /* what somebody else put there, or no room: the form works without it */ }
	form.querySelector('[data-anew]')?.addEventListener('click', () => {
		localStorage.removeItem(key);
		form.reset();
		note.hidden = true;
		form.elements.text.focus();
	});
	let timer;
	const keep = () => {
		clearTimeout(timer);
		timer = undefined;
		try {
			localStorage.setItem(key, JSON.stringify(Object.fromEntries(fields(form).map(f => [name(f), chosen(f) ? f.checked : f.value]))));
		} catch { /* no room */ }
	};
	form.addEventListener('input', () => {
		clearTimeout(timer);
		timer = setTimeout(keep, 300);
	});
	// Whoever leaves in the middle of a word hasn't waited.
	addEventListener('pagehide', () => timer && keep());
}

// A file that is too large is said at once, and not after it was sent.
for (const input of document.querySelectorAll('input[data-most]')) {
	const words = document.createElement('span');
	words.className = 'fault';
	words.setAttribute('role', 'status');
	input.before(words);
	input.addEventListener('change', () => {
		const large = [...input.files].filter(f => f.size > Number(input.dataset.most));
		words.textContent = large.map(f => input.dataset.large.replace('*', f.name)).join(' ');
		if (large.length) input.value = '';
	});
}

// Only once the page that says so is here is it known that the comment is on the record.
for (const sent of document.querySelectorAll('[data-sent]')) {
	for (const key of Object.keys(localStorage)) {
		if (key.startsWith(store + sent.dataset.sent)) localStorage.removeItem(key);
	}
}

document.querySelector('.faults')?.focus();

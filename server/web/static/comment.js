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

for (const form of document.querySelectorAll('form[data-keep]')) {
	const key = store + form.dataset.keep;
	const read = f => (f.type === 'checkbox' || f.type === 'radio' ? f.checked : f.value);
	const name = f => (f.type === 'radio' ? `${f.name}=${f.value}` : f.name);
	const fresh = !document.querySelector('.faults') && !form.elements.text.value;
	try {
		const kept = fresh && JSON.parse(localStorage.getItem(key) ?? 'null');
		for (const f of kept ? fields(form) : []) {
			const value = kept[name(f)];
			if (typeof value === 'boolean') f.checked = value;
			else if (typeof value === 'string') f.value = value;
			if (value && f.closest('details')) f.closest('details').open ||= typeof value === 'boolean' ? f.type === 'checkbox' : f.name !== 'replacement' && f.tagName !== 'SELECT';
		}
	} catch { /* what somebody else put there, or no room: the form works without it */ }
	let timer;
	form.addEventListener('input', () => {
		clearTimeout(timer);
		timer = setTimeout(() => {
			try {
				localStorage.setItem(key, JSON.stringify(Object.fromEntries(fields(form).map(f => [name(f), read(f)]))));
			} catch { /* no room */ }
		}, 300);
	});
}

// Only once the page that says so is here is it known that the comment is on the record.
for (const sent of document.querySelectorAll('[data-sent]')) {
	for (const key of Object.keys(localStorage)) {
		if (key.startsWith(store + sent.dataset.sent)) localStorage.removeItem(key);
	}
}

document.querySelector('.faults')?.focus();

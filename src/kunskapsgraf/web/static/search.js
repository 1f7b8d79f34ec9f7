// Results as one types and ticks: the page of the new address is fetched, and what it found takes the place of what stood here.
// Without script the form sends the same address. This file holds no words: what is said comes from the page.
const WAIT = 200; // milliseconds without a key
const form = document.getElementById('sok');
const status = document.getElementById('antal');
const found = document.getElementById('funnet');
let timer = 0;
let running = null;
let shown = location.search;

function address() {
  const url = new URL(form.action);
  url.search = new URLSearchParams([...new FormData(form)].filter(([, value]) => value)).toString();
  return url;
}

// What had the keyboard keeps it, and what was folded stays so.
function put(page) {
  const held = found.contains(document.activeElement) ? document.activeElement : null;
  const open = new Map([...found.querySelectorAll('details')].map(one => [one.dataset.facet, one.open]));
  const facet = held?.closest('details')?.dataset.facet;
  const isLike = one =>
    one.localName === held.localName && one.closest('details').dataset.facet === facet && one.value === held.value;
  found.replaceChildren(...page.getElementById('funnet').childNodes);
  for (const one of found.querySelectorAll('details')) one.open = open.get(one.dataset.facet) ?? one.open;
  if (held) [...found.querySelectorAll('input, summary')].find(isLike)?.focus();
  status.textContent = page.getElementById('antal').textContent;
  document.title = page.title;
  const other = document.querySelector('header a[hreflang]');
  if (other) other.href = page.querySelector('header a[hreflang]').getAttribute('href');
}

async function show(url, keep) {
  clearTimeout(timer);
  running?.abort();
  const own = (running = new AbortController());
  try {
    const answer = await fetch(url, { headers: { Accept: 'text/html' }, signal: own.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (own !== running) return;
    if (!answer.ok) throw new Error(answer.statusText);
    put(page);
    keep?.(url);
    shown = location.search;
    return page;
  } catch {
    if (own === running) status.textContent = form.dataset.failed;
  }
}

const replaced = url => history.replaceState(null, '', url);
const pushed = url => history.pushState(null, '', url);

form.elements.q.addEventListener('input', event => {
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(() => show(address(), replaced), WAIT);
});
form.elements.q.addEventListener('compositionend', () => show(address(), replaced));
found.addEventListener('change', () => show(address(), pushed));
addEventListener('popstate', async () => {
  if (location.search === shown) return; // to another place on the page only
  const page = await show(new URL(location.href));
  if (page) form.elements.q.value = page.getElementById('q').getAttribute('value');
});
document.documentElement.classList.add('live');

// The editor page: puts YASGUI's editor and result view in place of the plain form, which stays where script is off.
import { addCompleters, speakOurLanguage } from './completion.js';
import { makeResults } from './results.js';

const LONGEST_ADDRESS = 8000; // what every proxy and browser takes; a longer query is sent by POST and has no link
const form = document.querySelector('form[data-texts]');
const texts = JSON.parse(form.dataset.texts);
const box = form.elements.query;
const answer = document.getElementById('svar');
const heading = document.querySelector('h1[data-plain]');

// What the form sends beside the query: graphs, inference, language.
const others = () => [...new FormData(form)].filter(([name, value]) => !['query', 'format'].includes(name) && value !== '');

function address(query, more = {}) {
  const found = new URL(form.action);
  found.search = '';
  for (const [name, value] of [['query', query], ...others(), ...Object.entries(more)]) found.searchParams.append(name, value);
  return found.href;
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

speakOurLanguage(texts);
const support = fetch(form.dataset.support, { headers: { Accept: 'application/json' } })
  .then(response => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))))
  .catch(() => ({ prefixes: {}, terms: [], themes: [] })); // the editor works without what it would suggest

// The editor. Tab and Shift-Tab leave it (WCAG 2.1.2).
const place = element('div', { className: 'editor' });
for (const part of form.querySelectorAll('.plain')) part.hidden = true;
form.querySelector('.examples').after(place);
const label = element('label', { id: 'editor-label', textContent: texts.query });
place.append(label);
addCompleters(support);
const yasqe = new Yasgui.Yasqe(place, {
  value: box.value.trim(),
  persistenceId: null,
  consumeShareLink: null,
  createShareableLink: null,
  showQueryButton: false,
  resizeable: false,
  editorHeight: 'auto',
  viewportMargin: Infinity,
  lineWrapping: true,
  screenReaderLabel: texts.query,
  extraKeys: { Tab: false, 'Shift-Tab': false },
  autocompleters: ['kg-prefixes', 'kg-classes', 'kg-properties', 'variables'],
  requestConfig: {
    endpoint: new URL(form.action).href.split('?')[0],
    method: () => (address(yasqe.getValue()).length > LONGEST_ADDRESS ? 'POST' : 'GET'),
    acceptHeaderGraph: 'text/turtle',
    acceptHeaderSelect: 'application/sparql-results+json',
    headers: { 'Accept-Language': document.documentElement.lang },
    args: () => others().map(([name, value]) => ({ name, value })),
  },
});
label.addEventListener('click', () => yasqe.focus());
yasqe.on('inputRead', (_, change) => {
  if (/^[\p{L}:]$/u.test(change.text.join('')) && !yasqe.state.completionActive) yasqe.autocomplete();
});

// Run, link and CSV.
const runButton = element('button', { type: 'button', textContent: texts.run });
const stopButton = element('button', { type: 'button', className: 'quiet', textContent: texts.stop, hidden: true });
const linkButton = element('button', { type: 'button', className: 'quiet', textContent: texts.link });
const status = element('p', { className: 'muted editor-status' });
status.setAttribute('role', 'status');
const linkField = element('input', { type: 'text', readOnly: true });
const linkPlace = element('p', { className: 'editor-link', hidden: true }, element('label', {}, texts.address, linkField));
place.append(
  element('p', { className: 'editor-buttons' }, runButton, stopButton, linkButton),
  element('p', { className: 'muted editor-keys', textContent: texts.keys }),
  linkPlace,
  status,
);
const results = makeResults(answer, { texts, yasqe, address, names: form.dataset.names, longest: LONGEST_ADDRESS, support });

function permalink() {
  const found = new URL(address(yasqe.getValue()));
  if (results.view() === 'chart') found.hash = 'diagram';
  return found.href;
}

let stopping = false; // told apart from a query that a newer one took the place of

function run() {
  stopping = false;
  for (const told of document.querySelectorAll('main > .told')) told.remove(); // what was wrong with the query before
  heading.textContent = heading.dataset.plain;
  document.title = document.title.replace(/^[^–]*(?= –)/u, heading.dataset.plain);
  yasqe.abortQuery();
  status.textContent = texts.running;
  stopButton.hidden = false;
  yasqe.query().catch(() => {}); // shown when queryResponse comes
}

yasqe.on('queryResponse', (_, response, milliseconds) => {
  if (response.name === 'AbortError') {
    if (stopping) status.textContent = texts.stopped;
    return;
  }
  stopButton.hidden = true;
  status.textContent = results.show(response, milliseconds);
  if (response instanceof Error || permalink().length > LONGEST_ADDRESS) return;
  history.replaceState(null, '', permalink());
  for (const link of document.querySelectorAll('header a[hreflang]')) {
    const translated = new URL(permalink());
    translated.searchParams.set('lang', link.hreflang);
    link.href = translated.href;
  }
});
runButton.addEventListener('click', run);
stopButton.addEventListener('click', () => {
  stopping = true;
  yasqe.abortQuery();
  stopButton.hidden = true;
});
linkButton.addEventListener('click', async () => {
  const found = permalink();
  if (found.length > LONGEST_ADDRESS) {
    status.textContent = texts.tooLong;
    return;
  }
  linkField.value = found;
  linkPlace.hidden = false;
  linkField.focus();
  linkField.select();
  try {
    await navigator.clipboard.writeText(found);
    status.textContent = texts.copied;
  } catch {
    // Not over plain http or where it is not allowed: the address stands in the field, selected.
  }
});
form.addEventListener('submit', event => {
  event.preventDefault();
  run();
});

// The reports as examples, by theme.
const examples = form.querySelector('.examples');
support.then(({ themes }) => {
  for (const { theme, examples: list } of themes) {
    const items = list.map(({ title, description, query }) => {
      const button = element('button', { type: 'button', className: 'example', textContent: title, title: description });
      button.addEventListener('click', () => {
        yasqe.setValue(query);
        examples.open = false;
        yasqe.focus();
        run();
      });
      return element('li', {}, button);
    });
    examples.append(element('h2', { textContent: texts.themes[theme] ?? texts.themes[''] }), element('ul', {}, ...items));
  }
  examples.hidden = !themes.length;
});

document.documentElement.classList.add('has-editor');
if (location.hash === '#diagram') {
  results.choose('chart');
  run();
}

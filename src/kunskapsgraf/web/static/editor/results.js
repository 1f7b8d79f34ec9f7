// The result view: YASGUI's (YASR) with labels beside IRIs, in the page's language, and errors as the service tells them.
import { chart } from './chart.js';

const { Yasr } = Yasgui;
const MOST_NAMES = 1000; // what the service answers at once
const MOST_ASKED = 5000; // rows past these show their IRIs
const MOST_CHARACTERS = 20_000_000; // a table of more would hold up the browser
const language = document.documentElement.lang;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function makeResults(place, { texts, yasqe, address, names, longest, support }) {
  const labels = new Map();
  let known = {};
  support.then(found => {
    known = found.prefixes;
  });

  const iris = bindings => new Set(bindings.flatMap(row => Object.values(row).filter(t => t.type === 'uri').map(t => t.value)));

  async function learn(bindings) {
    const missing = [...iris(bindings)].filter(iri => !labels.has(iri)).slice(0, MOST_ASKED);
    for (let start = 0; start < missing.length; start += MOST_NAMES) {
      const response = await fetch(names, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify(missing.slice(start, start + MOST_NAMES)),
      }).catch(() => null);
      if (!response?.ok) return; // the table stands without labels
      for (const [iri, label] of Object.entries(await response.json())) labels.set(iri, label);
    }
  }

  const short = iri => {
    const found = Object.entries(known).find(([, start]) => iri.startsWith(start) && iri.length > start.length);
    return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
  };

  // The words that a term is shown, sorted and found by.
  const words = term => (term.type === 'uri' ? (labels.get(term.value)?.text ?? short(term.value)) : term.value);

  class Table extends Yasr.plugins.table {
    label = texts.table;
    helpReference = undefined;

    initialize() {
      return learn(this.yasr.results?.getBindings() ?? []);
    }

    getColumns() {
      const [number, ...columns] = super.getColumns();
      const rendered = columns.map(column => ({
        ...column,
        render: (term, type, ...rest) =>
          term !== '' && (type === 'filter' || type === 'sort' || type === 'type' || !type)
            ? `${words(term)}${type === 'filter' && term.type === 'uri' ? ` ${term.value}` : ''}`
            : column.render(term, type, ...rest),
      }));
      return [number, ...rendered];
    }

    getCellContent(term) {
      const cell = element('div');
      if (term.type === 'uri') {
        const label = labels.get(term.value);
        const href = label ? label.address : /^https?:/i.test(term.value) ? term.value : null;
        const name = element(href ? 'a' : 'span', { textContent: label?.text ?? term.value });
        if (href) name.href = href;
        if (label?.language && label.language !== language) name.lang = label.language;
        cell.append(name);
        if (label && label.text !== short(term.value)) cell.append(element('span', { className: 'short', textContent: short(term.value) }));
      } else {
        const text = element('span', { textContent: term.type === 'bnode' ? `_:${term.value}` : term.value, dir: 'auto' });
        cell.append(text);
        if (term['xml:lang']) {
          text.lang = term['xml:lang'];
          cell.append(' ', element('span', { className: 'tag', textContent: term['xml:lang'] }));
        }
      }
      return cell.outerHTML;
    }

    drawControls() {
      super.drawControls();
      const controls = this.tableControls;
      // The rows are always whole and plain: two switches less to choose between.
      for (const toggle of controls.querySelectorAll('.switch')) toggle.parentElement.remove();
      const filter = controls.querySelector('.tableFilter');
      filter.placeholder = texts.filter;
      filter.setAttribute('aria-label', texts.filter);
      controls.querySelector('.pageSizerLabel').textContent = texts.pageSize;
      const size = controls.querySelector('.tableSizer');
      size.setAttribute('aria-label', texts.pageSize);
      size.lastElementChild.textContent = texts.all;
      this.tableEl.setAttribute('aria-label', texts.answer);
    }
  }

  class Raw extends Yasr.plugins.response {
    label = texts.raw;
    helpReference = undefined;

    draw(...given) {
      super.draw(...given);
      this.cm.getInputField().setAttribute('aria-label', texts.raw);
    }

    showLess(...given) {
      super.showLess(...given);
      const [all, download] = this.overLay.querySelectorAll('button');
      all.textContent = all.title = texts.showAll;
      download.remove(); // the links above the answer do it
    }
  }

  class Truth {
    priority = 10;
    hideFromSelection = true;

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return typeof this.yasr.results?.getBoolean?.() === 'boolean';
    }

    draw() {
      const truth = this.yasr.results.getBoolean();
      this.yasr.resultsEl.append(element('p', {}, element('strong', { textContent: truth ? texts.yes : texts.no })));
    }
  }

  class Problem {
    priority = 20;
    hideFromSelection = true;

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return Boolean(this.yasr.results?.getError());
    }

    draw() {
      const { title, detail, line, column } = problem(this.yasr.results.getError().text);
      const shown = element('div', { className: 'problem' }, element('h3', { textContent: title }), element('p', { textContent: detail }));
      if (line) {
        const button = element('button', { type: 'button', className: 'quiet', textContent: texts.goTo });
        button.addEventListener('click', () => {
          yasqe.focus();
          yasqe.setCursor({ line: line - 1, ch: Math.max((column ?? 1) - 1, 0) });
        });
        shown.append(element('p', {}, button));
        yasqe.addLineClass(line - 1, 'background', 'wrong-line');
      }
      this.yasr.resultsEl.append(shown);
    }
  }

  function problem(text) {
    try {
      const { title, detail, line, column } = JSON.parse(text);
      return { title, detail, line, column };
    } catch {
      return { title: texts.problem, detail: texts.noAnswer };
    }
  }

  // YASR's head without its help and its icon; the numbers stand in the page's status line.
  class Results extends Yasr {
    drawHeader() {
      super.drawHeader();
      this.headerEl.setAttribute('role', 'group');
      this.headerEl.setAttribute('aria-label', texts.views);
      for (const button of this.headerEl.querySelectorAll('.yasr_btnGroup .yasr_btn')) button.removeAttribute('aria-label');
    }

    updatePluginSelectors(...given) {
      super.updatePluginSelectors(...given);
      for (const button of this.headerEl.querySelectorAll('.yasr_btnGroup .yasr_btn')) {
        button.setAttribute('aria-pressed', String(button.classList.contains('selected')));
        button.disabled = button.classList.contains('disabled');
      }
    }

    drawDocumentationButton() {}

    drawDownloadIcon() {}

    drawResponseInfo() {}

    updateResponseInfo() {}

    updateHelpButton() {}

    fillFallbackBox() {}
  }

  Yasr.registerPlugin('table', Table);
  Yasr.registerPlugin('response', Raw);
  Yasr.registerPlugin('boolean', Truth);
  Yasr.registerPlugin('error', Problem);
  Yasr.registerPlugin('chart', chart({ texts, words, learn, element }));
  Object.assign(Table.defaults.tableConfig.language, texts.dataTables);

  let yasr;
  function make() {
    place.replaceChildren();
    place.className = 'editor-answer';
    const head = element('h2', { textContent: texts.answer });
    const links = element('p', { className: 'formats' });
    place.append(head, links);
    const made = new Results(place, {
      persistenceId: null,
      defaultPlugin: 'table',
      pluginOrder: ['table', 'chart', 'response'],
      plugins: { table: { enabled: true, dynamicConfig: { compact: true, isEllipsed: false, pageSize: 50 } } },
      prefixes: () => known,
    });
    return Object.assign(made, { links });
  }

  let chosen;
  const counted = count => (count === 1 ? texts.row : texts.rows.replace('{n}', count.toLocaleString(language)));

  return {
    view: () => yasr?.getSelectedPluginName() ?? chosen,
    choose(view) {
      chosen = view;
      yasr?.selectPlugin(view);
    },
    // Draws an answer; gives what the status line says of it.
    show(response, milliseconds) {
      if (!yasr) {
        yasr = make();
        if (chosen) yasr.selectPlugin(chosen);
      }
      for (let line = 0; line < yasqe.lineCount(); line++) yasqe.removeLineClass(line, 'background', 'wrong-line');
      yasr.links.replaceChildren();
      const refused = response instanceof Error;
      const tooLarge = !refused && response.content.length > MOST_CHARACTERS;
      if (tooLarge) {
        yasr.setResponse(new Error(JSON.stringify({ title: texts.large, detail: texts.largeDetail })));
      } else {
        if (!refused) response.content ||= '\n'; // YASR takes an empty body for none
        yasr.setResponse(response, milliseconds);
      }
      yasr.headerEl.hidden = refused || tooLarge;
      if (refused) return problem(response.message).title;
      const query = yasqe.getValue();
      const isGraph = ['CONSTRUCT', 'DESCRIBE'].includes(yasqe.getQueryType());
      const isTruth = yasqe.getQueryType() === 'ASK';
      for (const format of isGraph ? ['ttl', 'jsonld', 'rdf'] : isTruth ? ['json', 'xml'] : ['csv', 'tsv', 'json', 'xml']) {
        const href = address(query, { format, download: 1 });
        if (href.length > longest) continue;
        yasr.links.append(yasr.links.childNodes.length ? ' · ' : `${texts.download}: `, element('a', { href, textContent: format.toUpperCase() }));
      }
      if (tooLarge) return texts.large;
      const seconds = (milliseconds / 1000).toLocaleString(language, { maximumSignificantDigits: 2 });
      return `${isTruth ? '' : `${counted((yasr.results.getBindings() ?? []).length)} · `}${seconds} s`;
    },
  };
}

// What the editor suggests: the prefixes, classes and properties that the service knows, each with its label.
const { Yasqe } = Yasgui;
const MOST = 60;
const rank = (term, word) => (` ${term.words}`.includes(` ${word}`) ? 0 : 1); // a word's beginning before its middle
const lastPart = iri => iri.replace(/[/#]$/, '').split(/[/#]/).pop().toLowerCase();

// YASGUI's own completers ask prefix.cc and Linked Open Vocabularies; ours take their place and ask this host only.
export function addCompleters(support) {
  let terms = [];
  let prefixes = {};
  support.then(found => {
    terms = found.terms.map(term => ({ ...term, words: `${term.label.toLowerCase()} ${lastPart(term.iri)}` }));
    prefixes = found.prefixes;
  });

  const shortened = iri => {
    const found = Object.entries(prefixes).find(([, start]) => iri.startsWith(start) && /^\w*$/.test(iri.slice(start.length)));
    return found ? `${found[0]}:${iri.slice(found[1].length)}` : null;
  };

  // A word is looked for in the label and in the last part of the IRI; an IRI or prefixed name by its beginning too.
  const matching = kind => (yasqe, token) => {
    const written = (token?.autocompletionString ?? '').trim();
    const word = token?.tokenPrefixUri ? written.slice(token.tokenPrefixUri.length).toLowerCase() : written.toLowerCase();
    return terms
      .filter(term => term.kind === kind)
      .filter(term => (token?.tokenPrefixUri ? term.iri.startsWith(token.tokenPrefixUri) : true))
      .filter(term => term.iri.startsWith(written) || term.words.includes(word))
      .sort((one, other) => rank(one, word) - rank(other, word)) // stable: the most used first among equals
      .slice(0, MOST)
      .map(term => term.iri);
  };

  const labelled = kind => (yasqe, hints) =>
    hints.map(hint => {
      const known = yasqe.getPrefixesFromQuery();
      const iri = hint.text.startsWith('<')
        ? hint.text.slice(1, -1)
        : hint.text.replace(/^([^:]*):/, (_, prefix) => known[prefix] ?? '');
      const term = terms.find(candidate => candidate.iri === iri && candidate.kind === kind);
      const short = shortened(iri);
      // Written short where the prefix is declared, or becomes so when it is used (the completer of prefixes).
      if (hint.text.startsWith('<') && short && (known[short.split(':')[0]] ?? '') === prefixes[short.split(':')[0]]) {
        hint.text = short;
      }
      hint.render = place => {
        place.append(short ?? hint.text);
        if (term?.label && term.label !== short) {
          const label = Object.assign(document.createElement('span'), { className: 'hint-label', textContent: term.label });
          place.append(label);
        }
      };
      return hint;
    });

  const ours = kind => ({ get: matching(kind), postprocessHints: labelled(kind), bulk: false, autoShow: false, persistenceId: null });
  Yasqe.forkAutocompleter('class', { name: 'kg-classes', ...ours('class') }, false);
  Yasqe.forkAutocompleter('property', { name: 'kg-properties', ...ours('property') }, false);
  Yasqe.forkAutocompleter(
    'prefixes',
    {
      name: 'kg-prefixes',
      get: () => support.then(found => Object.entries(found.prefixes).map(([name, iri]) => `${name}: <${iri}>`)),
      persistenceId: null,
    },
    false,
  );
}

// YASGUI speaks English only, and its tooltip writes style attributes that the page's policy does not allow.
export function speakOurLanguage(texts) {
  const { checkSyntax, showNotification } = Yasqe.prototype;
  Yasqe.prototype.checkSyntax = function () {
    checkSyntax.call(this);
    for (const icon of this.getWrapperElement().querySelectorAll('.parseErrorIcon')) {
      icon.onmouseover = icon.onmouseout = null;
      icon.title = texts.unexpected;
    }
  };
  Yasqe.prototype.showNotification = function (key) {
    showNotification.call(this, key, texts.complete);
  };
}

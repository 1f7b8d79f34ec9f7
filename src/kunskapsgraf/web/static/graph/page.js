// The page of connections: puts a picture that can be unfolded in place of the server's, and unfolds the list with it.
import { Picture, number } from './picture.js';
import { unfoldItem } from './list.js';

const FIRST = 24, MORE = 12; // neighbours drawn at first, and with each unfolding
const figure = document.querySelector('figure[data-connections]');
const texts = JSON.parse(figure.dataset.texts);
const asked = new Map();

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// Each address is asked for once.
function fetched(address) {
  if (!asked.has(address)) {
    asked.set(address, fetch(address, { headers: { Accept: 'application/json' } })
      .then(response => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))))
      .catch(error => {
        asked.delete(address);
        throw error;
      }));
  }
  return asked.get(address);
}

const asData = address => `${address}${address.includes('?') ? '&' : '?'}format=json`;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

const first = await fetched(figure.dataset.connections).catch(() => null); // without it the server's picture stays
if (first) start();

function start() {
  const canvas = element('div', { className: 'canvas', tabIndex: 0 });
  canvas.setAttribute('role', 'application');
  canvas.setAttribute('aria-label', texts.label);
  const told = element('p', { className: 'told' });
  told.setAttribute('role', 'status');
  const tools = element('div', { className: 'tools' });
  const still = figure.querySelector('.still');
  still.before(tools, canvas, told, element('p', { className: 'hint', textContent: texts.keys }));
  const share = figure.offsetWidth < 500 ? 60 : 80; // of the screen: on a narrow one there is room beside it to scroll the page by
  canvas.style.height = `min(${still.offsetHeight + 40}px, ${share}vh)`;
  still.remove();
  const picture = new Picture(canvas, first.thing, texts);
  picture.unfold(picture.root, first.groups, FIRST, neighbour => neighbour.drawn);
  picture.draw();
  picture.fit();
  for (const [name, act] of [
    ['fit', () => picture.fit()],
    ['closer', () => picture.zoom(picture.cy.zoom() * 1.25)],
    ['farther', () => picture.zoom(picture.cy.zoom() / 1.25)],
  ]) {
    tools.append(element('button', { type: 'button', textContent: texts[name], onclick: act }));
  }

  function say(text, thing = null) {
    told.replaceChildren(text);
    if (!thing) return;
    if (thing.address) told.append(element('a', { href: thing.address, textContent: texts.toPage }));
    if (thing.iri !== first.thing.iri) told.append(element('a', { href: thing.connections, textContent: texts.startHere }));
  }

  const named = node => (node.thing ? `${node.thing.short} (${node.thing.kindText})` : picture.label(node));

  function choose(node) {
    picture.choose(node);
    say(named(node), node.thing);
  }

  // Unfolds or folds a thing, or shows more of what a property leads to.
  async function act(node) {
    try {
      await (node.type === 'thing' ? unfold(node) : more(node));
    } catch {
      say(texts.failed);
    }
  }

  async function unfold(node) {
    if (node.isUnfolded) {
      if (node === picture.root) return choose(node);
      picture.fold(node);
      picture.draw(node);
      picture.choose(node);
      return say(filled(texts.folded, { name: named(node) }), node.thing);
    }
    const found = await fetched(asData(node.thing.connections));
    if (!picture.nodes.has(node.id) || node.isUnfolded) return undefined; // folded away meanwhile
    const count = picture.unfold(node, found.groups, MORE);
    picture.draw(node);
    picture.show(node);
    picture.choose(node);
    const values = { name: named(node), n: number(found.total) };
    const text = count ? texts.unfolded : texts.nothingNew;
    return say(picture.isFull ? texts.full : filled(text, values), node.thing);
  }

  async function more(property) {
    let added = picture.add(property, MORE);
    while (!added && property.next && !picture.isFull) {
      const found = (await fetched(property.next)).groups[0];
      property.known.push(...found.neighbours);
      property.next = found.next;
      added = picture.add(property, MORE);
    }
    picture.draw(property);
    picture.show(property);
    picture.choose(property);
    say(picture.isFull ? texts.full : added ? named(property) : filled(texts.nothingNew, { name: named(property) }));
  }

  picture.cy.on('tap', 'node', event => act(picture.nodes.get(event.target.id())));
  picture.cy.on('mouseover', 'node', () => { canvas.style.cursor = 'pointer'; });
  picture.cy.on('mouseout', 'node', () => { canvas.style.cursor = ''; });
  canvas.addEventListener('focus', () => choose(picture.nodes.get(picture.chosen?.id) ?? picture.root));
  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = picture.nodes.get(picture.chosen?.id) ?? picture.root;
    const keys = {
      Enter: () => act(at), ' ': () => act(at), Home: () => choose(picture.root), 0: () => picture.fit(),
      '+': () => picture.zoom(picture.cy.zoom() * 1.25), '-': () => picture.zoom(picture.cy.zoom() / 1.25),
    };
    if (event.key.startsWith('Arrow')) {
      const next = picture.beside(at, event.key);
      if (next) choose(next);
    } else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });

  // The list unfolds in its place; what is unfolded there is unfolded in the picture too, where it is drawn.
  document.querySelector('section.list').addEventListener('click', async event => {
    const link = event.target.closest('a.unfold, button.unfold');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const found = await fetched(asData(link.dataset.address ?? link.getAttribute('href')));
      const opened = unfoldItem(link, found, texts, filled);
      const node = picture.nodes.get(`s:${found.thing.iri}`);
      if (node && node !== picture.root && opened !== Boolean(node.isUnfolded)) await unfold(node);
      else say(filled(opened ? texts.unfolded : texts.folded, { name: found.thing.short, n: number(found.total) }), found.thing);
    } catch {
      say(texts.failed);
    }
  });
  document.documentElement.classList.add('has-picture');
  figure.picture = picture; // for whoever looks at the page by script
}

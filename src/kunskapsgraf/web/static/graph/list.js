// The list beside the picture: a thing in it is unfolded where it stands, for those who do not see the picture.
import { number } from './picture.js';

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function named(told) {
  const text = element('bdi', { textContent: told.text });
  if (told.language && told.language !== document.documentElement.lang) text.lang = told.language;
  return text;
}

// Unfolds or folds the item of a link; tells whether it is open now.
export function unfoldItem(link, found, texts, filled) {
  const item = link.closest('li');
  const button = link.tagName === 'BUTTON' ? link : asButton(link);
  const open = button.getAttribute('aria-expanded') !== 'true';
  button.setAttribute('aria-expanded', String(open));
  const there = item.querySelector(':scope > .unfolded');
  if (there) there.hidden = !open;
  else item.append(groupsOf(found, texts, filled));
  return open;
}

// What has been a link to a page of its own opens in its place from now on.
function asButton(link) {
  const button = element('button', { type: 'button', className: 'unfold', textContent: link.textContent });
  button.dataset.address = link.getAttribute('href');
  button.setAttribute('aria-label', link.getAttribute('aria-label'));
  const hadFocus = document.activeElement === link;
  link.replaceWith(button);
  if (hadFocus) button.focus();
  return button;
}

function groupsOf(found, texts, filled) {
  const made = element('div', { className: 'unfolded' });
  for (const group of found.groups) {
    const summary = element('summary');
    if (group.direction === 'in') {
      const arrow = element('span', { className: 'arrow', textContent: '← ' });
      arrow.setAttribute('aria-hidden', 'true');
      summary.append(arrow, element('span', { className: 'visually-hidden', textContent: `${texts.towards} ` }));
    }
    summary.append(named(group.predicate), ' ', element('span', { className: 'count', textContent: number(group.total) }));
    const list = element('ul', { className: 'neighbours' }, ...group.neighbours.map(one => itemOf(one, texts)));
    const details = element('details', {}, summary, list);
    if (group.neighbours.length < group.total) {
      details.append(element('p', {}, element('a', { href: group.address, textContent: filled(texts.all, { n: number(group.total) }) })));
    }
    made.append(details);
  }
  return made;
}

function itemOf(one, texts) {
  const name = one.address ? element('a', { href: one.address }, named(one)) : named(one);
  const origin = element('span', { className: 'origin' });
  for (const kind of one.statement) origin.append(element('span', { className: `mark ${kind}`, textContent: texts.marks[kind] }), ' ');
  if (one.why) origin.append(element('a', { className: 'why', href: one.why, textContent: texts.why }), ' ');
  const unfold = element('a', { className: 'unfold', href: one.connections, textContent: texts.connections });
  unfold.setAttribute('aria-label', `${texts.connections}: ${one.text}`);
  origin.append(unfold);
  return element('li', {}, name, ' ', element('span', { className: 'muted', textContent: one.kindText }), ' ', origin);
}

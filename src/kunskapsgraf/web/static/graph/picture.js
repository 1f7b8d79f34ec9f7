// The picture: a tree from left to right of things and the properties that tie them, drawn by Cytoscape.js.
// Names stand one on each line, as in the picture that the server draws (drawing.py), so that each can be read.
const ROW = 34, HEIGHT = 26, TALL = 44, ROOT = 170, PILL = 204, BOX = 290, GAP = 40, LONGEST = 38;
const CUT = HEIGHT * 0.4;
const CORNERS = { // x as share of half the width, with a cut of so many pixels; y as share of half the height
  place: [[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1]],
  method: [[-1, 0, 0], [-1, 1, -1], [1, -1, -1], [1, 0, 0], [1, -1, 1], [-1, 1, 1]],
  group: [[-1, 0, -1], [1, -1, -1], [1, 0, 0], [1, -1, 1], [-1, 0, 1]],
  source: [[-1, 0, -1], [1, -1, -1], [1, 0, -0.2], [1, 0, 1], [-1, 0, 1]],
  term: [[-1, 0, -1], [1, 0, -1], [1, -1, 0], [1, 0, 1], [-1, 0, 1], [-1, 1, 0]],
  utanfor: [[-1, 1, -1], [1, 0, -1], [1, -1, 1], [-1, 0, 1]],
};
const MOST_NODES = 240;

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function corners(shape, width) {
  const cut = CUT / (width / 2);
  return CORNERS[shape].flatMap(([x, inwards, y]) => [x + inwards * cut, y]);
}

function style() {
  const [ink, paper, muted, line, soft, accent] = ['ink', 'paper', 'muted', 'line', 'soft', 'accent'].map(colour);
  return [
    { selector: 'node', style: {
      label: 'data(label)', width: 'data(width)', height: HEIGHT, 'text-valign': 'center', 'text-halign': 'center',
      'font-size': 12.5, 'font-family': getComputedStyle(document.body).fontFamily, color: ink,
      'background-color': paper, 'border-color': muted, 'border-width': 1.2, shape: 'round-rectangle', 'corner-radius': 13,
      'overlay-opacity': 0,
    } },
    ...Object.keys(CORNERS).map(name => ({ selector: `node[shape = "${name}"]`, style: {
      shape: 'polygon', 'shape-polygon-points': node => corners(name, node.data('width')),
    } })),
    { selector: 'node[shape = "service"]', style: { 'corner-radius': 6 } },
    { selector: 'node[type = "property"]', style: {
      'background-color': soft, 'border-width': 0, color: muted, height: 24, 'corner-radius': 4,
    } },
    { selector: 'node[?isUnfolded]', style: { 'border-color': ink, 'border-width': 1.8 } },
    { selector: 'node[?isRoot]', style: { 'border-color': accent, 'border-width': 2.4, 'font-weight': 600, height: TALL, 'text-wrap': 'wrap', 'line-height': 1.25 } },
    { selector: 'node.chosen', style: { 'border-color': accent, 'border-width': 3.5 } },
    { selector: 'edge', style: {
      width: 1.4, 'line-color': muted, 'curve-style': 'straight', 'source-endpoint': '90deg', 'target-endpoint': '270deg',
      'arrow-scale': 0.7, 'target-arrow-color': muted, 'source-arrow-color': muted, 'overlay-opacity': 0,
    } },
    { selector: 'edge.across', style: { 'target-endpoint': 'outside-to-node', opacity: 0.6 } },
    { selector: 'edge[arrow = "target"]', style: { 'target-arrow-shape': 'triangle' } },
    { selector: 'edge[arrow = "source"]', style: { 'source-arrow-shape': 'triangle' } },
    { selector: 'edge[line = "trunk"]', style: { 'line-color': line } },
    { selector: 'edge[line = "editorial"], edge[line = "ontology"]', style: { width: 0.8 } },
    { selector: 'edge[line = "inferred"]', style: { 'line-color': accent, 'line-style': 'dashed', 'line-dash-pattern': [7, 5] } },
    { selector: 'edge[line = "closed"]', style: { 'line-color': accent, width: 2, 'line-style': 'dotted' } },
  ];
}

export class Picture {
  constructor(container, root, texts) {
    this.texts = texts;
    this.root = this.node({ id: `s:${root.iri}`, type: 'thing', thing: root, width: ROOT });
    this.nodes = new Map([[this.root.id, this.root]]);
    this.cy = cytoscape({
      container, style: style(), layout: { name: 'preset' }, elements: [], minZoom: 0.25, maxZoom: 2.5,
      userZoomingEnabled: false, boxSelectionEnabled: false, autoungrabify: true, autounselectify: true,
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.cy.style(style()));
  }

  node(given) {
    return { parent: null, children: [], groups: null, ...given };
  }

  get isFull() {
    return this.nodes.size >= MOST_NODES;
  }

  // Unfolds a thing: its groups, each with at most so many of its neighbours that are not there yet.
  unfold(node, groups, most, wanted = neighbour => true) {
    node.groups = groups;
    let left = most;
    for (const group of groups) {
      if (left <= 0 || this.isFull) break;
      const id = `${node.id} ${group.direction} ${group.predicate.iri}`;
      const property = this.node({ id, type: 'property', group, parent: node, width: PILL, known: [...group.neighbours], next: group.next });
      const drawn = this.add(property, Math.min(left, node === this.root ? most : 3), wanted);
      if (drawn) {
        this.nodes.set(id, property);
        node.children.push(property);
        left -= drawn;
      }
    }
    node.isUnfolded = node.children.length > 0;
    return node.children.length;
  }

  // Adds neighbours of a property; one that is in the picture already gets a line across, but never back to where we come from.
  add(property, most, wanted = neighbour => true) {
    let added = 0;
    property.across ??= [];
    property.seen ??= new Set();
    for (const neighbour of property.known) {
      if (added >= most || this.isFull) break;
      const id = `s:${neighbour.iri}`;
      if (property.seen.has(id) || !wanted(neighbour)) continue;
      property.seen.add(id);
      if (this.nodes.has(id)) {
        const origin = property.parent.parent?.parent;
        if (origin?.id !== id && property.parent.id !== id && property.parent !== this.root) {
          property.across.push({ id, neighbour });
          added += 1;
        }
        continue;
      }
      const made = this.node({ id, type: 'thing', thing: neighbour, parent: property, width: BOX });
      this.nodes.set(id, made);
      property.children.push(made);
      added += 1;
    }
    return added;
  }

  fold(node) {
    for (const child of node.children) {
      this.fold(child);
      this.nodes.delete(child.id);
    }
    node.children = [];
    node.isUnfolded = false;
  }

  // Lays out and draws what there is; the node that was asked for stays where it is on the screen.
  draw(still = null) {
    const before = still && this.cy.getElementById(still.id).renderedPosition();
    const positions = this.places();
    const lines = [...this.lines()];
    this.cy.batch(() => {
      const kept = new Set([...this.nodes.keys(), ...lines.map(line => line.data.id)]);
      this.cy.elements().filter(element => !kept.has(element.id())).remove();
      for (const node of this.nodes.values()) {
        const data = { label: this.label(node), width: node.width, type: node.type, isUnfolded: Boolean(node.isUnfolded), isRoot: node === this.root, shape: node.thing?.shape ?? 'property' };
        const found = this.cy.getElementById(node.id);
        if (found.length) found.data(data).position(positions.get(node.id));
        else this.cy.add({ group: 'nodes', data: { id: node.id, ...data }, position: positions.get(node.id) });
      }
      for (const line of lines) if (!this.cy.getElementById(line.data.id).length) this.cy.add(line);
    });
    if (before) {
      const now = this.cy.getElementById(still.id).renderedPosition();
      this.cy.panBy({ x: before.x - now.x, y: before.y - now.y });
    }
  }

  label(node) {
    if (node.type === 'thing') {
      const kind = shortened(node.thing.kindText, 18);
      if (node === this.root) return `${shortened(node.thing.short, 20)}\n${kind}`;
      return `${shortened(node.thing.short, Math.max(LONGEST - kind.length - 3, 10))} · ${kind}`;
    }
    const { group } = node;
    const shown = node.children.length + node.across.length;
    const arrow = group.direction === 'in' ? '← ' : '';
    const count = shown < group.total ? ` · ${this.texts.of.replace('{n}', shown).replace('{total}', number(group.total))}` : shown > 1 ? ` · ${shown}` : '';
    return arrow + shortened(group.predicate.short, 25 - arrow.length - count.length) + count;
  }

  * lines() {
    for (const node of this.nodes.values()) {
      const incoming = node.group?.direction === 'in';
      if (node.type !== 'property') continue;
      yield line(node.parent.id, node.id, 'trunk', incoming ? 'source' : '');
      for (const child of node.children) yield line(node.id, child.id, child.thing.line, incoming ? '' : 'target');
      for (const { id, neighbour } of node.across) {
        if (this.nodes.has(id)) yield { ...line(node.id, id, neighbour.line, incoming ? '' : 'target'), classes: 'across' };
      }
    }
  }

  places() {
    const found = new Map();
    let row = 0;
    const walk = (node, left) => { // gives the middle of what stands below it
      const right = left + node.width + GAP;
      const ys = node.children.map(child => walk(child, right));
      const y = ys.length ? (ys[0] + ys.at(-1)) / 2 : (row += 1) * ROW;
      found.set(node.id, { x: left + node.width / 2, y });
      return y;
    };
    walk(this.root, 0);
    return found;
  }

  fit() {
    this.cy.resize();
    this.cy.fit(undefined, 12);
    if (this.cy.zoom() > 1) this.zoom(1);
    if (this.cy.zoom() < 0.6) { // too small to read: begin at the thing
      this.cy.zoom(0.85);
      const box = this.cy.elements().boundingBox();
      const place = this.cy.getElementById(this.root.id).position();
      this.cy.pan({ x: 12 - box.x1 * 0.85, y: this.cy.height() / 2 - place.y * 0.85 });
    }
  }

  zoom(level) {
    this.cy.zoom({ level, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
  }

  // Brings what a node was unfolded to into view, smaller where that is needed and still can be read.
  show(node) {
    const found = this.cy.collection([node, ...node.children, ...node.children.flatMap(child => child.children)].map(one => this.cy.getElementById(one.id)));
    const wide = found.boundingBox({ includeEdges: false }).w + 24;
    const at = this.cy.getElementById(node.id).renderedPosition();
    this.cy.zoom({ level: Math.min(this.cy.zoom(), Math.max(this.cy.width() / wide, 0.65)), renderedPosition: at });
    const box = found.renderedBoundingBox({ includeEdges: false });
    const [left, right, up, down] = [12 - box.x1, this.cy.width() - 12 - box.x2, 12 - box.y1, this.cy.height() - 12 - box.y2];
    const x = right < 0 ? Math.max(right, left) : Math.max(left, 0);
    const y = box.h > this.cy.height() ? 0 : down < 0 ? down : Math.max(up, 0);
    this.cy.panBy({ x, y });
  }

  choose(node) {
    this.chosen = node;
    this.cy.nodes().removeClass('chosen');
    const element = this.cy.getElementById(node.id).addClass('chosen');
    const box = element.renderedBoundingBox();
    const x = box.x1 < 0 ? 12 - box.x1 : box.x2 > this.cy.width() ? this.cy.width() - 12 - box.x2 : 0;
    const y = box.y1 < 0 ? 12 - box.y1 : box.y2 > this.cy.height() ? this.cy.height() - 12 - box.y2 : 0;
    if (x || y) this.cy.panBy({ x, y });
  }

  // The node that an arrow key leads to: out along the tree, back, or the next one above or below in the same column.
  beside(node, key) {
    if (key === 'ArrowLeft') return node.parent;
    if (key === 'ArrowRight') return node.children[0] ?? null;
    const at = this.cy.getElementById(node.id).position();
    const down = key === 'ArrowDown';
    const others = [...this.nodes.values()]
      .map(other => ({ other, place: this.cy.getElementById(other.id).position() }))
      .filter(({ other, place }) => other !== node && Math.abs(place.x - at.x) < BOX / 2 && (down ? place.y > at.y : place.y < at.y));
    others.sort((a, b) => Math.abs(a.place.y - at.y) - Math.abs(b.place.y - at.y));
    return others[0]?.other ?? null;
  }
}

export const number = count => count.toLocaleString(document.documentElement.lang);

function shortened(text, most) {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('').trimEnd()}…`;
}

function line(source, target, kind, arrow) {
  return { group: 'edges', data: { id: `${source} > ${target}`, source, target, line: kind, arrow } };
}

/* The waterfall's state: columns in, visible rows out. Touches no DOM and never recurses.
 *
 * Columns are described in longpole/ui/trace/columns.py. A row is a position in them; spans come
 * depth first, so the subtree of row i is the rows i .. i + size[i] - 1.
 */
(function () {
  "use strict";
  const longpole = (window.longpole = window.longpole || {});
  const ERROR = 1, ON_PATH = 2, ROOT = 4, DETACHED = 8;
  const FILTERS = { all: null, path: ON_PATH, errors: ERROR, detached: DETACHED };

  class WaterfallModel {
    constructor(columns) {
      this.columns = columns;
      this.count = columns.ids.length;
      this.collapsed = new Uint8Array(this.count);
      this.visible = new Int32Array(this.count);
      this.shown = 0;
      this.filter = "all";
      this.group = null; // table rows whose spans are pointed at, as a Set
      this.matches = [];
      this.needle = "";
      this.hidden = new Map(columns.hidden.row.map((row, i) => [row, columns.hidden.count[i]]));
      this.parent = this.parents();
      this.sectionsOf = this.sectionRanges();
      this.place = new Map(); // span id -> row, made when first asked for
      this.refresh();
    }

    parents() {
      const depth = this.columns.depth;
      const parent = new Int32Array(this.count);
      const last = new Int32Array(this.count + 1); // the last row seen at each depth
      for (let row = 0; row < this.count; row++) {
        last[depth[row]] = row;
        parent[row] = depth[row] > 0 ? last[depth[row] - 1] : -1;
      }
      return parent;
    }

    /* Sections are sorted by row: row i has those from at[i] to at[i + 1]. */
    sectionRanges() {
      const at = new Int32Array(this.count + 1);
      for (const row of this.columns.sections.row) at[row + 1]++;
      for (let row = 0; row < this.count; row++) at[row + 1] += at[row];
      return at;
    }

    /* Recompute the list of rows that are neither filtered out nor inside something collapsed. */
    refresh() {
      const size = this.columns.size;
      const keep = this.kept();
      let shown = 0;
      for (let row = 0; row < this.count; ) {
        if (keep && !keep[row]) {
          row += size[row];
          continue;
        }
        this.visible[shown++] = row;
        row += this.collapsed[row] ? size[row] : 1;
      }
      this.shown = shown;
    }

    /* With a filter: the rows it asks for and all above them. */
    kept() {
      const bit = FILTERS[this.filter];
      if (!bit) return null;
      const keep = new Uint8Array(this.count);
      for (let row = this.count - 1; row >= 0; row--) {
        if (this.columns.mark[row] & bit) keep[row] = 1;
        if (keep[row] && this.parent[row] >= 0) keep[this.parent[row]] = 1;
      }
      return keep;
    }

    setFilter(filter) {
      this.filter = filter;
      this.refresh();
    }

    toggle(row, collapsed = !this.collapsed[row]) {
      if (this.columns.size[row] > 1) this.collapsed[row] = collapsed ? 1 : 0;
      this.refresh();
    }

    toggleAll(collapsed) {
      for (let row = 0; row < this.count; row++) {
        this.collapsed[row] = collapsed && this.columns.size[row] > 1 ? 1 : 0;
      }
      if (collapsed) this.openPathTops();
      this.refresh();
    }

    /* Collapsing everything still shows what is directly below each root. */
    openPathTops() {
      for (let row = 0; row < this.count; row += this.columns.size[row]) this.collapsed[row] = 0;
    }

    /* Make a row visible: open everything above it, drop a filter that hides it. */
    reveal(row) {
      for (let above = this.parent[row]; above >= 0; above = this.parent[above]) {
        this.collapsed[above] = 0;
      }
      this.refresh();
      if (this.position(row) < 0) this.setFilter("all");
    }

    /* Where a row stands in the visible list, by bisection; -1 if it is not in it. */
    position(row) {
      let low = 0, high = this.shown - 1;
      while (low <= high) {
        const middle = (low + high) >> 1;
        if (this.visible[middle] === row) return middle;
        if (this.visible[middle] < row) low = middle + 1;
        else high = middle - 1;
      }
      return -1;
    }

    rowOf(id) {
      if (!this.place.size) this.columns.ids.forEach((text, row) => this.place.set(text, row));
      return this.place.has(id) ? this.place.get(id) : -1;
    }

    name(row) { return this.columns.names[this.columns.name[row]]; }
    detail(row) { return this.columns.details[this.columns.detail[row]]; }
    service(row) { return this.columns.services[this.columns.service[row]]; }
    kind(row) { return this.columns.kinds[this.columns.kind[row]]; }
    note(row) { return this.columns.notes[this.columns.note[row]]; }
    end(row) { return this.columns.start[row] + this.columns.duration[row]; }
    has(row, bit) { return (this.columns.mark[row] & bit) !== 0; }

    /* Rows whose name, model, tool, service or id holds the text; texts are looked at once each. */
    search(text) {
      this.needle = text.trim().toLowerCase();
      this.matches = [];
      this.matched = new Uint8Array(this.count);
      if (!this.needle) return;
      const c = this.columns;
      const hits = (table) => table.map((entry) => entry.toLowerCase().includes(this.needle));
      const name = hits(c.names), detail = hits(c.details), service = hits(c.services);
      const byId = /^[0-9a-f]{4,}$/.test(this.needle);
      for (let row = 0; row < this.count; row++) {
        if (name[c.name[row]] || detail[c.detail[row]] || service[c.service[row]] ||
            (byId && c.ids[row].startsWith(this.needle))) this.matches.push(row);
      }
      for (const row of this.matches) this.matched[row] = 1;
    }

    isMatch(row) {
      return this.matched[row] === 1;
    }

    /* The match after (or before) a row, going round. */
    nextMatch(row, step) {
      const found = this.matches;
      if (!found.length) return -1;
      const after = step > 0 ? found.find((match) => match > row) : found.findLast((match) => match < row);
      return after === undefined ? (step > 0 ? found[0] : found[found.length - 1]) : after;
    }

    /* Whether a span spends path time in one of the table rows pointed at. */
    inGroup(row) {
      if (!this.group) return false;
      for (let s = this.sectionsOf[row]; s < this.sectionsOf[row + 1]; s++) {
        if (this.group.has(this.columns.sections.group[s])) return true;
      }
      return false;
    }

    firstInGroup(group) {
      const { row, group: groups } = this.columns.sections;
      const at = groups.findIndex((number) => group.has(number));
      return at < 0 ? -1 : row[at];
    }

    /* Rows that a row provably waited for, with how that is known. */
    sources(row) {
      const { row: rows, source, evidence } = this.columns.after;
      const found = [];
      for (let n = rows.indexOf(row); n >= 0 && rows[n] === row; n++) found.push([source[n], evidence[n]]);
      return found;
    }

    /* How each piece of the path on a row is known, in the order of time, each once. */
    evidence(row) {
      const said = new Set();
      for (let s = this.sectionsOf[row]; s < this.sectionsOf[row + 1]; s++) said.add(this.columns.sections.evidence[s]);
      said.delete("");
      return [...said];
    }

    /* Sections of a row inside [from, to] in µs with their evidence; those closer than `least` and
     * known in the same way are joined into one. */
    sections(row, from, to, least) {
      const { start, end, evidence } = this.columns.sections;
      const last = this.sectionsOf[row + 1];
      let low = this.sectionsOf[row], high = last;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (end[middle] < from) low = middle + 1;
        else high = middle;
      }
      const joined = [];
      for (let s = low; s < last && start[s] <= to; s++) {
        const before = joined[joined.length - 1];
        const close = before && start[s] - before[1] < least;
        if (close && before[2] === evidence[s]) before[1] = Math.max(before[1], end[s]);
        else if (close && end[s] - before[0] < least) before[1] = Math.max(before[1], end[s]);
        else joined.push([start[s], end[s], evidence[s]]);
      }
      return joined;
    }

    /* Take over what the reader had opened and chosen from a model of the same trace. */
    adopt(older) {
      for (let row = 0; row < older.count; row++) {
        if (!older.collapsed[row]) continue;
        const here = this.rowOf(older.columns.ids[row]);
        if (here >= 0 && this.columns.size[here] > 1) this.collapsed[here] = 1;
      }
      this.filter = older.filter;
      this.refresh();
      this.search(older.needle);
    }
  }

  Object.assign(longpole, { WaterfallModel, marks: { ERROR, ON_PATH, ROOT, DETACHED } });
})();

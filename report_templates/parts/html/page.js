"use strict";
(() => {
  const root = document.documentElement;
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  root.classList.add("scripted");

  // Light and dark: as the system has it, until somebody chooses. A file's own storage may be shut off.
  const themes = ["system", "light", "dark"];
  const kept = {
    get() { try { return localStorage.getItem("readiness-theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("readiness-theme", value); } catch { /* not kept then */ } },
  };
  const button = one("#theme");
  const show = (theme) => {
    if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  let theme = themes.includes(kept.get()) ? kept.get() : "system";
  show(theme);
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    kept.set(theme);
    show(theme);
  });

  // Folds: what a link leads to is open, and on paper everything is.
  const reveal = (target) => {
    for (let at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
  };
  const follow = () => {
    let name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = name && document.getElementById(name);
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    reveal(target);
    target.scrollIntoView({ behavior: "instant" });
  };
  const folds = all("details");
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = folds.filter((fold) => !fold.open);
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => { for (const fold of folded) fold.open = false; });

  // Where the reader is.
  const entries = new Map(all(".contents a").map((link) => [link.hash.slice(1), link]));
  const current = () => {
    let last = null;
    for (const [name, link] of entries) {
      const heading = document.getElementById(name);
      if (heading && heading.getBoundingClientRect().top < innerHeight / 3) last = link;
    }
    for (const link of entries.values()) if (link === last) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; current(); });
  }, { passive: true });

  // Filters: by words, severity, area and status, all of them together.
  const find = one("#find"), severity = one("#severity"), area = one("#area"), count = one("#count");
  const statuses = all("input[name=status]");
  const rules = all(".rule").map((item) => ({ item, text: null, a: item.closest(".area").dataset.a }));
  const groups = all(".group"), areas = all(".area");
  const filter = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = statuses.filter((box) => box.checked).map((box) => box.value);
    const active = Boolean(words.length || severity.value || area.value || wanted.length);
    let shown = 0;
    for (const rule of rules) {
      const { s, v } = rule.item.dataset;
      let fits = (!severity.value || v === severity.value) && (!area.value || rule.a === area.value)
        && (!wanted.length || wanted.includes(s));
      if (fits && words.length) {
        rule.text ??= rule.item.textContent.toLowerCase();
        fits = words.every((word) => rule.text.includes(word));
      }
      rule.item.hidden = !fits;
      shown += fits;
    }
    for (const group of groups) group.hidden = !one(".rule:not([hidden])", group);
    for (const part of areas) part.hidden = active && !one(".group:not([hidden])", part);
    if (active) for (const more of all(".more")) more.open = Boolean(one(".rule:not([hidden])", more));
    count.textContent = active ? `${shown} of ${rules.length} rules` : `${rules.length} rules`;
    one("#clear").hidden = !active;
  };
  const clear = () => {
    find.value = severity.value = area.value = "";
    for (const box of statuses) box.checked = false;
    filter();
  };
  find.addEventListener("input", filter);
  for (const control of [severity, area, ...statuses]) control.addEventListener("change", filter);
  one("#clear").addEventListener("click", () => { clear(); find.focus(); });
  const fold = (open) => { for (const part of all(".rule:not([hidden]) details, .more")) part.open = open; };
  one("#unfold").addEventListener("click", () => fold(true));
  one("#fold").addEventListener("click", () => fold(false));
  filter();

  // What if: the score where rules are assumed to be fixed, by the same steps and in the same whole millipoints
  // as it was made (readiness/report/model.py, "Arithmetic").
  const given = one("#simulation");
  if (given) {
    const data = JSON.parse(given.textContent);
    const terms = data.terms.map(([rule, place, area, possible, level, ceiling, top, decides, needs]) =>
      ({ rule, place, area, possible, level, ceiling, top, decides, needs }));
    const places = new Map(terms.map((term) => [term.rule, term.place]));
    const PARTIAL = 2, BLOCKS = 1, WEIGHS = 2, BELOW = 0, OPEN = 1, HOLDS = 2;

    const earned = (term, level) =>
      Math.floor(term.possible * data.credits[Math.min(level, term.top)] / data.credits[term.top]);
    const stands = (group, standing) => Math.max(BELOW, ...group.map(([rule, least]) => {
      const [low, high] = standing.get(rule) ?? [4, 4];
      return low >= least ? HOLDS : high >= least ? OPEN : BELOW;
    }));
    const banded = (value) => data.bands.find(([, start]) => value >= start)[0];
    const score = (fixed) => {
      const standing = new Map(), areas = [];
      const held = [], blockers = [];
      let raw = 0, most = 0, mayBlock = false, blocks = false, weighs = false;
      for (const term of terms) {
        let [low, high] = fixed.has(term.rule) ? [term.top, term.top] : [term.level, term.ceiling];
        const holds = Math.min(HOLDS, ...term.needs.map((group) => stands(group, standing)));
        if (holds < HOLDS) {
          low = 0;
          if (fixed.has(term.rule)) held.push(term.rule);
        }
        if (holds === BELOW) high = 0;
        standing.set(term.rule, [low, high]);
        const part = areas[term.area] ??= { earned: 0, possible: 0 };
        part.earned += earned(term, low);
        part.possible += term.possible;
        raw += earned(term, low);
        most += earned(term, high);
        if (term.decides === BLOCKS && low < PARTIAL) {
          mayBlock = true;
          if (high < PARTIAL) { blocks = true; blockers.push(term.rule); }
        }
        if (term.decides === WEIGHS && high < PARTIAL) weighs = true;
      }
      const low = mayBlock ? Math.min(raw, data.cap) : raw;
      const high = blocks ? Math.min(most, data.cap) : most;
      const band = banded(low);
      const verdict = blocks || low < data.bands[1][1] ? "not-ready"
        : mayBlock || data.waived || weighs || low < data.bands[0][1] ? "conditional" : "ready";
      return { low, high, raw, band, verdict, areas, held, blockers };
    };

    const points = (value) => `${Math.floor(value / 1000)}.${Math.floor(value % 1000 / 100)}`;
    const words = { "ready": "Ready", "conditional": "Ready with conditions", "not-ready": "Not ready" };
    const titled = (rule) => {
      const link = document.createElement("a");
      link.href = `#${places.get(rule)}`;
      link.textContent = rule;
      return link;
    };
    const listed = (label, names) => {
      const line = document.createElement("p");
      const strong = document.createElement("b");
      strong.textContent = `${label}: `;
      line.append(strong);
      names.forEach((name, number) => line.append(number ? ", " : "", titled(name)));
      return line;
    };

    const boxes = all("input[data-fix]");
    const bar = one("#what-if-bar"), said = one("#what-if-said"), panel = one("#what-if-more");
    const today = score(new Set());
    const fixed = new Set();
    const tell = () => {
      const now = score(fixed);
      const waits = new Set([...fixed].flatMap((rule) => data.waits[rule] ?? []).filter((rule) => !fixed.has(rule)));
      const least = waits.size ? "at least " : "";
      const fixes = fixed.size === 1 ? "1 fix" : `${fixed.size} fixes`;
      bar.hidden = !fixed.size;
      root.classList.toggle("simulating", fixed.size > 0);
      const strong = document.createElement("b");
      strong.textContent = `${least}${points(now.low)} of 100`;
      said.replaceChildren(...(fixed.size ? [
        `With ${fixes}: `, strong, ` instead of ${points(today.low)}. ${now.band}. ${words[now.verdict]}.`,
      ] : []));
      Object.assign(bar.dataset, { low: now.low, high: now.high, verdict: now.verdict, least: String(Boolean(least)) });
      for (const cell of all("[data-then]")) {
        const part = now.areas[cell.dataset.then];
        const own = part ? Math.floor(100000 * part.earned / Math.max(part.possible, 1)) : 0;
        cell.textContent = cell.dataset.then === "all" ? `${least}${points(now.low)}, ${now.band}`
          : part ? `${points(own)}, ${banded(own)}` : "–";
      }
      const lines = [];
      if (fixed.size) {
        if (now.raw > now.low) lines.push(Object.assign(document.createElement("p"),
          { textContent: `An open blocker holds the score at ${points(data.cap)}; the rows come to ${points(now.raw)}.` }));
        lines.push(now.blockers.length ? listed("Blockers still open", now.blockers)
          : Object.assign(document.createElement("p"), { textContent: "No blocker is surely open then." }));
        if (now.held.length) lines.push(listed("Ticked, but still waiting for what they require", now.held));
        if (waits.size) lines.push(listed("At least, since these can then be judged anew", [...waits].sort()));
      }
      panel.replaceChildren(...lines);
    };
    const tick = (rules, on) => {
      for (const rule of rules) if (on) fixed.add(rule); else fixed.delete(rule);
      for (const box of boxes) box.checked = fixed.has(box.dataset.fix);
      tell();
    };
    for (const box of boxes) box.addEventListener("change", () => tick([box.dataset.fix], box.checked));
    for (const button of all("[data-phase]")) button.addEventListener("click", () => {
      const inside = all("input[data-fix]", button.closest(".phase")).map((box) => box.dataset.fix);
      tick(inside, !inside.every((rule) => fixed.has(rule)));
    });
    one("#what-if-clear").addEventListener("click", () => {
      tick([...fixed], false);
      one("#what-if").focus();
    });
    tick([], false);
  }

  addEventListener("hashchange", follow);
  follow();
})();

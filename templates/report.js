"use strict";
(() => {
  const NS = "http://www.w3.org/2000/svg";
  const WIDTH = 800;
  const numbers = (text) => text.split(" ").map(Number);
  const tip = document.getElementById("tip");
  const element = (name, attributes, parent) => {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (parent) parent.append(made);
    return made;
  };
  const rounded = (value) => {
    const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return value.toLocaleString("en-US", { maximumFractionDigits: digits });
  };

  // The table: headings sort, boxes hide variants in all charts.
  const table = document.getElementById("variants");
  const body = table ? table.tBodies[0] : null;
  const hidden = new Set();
  document.querySelectorAll(".hint").forEach((hint) => { hint.hidden = false; });
  (table ? table.querySelectorAll(".sort") : []).forEach((button) => {
    button.addEventListener("click", () => {
      const heading = button.closest("th");
      const down = heading.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = (row) => {
        const text = row.cells[heading.cellIndex].dataset.value;
        return text === "" ? Infinity : Number(text);
      };
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === y) return 0;
        if (x === Infinity || y === Infinity) return x - y;
        return down ? y - x : x - y;
      });
      body.append(...rows);
    });
  });
  const groups = [...document.querySelectorAll("[data-variants]")].map((group) => [group, JSON.parse(group.dataset.variants)]);
  const rows = body ? [...body.rows] : [];
  if (rows.length > 1) {
    for (const row of rows) {
      const box = row.querySelector(".show");
      box.hidden = false;
      box.addEventListener("change", () => {
        if (box.checked) hidden.delete(row.dataset.label); else hidden.add(row.dataset.label);
        row.classList.toggle("off", !box.checked);
        for (const [group, names] of groups) {
          group.style.visibility = names.every((name) => hidden.has(name)) ? "hidden" : "";
        }
      });
    }
  }

  // Times.
  const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const two = (number) => String(number).padStart(2, "0");
  const clockOf = (group) => {
    const words = numbers(group.dataset.clock);
    const readings = [];
    for (let i = 0; i + 1 < words.length; i += 2) readings.push([words[i], words[i + 1]]);
    return (seconds) => {
      let last = readings[0];
      for (const reading of readings) if (reading[0] <= seconds) last = reading;
      return last[1] + seconds - last[0];
    };
  };
  const moment = (form, reading, short) => {
    const whole = Math.floor(reading);
    const at = new Date(whole * 1000);
    const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}` + (short || whole % 60 === 0 ? "" : `:${two(at.getUTCSeconds())}`);
    if (form === "start") return `day ${Math.floor(whole / 86400) + 1}, ${time}`;
    const day = DAYS[at.getUTCDay()];
    if (form === "week" && !short) return `${day} ${two(at.getUTCHours())}:00 to ${two((at.getUTCHours() + 1) % 24)}:00`;
    if (short) return `${day} ${time}`;
    return `${day} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${time}`;
  };
  const length = (seconds) => {
    if (seconds < 1) return `${rounded(seconds * 1000)} ms`;
    if (seconds < 120) return `${rounded(seconds)} s`;
    if (seconds < 7200) return `${rounded(seconds / 60)} min`;
    return `${rounded(seconds / 3600)} h`;
  };

  // Points of an element that are on its upper edge, from the left.
  const pointsOf = (shape) => {
    if (!shape.points_) {
      shape.points_ = shape.getAttribute("points").trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
    }
    return shape.points_;
  };
  // The height of a step at a place: of two points at one place, the last counts.
  const stepAt = (points, x) => {
    let y = null;
    for (const point of points) {
      if (point[0] > x) break;
      y = point[1];
    }
    return y;
  };
  const heightAt = (points, x) => {
    for (let i = 1; i < points.length; i += 1) {
      const [from, to] = [points[i - 1], points[i]];
      if (from[0] <= x && x <= to[0]) {
        return to[0] === from[0] ? to[1] : from[1] + (to[1] - from[1]) * (x - from[0]) / (to[0] - from[0]);
      }
    }
    return null;
  };

  document.querySelectorAll(".chart svg").forEach((svg) => {
    const scale = svg.viewBox.baseVal.width / WIDTH;
    const sides = (group) => numbers(group.dataset.plot).map((side) => side * scale);
    const plots = [...svg.querySelectorAll("[data-plot]")];
    const time = svg.querySelector("[data-time]");
    const place = (event) => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return [at.x, at.y];
    };
    const plotAt = (x, y) => plots.find((group) => {
      const [left, top, right, bottom] = sides(group);
      return x >= left && x <= right && y >= top && y <= bottom && group.closest("[style*=hidden]") === null;
    });
    const cursor = element("line", { class: "cursor", visibility: "hidden" }, svg);
    // What part of the time is shown, as shares of the whole.
    let view = [0, 1];
    const spread = () => 1 / (view[1] - view[0]);

    // Native tips of marks would cover the numbers: they are shown in the same place instead.
    const told = (target) => {
      const group = target.closest ? target.closest("g") : null;
      for (let at = group; at && svg.contains(at); at = at.parentElement) {
        if (at.dataset.tip) return at.dataset.tip;
      }
      return "";
    };
    svg.querySelectorAll("g > title").forEach((title) => {
      title.parentElement.dataset.tip = title.textContent;
      title.remove();
    });

    const levels = (group, x) => {
      const [left, top, right, bottom] = sides(group);
      const [from, to] = numbers(time.dataset.time);
      const share = view[0] + (x - left) / (right - left) * (view[1] - view[0]);
      const original = left + share * (right - left);
      const [kind, most] = group.dataset.levels.split(" ");
      const value = (y) => {
        const part = (bottom - y) / (bottom - top);
        return kind === "log" ? Math.expm1(part * Math.log1p(Number(most))) : part * Number(most);
      };
      const lines = [];
      let below = 0;
      // The highest area is drawn first.
      for (const series of [...group.querySelectorAll("[data-series]")].reverse()) {
        const y = stepAt(pointsOf(series.querySelector("polygon")).slice(0, -1), original);
        const level = y === null ? 0 : value(y);
        const own = Math.max(level - below, 0);
        below = Math.max(level, below);
        if (own >= 0.005) lines.unshift(`${series.dataset.series}: ${rounded(own)}`);
      }
      if (lines.length === 0) lines.push("none");
      const seconds = from + share * (to - from);
      return [moment(time.dataset.form, clockOf(time)(seconds), false), ...lines].join("\n");
    };
    const shares = (group, x) => {
      const [left, top, right, bottom] = sides(group);
      const [low, high, , from, to] = numbers(group.dataset.waits);
      const [start, end] = [from * scale, to * scale];
      const wait = x < start ? 0 : low * (high / low) ** ((x - start) / (end - start));
      const lines = [];
      for (const curve of group.querySelectorAll("[data-variants]")) {
        if (curve.style.visibility === "hidden") continue;
        let y = null;
        for (const line of curve.querySelectorAll("polyline")) {
          if (line.closest("g") !== curve) continue;
          const found = heightAt(pointsOf(line), x);
          if (found !== null && found >= top - 1 && found <= bottom + 1) { y = found; break; }
        }
        // Between the dashes of a line: from the end of one to the beginning of the next.
        if (y === null) {
          const all = [...curve.querySelectorAll("polyline")].flatMap(pointsOf).filter(([px]) => px <= right + 1);
          y = heightAt(all, x);
        }
        if (y !== null) lines.push(`${JSON.parse(curve.dataset.variants).join(" = ")}: ${((bottom - y) / (bottom - top) * 100).toFixed(1)} %`);
      }
      return [wait === 0 ? "no wait" : `at most ${length(wait)}`, ...lines].join("\n");
    };

    const show = (event, text) => {
      tip.textContent = text;
      tip.hidden = text === "";
      const box = tip.getBoundingClientRect();
      const right = event.clientX + 16 + box.width > window.innerWidth;
      tip.style.left = `${Math.max(4, right ? event.clientX - 14 - box.width : event.clientX + 14)}px`;
      tip.style.top = `${Math.max(4, Math.min(event.clientY + 14, window.innerHeight - box.height - 4))}px`;
    };
    svg.addEventListener("pointermove", (event) => {
      const [x, y] = place(event);
      const plot = plotAt(x, y);
      let text = told(event.target);
      if (plot && plot.dataset.levels && time) text = levels(plot, x);
      if (plot && plot.dataset.waits) text = shares(plot, x);
      if (plot && text !== "") {
        const [, top, , bottom] = sides(plot);
        for (const [key, value] of Object.entries({ x1: x, x2: x, y1: top, y2: bottom, visibility: "visible" })) cursor.setAttribute(key, value);
      } else {
        cursor.setAttribute("visibility", "hidden");
      }
      show(event, text);
    });
    svg.addEventListener("pointerleave", () => {
      tip.hidden = true;
      cursor.setAttribute("visibility", "hidden");
    });

    if (!time || plots.length === 0) return;
    // Zoom: what is inside a plot, but not its labels, is stretched along the time.
    const [left, , right] = sides(plots[0]);
    const inner = plots.map((group) => {
      const [l, t, r, b] = sides(group);
      const id = `clip-${Math.random().toString(36).slice(2)}`;
      const clip = element("clipPath", { id }, svg);
      element("rect", { x: l, y: t - 2, width: r - l, height: b - t + 4 }, clip);
      const outer = element("g", { "clip-path": `url(#${id})` });
      const content = element("g", {}, outer);
      for (const mark of [...group.children]) if (mark.tagName !== "text" && mark.tagName !== "title") content.append(mark);
      group.prepend(outer);
      return content;
    });
    // Lines stay as thin as they are, however far they are stretched.
    const lines = inner.flatMap((content) => [...content.querySelectorAll("polyline")]);
    lines.forEach((line) => {
      line.width_ = Number(line.getAttribute("stroke-width"));
      line.setAttribute("vector-effect", "non-scaling-stroke");
    });
    new ResizeObserver(() => {
      const pixels = svg.clientWidth / svg.viewBox.baseVal.width;
      lines.forEach((line) => line.setAttribute("stroke-width", line.width_ * pixels));
    }).observe(svg);
    const labels = svg.querySelector("[data-ticks]");
    const own = element("g", {}, svg);
    const [from, to] = numbers(time.dataset.time);
    const clock = clockOf(time);
    const STEPS = [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2419200];
    const tools = document.createElement("div");
    tools.className = "tools";
    const button = (text, name, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = text;
      made.setAttribute("aria-label", name);
      made.addEventListener("click", act);
      tools.append(made);
      return made;
    };
    const set = (a, b) => {
      const width = Math.min(Math.max(b - a, 1e-4), 1);
      const start = Math.min(Math.max((a + b - width) / 2, 0), 1 - width);
      view = [start, start + width];
      const factor = spread();
      for (const content of inner) {
        content.setAttribute("transform", factor === 1 ? "" : `translate(${left - (left + start * (right - left)) * factor} 0) scale(${factor} 1)`);
      }
      own.replaceChildren();
      if (labels) {
        labels.style.visibility = factor === 1 ? "" : "hidden";
        if (factor > 1) {
          const first = labels.querySelector("text");
          const span = (to - from) / factor;
          const step = STEPS.find((each) => span / each <= 7) || STEPS[STEPS.length - 1];
          const begin = from + start * (to - from);
          const offset = clock(begin) - begin;
          for (let at = Math.ceil((begin + offset) / step) * step - offset; at <= begin + span; at += step) {
            const label = first.cloneNode();
            label.setAttribute("x", left + (at - begin) / span * (right - left));
            label.setAttribute("text-anchor", "middle");
            label.textContent = step >= 86400 && time.dataset.form === "start" ? `day ${Math.floor(at / 86400) + 1}` : moment(time.dataset.form, clock(at), step < 86400 || time.dataset.form === "week");
            own.append(label);
          }
        }
      }
      reset.disabled = out.disabled = back.disabled = on.disabled = factor === 1;
      back.disabled = back.disabled || start <= 0;
      on.disabled = on.disabled || start + width >= 1;
    };
    const about = (factor) => { const middle = (view[0] + view[1]) / 2; const half = (view[1] - view[0]) / 2 * factor; set(middle - half, middle + half); };
    const move = (part) => { const by = (view[1] - view[0]) * part; set(view[0] + by, view[1] + by); };
    button("+", "Zoom in", () => about(0.5));
    const out = button("−", "Zoom out", () => about(2));
    const back = button("←", "Earlier", () => move(-0.5));
    const on = button("→", "Later", () => move(0.5));
    const reset = button("All", "Show all of the time", () => set(0, 1));
    const hint = document.createElement("span");
    hint.textContent = "Drag over the chart to zoom in.";
    tools.append(hint);
    svg.closest("figure").prepend(tools);
    set(0, 1);

    let began = null;
    const band = element("rect", { class: "band", visibility: "hidden" }, svg);
    const share = (x) => view[0] + Math.min(Math.max((x - left) / (right - left), 0), 1) * (view[1] - view[0]);
    svg.addEventListener("pointerdown", (event) => {
      const [x, y] = place(event);
      if (event.pointerType === "touch" || event.button !== 0 || !plotAt(x, y)) return;
      began = x;
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => {
      if (began === null) return;
      const [x] = place(event);
      const [a, b] = [Math.max(Math.min(began, x), left), Math.min(Math.max(began, x), right)];
      const last = sides(plots[plots.length - 1]);
      for (const [key, value] of Object.entries({ x: a, width: Math.max(b - a, 0), y: sides(plots[0])[1], height: last[3] - sides(plots[0])[1], visibility: "visible" })) band.setAttribute(key, value);
    });
    const end = (event) => {
      if (began === null) return;
      const [x] = place(event);
      band.setAttribute("visibility", "hidden");
      const [a, b] = [share(Math.min(began, x)), share(Math.max(began, x))];
      if (Math.abs(x - began) > 5 * scale) set(a, b);
      began = null;
    };
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", () => { began = null; band.setAttribute("visibility", "hidden"); });
    svg.addEventListener("dblclick", () => set(0, 1));
  });
})();
